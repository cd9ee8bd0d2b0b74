from typing import Any

from django.db import migrations

TEMPLATES = [
    (
        "补正提醒函",
        "关于补正“{project}”申报材料的提醒",
        "{firm}：\n\n你单位申报的“{project}”（编号 {number}）有材料需要补正，截止日为 {due_on}。"
        "请在期限内登录系统，按补正通知逐项更正后重新提交。逾期未补正的，按申报批次的规定处理。\n\n"
        "如对补正事项有疑问，请与我局业务科室联系。\n\n郴州市科学技术局\n{today}",
    ),
    (
        "现场考察通知",
        "关于对“{project}”开展现场考察的通知",
        "{firm}：\n\n根据“{call}”的工作安排，我局拟对你单位申报的“{project}”（编号 {number}）开展现场考察。"
        "请安排项目负责人到场，并准备中试装置运行记录、检测报告、财务凭证等原始资料备查。\n\n"
        "考察时间、地点和人员另行电话告知。考察不收取任何费用，也不接受宴请和馈赠。\n\n郴州市科学技术局\n{today}",
    ),
    (
        "办理进展告知",
        "关于“{project}”办理进展的告知",
        "{firm}：\n\n你单位于 {submitted_on} 提交、由{unit}推荐的“{project}”（编号 {number}）正在办理。"
        "办理环节和所用时间可随时在系统的申报页面查看，需要你单位配合的事项将另行通知。\n\n郴州市科学技术局\n{today}",
    ),
]


def deliver(apps: Any, schema_editor: Any) -> None:
    templates = apps.get_model("subsidies", "LetterTemplate").objects
    for name, subject, body in TEMPLATES:
        templates.get_or_create(name=name, defaults={"subject": subject, "body": body})


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0015_decisions_held_by_the_database")]

    operations = [migrations.RunPython(deliver, migrations.RunPython.noop)]

"""What docs/walkthrough.md says to do, step by step, as verbs of the hand with the words one sees."""

from typing import NamedTuple

Deed = tuple[str, ...]


class Part(NamedTuple):
    heading: str  # in the text
    steps: tuple[tuple[Deed, ...], ...]  # numbered as there


APPLICATION = Part(
    "An application, from the call to the passed check",
    (
        (
            ("begin", "enterprise"),
            ("follow", "重大中试项目产业化奖补申报"),
        ),
        (
            ("follow", "我的申报"),
            ("follow", "锂电负极石墨化"),
            ("follow", "继续填写所缺内容"),
            ("write", "中试目标", "降低能耗"),
            ("see", "已保存"),
            ("follow", "缺少材料 A01"),
            ("attach", "添加文件 营业执照"),
            ("see", "材料已齐"),
        ),
        (
            ("follow", "审核并签署"),
            ("tick", "本单位确认以上承诺"),
            ("press", "签署并提交"),
        ),
        (
            ("become", "county"),
            ("choose", "意见", "推荐"),
            ("write", "理由", "情况属实"),
            ("attach", "推荐函"),
            ("press", "拟写推荐意见"),
            ("become", "leader"),
            ("press", "推荐"),
        ),
        (
            ("become", "clerk"),
            ("press", "受理"),
            ("press", "开始形式审查"),
            ("choose_all", "审查结果：", "符合要求"),
            ("press", "保存审查结果"),
            ("press", "提出审查建议"),
        ),
        (
            ("become", "head"),
            ("press", "确认审查建议"),
        ),
    ),
)

DECISION = Part(
    "The decision, from the draw to the release",
    (
        (
            ("become", "clerk"),
            ("press", "开始抽取"),
        ),
        (
            ("become", "head"),
            ("press", "确认抽取结果"),
        ),
        (
            ("click", "更换身份"),
            ("follow", "专家及全部身份"),
            ("press", "以此身份进入", "待评分"),
            ("follow", "查看申报材料"),
            ("follow", "填写评分表"),
            ("write", "分值", "22", "S1"),
            ("write", "分值", "18", "S2"),
            ("write", "分值", "26", "S3"),
            ("write", "分值", "14", "S4"),
            ("write", "分值", "9", "S5"),
            ("write", "总体评审意见", "同意"),
            ("press", "签署评分表"),
        ),
        (
            ("become", "head"),
            ("follow", "提交集体审议"),
            ("press", "保存"),
            ("press", "提交审议"),
        ),
        (
            ("choose", "审议决定：", "同意", "电子级氟化铵"),
            ("press", "记录审议决定", "电子级氟化铵"),
            ("choose", "审议决定：", "同意", "高纯石墨坩埚"),
            ("press", "记录审议决定", "高纯石墨坩埚"),
            ("choose", "审议决定：", "暂缓", "钨钼合金粉"),
            ("choose", "暂缓原因", "预算不足", "钨钼合金粉"),
            ("write", "理由", "预算不足", "钨钼合金粉"),
            ("write", "申诉途径", "向本局提出", "钨钼合金粉"),
            ("press", "记录审议决定", "钨钼合金粉"),
        ),
        (
            ("become", "chief"),
            ("complete", "会议纪要编号", "12号"),
            ("press", "发布全部决定"),
        ),
        (
            ("become", "awarded"),
            ("follow", "钨钼合金粉"),
        ),
    ),
)

FOLLOW_UP = Part(
    "Notice, award, payment, follow-up",
    (
        (
            ("become", "clerk"),
            ("follow", "拟下达文件 · 演示：铋基低温焊料"),
            ("complete", "文号", "100号"),
            ("press", "保存"),
            ("follow", "起草公示 · 演示：高纯石英砂"),
            ("press", "保存"),
            ("press", "送审发布"),
        ),
        (
            ("become", "head"),
            ("press", "发布"),
            ("follow", "公开页面"),
        ),
        (
            ("become", "任何人"),
            ("follow", "提出异议"),
            ("choose", "针对的项目", "1. 演示先行材料有限公司 · 演示：高纯石英砂中试及产业化"),
            ("tick", "实名个人"),
            ("write", "单位名称或本人姓名", "王某"),
            ("write", "电话或地址", "0735-2368000"),
            ("write", "异议内容和理由", "产线不符"),
            ("attach", "证据材料"),
            ("press", "提交异议"),
            ("follow", "公示"),
        ),
        (
            ("become", "head2"),
            ("follow", "处理异议", "高纯石英砂"),
            ("write", "答复", "经核查不实", "异议不成立"),
            ("press", "异议不成立"),
            ("follow", "处理异议 · 演示：电池级碳酸锂"),
            ("choose", "后续处理", "不予支持"),
            ("write", "答复", "经核查属实", "异议成立"),
            ("press", "异议成立"),
        ),
        (
            ("become", "awarded"),
            ("follow", "再生钨粉"),
            ("follow", "年度报告与后续"),
            ("follow", "2025", "待填报"),
            ("press", "保存并报送"),
        ),
        (
            ("become", "finance"),
            ("follow", "会签下达文件 · 演示：铋基低温焊料"),
            ("press", "代表财政部门会签"),
            ("follow", "确认收款账户 · 演示：锂渣陶粒"),
            ("write", "账号", "6222020000000081234"),
            ("press", "确认单位账户"),
            ("press", "拟拨付"),
        ),
        (
            ("become", "chief"),
            ("press", "审批拨付"),
            ("follow", "签发下达文件 · 演示：铋基低温焊料"),
            ("press", "签发"),
            ("follow", "决定追回 · 演示：含氟阻燃母粒"),
            ("complete", "决定文号", "101号"),
            ("write", "对陈述申辩的答复", "请按期退回"),
            ("press", "决定追回"),
        ),
        (
            ("become", "finance"),
            ("write", "金额（万元）", "200"),
            ("write", "凭证号", "收-1"),
            ("press", "登记退款"),
            ("follow", "办理拨付 · 演示：锂渣陶粒"),
            ("write", "凭证号", "付-1"),
            ("press", "登记为已拨付"),
            ("click", "银行已退回"),
            ("write", "银行退回原因", "账号有误"),
            ("press", "银行已退回"),
        ),
    ),
)

PARTS = (APPLICATION, DECISION, FOLLOW_UP)

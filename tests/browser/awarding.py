"""From the public notice to the closed case: objections, award document, payments, report, recovery."""

from django.core.management import call_command

from subsidies.enums import Consequence, ObjectionState, PaymentState
from subsidies.models import Application, Award, AwardDocument, Call, Objection, Payment, PublicNotice
from tests.browser.applying import case_of
from tests.browser.town import Town

ACCOUNTS = ("6222020000001234567", "6222020000007654321")


# ---------------------------------------------------------------- the notice
def publishes(town: Town, call: Call) -> PublicNotice:
    """Written by the clerk, looked through and published by the head."""
    clerk = town.clerk
    clerk.opens(f"/admin/subsidies/publicnotice/add/?call={call.pk}")
    clerk.tab.locator("[name=title_zh]").fill("2025 年度拟奖补项目公示（示例）")
    clerk.tab.locator("[name=business_contact]").fill("成果科 0735-2222222")
    clerk.tab.locator("[name=discipline_contact]").fill("机关纪委 0735-3333333")
    clerk.sends("form:has([name=title_zh])")
    return sends_and_publishes(town, PublicNotice.objects.latest("pk"))


def sends_and_publishes(town: Town, notice: PublicNotice) -> PublicNotice:
    place = f"/admin/subsidies/publicnotice/{notice.pk}/change/"
    town.clerk.opens(place)
    town.clerk.does("send")
    town.head.opens(place)
    town.head.looks("notice-desk")
    town.head.does("publish")
    notice.refresh_from_db()
    town.anybody.opens(notice.get_absolute_url())
    town.anybody.looks("notice")
    return notice


def objects(town: Town, notice: PublicNotice, application: Application) -> Objection:
    """A person by real name, with evidence, without an account."""
    anybody, entry = town.anybody, notice.entries.get(application=application)
    anybody.opens(f"{notice.get_absolute_url()}object/")
    anybody.tab.locator("[name=entry]").select_option(str(entry.pk))
    anybody.tab.locator("[name=kind][value=person]").check()
    anybody.tab.locator("[name=name]").fill("王某某")
    anybody.tab.locator("[name=contact]").fill("郴州市苏仙区某路1号")
    anybody.tab.locator("[name=text]").fill("该项目的中试线与公示不符。")
    anybody.tab.locator("[name=evidence]").set_input_files(town.paper(f"证明{entry.pk}.pdf"))
    anybody.looks("objection")
    anybody.tab.locator("form.measure button[type=submit]").click()
    anybody.tab.wait_for_url("**/objections/*/")
    anybody.looks("objection-status")
    found: Objection = Objection.objects.get(entry=entry)
    return found


def answers(town: Town, objection: Objection, *, is_upheld: bool) -> None:
    """By a head who took no part in the decision or the notice."""
    handler = town.second_head
    handler.opens(f"/admin/subsidies/objection/{objection.pk}/change/")
    handler.looks("objection-desk")
    if is_upheld:
        handler.does("uphold", consequence=Consequence.ANNUL, answer="经核查，情况属实。")
    else:
        handler.does("dismiss", answer="经核查，与事实不符。")
    objection.refresh_from_db()
    assert objection.state == (ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED)


def the_clock_clears() -> None:
    call_command("clear_notices", verbosity=0)


# ---------------------------------------------------------------- the award and its money
def is_awarded(town: Town, call: Call) -> Award:
    """Prepared by the clerk, countersigned by finance, issued by the leader."""
    clerk = town.clerk
    clerk.opens(f"/admin/subsidies/awarddocument/add/?call={call.pk}")
    clerk.tab.locator("[name=number]").fill("郴科发〔2025〕36号")
    clerk.tab.locator("[name=title]").fill("关于下达2025年中试奖补资金的通知（示例）")
    clerk.sends("form:has([name=number])")
    place = f"/admin/subsidies/awarddocument/{AwardDocument.objects.get().pk}/change/"
    town.finance.opens(place)
    town.finance.does("countersign")
    town.chief.opens(place)
    town.chief.looks("award-document")
    town.chief.does("issue")
    award: Award = Award.objects.get()
    town.anybody.opens(f"/awards/{award.pk}/")
    town.anybody.looks("award")
    return award


def gives_an_account(town: Town, application: Application, number: str) -> None:
    """Given by the firm, confirmed by finance from the paper."""
    administrator = town.administrator_of(application)
    administrator.opens(f"/applications/{application.public_id}/account/")
    administrator.tab.locator("[name=bank]").fill("示例银行郴州分行营业部")
    administrator.tab.locator("[name=number]").fill(number)
    administrator.looks("account")
    administrator.sends("form:has([name=bank])")
    town.finance.opens(money_of(application))
    town.finance.does("confirm_account", number=number)


def is_paid(town: Town, application: Application, voucher: str) -> Payment:
    """Prepared by finance, approved by the leader, executed by finance."""
    money = money_of(application)
    town.finance.opens(money)
    town.finance.does("prepare_payment")
    payment: Payment = Payment.objects.latest("pk")
    town.chief.opens(money)
    town.chief.does(f"approve-{payment.pk}")
    town.finance.opens(money)
    town.finance.does(f"execute-{payment.pk}", voucher_number=voucher)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    return payment


def comes_back(town: Town, application: Application, payment: Payment, day: str) -> None:
    town.finance.opens(money_of(application))
    town.finance.does(f"return-{payment.pk}", returned_on=day, reason="账号与户名不符")
    town.finance.looks("money")


def money_of(application: Application) -> str:
    return f"/admin/subsidies/application/{application.pk}/money/"


# ---------------------------------------------------------------- what follows
def reports(town: Town, application: Application) -> None:
    """The year is over, and the line has left the city."""
    administrator = town.administrator_of(application)
    administrator.opens(f"/applications/{application.public_id}/reports/2025/")
    administrator.tab.locator("[name=in_city]").select_option("no")
    administrator.tab.locator("[name=in_city_note]").fill("生产线已迁往外市。")
    for name, words in {"sales_yuan": "320", "tax_yuan": "15", "jobs": "6", "text": "厂房租约到期。"}.items():
        administrator.tab.locator(f"[name={name}]").fill(words)
    administrator.looks("report")
    administrator.leaves_by("button[name=send]")
    town.clerk.opens(case_of(application))
    town.clerk.looks("report-desk")
    town.clerk.does("accept_report", year="2025")


def is_recovered(town: Town, application: Application) -> None:
    """Proposed by the clerk, the firm heard, decided by the leader, registered by finance."""
    case, administrator = case_of(application), town.administrator_of(application)
    told = {"basis": "申报通知第五条", "reason": "生产线迁出本市", "due_on": "2026-03-31"}
    town.clerk.opens(case)
    town.clerk.does("propose_recovery", amount_yuan="200", **told)
    administrator.opens(f"/applications/{application.public_id}/follow-up/")
    administrator.tab.locator("[name=text]").fill("情况属实，按期退回。")
    administrator.looks("hearing")
    administrator.sends("form:has([name=text])")
    town.chief.opens(case)
    town.chief.looks("recovery")
    town.chief.does("decide_recovery", document_number="郴科发〔2026〕3号", answer="请按期退回。")
    town.finance.opens(case)
    town.finance.does("register_repayment", amount_yuan="200", received_on="2026-01-12", voucher_number="收-1")
    administrator.opens(f"/applications/{application.public_id}/follow-up/")
    administrator.looks("recovered")

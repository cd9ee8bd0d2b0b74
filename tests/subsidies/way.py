"""The pages of an application's way, in a world where each of them shows something."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from accounts import joining
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Organisation, User
from subsidies import correcting, submitting
from subsidies.correcting import Asked
from subsidies.models import Application, Call, Policy, PolicyClause, Submission
from subsidies.withdrawing import withdraw
from tests.factories import DivisionFactory
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_awards import earlier_award
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, SchemeFactory, firm, person_of
from tests.subsidies.desk import checked, clerk, in_check, to_recommend
from tests.subsidies.signing import ready


class Way(NamedTuple):
    policy: Policy
    call: Call
    own: Organisation
    unit: Organisation
    administrator: User
    officer: User
    leader: User
    draft: Application
    signed: Submission
    waiting: Application  # for the recommending unit
    returned: Application  # for correction
    withdrawn: Application


def a_way(**content: Any) -> Way:
    """An application in each of the states in which a firm or its unit acts, and one withdrawn."""
    policy = Policy.objects.create(slug="policy", name_zh="若干支持政策", article=15, article_title_zh="推动中试")
    clause = PolicyClause.objects.create(policy=policy, number="第十五条", text_zh="企业自主开展的，给予奖补。")
    scheme = SchemeFactory(
        policy=policy, clause=clause, name_zh="产业化奖补", name_en="", summary_zh="一次性奖补。", slug="scheme"
    )
    call = CallFactory(
        scheme=scheme,
        slug="example",
        name_zh="产业化奖补申报",
        name_en="",
        notice_zh="请按时申报。\n\n逾期不受理。",
        content={**deepcopy(SMALL_CONTENT), **content},
    )
    call.questions.create(question_zh="可否联合申报？", answer_zh="可以。", position=1)
    unit = OrganisationFactory(
        kind=OrganisationKind.GOVERNMENT, registered_division=DivisionFactory(), name_zh="示例县科技局", name_en=""
    )
    own = firm(name_zh="示例新材料有限公司", name_en="", recommender=unit, slug="example-firm")
    administrator = person_of(own)
    given = {"call": call, "organisation": own}
    draft = ApplicationFactory(**given, project_name="钨尾砂综合利用中试", data={"contact_name": "李工"})
    draft.comments.create(text="请与审计报告核对", by=draft.started_by, about="contact_name")
    signed = submitting.submit(ready(**given, project_name="赤泥提钪中试").application, administrator)
    return Way(
        policy=policy,
        call=call,
        own=own,
        unit=unit,
        administrator=administrator,
        officer=person_of(unit, MembershipRole.OFFICER),
        leader=person_of(unit, MembershipRole.LEADER),
        draft=draft,
        signed=signed,
        waiting=to_recommend(**given, project_name="稀贵金属回收中试"),
        returned=_returned(in_check(**given, project_name="含氟新材料中试")),
        withdrawn=_withdrawn(ApplicationFactory(**given, project_name="石墨提纯中试", data={}), administrator),
    )


def _returned(application: Application) -> Application:
    asker = clerk()
    checked(application, asker)
    asked = [Asked("investment_yuan", "与审计报告不一致"), Asked("A01", "缺第 3 页")]
    correcting.ask(application, by=asker, items=asked, note="请一次改齐。")
    return Application.objects.get(pk=application.pk)


def _withdrawn(application: Application, administrator: User) -> Application:
    withdraw(application, by=administrator, reason="另行申报")
    return Application.objects.get(pk=application.pk)


def with_company(way: Way) -> None:
    """People who asked to join, who were let in, and what the firm has received before."""
    joining.ask_to_join(way.own, by=UserFactory(name="王工"), message="研发部")
    way.draft.guests.create(
        user=UserFactory(name="某顾问"), let_in_by=way.administrator, ends_at=timezone.now() + timedelta(days=30)
    )
    earlier_award(
        scheme=way.call.scheme,
        organisation=way.own,
        project_name="早先项目",
        amount_yuan=Decimal("2000000.00"),
        awarded_on=timezone.now().date(),
        once_key="test:earlier",
    )


def public_pages(way: Way) -> list[str]:
    call = f"/calls/{way.call.slug}/"
    return [
        "/calls/",
        call,
        f"{call}?view=print",
        f"{call}self-check/",
        "/policies/",
        f"/policies/{way.policy.slug}/",
        "/receipts/",
        f"/receipts/{way.signed.receipt_code}/",
        "/accounts/signup/",
    ]


def firm_pages(way: Way) -> list[str]:
    """For an administrator of the firm."""
    draft, signed, returned = (
        f"/applications/{each.public_id}/" for each in (way.draft, way.signed.application, way.returned)
    )
    own = f"/accounts/organisations/{way.own.slug}/"
    return [
        "/applications/",
        f"/applications/start/{way.call.slug}/",
        *(f"{draft}{page}" for page in ("", "sections/unit/", "sections/pilot/", "sections/industry/")),
        *(f"{draft}{page}" for page in ("sign/", "print/", "people/", "withdraw/")),
        *(f"{signed}{page}" for page in ("", "receipts/0/", "history/", "avoid/")),
        *(f"{returned}{page}" for page in ("", "sections/pilot/", "sign/")),
        f"/applications/{way.waiting.public_id}/",
        f"/applications/{way.withdrawn.public_id}/",
        f"/firms/{way.own.slug}/",
        *(f"{own}{page}" for page in ("", "edit/", "verification/")),
        "/accounts/",
        "/accounts/inbox/",
        "/accounts/inbox/preferences/",
    ]


def unit_pages(way: Way) -> list[str]:
    """For the recommending unit."""
    return [
        "/admin/",
        "/admin/subsidies/application/",
        f"/admin/subsidies/application/{way.waiting.pk}/change/",
    ]

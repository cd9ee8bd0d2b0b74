"""Worlds up to the decision, in which every page shows something: each person with the pages they look at."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.enums import OrganisationKind, PersonKind
from accounts.inviting import digest_of
from accounts.models import Organisation, User, VerificationRequest
from common.models import Delivery, StoredFile
from common.models.files import ScanState
from common.models.notices import Notice
from projects.enums import PartnerRole, Stage
from projects.models import Project
from projects.workflow import record_stage
from subsidies import appealing, budgets, drawing, finding, meetings
from subsidies.default_content import default_content
from subsidies.enums import HitKind, State, Verdict
from subsidies.models import Application, ApplicationFile, Call, CrossCheckHit, LetterTemplate, Scheme
from tests.factories import DivisionFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_decision import budget_for, staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, SchemeFactory, firm, person_of
from tests.subsidies.calls import draft_call
from tests.subsidies.deciders import bureau, held, recorded, released, reviewed
from tests.subsidies.desk import checked, clerk, in_check, prepared, section_head, to_recommend
from tests.subsidies.panel import expert_of, kept, seats, signs, under_review
from tests.subsidies.panels import FINANCE, INDUSTRY, TECHNICAL, call_with, confirmed, experts
from tests.subsidies.panels import checked as ready_to_draw
from tests.subsidies.signing import put_file

Walks = list[tuple[User | None, list[str]]]
DESK = "/admin/subsidies"
TOKEN = "mailed-token"
CALL = "2026年度重大中试项目产业化奖补申报"
FIRM = {"name_zh": "郴州示例含氟新材料科技有限公司", "name_en": "Chenzhou Example Fluorine Materials Company Limited"}
PARTS = (
    *("criteria/E1/rule", "sections/investment/fields", "sections/investment/fields/investment_parts/columns"),
    *("score_items/S1/bands", "panel", "periods"),
)


def change(application: Application) -> str:
    return f"{DESK}/application/{application.pk}/change/"


def asking() -> Walks:
    """What the bureau asks for: a call as it is written, and the firms it finds."""
    editor, own = clerk(), firm(**FIRM)
    scheme = SchemeFactory(name_zh="重大中试项目产业化奖补", name_en="Award for industrialised pilot projects")
    content = default_content(Scheme(slug="industrialisation-award"))
    draft = draft_call(scheme=scheme, content=content, name_zh=CALL)
    call = CallFactory(scheme=scheme, slug="open", name_zh="2025年度重大中试项目产业化奖补申报")
    invitation = finding.invite(call, _industrialised(own), own, by=editor, message="请于截止日前申报。")
    version = f"{DESK}/callversion/{draft.versions.get().pk}/"
    LetterTemplate.objects.create(name="提醒", subject="请补正：{project}", body="请按期补正。")
    return [
        (
            editor,
            [
                *(f"{DESK}/call/{page}" for page in ("", "add/", "import/", f"{draft.pk}/change/")),
                *(f"{DESK}/call/{call.pk}/{page}/" for page in ("change", "copy", "new-draft")),
                *(f"{version}part/{part}/" for part in PARTS),
                *(f"{version}{page}/" for page in ("change", "preview")),
                *(f"{DESK}/callinvitation/{page}" for page in ("", "find/", "find/open/")),
                *(f"{DESK}/{page}/" for page in (f"scheme/{scheme.pk}/change", f"policy/{scheme.policy_id}/change")),
                *(f"{DESK}/lettertemplate/{page}" for page in ("", "add/")),
            ],
        ),
        (section_head(), [f"{DESK}/call/{draft.pk}/publish/", f"{version}publish/"]),
        (people_of(own), [finding.address_of(invitation)]),
    ]


def people_of(own: Organisation) -> User:
    return finding.people_of(own).get()


def _industrialised(own: Organisation) -> Project:
    person_of(own)
    project = ProjectFactory(base=None, division=DivisionFactory(), is_own_pilot=True, name_zh="六氟磷酸锂中试放大")
    record_stage(project, Stage.INDUSTRIALISED, by=None)
    project.partners.create(organisation=own, role=PartnerRole.LEAD)
    return project


def checking() -> Walks:
    """From the recommending unit over verification to the form check."""
    checker, own = clerk(), firm(recommender=_unit(), slug="own", **FIRM)
    given = {"call": CallFactory(quota_per_recommender=3, name_zh=CALL), "organisation": own}
    waiting = to_recommend(**given, project_name="六氟磷酸锂中试放大")
    unit = prepared(waiting)
    fresh = to_recommend(**given, project_name="电子级氢氟酸中试")
    case = in_check(**given, project_name="固态电池电解质中试")
    put_file(case, "A01")
    checked(case, checker, C2="correct")
    CrossCheckHit.objects.create(application=case, kind=HitKind.INVOICE, key="24431000", facts={"here": "24431000"})
    accepting = ApplicationFactory(**given, state=State.ACCEPTANCE, project_name="稀贵金属综合回收中试")
    infected = _infected(ApplicationFactory(**given, project_name="钨尾砂综合利用中试"))
    _lets_in(infected.application)
    asked, failed = _verifying(own, infected.file), _failed(infected.added_by)
    place = f"{DESK}/application/{case.pk}"
    return [
        (
            checker,
            [
                *("/admin/", f"{DESK}/application/", f"{DESK}/application/?turn=mine", change(accepting)),
                *(f"{place}/{page}/" for page in ("change", "timeline", "versions", "write")),
                *(f"{DESK}/crosscheckhit/", f"/admin/accounts/organisation/{own.pk}/change/"),
                *(f"/admin/accounts/verificationrequest/{page}" for page in ("", f"{asked.pk}/change/")),
                *(f"/admin/common/delivery/{page}" for page in ("", f"{failed.pk}/change/")),
            ],
        ),
        (section_head(), ["/admin/", change(case)]),
        (unit.officer, ["/admin/", f"{DESK}/application/", change(fresh)]),
        (unit.leader, [change(waiting)]),
        (
            infected.added_by,
            [f"/applications/{infected.application.public_id}/files/{infected.file.public_id}/preview/"],
        ),
        (UserFactory(), [f"/guests/{TOKEN}/"]),
        (None, [f"/guests/{TOKEN}/"]),
    ]


def _unit() -> Organisation:
    unit: Organisation = OrganisationFactory(
        kind=OrganisationKind.GOVERNMENT,
        registered_division=DivisionFactory(),
        name_zh="临武县科技和工业信息化局",
        name_en="Linwu County Bureau of Science, Technology and Industry",
    )
    return unit


def _infected(application: Application) -> ApplicationFile:
    row = put_file(application, "A01", b"%PDF-1.4 other", "营业执照副本（2026年年检）扫描件.pdf")
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=ScanState.INFECTED)
    return row


def _lets_in(application: Application) -> None:
    now = timezone.now()
    ends = {"access_ends_at": now + timedelta(days=30), "expires_at": now + timedelta(days=7)}
    asked = {"email": "consultant@example.invalid", "digest": digest_of(TOKEN), "invited_by": application.started_by}
    application.guest_invitations.create(**asked, **ends)


def _verifying(own: Organisation, licence: StoredFile) -> VerificationRequest:
    return VerificationRequest.objects.create(
        organisation=own,
        name_zh=own.name_zh,
        credit_code="91431025DEM000081C",
        licence=licence,
        is_claim=True,
        asked_by=UserFactory(),
    )


def _failed(person: User) -> Delivery:
    notice = Notice.objects.create(recipient=person, kind="sample")
    return Delivery.objects.create(
        notice=notice, channel="email", state="failed", attempts=8, last_error="550 mailbox full"
    )


def deciding() -> Walks:
    """Experts, draw, scores, meeting, budget, release, appeal."""
    call = call_with({"size": 3, "reserves": 2, "least": {"technical": 1, "finance": 1}})
    first, second, third = ready_to_draw(call, 3)
    experts(TECHNICAL, TECHNICAL, TECHNICAL, FINANCE, FINANCE, INDUSTRY)
    begun, pending = confirmed(first), drawing.draw(call, [second], by=clerk())
    asked = first.assignments.filter(state="invited").order_by("position")[1]
    scoring = under_review(2, {"size": 2, "reserves": 0, "least": {}})
    one, two = seats(scoring)
    kept(one)
    signs(two)
    who = bureau()
    call = CallFactory(name_zh=CALL)
    budget, finance = budget_for(call, Decimal("4000000.00")), staff(PersonKind.FINANCE)
    meeting = held(call, who.secretary)
    for score, name in (("86.00", "含氟新材料中试"), ("78.50", "固态电池电解质中试"), ("64.00", "稀贵金属回收中试")):
        meetings.propose(reviewed(call, score, project_name=name), meeting=meeting, by=who.head)
    recorded(meetings.on_agenda(meeting)[0], who.secretary)
    refused = _refused(call, who)
    appeal = appealing.appeal(refused, by=refused.started_by, text="投入数据计算有误，请复核。")
    told = {"reason": "年中追加", "document_number": "郴财〔2026〕8号"}
    budgets.propose_change(budget, by=finance, kind="increase", amount_yuan=Decimal("2000000.00"), **told)
    agenda, own = f"{DESK}/meeting/{meeting.pk}/", f"/applications/{refused.public_id}/"
    return [
        (
            who.secretary,
            [
                *(f"{DESK}/draw/", f"{DESK}/draw/new/{third.call_id}/", f"{DESK}/appeal/"),
                *(f"{DESK}/expert/{page}" for page in ("", "add/", f"{asked.expert_id}/change/")),
                *(f"{DESK}/meeting/", f"{DESK}/meeting/add/", f"{agenda}change/", f"{agenda}edit/"),
                *(change(application) for application in (first, scoring)),
            ],
        ),
        (
            who.head,
            [
                *(f"{DESK}/draw/{draw.pk}/change/" for draw in (begun, pending)),
                *(f"{agenda}change/", f"{DESK}/appeal/{appeal.pk}/change/"),
            ],
        ),
        (who.leader, ["/admin/", f"{agenda}change/", change(refused), f"{DESK}/budget/{budget.pk}/change/"]),
        (finance, ["/admin/", *(f"{DESK}/budget/{page}" for page in ("", f"{budget.pk}/change/", "add/"))]),
        (staff(PersonKind.FINANCE), [f"{DESK}/budget/{budget.pk}/change/"]),
        (expert_of(one), ["/reviews/", *(f"/reviews/{one.pk}/{page}" for page in ("", "file/", "sheet/"))]),
        (expert_of(two), [f"/reviews/{two.pk}/sheet/", f"/reviews/{two.pk}/sheet/print/", "/reviews/register/"]),
        (expert_of(asked), [f"/reviews/{asked.pk}/"]),
        (refused.started_by, [own, f"{own}appeal/"]),
        (staff(PersonKind.DISCIPLINE), ["/draws/", f"/draws/{begun.public_id}/"]),
    ]


def _refused(call: Call, who: object) -> Application:
    meeting = held(call, who.secretary)
    meetings.propose(reviewed(call, "55.00"), meeting=meeting, by=who.head)
    recorded(meetings.on_agenda(meeting)[0], who.secretary, Verdict.REJECT)
    released(who, meeting)
    return Application.objects.get(state=State.NOT_APPROVED)

"""A sample application with all its parts; enterprise and county officer of the table stand on its two sides."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.inviting import digest_of as digest_of_token
from accounts.models import Invitation, JoinRequest, Organisation, User, VerificationRequest
from common.models import StoredFile
from common.models.notices import Delivery, Notice
from subsidies.enums import AppealState, State
from subsidies.models import (
    Alert,
    Application,
    ApplicationFile,
    Assignment,
    Budget,
    CallInvitation,
    CallQuestion,
    CallVersion,
    CheckRound,
    Comment,
    Correction,
    CorrectionItem,
    CrossCheckHit,
    Decision,
    EarlierAward,
    ExpertAbsence,
    FormCheck,
    IntegrityEntry,
    Namesake,
    Policy,
    Recommendation,
    Scheme,
    SiteCheck,
    SiteVisit,
    Submission,
    Subscription,
    SubscriptionRequest,
)
from subsidies.publicity.codes import digest_of as digest_of_code
from subsidies.snapshots import digest_of, snapshot_of
from tests.factories import ProjectFactory
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_awarding import document_for, issued, payment_of
from tests.factories_awards import earlier_award
from tests.factories_decision import DrawFactory, ExpertFactory, MeetingFactory, appealed, budget_for, rejected, seat
from tests.factories_publicity import listed, objected
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, SchemeFactory, firm
from tests.triggers import lifted

APPLICATION = "00000000-0000-4000-8000-00000000000a"
FILE = "00000000-0000-4000-8000-00000000000f"
PICTURE = "00000000-0000-4000-8000-00000000000e"
NOTICE = "00000000-0000-4000-8000-00000000000c"
RECEIPT = "SAMPLE23456789RECETP"
AWARD_CODE = "0000000000004000800000000000000b"
VISIT = "00000000-0000-4000-8000-00000000000d"
TOKEN = "sample-token"  # of the mailed links
KEY = 900_001  # of whatever the people of the sample firm decide on
SIDES = {
    PersonKind.ENTERPRISE: ("organisation", MembershipRole.ADMINISTRATOR),
    PersonKind.COUNTY_OFFICER: ("recommender", MembershipRole.OFFICER),
}
# What the parameters of the subsidies' routes are filled with; `slug` is that of the call, "sample" as everywhere.
PARAMETERS = {
    "public_id": APPLICATION,
    "application_id": APPLICATION,
    "section_id": "pilot",
    "file_id": FILE,
    "picture_id": PICTURE,
    "material": "A01",
    "upload_id": FILE,
    "page": "1",
    "code": RECEIPT,
    "check_code": AWARD_CODE,
    "receipt_code": RECEIPT,
    "round": "0",
    "notice_id": NOTICE,
    "place": "criteria",
    **dict.fromkeys(["seat_id", "meeting_id", "decision_id", "budget_id"], str(KEY)),
    "visit_key": VISIT,
    "photo_key": VISIT,
    "check_key": VISIT,
    "entry_id": str(KEY),
    "year": "2026",
    **dict.fromkeys(["absence_id", "request_id", "claim_id", "invitation_id", "member_id", "guest_id"], str(KEY)),
    "token": TOKEN,
}


def subsidy_world() -> Application:
    """An application that waits for its correction: submitted, seen by the bureau, and open again for one field."""
    policy = Policy.objects.create(slug="sample", name_zh="政策")
    call = CallFactory(slug="sample", scheme=SchemeFactory(policy=policy, slug="sample"))
    CallVersion.objects.create(call=call, number=2, content=SMALL_CONTENT)
    CallQuestion.objects.create(call=call, question_zh="问", answer_zh="答")
    own = firm(slug="sample")
    application = ApplicationFactory(public_id=APPLICATION, call=call, organisation=own, state=State.CORRECTION)
    _written(application)
    _checked(application)
    _around(call.scheme, application.organisation)
    Budget.objects.create(pk=KEY, scheme=call.scheme, year=call.year)
    budget_for(call)
    rejected(application)
    meeting = MeetingFactory(pk=KEY, call=call)
    Decision.objects.create(pk=KEY, meeting=meeting, application=application, position=1, put_by=UserFactory())
    appealed(application, AppealState.OPEN)
    inviting = {"call": call, "organisation": application.organisation, "sent_by": UserFactory()}
    CallInvitation.objects.create(pk=KEY, project=ProjectFactory(), **inviting)
    _awarded(application)
    _joining(application)
    _reviewed(application)
    _sampled()
    _in_notice()
    return application


def take_side(person: User, kind: str) -> None:
    """The enterprise signs for the sample's firm, the officer works in its recommending unit, the expert has a seat."""
    if kind == PersonKind.EXPERT:
        _sit_down(person)
    if kind in SIDES:
        side, role = SIDES[PersonKind(kind)]
        body = getattr(Application.objects.get(public_id=APPLICATION), side)
        MembershipFactory(user=person, organisation=body, role=role)


def _reviewed(application: Application) -> None:
    """Another application of the call, under review, and its visit."""
    other = ApplicationFactory(call=application.call, state=State.REVIEW)
    about = {"number": other.number, "seats": 1, "least": {}, "reserves": 0, "candidates": {}}
    expert = ExpertFactory()
    inputs = {"experts": [{"code": expert.code, "kind": expert.kind}], "applications": [about]}
    panels = [{"application": other.number, "members": [expert.code], "reserves": []}]
    draw = DrawFactory(public_id=APPLICATION, call=other.call, inputs=inputs, result={"panels": panels})
    sample = seat(other, expert, draw=draw, pk=KEY)
    told = {"basis": "identity", "reason": "另一人", "entered_by": UserFactory()}
    Namesake.objects.create(application=other, expert=sample.expert, **told)
    ExpertAbsence.objects.create(pk=KEY, expert=sample.expert, begins_on=date(2027, 3, 1), ends_on=date(2027, 3, 5))
    visit = SiteVisit.objects.create(
        application=other, key=VISIT, visited_on=date(2026, 11, 30), place="车间", planned_by=UserFactory()
    )
    photo = StoredFile.objects.get(public_id=FILE)
    visit.photos.create(file=photo, key=VISIT, added_by=visit.planned_by)


def _awarded(application: Application) -> None:
    """Two more applications of the firm's: one being paid, one on an issued document."""
    payment_of(ApplicationFactory(organisation=application.organisation, state=State.PAYING))
    listed = ApplicationFactory(organisation=application.organisation, state=State.CLEARED)
    issued(document_for(listed, check_code=AWARD_CODE))


def _sampled() -> None:
    """A confirmed round with one check, not made yet."""
    day, by = date(2026, 12, 30), UserFactory()
    row = CheckRound.objects.create(
        public_id=APPLICATION,
        year=2026,
        awarded_from=2026,
        awarded_until=2026,
        size=1,
        due_on=day,
        inputs={"awards": []},
        inputs_digest="0" * 64,
        proposed_by=by,
    )
    row.seed, row.result, row.confirmed_by, row.confirmed_at = "0" * 64, {"checks": []}, UserFactory(), timezone.now()
    row.save()
    paying = Application.objects.filter(state=State.PAYING).latest("pk")
    visit = paying.visits.create(key=FILE, visited_on=day, place="车间", planned_by=by)
    SiteCheck.objects.create(round=row, application=paying, visit=visit, key=VISIT)


def _in_notice() -> None:
    """An application of another call, in a notice that runs, with an objection under the sample's code."""
    notice = listed(ApplicationFactory(state=State.PUBLICITY_READY), slug="sample")
    objected(notice.entries.get(), code_digest=digest_of_code(RECEIPT))


def _sit_down(person: User) -> None:
    expert = Assignment.objects.get(pk=KEY).expert
    expert.user = person
    with lifted("subsidies_expert_same"):
        expert.save()


def _written(application: Application) -> None:
    by = application.started_by
    facts = {"content": "00/sample", "name": "licence.pdf", "media_type": "application/pdf", "sha256": "0" * 64}
    stored = StoredFile.objects.create(public_id=FILE, size=10, uploaded_by=by, **facts)
    ApplicationFile.objects.create(application=application, material="A01", file=stored, added_by=by)
    Comment.objects.create(application=application, text="请核对", by=by)
    snapshot = snapshot_of(application)
    signed = {"digest": digest_of(snapshot), "receipt_code": RECEIPT, "signed_by": by}
    Submission.objects.create(application=application, round=0, snapshot=snapshot, **signed)
    notice = Notice.objects.create(public_id=NOTICE, recipient=by, kind="sample")
    Delivery.objects.create(notice=notice, channel="email")


def _checked(application: Application) -> None:
    clerk = UserFactory()
    unit = application.recommender
    Recommendation.objects.create(application=application, unit=unit, prepared_by=clerk)
    check = FormCheck.objects.create(application=application, checked_by=clerk)
    check.results.create(item="C1", outcome="pass")
    CrossCheckHit.objects.create(application=application, kind="patent", key="ZL000")
    correction = Correction.objects.create(
        application=application, round=1, asked_by=clerk, due_on=date(2027, 1, 8), grace_until=date(2027, 1, 12)
    )
    CorrectionItem.objects.create(correction=correction, field="investment_yuan", reason="与审计报告不一致")


def _around(scheme: Scheme, organisation: Organisation) -> None:
    Alert.objects.create(kind="night", key="sample", facts={"person": 0, "night": "2026-11-28", "changes": 3})
    IntegrityEntry.objects.create(name="某公司", basis="公告", listed_on=date(2026, 1, 1))
    past = {
        "scheme": scheme,
        "organisation": organisation,
        "amount_yuan": Decimal("2000000.00"),
        "awarded_on": date(2025, 12, 1),
    }
    EarlierAward.objects.create(**past, project_name="另一往年项目", once_key="earlier", entered_by=UserFactory())
    earlier_award(**past, project_name="往年项目", once_key="past")


def _subscribing(until: datetime) -> None:
    digest = digest_of_token(TOKEN)
    given = {"email": "reader@example.invalid", "email_digest": digest, "wants_calls": True}
    SubscriptionRequest.objects.create(digest=digest, expires_at=until, **given)
    Subscription.objects.create(token=TOKEN, token_digest=digest, **given)


def _joining(application: Application) -> None:
    """Who wants to come in, who was asked, and a licence the bureau has not compared yet."""
    organisation, by = application.organisation, application.started_by
    outside = UserFactory()
    in_a_week = timezone.now() + timedelta(days=7)
    _subscribing(in_a_week)
    asked = {"email": "asked@example.invalid", "digest": digest_of_token(TOKEN), "invited_by": by}
    MembershipFactory(pk=KEY, organisation=organisation)
    JoinRequest.objects.create(pk=KEY, organisation=organisation, user=outside)
    Invitation.objects.create(pk=KEY, organisation=organisation, expires_at=in_a_week, **asked)
    application.guests.create(pk=KEY, user=outside, let_in_by=by, ends_at=in_a_week)
    application.guest_invitations.create(pk=KEY, access_ends_at=in_a_week, expires_at=in_a_week, **asked)
    licence = StoredFile.objects.get(public_id=FILE)
    VerificationRequest.objects.create(
        pk=KEY,
        organisation=organisation,
        name_zh=organisation.name_zh,
        credit_code="91431025DEM000081C",
        licence=licence,
        is_claim=True,
        asked_by=outside,
    )

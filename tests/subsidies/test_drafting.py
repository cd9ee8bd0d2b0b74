from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.enums import MembershipRole
from projects.models import ProjectPartner
from subsidies import drafting
from subsidies.enums import State
from subsidies.models import CallInvitation
from subsidies.workflow import MoveRefused
from tests.factories import ProjectFactory
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def own():
    return firm()


@pytest.mark.parametrize("role", [MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD])
def test_an_administrator_or_a_project_lead_starts_a_draft(call, own, role):
    person = person_of(own, role)

    application = drafting.start(call, own, person, project_name="含氟新材料中试")

    assert application.state == State.DRAFT
    assert application.project_name == "含氟新材料中试"
    assert application.call_version == call.current_version()
    assert application.recommender == own.recommender
    assert (application.started_by, application.version, application.data) == (person, 1, {})


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER, MembershipRole.BASE_OPERATOR])
def test_nobody_else_of_the_firm_starts_one(call, own, role):
    with pytest.raises(PermissionDenied):
        drafting.start(call, own, person_of(own, role), project_name="甲")


def test_a_stranger_starts_nothing_for_the_firm(call, own):
    with pytest.raises(PermissionDenied):
        drafting.start(call, own, person_of(firm()), project_name="甲")


@pytest.mark.parametrize("opens_in", [timedelta(days=1), -timedelta(days=30)])
def test_only_an_open_call_takes_applications(own, opens_in):
    call = CallFactory(opens_at=timezone.now() + opens_in)

    with pytest.raises(MoveRefused, match="not open"):
        drafting.start(call, own, person_of(own), project_name="甲")


def test_a_call_that_is_not_published_takes_none(own):
    with pytest.raises(MoveRefused, match="not open"):
        drafting.start(CallFactory(published_at=None), own, person_of(own), project_name="甲")


def test_a_second_draft_for_the_same_project_leads_to_the_first(call, own):
    person = person_of(own)
    first = drafting.start(call, own, person, project_name="甲")

    with pytest.raises(MoveRefused) as refusal:
        drafting.start(call, own, person, project_name=" 甲 ")

    assert (refusal.value.code, refusal.value.params) == ("exists", {"application": str(first.public_id)})
    assert drafting.start(call, own, person, project_name="乙").project_name == "乙"


def test_one_that_has_ended_does_not_stand_in_the_way(call, own):
    ApplicationFactory(call=call, organisation=own, project_name="甲", state=State.WITHDRAWN)

    assert drafting.start(call, own, person_of(own), project_name="甲").state == State.DRAFT


@pytest.mark.parametrize("name", ["", "  ", "\x00\u202e", "长" * 161])
def test_a_project_has_a_name_that_fits(call, own, name):
    with pytest.raises(ValidationError) as refusal:
        drafting.start(call, own, person_of(own), project_name=name)

    assert list(refusal.value.message_dict) == ["project_name"]


def test_a_project_of_the_registry_gives_its_name_and_what_is_known_of_it(call, own):
    project = ProjectFactory(name_zh="钨尾砂中试", investment_yuan="9000000.00", is_own_pilot=True, is_public=False)
    ProjectPartner.objects.create(project=project, organisation=own)

    application = drafting.start(call, own, person_of(own), project=project)

    assert application.project_name == "钨尾砂中试"
    assert application.data == {"own_pilot": True, "investment_yuan": "9000000.00"}


def test_a_project_in_which_the_firm_has_no_part_is_refused(call, own):
    with pytest.raises(ValidationError) as refusal:
        drafting.start(call, own, person_of(own), project=ProjectFactory())

    assert list(refusal.value.message_dict) == ["project"]


def test_an_invitation_opens_a_project_to_the_firm(call, own):
    project = ProjectFactory()
    CallInvitation.objects.create(call=call, project=project, organisation=own, sent_by=UserFactory())

    assert drafting.start(call, own, person_of(own), project=project).project == project


def test_answers_from_elsewhere_are_kept_as_far_as_they_fit(call, own):
    answers = {"trl_after": 8, "investment_yuan": "a lot", "no_such_field": 1, "contact_name": "李工"}

    application = drafting.start(call, own, person_of(own), project_name="甲", answers=answers)

    assert application.data == {"trl_after": 8, "contact_name": "李工"}


def test_the_recommending_unit_is_the_firms_and_no_other(call, own):
    person = person_of(own)
    with pytest.raises(ValidationError) as refusal:
        drafting.start(call, own, person, project_name="甲", recommender=OrganisationFactory())

    assert list(refusal.value.message_dict) == ["recommender"]
    assert drafting.start(call, own, person, project_name="甲", recommender=own.recommender).recommender is not None


# ---------------------------------------------------------------- the name of the project
def test_a_draft_gets_another_name(own):
    application = ApplicationFactory(organisation=own, project_name="甲")

    renamed = drafting.rename(application, "乙", person_of(own, MembershipRole.MEMBER))

    assert (renamed.project_name, renamed.version) == ("乙", 2)


def test_a_submitted_application_keeps_its_name(own):
    application = ApplicationFactory(organisation=own, state=State.FORM_CHECK)

    with pytest.raises(MoveRefused, match="until the application is submitted"):
        drafting.rename(application, "乙", person_of(own))


def test_a_name_that_another_draft_has_is_refused(call, own):
    ApplicationFactory(call=call, organisation=own, project_name="甲")
    application = ApplicationFactory(call=call, organisation=own, project_name="乙")

    with pytest.raises(MoveRefused, match="already"):
        drafting.rename(application, "甲", person_of(own))


# ---------------------------------------------------------------- handing over
def test_a_member_hands_over_and_a_lead_gives_it_back(own):
    application = ApplicationFactory(organisation=own)

    handed = drafting.hand_over(application, person_of(own, MembershipRole.MEMBER))
    back = drafting.take_back(handed, person_of(own, MembershipRole.PROJECT_LEAD), "销售数据有误")

    assert (handed.state, back.state, back.state_reason) == (State.UNIT_REVIEW, State.DRAFT, "销售数据有误")
    assert list(back.steps.values_list("action", flat=True)) == ["hand_over", "take_back"]


def test_a_reader_hands_nothing_over(own):
    with pytest.raises(PermissionDenied):
        drafting.hand_over(ApplicationFactory(organisation=own), person_of(own, MembershipRole.READER))


# ---------------------------------------------------------------- comments
def test_people_of_the_firm_speak_about_a_field_and_settle_it(own):
    application, reader = ApplicationFactory(organisation=own), person_of(own, MembershipRole.READER)

    said = drafting.comment(application, "与审计报告不一致", reader, about="investment_yuan")
    settled = drafting.settle(said, person_of(own))

    assert (said.about, said.text) == ("investment_yuan", "与审计报告不一致")
    assert settled.settled_by in [row.user for row in own.memberships.all()]


@pytest.mark.parametrize("about", ["no_such_field", "A99", "__class__"])
def test_a_comment_is_about_a_part_of_the_form(own, about):
    with pytest.raises(ValidationError):
        drafting.comment(ApplicationFactory(organisation=own), "请核对", person_of(own), about=about)


@pytest.mark.parametrize("text", ["", " \x00", "长" * 2001])
def test_a_comment_has_words_and_not_too_many(own, text):
    with pytest.raises(ValidationError):
        drafting.comment(ApplicationFactory(organisation=own), text, person_of(own))


def test_an_officer_and_a_stranger_say_nothing_inside_the_firm(own):
    application = ApplicationFactory(organisation=own, state=State.RECOMMENDATION)
    officer = person_of(own.recommender, MembershipRole.OFFICER)

    for person in (officer, UserFactory()):
        with pytest.raises(PermissionDenied):
            drafting.comment(application, "请核对", person)

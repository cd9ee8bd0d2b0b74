import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import MembershipRole
from common.models import JournalEntry
from subsidies.avoiding import Named, avoid
from subsidies.conflicts import reasons_for
from subsidies.enums import State
from subsidies.models import AvoidedExpert
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_decision import ExpertFactory
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.calls import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

WANG = Named("王建国", "湘南学院", "专利纠纷")
LI = Named("李明", "", "前雇员")


def kept(application):
    rows = application.avoided_experts.order_by("position")
    return [(row.position, row.name, row.employer, row.reason) for row in rows]


@pytest.mark.parametrize(
    "state",
    [
        State.DRAFT,
        State.UNIT_REVIEW,
        State.RECOMMENDATION,
        State.ACCEPTANCE,
        State.FORM_CHECK,
        State.CORRECTION,
        State.CHECKED,
    ],
)
def test_a_firm_names_experts_until_the_draw(state):
    application = ApplicationFactory(state=state)

    avoid(application, [WANG, LI], by=application.started_by)

    assert kept(application) == [(1, *WANG), (2, *LI)]


@pytest.mark.parametrize("state", [State.REVIEW, State.REVIEWED, State.WITHDRAWN, State.NOT_APPROVED])
def test_after_the_draw_or_the_end_nothing_changes(state):
    application = ApplicationFactory(state=state)

    with pytest.raises(MoveRefused, match="until then"):
        avoid(application, [WANG], by=application.started_by)


def test_the_list_is_replaced_as_a_whole_and_what_stays_leaves_no_trace():
    application = ApplicationFactory()
    avoid(application, [WANG, LI], by=application.started_by)
    before = JournalEntry.objects.count()

    avoid(application, [WANG, LI], by=application.started_by)
    assert JournalEntry.objects.count() == before
    avoid(application, [LI], by=application.started_by)
    assert kept(application) == [(1, *LI)]
    avoid(application, [], by=application.started_by)
    assert kept(application) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([WANG, LI, Named("甲", "", "理由"), Named("乙", "", "理由")], "three experts at most"),
        ([Named("王建国", "", " ")], "name and the reason"),
        ([Named("", "湘南学院", "纠纷")], "name and the reason"),
        ([WANG, WANG], "named twice"),
    ],
)
def test_a_list_that_cannot_be_kept_is_refused(rows, said):
    application = ApplicationFactory()

    with pytest.raises(MoveRefused, match=said):
        avoid(application, rows, by=application.started_by)
    assert kept(application) == []


def test_only_who_leads_the_application_names_experts():
    application = ApplicationFactory()

    for person in (person_of(application.organisation, MembershipRole.MEMBER), UserFactory()):
        with pytest.raises(PermissionDenied):
            avoid(application, [WANG], by=person)


def test_who_is_named_is_left_out():
    application = ApplicationFactory(state=State.CHECKED)
    expert = ExpertFactory(user=UserFactory(name="李明"))
    avoid(application, [LI], by=application.started_by)

    assert reasons_for([expert.pk], [application.pk]) == {(expert.pk, application.pk): ("avoided",)}


# ---------------------------------------------------------------- the page
def page_of(application):
    return reverse("subsidies:application_avoid", args=[application.public_id])


def typed(*rows):
    sent = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3"}
    for number, row in enumerate(rows):
        sent |= {f"form-{number}-{name}": value for name, value in row._asdict().items()}
    return sent


def test_the_page_keeps_the_list_and_shows_it_again():
    application = ApplicationFactory()
    client = client_for(application.started_by)

    answer = client.post(page_of(application), typed(WANG))

    assert (answer.status_code, kept(application)) == (302, [(1, *WANG)])
    assert 'value="王建国"' in client.get(page_of(application)).text


def test_the_page_says_what_is_wrong_and_loses_nothing():
    application = ApplicationFactory()

    answer = client_for(application.started_by).post(page_of(application), typed(Named("王建国", "", "")))

    assert (answer.status_code, AvoidedExpert.objects.count()) == (400, 0)
    assert "Give the name and the reason." in answer.text
    assert 'value="王建国"' in answer.text


def test_the_application_leads_to_the_page_while_it_is_of_use():
    early, late = ApplicationFactory(), ApplicationFactory(state=State.REVIEW)

    assert page_of(early) in client_for(early.started_by).get(early.get_absolute_url()).text
    assert page_of(late) not in client_for(late.started_by).get(late.get_absolute_url()).text


def test_after_the_draw_the_page_shows_the_list_without_a_form():
    application = ApplicationFactory(state=State.REVIEW)
    application.avoided_experts.create(position=1, **WANG._asdict(), named_by=application.started_by)
    client = client_for(application.started_by)

    answer = client.get(page_of(application))

    assert "王建国" in answer.text
    assert 'name="form-0-name"' not in answer.text
    assert client.post(page_of(application), typed(LI)).status_code == 400


def test_a_member_and_a_stranger_do_not_get_in():
    application = ApplicationFactory()

    assert (
        client_for(person_of(application.organisation, MembershipRole.MEMBER)).get(page_of(application)).status_code
        == 403
    )
    assert client_for(UserFactory()).get(page_of(application)).status_code == 404

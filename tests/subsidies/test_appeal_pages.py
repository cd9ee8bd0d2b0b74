import pytest
from django.urls import reverse

from accounts.enums import MembershipRole, PersonKind
from subsidies import appealing, deciding
from subsidies.enums import AppealState, State
from subsidies.models import Appeal, Application
from tests.factories_decision import staff
from tests.factories_subsidies import person_of
from tests.subsidies.calls import client_for
from tests.subsidies.deciders import ROUTE, TurnedDown, agenda, bureau, decided, funded_call, recorded, turned_down
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def make_world() -> TurnedDown:
    return turned_down()


people, application = parts(TurnedDown)


def lead_of(application):
    return person_of(application.organisation, MembershipRole.PROJECT_LEAD)


def appeal_page(application):
    return reverse("subsidies:application_appeal", args=[application.public_id])


def desk_page(appeal):
    return reverse("admin:subsidies_appeal_change", args=[appeal.pk])


# ---------------------------------------------------------------- the applicant
@pytest.mark.parametrize("verdict", ["reject", "defer"])
def test_the_applicant_reads_reason_route_last_day_and_scores_without_names(verdict):
    people = bureau()
    application = decided(people, funded_call(), verdict)
    decision = application.decisions.get()
    expert = application.assignments.get().expert

    text = client_for(lead_of(application)).get(application.get_absolute_url()).text

    for shown in (decision.reason, ROUTE, "总体水平", "80.00", appeal_page(application)):
        assert shown in text
    for hidden in (str(expert), str(people.secretary), str(people.leader), str(people.head)):
        assert hidden not in text


def test_nothing_is_seen_of_what_is_recorded_and_not_released(people):
    _meeting, (decision,) = agenda(people, funded_call(), "80.00")
    recorded(decision, people.secretary, "reject", reason="机密理由")
    application = Application.objects.get(pk=decision.application_id)

    text = client_for(lead_of(application)).get(application.get_absolute_url()).text

    assert "机密理由" not in text
    assert "总体水平" not in text
    assert "不予支持" not in text


def test_what_is_approved_has_its_amount_and_no_appeal(people):
    application = decided(people, funded_call(), "approve")

    text = client_for(lead_of(application)).get(application.get_absolute_url()).text

    assert "200 万元" in text
    assert appeal_page(application) not in text


def test_the_applicant_appeals_on_a_page_and_reads_the_answer(application):
    client = client_for(lead_of(application))
    assert client.get(appeal_page(application)).status_code == 200

    answer = client.post(appeal_page(application), {"text": "折旧应计入投入"})

    assert (answer.status_code, Appeal.objects.get().text) == (302, "折旧应计入投入")
    assert "折旧应计入投入" in client.get(application.get_absolute_url()).text
    appealing.answer(Appeal.objects.get(), by=staff(PersonKind.SECTION_HEAD), is_upheld=False, answer="折旧不计入")
    text = client.get(application.get_absolute_url()).text
    assert "折旧不计入" in text
    assert appeal_page(application) not in text


def test_a_late_appeal_keeps_what_was_typed(time_machine, application):
    time_machine.move_to("2099-01-01T10:00:00+08:00")
    client = client_for(lead_of(application))

    answer = client.post(appeal_page(application), {"text": "折旧应计入投入"})

    assert "折旧应计入投入" in answer.text
    assert "申诉期限已过" in answer.text
    assert not Appeal.objects.exists()


def test_readers_and_strangers_reach_no_appeal(people, application):
    reader = person_of(application.organisation, MembershipRole.READER)
    stranger = lead_of(decided(people, funded_call(), "reject"))

    assert client_for(reader).post(appeal_page(application), {"text": "申诉"}).status_code == 403
    assert client_for(stranger).post(appeal_page(application), {"text": "申诉"}).status_code == 404
    assert not Appeal.objects.exists()


# ---------------------------------------------------------------- the desk
def appealed(application):
    return appealing.appeal(application, by=lead_of(application), text="折旧应计入投入")


def test_somebody_who_took_no_part_answers_on_the_desk(application):
    made = appealed(application)
    client = client_for(staff(PersonKind.SECTION_HEAD))
    assert "折旧应计入投入" in client.get(desk_page(made)).text

    assert client.post(desk_page(made), {"do": "answer", "answer-answer": "予以复议"}).status_code == 400
    sent = {"do": "answer", "answer-is_upheld": "yes", "answer-answer": "予以复议"}
    assert client.post(desk_page(made), sent).status_code == 302

    made.refresh_from_db()
    application.refresh_from_db()
    assert (made.state, application.state) == (AppealState.UPHELD, State.REVIEWED)


def test_who_took_part_is_told_so(people, application):
    made = appealed(application)

    answer = client_for(people.head).get(desk_page(made))

    assert "您参与过该决定" in answer.text
    assert answer.context["board"].offers == {}


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_appeals_asks_as_much_for_four_as_for_one(people, django_assert_num_queries, count):
    for _ in range(count):
        appealed(decided(people, funded_call(), "reject"))
    client = client_for(people.leader)

    with django_assert_num_queries(8):
        assert client.get(reverse("admin:subsidies_appeal_changelist")).status_code == 200


def test_a_last_day_is_computed_and_not_typed(application):
    assert deciding.appeal_ends(application) is not None

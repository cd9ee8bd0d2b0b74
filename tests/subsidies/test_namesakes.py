"""Another person of the same name: two people say so, a third draws, and the draw says how many were let in."""

import json
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import PersonKind
from common.models import JournalEntry
from subsidies import drawing, namesakes
from subsidies.conflicts import lasting_reasons
from subsidies.draw_files import file_of
from subsidies.enums import ExclusionReason, NamesakeBasis, State
from subsidies.models import Application, Call, Expert, ExpertEmployment, Namesake
from subsidies.workflow import MoveRefused
from tests.factories_decision import staff
from tests.factories_subsidies import put
from tests.subsidies.calls import client_for
from tests.subsidies.panels import TECHNICAL, call_with, checked, clerk, confirmed, experts, head
from tests.subsidies.test_impartial import bind
from tests.worlds import parts
from tools.verify_draw import draw as run_again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

SECTION = {"id": "people", "title_zh": "人员", "fields": [{"id": "holder", "type": "text", "label_zh": "权利人"}]}
TOLD = {"basis": NamesakeBasis.IDENTITY, "reason": "出生年月不同"}


class World(NamedTuple):
    call: Call
    pair: tuple[Application, Expert]


def make_world() -> World:
    """An application that names somebody, and the only expert, who has that name."""
    call = call_with({"size": 1, "reserves": 0}, sections=[SECTION])
    (expert,) = experts(TECHNICAL)
    (application,) = checked(call, data={"holder": expert.user.name})
    return World(call, (application, expert))


call, pair = parts(World)


def recorded(pair, by=None, **told):
    application, expert = pair
    return namesakes.record(application, expert=expert, by=by or clerk(), **{**TOLD, **told})


def in_force(pair):
    return namesakes.confirm(recorded(pair), by=head())


def reasons(pair):
    application, expert = pair
    return lasting_reasons(expert.pk, application.pk)


# ---------------------------------------------------------------- two people
def test_the_exclusion_is_lifted_by_two_people_and_not_by_one(pair):
    assert reasons(pair) == (ExclusionReason.NAMED,)

    row = recorded(pair)
    assert reasons(pair) == (ExclusionReason.NAMED,)
    namesakes.confirm(row, by=head())

    assert reasons(pair) == ()
    assert set(JournalEntry.objects.filter(object_type="subsidies.namesake").values_list("action", flat=True)) == {
        "record_namesake",
        "confirm_namesake",
    }


def test_nobody_confirms_their_own_record_nor_without_the_right_nor_with_an_interest(pair):
    author, tied = head(), head()
    row = recorded(pair, by=author)
    bind(tied, pair[0], "partner")

    for person in (author, tied, clerk(), staff(PersonKind.BUREAU_LEADER), pair[1].user):
        with pytest.raises(PermissionDenied):
            namesakes.confirm(row, by=person)
    assert reasons(pair) == (ExclusionReason.NAMED,)


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.COUNTY_OFFICER])
def test_who_may_not_record_records_nothing(pair, kind):
    with pytest.raises(PermissionDenied):
        recorded(pair, by=staff(kind))


def test_nobody_records_it_of_a_case_of_their_own(pair):
    person = clerk()
    bind(person, pair[0], "partner")

    with pytest.raises(PermissionDenied):
        recorded(pair, by=person)


def test_only_what_keeps_somebody_out_is_recorded_once_and_with_its_reason(pair, call):
    (other,) = experts(TECHNICAL)
    for wrong in ({"basis": "rumour"}, {"reason": " "}):
        with pytest.raises(MoveRefused):
            recorded(pair, **wrong)
    with pytest.raises(MoveRefused, match="names nobody of this expert's name"):
        recorded((pair[0], other))
    recorded(pair)
    with pytest.raises(MoveRefused, match="recorded already"):
        recorded(pair)
    assert Namesake.objects.count() == 1


def test_it_is_recorded_while_a_panel_can_still_be_drawn(pair):
    put(pair[0], state=State.WITHDRAWN)

    with pytest.raises(MoveRefused, match="between the form check"):
        recorded(pair)


def test_an_employer_that_is_named_keeps_the_expert_out_all_the_same(call):
    (expert,) = experts(TECHNICAL)
    ExpertEmployment.objects.create(expert=expert, name="湘南学院")
    (application,) = checked(call, data={"holder": f"{expert.user.name}、湘南学院"})

    in_force((application, expert))

    assert reasons((application, expert)) == (ExclusionReason.NAMED,)


def test_it_holds_for_one_application_alone(pair, call):
    (other,) = checked(call, data={"holder": pair[1].user.name})

    in_force(pair)

    assert reasons((other, pair[1])) == (ExclusionReason.NAMED,)


def test_whoever_finds_it_wrong_withdraws_it_and_the_expert_stays_out_again(pair):
    row = in_force(pair)
    with pytest.raises(PermissionDenied):
        namesakes.end(row, by=staff(PersonKind.FINANCE), reason="确系本人")

    namesakes.end(row, by=clerk(), reason="确系本人")

    assert reasons(pair) == (ExclusionReason.NAMED,)
    with pytest.raises(MoveRefused, match="withdrawn already"):
        namesakes.end(row, by=clerk(), reason="确系本人")
    assert recorded(pair)


# ---------------------------------------------------------------- the draw
def test_a_third_person_draws(pair):
    author, confirmer = clerk(), head()
    namesakes.confirm(recorded(pair, by=author), by=confirmer)

    for person in (author, confirmer):
        with pytest.raises(MoveRefused, match="another person runs this draw"):
            drawing.draw(pair[0].call, [pair[0]], by=person)
    assert drawing.draw(pair[0].call, [pair[0]], by=clerk())


def test_the_inputs_say_how_many_were_let_in_and_how_that_is_known_and_the_draw_runs_again(pair):
    experts(TECHNICAL)
    with pytest.raises(MoveRefused):
        drawing.draw(pair[0].call, [], by=clerk())
    in_force(pair)

    made = drawing.draw(pair[0].call, [pair[0]], by=clerk())

    (row,) = made.inputs["applications"]
    assert (row["namesakes"], len(row["candidates"])) == ({"identity": 1}, 2)
    published = json.loads(json.dumps(file_of(made)))
    assert run_again(published["inputs"], published["seed"]) == published["result"]
    assert pair[1].user.name not in json.dumps(published, ensure_ascii=False)
    assert made.exclusions == []


def test_a_draw_without_any_says_nothing_of_them(call):
    experts(TECHNICAL)

    made = drawing.draw(call, checked(call), by=clerk())

    assert "namesakes" not in made.inputs["applications"][0]


def test_a_record_withdrawn_after_the_draw_keeps_it_from_being_confirmed(pair):
    row = in_force(pair)
    made = drawing.draw(pair[0].call, [pair[0]], by=clerk())
    namesakes.end(row, by=clerk(), reason="确系本人")

    with pytest.raises(MoveRefused, match="can no longer sit"):
        drawing.confirm(made, by=head())


def test_the_public_page_counts_them(pair):
    in_force(pair)
    made = confirmed(pair[0])
    put(pair[0], state=State.WITHDRAWN)

    answer = Client().get(reverse("subsidies:draw_detail", args=[made.public_id]))

    assert answer.context["namesakes"] == [(str(NamesakeBasis.IDENTITY.label), 1)]
    assert pair[1].user.name not in answer.text


# ---------------------------------------------------------------- by plain SQL
@pytest.mark.parametrize(
    ("assignments", "sentence"),
    [
        ("confirmed_by_id = entered_by_id, confirmed_at = entered_at", "namesake_four_eyes"),
        ("ended_by_id = entered_by_id, ended_at = entered_at", "namesake_ended_with_reason"),
        ("reason = '另一理由'", "never rewritten"),
    ],
)
def test_the_database_refuses_it_whoever_writes(pair, assignments, sentence):
    row = recorded(pair)

    with pytest.raises(IntegrityError, match=sentence), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE subsidies_namesake SET {assignments} WHERE id = %s", [row.pk])


def test_no_record_is_deleted(pair):
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        recorded(pair).delete()


# ---------------------------------------------------------------- the desk
def test_the_desk_leads_from_the_draw_to_the_record_and_to_its_confirmation(pair):
    application, expert = pair
    client, by = client_for(clerk()), client_for(head())
    add = f"{reverse('admin:subsidies_namesake_add')}?application={application.pk}&expert={expert.pk}"

    assert add.replace("&", "&amp;") in client.get(reverse("admin:subsidies_draw_new", args=[application.call_id])).text
    assert client.post(add, {"basis": "identity", "reason": " "}).status_code == 400
    assert client.post(add, {"basis": "identity", "reason": "出生年月不同"}).status_code == 302
    page = Namesake.objects.get().get_absolute_url()
    assert list(client.get(page).context["board"].offers) == ["end"]
    assert list(by.get(page).context["board"].offers) == ["confirm", "end"]
    by.post(page, {"do": "confirm"})

    assert reasons(pair) == ()


def test_a_record_about_a_case_of_their_own_is_absent(pair):
    row, person = recorded(pair), clerk()
    bind(person, pair[0], "partner")
    client = client_for(person)

    assert client.get(row.get_absolute_url()).status_code == 404
    assert list(client.get(reverse("admin:subsidies_namesake_changelist")).context["cl"].result_list) == []
    assert list(namesakes.namesakes_for(clerk())) == [row]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(call, count, django_assert_num_queries):
    for expert in experts(*[TECHNICAL] * count):
        (application,) = checked(call, data={"holder": expert.user.name})
        recorded((application, expert))
    client = client_for(clerk())

    with django_assert_num_queries(9):
        client.get(reverse("admin:subsidies_namesake_changelist"))

import json
import subprocess
import sys
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import PersonKind
from subsidies import drawing
from subsidies.draw_files import file_of, outcome_of
from subsidies.enums import State
from subsidies.models import Application, ExpertEmployment
from tests.factories_decision import prepare, staff
from tests.factories_subsidies import put
from tests.subsidies.calls import client_for
from tests.subsidies.panels import FINANCE, TECHNICAL, call_with, checked, clerk, confirmed, experts, head
from tests.worlds import parts

pytestmark = pytest.mark.django_db

LIST = reverse("subsidies:draw_list")
VERIFIER = reverse("subsidies:draw_verifier")


def page_of(draw):
    return reverse("subsidies:draw_detail", args=[draw.public_id])


def file_at(draw):
    return reverse("subsidies:draw_file", args=[draw.public_id])


def decide(application, *way):
    before = Application.objects.values_list("state", flat=True).get(pk=application.pk)
    for state in way or (State.REVIEWED, State.MEETING, State.NOT_APPROVED):
        prepare(application, before, state)
        put(application, state=state)
        before = state


class World(NamedTuple):
    two: list[Application]


def make_world() -> World:
    """Two applications that can be drawn for, and experts; one is bound to the firm of the first."""
    call = call_with({"size": 2, "reserves": 1, "least": {"finance": 1}})
    applications = checked(call, 2)
    experts(TECHNICAL, TECHNICAL, FINANCE, FINANCE)
    (bound,) = experts(TECHNICAL)
    ExpertEmployment.objects.create(expert=bound, organisation=applications[0].organisation)
    return World(applications)


(two,) = parts(World)


@pytest.mark.parametrize("state", [State.REVIEW, State.REVIEWED, State.MEETING])
def test_a_draw_is_nobodys_business_before_all_is_decided(state, two):
    made = confirmed(*two)
    decide(two[0])
    way = (State.REVIEW, State.REVIEWED, State.MEETING)
    decide(two[1], *way[1 : way.index(state) + 1]) if state != State.REVIEW else None

    for client in (Client(), client_for(staff(PersonKind.ENTERPRISE)), client_for(staff(PersonKind.EXPERT))):
        assert client.get(page_of(made)).status_code == 404
        assert client.get(file_at(made)).status_code == 404
        assert page_of(made) not in client.get(LIST).text


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE])
def test_the_bureau_sees_a_draw_at_once(kind, two):
    made = drawing.draw(two[0].call, two, by=clerk())

    assert client_for(staff(kind)).get(page_of(made)).status_code == 200


def test_once_all_is_decided_everybody_sees_it_by_code_and_number_alone(two):
    made = confirmed(*two)
    for row in two:
        decide(row)
    client = Client()

    page, file = client.get(page_of(made)).text, client.get(file_at(made)).text

    for panel in made.result["panels"]:
        for word in (panel["application"], *panel["members"]):
            assert word in page
            assert word in file
    for row in two:
        for seat in row.assignments.all():
            assert seat.expert.user.name not in page + file
        assert row.project_name not in page + file
        assert row.organisation.name_zh not in page + file
    assert page_of(made) in client.get(LIST).text


def test_exclusions_are_counted_and_not_named(two):
    made = confirmed(*two)
    for row in two:
        decide(row)
    (left_out,) = made.exclusions

    answer = Client().get(page_of(made))

    assert [number for _words, number in answer.context["excluded"]] == [1]
    assert "exclusions" not in file_of(made)
    assert made.inputs["applications"][0]["candidates"].keys().isdisjoint({left_out["expert"]})


@pytest.mark.parametrize("settle", [lambda draw: None, lambda draw: drawing.discard(draw, by=head(), reason="重来")])
def test_a_draw_that_was_not_confirmed_is_never_public(settle, two):
    made = drawing.draw(two[0].call, two, by=clerk())
    settle(made)

    assert Client().get(page_of(made)).status_code == 404


def test_what_was_discarded_before_stands_with_its_reason_and_no_name_beside_the_draw(two):
    by = head()
    drawing.discard(drawing.draw(two[0].call, two[:1], by=clerk()), by=by, reason="回避名单有误")
    elsewhere = checked(two[0].call)
    drawing.discard(drawing.draw(two[0].call, elsewhere, by=clerk()), by=by, reason="另一申报")
    made = confirmed(*two)
    assert "回避名单有误" not in Client().get(LIST).text
    for row in two:
        decide(row)

    for text in (Client().get(LIST).text, Client().get(page_of(made)).text):
        assert text.count("回避名单有误") == 1
        assert "另一申报" not in text
        assert by.name not in text


def test_a_draw_that_nothing_followed_is_public_with_its_outcome_once_its_applications_have_ended(two):
    discarded = drawing.draw(two[0].call, two[:1], by=clerk())
    drawing.discard(discarded, by=head(), reason="回避名单有误")
    waiting = drawing.draw(two[0].call, two[1:], by=clerk())
    addresses = [reverse_of(draw) for draw in (discarded, waiting) for reverse_of in (page_of, file_at)]
    assert [Client().get(each).status_code for each in addresses] == [404] * 4
    for row in two:
        put(row, state=State.WITHDRAWN)

    client = Client()
    rows = client.get(LIST).context["draws"]

    assert [(draw, outcome.reason) for draw, outcome, _beside in rows] == [(waiting, ""), (discarded, "回避名单有误")]
    assert [client.get(each).status_code for each in addresses] == [200] * 4
    assert outcome_of(waiting).words in client.get(page_of(waiting)).text
    page = client.get(page_of(discarded))
    assert (page.context["outcome"].reason, page.text.count("回避名单有误")) == ("回避名单有误", 1)
    assert page.context["discarded"] == []


def test_the_desk_lists_every_draw_with_its_outcome_and_reason(two):
    drawing.discard(drawing.draw(two[0].call, two[:1], by=clerk()), by=head(), reason="回避名单有误")
    drawing.draw(two[0].call, two[1:], by=clerk())

    text = client_for(staff(PersonKind.DISCIPLINE)).get(reverse("admin:subsidies_draw_changelist")).text

    assert ("回避名单有误" in text, text.count("field-standing")) == (True, 2)


def test_a_draw_that_followed_no_other_names_none_discarded(two):
    made = confirmed(*two)
    for row in two:
        decide(row)

    assert [row[2] for row in Client().get(LIST).context["draws"]] == [[]]
    assert Client().get(page_of(made)).context["discarded"] == []


def test_a_visitor_downloads_both_files_and_verifies_the_draw(two, tmp_path):
    made = confirmed(*two)
    for row in two:
        decide(row)
    client = Client()
    (tmp_path / "verify_draw.py").write_text(client.get(VERIFIER).text, "utf-8")
    (tmp_path / "draw.json").write_bytes(client.get(file_at(made)).content)

    done = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", "draw.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "The published result is what the inputs and the seed give."
    assert json.loads((tmp_path / "draw.json").read_text("utf-8"))["draw"] == str(made.public_id)


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries_for_any_number(count, django_assert_num_queries):
    call = call_with({"size": 1})
    applications = checked(call, count)
    experts(*[TECHNICAL] * count)
    made = confirmed(*applications)
    for row in applications:
        decide(row)

    with django_assert_num_queries(2):
        Client().get(LIST)
    with django_assert_num_queries(2):
        Client().get(page_of(made))

import re

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from subsidies import drawing
from subsidies.admin.words import DEEDS
from subsidies.enums import ExpertState, State
from subsidies.models import Draw, Expert, ExpertEmployment
from tests.bases.admin_pages import filled
from tests.factories import IndustryFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_decision import ExpertFactory, seat, staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.calls import client_for
from tests.subsidies.panels import FINANCE, TECHNICAL, call_with, checked, clerk, experts

pytestmark = pytest.mark.django_db

EXPERTS = reverse("admin:subsidies_expert_changelist")


def page_of(draw):
    return reverse("admin:subsidies_draw_change", args=[draw.pk])


def new(call):
    return reverse("admin:subsidies_draw_new", args=[call.pk])


# ---------------------------------------------------------------- the register
def test_an_expert_gets_a_code_once():
    client, people = client_for(clerk()), [staff(PersonKind.EXPERT) for _number in range(2)]
    add = reverse("admin:subsidies_expert_add")

    for person in people:
        client.post(add, filled(client, add, user=person.pk, kind="technical"))

    assert list(Expert.objects.order_by("pk").values_list("code", "user")) == [
        ("ZJ-0001", people[0].pk),
        ("ZJ-0002", people[1].pk),
    ]


def test_only_accounts_of_experts_who_are_not_in_the_register_can_be_entered():
    known, fresh = ExpertFactory().user, staff(PersonKind.EXPERT)

    form = client_for(clerk()).get(reverse("admin:subsidies_expert_add")).context["adminform"].form

    choices = {int(str(key)) for key, _label in form.fields["user"].choices if key}
    assert choices == {fresh.pk}
    assert known.pk not in choices


def test_account_and_code_never_change():
    expert, other = ExpertFactory(), staff(PersonKind.EXPERT)
    client, url = client_for(clerk()), reverse("admin:subsidies_expert_change", args=[ExpertFactory().pk])

    client.post(url, {**filled(client, url), "user": other.pk, "code": "ZJ-9999", "state": ExpertState.SUSPENDED})

    changed = Expert.objects.exclude(pk=expert.pk).get()
    assert (changed.user.pk == other.pk, changed.code == "ZJ-9999", changed.state) == (False, False, "suspended")


def test_an_employer_outside_the_registry_is_kept_by_name_and_one_of_it_by_its_own():
    expert, body = ExpertFactory(), OrganisationFactory(name_zh="湘南学院")
    client, url = client_for(clerk()), reverse("admin:subsidies_expert_change", args=[expert.pk])
    rows = {"employments-TOTAL_FORMS": "2", "employments-0-name": "中南大学", "employments-1-organisation": body.pk}

    answer = client.post(url, {**filled(client, url), **rows})

    assert answer.status_code == 302
    assert sorted(expert.employments.values_list("name", "organisation")) == [("中南大学", None), ("湘南学院", body.pk)]


def test_an_employment_without_organisation_and_name_is_refused():
    expert = ExpertFactory()
    client, url = client_for(clerk()), reverse("admin:subsidies_expert_change", args=[expert.pk])
    rows = {"employments-TOTAL_FORMS": "1", "employments-0-since": "2020-01-01"}

    answer = client.post(url, {**filled(client, url), **rows})

    assert (answer.status_code, ExpertEmployment.objects.count()) == (200, 0)


def test_experts_are_found_by_name_code_and_employer():
    wanted, _other = ExpertFactory(), ExpertFactory()
    ExpertEmployment.objects.create(expert=wanted, name="湘南学院化学系")
    client = client_for(clerk())

    for words in (wanted.code, wanted.user.name, "湘南学院"):
        assert list(client.get(EXPERTS, {"q": words}).context["cl"].result_list) == [wanted]


def test_the_list_counts_what_is_open_and_names_no_more_than_needed():
    expert = ExpertFactory()
    seat(ApplicationFactory(state=State.REVIEW), expert)
    seat(ApplicationFactory(state=State.NOT_APPROVED), expert)

    answer = client_for(clerk()).get(EXPERTS)

    row = next(each for each in answer.context["cl"].result_list if each == expert)
    assert row.open_count == 1
    assert expert.user.email not in answer.text


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_experts_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    for _number in range(count):
        expert = ExpertFactory()
        expert.fields.add(IndustryFactory())
        ExpertEmployment.objects.create(expert=expert, name="某单位")
    client = client_for(clerk())

    with django_assert_num_queries(11):
        client.get(EXPERTS)


# ---------------------------------------------------------------- drawing on the desk
def test_one_call_with_waiting_applications_is_opened_straight():
    call = call_with()
    checked(call)

    answer = client_for(clerk()).get(reverse("admin:subsidies_draw_calls"))

    assert (answer.status_code, answer.headers["Location"]) == (302, new(call))


def test_before_the_draw_the_desk_shows_who_can_be_drawn_and_who_not_and_why():
    call = call_with()
    (application,) = checked(call)
    free, bound = experts(TECHNICAL, FINANCE)
    ExpertEmployment.objects.create(expert=bound, organisation=application.organisation)

    (choice,) = client_for(clerk()).get(new(call)).context["choices"]

    assert (choice.application, choice.free, choice.seats, choice.obstacle) == (application, 1, 3, "")
    assert [(kind.can_be_drawn, kind.needed, kind.is_short) for kind in choice.kinds] == [
        (1, 1, False),
        (0, 1, True),
        (0, 0, False),
    ]
    assert [(each.code, each.name) for each in choice.excluded] == [(bound.code, str(bound.user))]
    assert free.code not in [each.code for each in choice.excluded]


def test_chosen_applications_are_drawn_for():
    call, by = call_with({"size": 1}), clerk()
    chosen, left = checked(call, 2)
    experts(TECHNICAL)

    answer = client_for(by).post(new(call), {"application": [chosen.pk]})

    made = Draw.objects.get()
    assert answer.headers["Location"] == page_of(made)
    assert (made.drawn_by, drawing.numbers_of(made)) == (by, [chosen.number])
    assert left.number not in str(made.inputs)


@pytest.mark.parametrize("sent", [{}, {"application": ["x"]}, {"application": ["99999"]}])
def test_nothing_is_drawn_for_nothing(sent):
    call = call_with({"size": 1})
    checked(call)
    experts(TECHNICAL)

    answer = client_for(clerk()).post(new(call), sent)

    assert (answer.status_code, Draw.objects.count()) == (200, 0)


def test_an_application_of_another_call_cannot_be_slipped_in():
    call, other = call_with({"size": 1}), call_with({"size": 1})
    (theirs,) = checked(other)
    checked(call)
    experts(TECHNICAL)

    client_for(clerk()).post(new(call), {"application": [theirs.pk]})

    assert not Draw.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_before_the_draw_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    call = call_with(visit="before_panel")
    checked(call, count)
    experts(*[TECHNICAL] * count)
    client = client_for(clerk())

    with django_assert_num_queries(29):
        client.get(new(call))


def test_every_deed_has_words_in_the_journal():
    actions = set()
    for path in ("drawing", "panels", "stuck_reviews", "availability", "avoiding"):
        with open(f"subsidies/{path}.py", encoding="utf-8") as file:
            actions |= set(re.findall(r'action="(\w+)"', file.read()))

    assert len(actions) > 9
    assert actions - set(DEEDS) == set()

import pytest
from django.contrib import admin
from django.urls import reverse

from bases.models import Base
from subsidies.models import Subscription
from tests.bases.admin_pages import client_of, staff
from tests.factories import BaseFactory, DivisionFactory
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/bases/base/"
CASES = [
    ("nonsense=1", ["This list has no filter “nonsense”."]),
    ("cursor=zz", ["This list has no filter “cursor”."]),
    ("nonsense=1&kind__exact=zzz", ["This list has no filter “nonsense”.", "Kind: there is no “zzz”."]),
    ("kind__exact=zzz", ["Kind: there is no “zzz”."]),
    ("kind=zzz", ["Kind: there is no “zzz”."]),
    ("kind__in=public,zzz", ["Kind: there is no “zzz”."]),
    ("kind__nonsense=1", ["This list has no filter “kind__nonsense”."]),
    ("kind__exact=%00", ["Kind: “�” cannot be read.", "Kind: there is no “�”."]),
    ("division__code__exact=999999", ["County: there is no “999999”."]),
    ("division__name_zh=临武", ["This list has no filter “division__name_zh”."]),
    ("industry=zzz", ["Industry: there is no “zzz”."]),
    ("verified=zzz", ["Verification: there is no “zzz”."]),
    ("trl_min=four", ["Readiness level from: “four” cannot be read."]),
    ("listed_on__gte=zzz", ["Listed on: “zzz” cannot be read."]),
    ("q=%00", ["The search words hold a character that cannot be read."]),
    (f"q={'a' * 201}", ["200 characters are the most that can be searched for at once."]),
    ("o=99", ["This list has no order “99”."]),
    ("o=1.zzz", ["This list has no order “zzz”."]),
    ("p=zzz", ["This list has no page “zzz”."]),
    ("all=", ["This list has no filter “all”."]),
]


@pytest.fixture
def english():
    person = staff()
    person.language = "en"
    person.save(update_fields=["language"])
    return client_of(person)


@pytest.mark.parametrize(("query", "sentences"), CASES, ids=[query[:30] for query, _sentences in CASES])
def test_whatever_a_list_cannot_follow_is_named_with_the_way_back(english, query, sentences):
    BaseFactory()

    page = english.get(f"{LIST}?{query}")

    assert (page.status_code, page.context_data["refusals"]) == (400, sentences)
    assert f'href="{LIST}"' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("published_on__year=99999", "99999"), ("published_on__year=2026&published_on__month=13", "2026-13")],
)
def test_a_year_or_month_that_no_calendar_has_is_named(english, query, wrong):
    page = english.get(f"/admin/common/source/?{query}")

    assert (page.status_code, page.context_data["refusals"]) == (400, [f"Published on: “{wrong}” cannot be read."])


def test_the_sentences_are_in_the_language_of_the_reader():
    page = client_of(staff()).get(f"{LIST}?nonsense=1&kind__exact=zzz&q=%00")

    assert page.context_data["refusals"] == [
        "关键词含有无法识别的字符。",
        "此列表没有“nonsense”筛选项。",
        "类别没有“zzz”这一项。",
    ]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 1),
        ("e=1", 1),
        ("kind__exact=specialised&state__exact=listed&o=1.-2&q=", 1),
        ("kind__exact=public", 0),
        ("kind__in=public,specialised", 1),
        ("division__code__exact=431022", 0),
        ("division__isnull=True", 0),
        ("industry=", 1),
        ("verified=old", 1),
        ("openness__exact=", 0),
        ("q=" + "没有这样的词", 0),
        ("_popup=1", 1),
    ],
)
def test_a_good_address_is_followed_even_where_nothing_is_found(query, rows):
    DivisionFactory(code="431022", name_zh="宜章县")
    BaseFactory(openness="open")

    page = client_of(staff()).get(f"{LIST}?{query}")

    assert (page.status_code, len(page.context_data["cl"].result_list)) == (200, rows)


def test_an_action_on_a_list_that_cannot_be_followed_changes_nothing(english):
    base = BaseFactory()

    answer = english.post(f"{LIST}?nonsense=1", {"action": "suspend_many", "_selected_action": [base.pk]})

    assert answer.status_code == 400
    assert Base.objects.get().state == base.state


def lists():
    """But for the counts of subscriptions, which are no list and take no parameter."""
    models = [model for model in admin.site._registry if model is not Subscription]
    names = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in models]
    return sorted(reverse(name) for name in names)


def test_every_list_of_the_desk_names_what_it_does_not_know():
    root = client_of(UserFactory(is_staff=True, is_superuser=True, language="en"))

    answers = {address: root.get(f"{address}?nonsense=1") for address in lists()}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(answers, 400)
    for address, answer in answers.items():
        assert answer.context_data["refusals"] == ["This list has no filter “nonsense”."], address


def test_every_link_of_the_filters_and_columns_of_every_list_leads_to_a_list():
    root = client_of(UserFactory(is_staff=True, is_superuser=True))
    BaseFactory()

    for address in lists():
        listed = root.get(address).context_data.get("cl")
        if listed is None:
            continue
        links = [choice["query_string"] for spec in listed.filter_specs for choice in spec.choices(listed)]
        columns = [f"?o={place}" for place, name in enumerate(listed.list_display) if listed.get_ordering_field(name)]
        for link in [*links, *columns]:
            assert root.get(f"{address}{link}").status_code == 200, (address, link)

import pytest
from django.utils import translation

from bases.enums import State
from bases.filters import BaseFilter
from projects.filters import ProjectFilter
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ParkFactory, ProjectFactory

CODE = "The filter “%s” cannot be read: use letters, digits and hyphens alone."
LEVEL = "Readiness level is a whole number from 1 to 9."
UNREADABLE = "The search words hold a character that cannot be read."
REFUSED = [
    ("kind", "zzz", "Kind: there is no “zzz”."),
    ("kind", "\x00", "Kind: there is no “�”."),
    ("service", "zzz", "Service: there is no “zzz”."),
    ("equipment", "x" * 300, f"Equipment: there is no “{'x' * 40}”."),
    ("openness", "\u202eopen", "Outside work: there is no “�open”."),
    ("trl", "0", LEVEL),
    ("trl", "10", LEVEL),
    ("trl", "1.5", LEVEL),
    ("trl", "NaN", LEVEL),
    ("trl", "一", LEVEL),
    ("division", "\x00", CODE % "County"),
    ("park", "a b", CODE % "Park"),
    ("industry", "<b>", CODE % "Industry"),
    ("q", "a\x00", UNREADABLE),
    ("q", "中" * 201, "200 characters are the most that can be searched for at once."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_a_bad_value_is_refused_in_a_sentence_that_names_the_filter(name, value, sentence):
    with translation.override("en"):
        assert BaseFilter({name: value}).form.errors == {name: [sentence]}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("stage", "x", "Stage: there is no “x”."),
        ("base", "a b", CODE % "Host base"),
        ("q", "\x00", UNREADABLE),
    ],
)
def test_projects_refuse_in_the_same_words(name, value, sentence):
    with translation.override("en"):
        assert ProjectFilter({name: value}).form.errors == {name: [sentence]}


@pytest.mark.parametrize(("name", "value"), [("trl", "9"), ("kind", "public"), ("division", "431025"), ("q", "电池")])
def test_a_good_value_passes(name, value):
    assert BaseFilter({name: value}).form.errors == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "names"),
    [("bases/?kind=zzz&trl=0&division=%00&q=%00", ["kind", "trl", "division", "q"]), ("projects/?stage=x", ["stage"])],
)
def test_page_and_api_give_the_same_sentences(client, address, names):
    page = client.get(f"/en/{address}")
    errors = client.get(f"/api/v1/{address}", headers={"accept-language": "en"}).json()["errors"]

    assert sorted(errors) == sorted(names)
    assert page.status_code == 400
    assert sorted(page.context["refusals"]) == sorted(sentence for texts in errors.values() for sentence in texts)


UNKNOWN = [
    ("bases/?division=999999", {"division": ["County: there is no “999999”."]}),
    ("bases/?park=no&industry=zz", {"park": ["Park: there is no “no”."], "industry": ["Industry: there is no “zz”."]}),
    ("bases/?division=999999&q=电池&view=map", {"division": ["County: there is no “999999”."]}),
    ("projects/?base=no-such", {"base": ["Host base: there is no “no-such”."]}),
    ("projects/?base=hidden", {"base": ["Host base: there is no “hidden”."]}),
    ("projects/?division=999999&industry=zz&park=zz", {
        "division": ["County: there is no “999999”."],
        "industry": ["Industry: there is no “zz”."],
        "park": ["Park: there is no “zz”."],
    }),
    ("awards/?scheme=zz&division=999999", {
        "scheme": ["Scheme: there is no “zz”."],
        "division": ["County: there is no “999999”."],
    }),
    ("awards/?park=zz&industry=zz", {"park": ["Park: there is no “zz”."], "industry": ["Industry: there is no “zz”."]}),
    ("awards/?base=hidden&project=zz", {
        "base": ["Host base: there is no “hidden”."],
        "project": ["Project: there is no “zz”."],
    }),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "errors"), UNKNOWN)
def test_a_code_that_nothing_public_has_is_refused_on_page_and_api_alike(client, address, errors):
    ProjectFactory(base=BaseFactory(slug="hidden", state=State.BUREAU_REVIEW))

    page = client.get(f"/en/{address}")
    api = client.get(f"/api/v1/{address.replace('&view=map', '')}", headers={"accept-language": "en"})

    assert (page.status_code, api.status_code) == (400, 400)
    assert api.json()["errors"] == errors
    assert sorted(page.context["refusals"]) == sorted(sentence for texts in errors.values() for sentence in texts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "name", "sentence"),
    [
        ("organisations/?division=999999", "division", "County: there is no “999999”."),
        ("schemes/?policy=zz", "policy", "Policy: there is no “zz”."),
        ("calls/?scheme=zz", "scheme", "Scheme: there is no “zz”."),
        ("notices/?call=zz", "call", "Call: there is no “zz”."),
    ],
)
def test_every_list_of_the_api_refuses_an_unknown_code(client, address, name, sentence):
    answer = client.get(f"/api/v1/{address}", headers={"accept-language": "en"})

    assert (answer.status_code, answer.json()["errors"]) == (400, {name: [sentence]})


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["bases/", "projects/", "awards/"])
def test_a_county_park_or_industry_without_any_row_is_a_good_choice_with_an_empty_list(client, address):
    DivisionFactory(code="431022", name_zh="宜章县")
    ParkFactory()
    IndustryFactory(slug="fluorine")

    for chosen in ("division=431022", "park=high-tech-zone", "industry=fluorine"):
        assert client.get(f"/{address}?{chosen}").status_code == 200
        answer = client.get(f"/api/v1/{address}?{chosen}")
        assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.django_db
def test_a_refused_code_is_not_kept_and_is_a_good_one_as_soon_as_it_exists(client):
    assert client.get("/bases/?division=431022").status_code == 400
    assert client.get("/bases/?division=431022").status_code == 400

    DivisionFactory(code="431022", name_zh="宜章县")

    assert client.get("/bases/?division=431022").status_code == 200


@pytest.mark.django_db
def test_an_unknown_code_costs_a_query_more_and_a_known_one_none(client, django_assert_num_queries):
    base = BaseFactory()
    client.get("/api/v1/bases/")

    with django_assert_num_queries(1):
        assert client.get(f"/api/v1/bases/?division={base.division_id}").status_code == 200
    with django_assert_num_queries(2):
        assert client.get("/api/v1/bases/?division=999999").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "sentences"),
    [
        ("bases/?sort=zzz", ["Order of the list: there is no “zzz”."]),
        ("bases/?view=zzz&kind=zzz", ["Kind: there is no “zzz”.", "Form of the list: there is no “zzz”."]),
        ("search/?q=%00", [UNREADABLE]),
        (f"search/?q={'a' * 201}", ["200 characters are the most that can be searched for at once."]),
        ("awards/figures/?year=zz", ["Year: there is no “zz”."]),
        ("awards/figures/?year=1999", ["Year: there is no “1999”."]),
    ],
)
def test_what_a_page_cannot_read_is_named_with_the_way_back(client, address, sentences):
    page = client.get(f"/en/{address}")

    assert (page.status_code, page.context["refusals"]) == (400, sentences)
    assert f'href="/en/{address.partition("?")[0]}"' in page.content.decode()

import pytest
from django.utils import translation

from bases.filters import BaseFilter
from projects.filters import ProjectFilter

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

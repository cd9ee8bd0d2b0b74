import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import PersonKind
from subsidies.call_files import LARGEST_BYTES, create, exported, read
from subsidies.call_shape import shape_problems
from subsidies.content import empty_content
from subsidies.default_content import default_content
from subsidies.models import Call, CallQuestion
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import SMALL_CONTENT, SchemeFactory
from tests.subsidies.calls import CLOSES, draft_call
from tests.subsidies.desk import clerk

pytestmark = pytest.mark.django_db


def a_file(**changes):
    call = draft_call(budget_yuan=Decimal("8000000.00"), quota_per_recommender=2, business_hotline="0735-1")
    CallQuestion.objects.create(call=call, question_zh="问", answer_zh="答")
    return json.loads(exported(call, call.draft_version())) | changes


def refusal_of(told):
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    with pytest.raises(ValidationError) as refusal:
        read(content)
    return refusal.value.messages


def test_a_call_comes_back_from_its_file_as_a_draft():
    told = a_file()

    call = create(read(json.dumps(told).encode()), by=clerk())

    assert (call.slug, call.name_zh, call.published_at) == ("call-of-2026", "2026年度申报", None)
    assert (call.closes_at, call.budget_yuan, call.quota_per_recommender) == (CLOSES, Decimal("8000000.00"), 2)
    assert call.draft_version().content == SMALL_CONTENT
    assert [(row.question_zh, row.answer_zh) for row in call.questions.all()] == [("问", "答")]


def test_a_file_that_could_not_be_published_is_imported_and_says_what_is_missing(in_english):
    file = read(json.dumps(a_file(content=empty_content())).encode())

    assert [problem.part for problem in file.problems] == ["criteria", "materials", "sections", "check_items", "pledge"]
    assert create(file, by=clerk()).draft_version().content == empty_content()


def test_the_content_delivered_for_the_award_has_the_shape_of_a_file():
    assert shape_problems(default_content(SchemeFactory(slug="industrialisation-award"))) == []


def test_only_who_may_draft_imports():
    file = read(json.dumps(a_file()).encode())

    with pytest.raises(PermissionDenied):
        create(file, by=user_of_kind(PersonKind.COUNTY_OFFICER))
    assert Call.objects.count() == 1


def test_what_is_not_the_file_of_a_call_is_refused(in_english):
    foreign = "This is not the file of a call that this portal has exported."

    assert refusal_of(b"[]") == [foreign]
    assert refusal_of(b"null") == [foreign]
    assert refusal_of({"format": "another"}) == [foreign]
    assert refusal_of(b"PK\x03\x04\xff") == ["The file is not text in UTF-8."]
    assert refusal_of(b"{") == ["The file cannot be read as JSON."]
    assert refusal_of(b'{"a": 1, "a": 2}') == ["The file cannot be read as JSON."]
    assert refusal_of(b'{"a": NaN}') == ["The file cannot be read as JSON."]
    assert refusal_of(b'{"a": ' + b"9" * 5000 + b"}") == ["The file cannot be read as JSON."]


def test_a_file_that_is_large_or_deep_is_refused_before_it_is_read(in_english):
    assert refusal_of(b" " * (LARGEST_BYTES + 1)) == ["The file is larger than one megabyte."]
    assert refusal_of(b"[" * 300_000) == ["The file is nested too deeply."]
    assert refusal_of(b'{"a":' * 60_000) == ["The file is nested too deeply."]


def test_brackets_inside_a_text_make_no_depth():
    told = a_file()
    told["call"]["notice_zh"] = '[[[["{{{' * 40

    assert read(json.dumps(told).encode()).call["notice_zh"] == '[[[["{{{' * 40


def test_half_a_character_is_refused_and_unseen_ones_are_taken_out(in_english):
    told = a_file()
    told["call"]["name_zh"] = "申\x00报\u202e"

    assert read(json.dumps(told).encode()).call["name_zh"] == "申报"
    told["call"]["name_zh"] = "\ud800"
    assert refusal_of(told) == ["The file holds half a character, which is no text."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda told: told.update(scheme="nowhere"), "There is no scheme with the short name “nowhere” here."),
        (lambda told: told.update(scheme=[]), "Scheme: a text is expected."),
        (lambda told: told.pop("call"), "The whole: “The call” is missing."),
        (lambda told: told.update(extra=1), "The whole: nobody knows what “extra” is."),
        (lambda told: told["call"].update(published_at="2026"), "The call: nobody knows what “published_at” is."),
        (lambda told: told["call"].update(closes_at="soon"), "A date or the budget of the call cannot be read."),
        (lambda told: told["call"].update(budget_yuan="much"), "A date or the budget of the call cannot be read."),
        (lambda told: told["call"].update(year=1), "The year of the call cannot be right."),
        (lambda told: told["call"].update(name_zh=""), "This field cannot be blank."),
        (lambda told: told["questions"].append("q"), "Questions and answers 2: a record is expected."),
        (lambda told: told["content"].update(criteria={}), "Conditions: a list is expected."),
        (lambda told: told["content"]["criteria"][0].update(rule=[1]), "Conditions 1 › Rule: a rule is expected."),
        (
            lambda told: told["content"]["criteria"][0].update(is_draft=1),
            "Conditions 1 › Draft, to be confirmed by the bureau: true or false is expected.",
        ),
        (
            lambda told: told["content"]["materials"][0].update(most_files="3"),
            "Materials 1 › Most files: a whole number is expected.",
        ),
        (
            lambda told: told["content"]["materials"][0].update(most_files=True),
            "Materials 1 › Most files: a whole number is expected.",
        ),
        (
            lambda told: told["content"]["sections"][0].update(title_zh="长" * 501),
            "Sections 1 › Title (Chinese): the text is longer than 500 characters.",
        ),
        (
            lambda told: told["content"]["sections"][0]["fields"][0].pop("type"),
            "Sections 1 › Fields 1: “Type” is missing.",
        ),
        (lambda told: told["content"].update(criteria=[{}] * 101), "Conditions: the list has more than 100 rows."),
        (lambda told: told["content"].update(draft_parts=["soup"]), "Parts that are drafts 1: there is no such part."),
        (lambda told: told["content"]["periods"].update(tea={}), "Periods: nobody knows what “tea” is."),
    ],
)
def test_each_fault_of_the_shape_is_a_sentence_with_its_place(in_english, change, sentence):
    told = a_file()
    change(told)

    assert refusal_of(told)[0] == sentence


def test_a_wild_rule_in_a_file_is_a_problem_and_no_crash(in_english):
    told = a_file()
    told["content"]["criteria"][0]["rule"] = {"all": [{"any": 5}, None, {"field": {"x": 1}, "is": {}}]}

    assert {problem.text for problem in read(json.dumps(told).encode()).problems} == {
        "The rule has an empty list of tests.",
        "The rule cannot be read.",
        "The rule has a test nobody knows: “{}”.",
    }

import copy
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from subsidies.call_problems import problems_of_call, problems_of_content
from subsidies.content import CallContent, empty_content
from subsidies.default_content import DATA, default_content
from subsidies.enums import SchemeKind
from subsidies.models import Call
from tests.factories_subsidies import SMALL_CONTENT, SchemeFactory
from tests.subsidies.calls import CLOSES, DATES


def told(content):
    return [str(problem) for problem in problems_of_content(CallContent.from_json(content))]


def with_change(change):
    content = copy.deepcopy(SMALL_CONTENT)
    change(content)
    return content


def test_content_that_is_complete_has_no_problem():
    assert told(SMALL_CONTENT) == []


def test_empty_content_misses_every_part(in_english):
    assert told(empty_content()) == [
        "Conditions: There is no condition yet.",
        "Materials: No material is asked for yet.",
        "Form fields: The form has no section yet.",
        "Check table: The check table is empty; applicants are to see what the bureau will look at.",
        "Pledge: The Chinese text is missing.",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c["criteria"][0].update(text_zh=" "), "Conditions, E3: The Chinese text is missing."),
        (lambda c: c["criteria"][1].update(id="E3"), "Conditions, E3: This id is used twice."),
        (
            lambda c: c["criteria"][0].update(rule={"field": "gone", "is": "yes"}),
            "Conditions, E3: The rule asks about the field “gone”, which is not in the form.",
        ),
        (
            lambda c: c["criteria"][0].update(basis_zh="", is_draft=False),
            "Conditions, E3: A confirmed condition needs its legal basis; else mark it as a draft.",
        ),
        (
            lambda c: c["materials"][0].update(code="contact_name"),
            "Form fields, contact_name: This id is used twice.",
        ),
        (
            lambda c: c["materials"][0].update(must="perhaps"),
            "Materials, A01: Say whether the firm must send it, may send it, or the recommending unit sends it.",
        ),
        (
            lambda c: c["materials"][0].update(formats=["exe"]),
            "Materials, A01: No format of file is allowed, or one that the portal does not take.",
        ),
        (
            lambda c: c["materials"][0].update(largest_mb=0),
            "Materials, A01: The largest size of a file is from 1 to 200 MB.",
        ),
        (lambda c: c["sections"][0].update(fields=[]), "Form fields, unit: This section has no field."),
        (
            lambda c: c["sections"][0]["fields"][0].update(type="picture"),
            "Form fields, contact_name: The type of the field is not known.",
        ),
        (
            lambda c: c["sections"][0]["fields"][0].update(type="choice"),
            "Form fields, contact_name: A choice needs at least two options.",
        ),
        (
            lambda c: c["sections"][0]["fields"][0].update(prefill="user.password"),
            "Form fields, contact_name: It is to be filled in from something the registry does not have.",
        ),
        (
            lambda c: c["sections"][0]["fields"][0].update(is_held=True),
            "Form fields, contact_name: It is to follow the record: say what it is filled in from.",
        ),
        (
            lambda c: c["sections"][2]["fields"][2]["columns"][0].update(is_held=True, prefill="organisation.name_zh"),
            "Form fields, patents.number: A column is typed and follows no record.",
        ),
        (
            lambda c: c["sections"][1]["fields"][1].update(minimum="many"),
            "Form fields, investment_yuan: The smallest or largest value cannot be read.",
        ),
        (
            lambda c: c["sections"][1]["fields"][1].update(minimum="10", maximum="9"),
            "Form fields, investment_yuan: The smallest value is above the largest.",
        ),
        (
            lambda c: c["sections"][2]["fields"][2]["columns"][0].update(id="has space"),
            "Form fields, patents.has space: An id is a letter and then letters, figures or underscores, 40 at most.",
        ),
        (
            lambda c: c["sections"][2]["fields"][2]["columns"].append(
                {"id": "number", "type": "text", "label_zh": "又"}
            ),
            "Form fields, patents.number: This id is used twice.",
        ),
        (
            lambda c: c["check_items"][0].update(looks_at=["A99"]),
            "Check table, C1: It looks at “A99”, which is neither a field nor a material.",
        ),
        (
            lambda c: c["score_items"].append({"id": "S2", "name_zh": "分", "most": 0}),
            "Score sheet, S2: The most points are from 1 to 1000.",
        ),
        (
            lambda c: c["score_items"].append(
                {"id": "S2", "name_zh": "分", "most": 10, "bands": [{"at_least": "3", "text_zh": "低"}] * 2}
            ),
            "Score sheet, S2: Bands go down from the highest, each from a number of points within the item.",
        ),
        (
            lambda c: c.update(panel={"size": 4}),
            "Expert panel and site visit: A panel has an odd number of members, 15 at most.",
        ),
        (
            lambda c: c.update(panel={"size": 3, "least": {"technical": 3, "finance": 1}}),
            "Expert panel and site visit: The experts needed by kind are more than the panel has seats.",
        ),
        (
            lambda c: c.update(panel={"size": 3, "is_trimmed": True}),
            "Expert panel and site visit: The highest and the lowest total are dropped only where a panel has "
            "5 members or more.",
        ),
        (
            lambda c: c.update(panel={"least_total": "100.5"}),
            "Expert panel and site visit: Points lie between 0 and the sum of the score sheet, with two places.",
        ),
        (lambda c: c.update(visit="never"), "Expert panel and site visit: The time of the site visit is not known."),
        (lambda c: c["periods"].update(tea={"length": 5}), "Periods, tea: Nobody knows this period."),
        (
            lambda c: c["periods"]["correction"].update(length=0),
            "Periods, Correction by the applicant: A period has 1 to 400 days.",
        ),
        (
            lambda c: c["periods"]["correction"].update(unit="moon"),
            "Periods, Correction by the applicant: The unit of the period is not known.",
        ),
        (lambda c: c.update(most_corrections=9), "Periods: Corrections are asked for at most 5 times."),
    ],
)
def test_each_fault_is_a_sentence_with_its_place(in_english, change, sentence):
    assert told(with_change(change))[0] == sentence


def test_a_field_that_goes_is_missed_by_all_that_named_it(in_english):
    content = with_change(lambda c: c["sections"][1]["fields"].pop(1))

    assert told(content) == [
        "Materials, A12: The rule asks about the field “investment_yuan”, which is not in the form.",
        "Check table, C2: It looks at “investment_yuan”, which is neither a field nor a material.",
    ]


@pytest.mark.django_db
def test_a_call_needs_dates_and_a_scheme_with_money(in_english):
    scheme = SchemeFactory(kind=SchemeKind.UNPUBLISHED, amount_yuan=None)
    call = Call(scheme=scheme, year=2026, name_zh="申报")

    assert [str(problem) for problem in problems_of_call(call)] == [
        "The call: The scheme has no amount yet: no call can open until it is published and entered.",
        "The call: The day and hour when the call opens are missing.",
        "The call: The day and hour when the call closes are missing.",
        "The call: The recommending units' own deadline is missing.",
    ]


@pytest.mark.django_db
def test_recommenders_have_at_least_until_the_call_closes_and_the_budget_holds_one_award(in_english):
    dates = {**DATES, "recommend_closes_at": CLOSES - timedelta(seconds=1)}
    call = Call(scheme=SchemeFactory(), year=2026, name_zh="申报", budget_yuan=Decimal("1999999.99"), **dates)

    assert [problem.text for problem in problems_of_call(call)] == [
        "The budget is below one award.",
        "Recommending units need at least until the call closes.",
    ]


@pytest.mark.django_db
class TestDefaultOfTheAward:
    def content(self):
        return CallContent.from_json(default_content(SchemeFactory(slug="industrialisation-award")))

    def test_it_could_be_published_as_it_is(self):
        assert problems_of_content(self.content()) == []

    def test_its_conditions_and_materials_are_those_of_the_domain(self):
        content = self.content()

        assert [each.id for each in content.criteria] == [f"E{n}" for n in range(1, 12)]
        assert [each.code for each in content.materials] == [f"A{n:02}" for n in range(1, 19)]
        assert sum(each.most for each in content.score_items) == 100

    def test_only_what_the_policy_says_is_confirmed(self):
        confirmed = [each.id for each in self.content().criteria if not each.is_draft]

        assert confirmed == ["E3"]

    def test_every_condition_has_its_basis_in_both_languages(self):
        assert all(each.basis_zh and each.basis_en and each.text_en for each in self.content().criteria)

    def test_no_condition_holds_a_number_that_the_policy_does_not_give(self):
        rules = json.dumps(
            [each.get("rule") for each in json.loads((DATA / "award_content.json").read_text())["criteria"]]
        )

        assert [part for part in rules.split('"value": ')[1:] if not part.startswith(('"0"', "["))] == []

    def test_another_scheme_begins_empty(self):
        assert default_content(SchemeFactory()) == empty_content()

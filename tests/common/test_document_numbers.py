from datetime import date

import pytest
from django.core.exceptions import ValidationError

from bases.models import BaseTitle
from common.document_numbers import begun_like, normalise_document_number
from common.models import CalendarDay
from subsidies.models import Policy


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("湘科发〔2023〕116号", "湘科发〔2023〕116号"),
        ("湘科发[2023]116号", "湘科发〔2023〕116号"),
        ("湘科发【2023】116号", "湘科发〔2023〕116号"),
        ("湘科发(2023)116号", "湘科发〔2023〕116号"),
        ("湘科发（２０２３）１１６号", "湘科发〔2023〕116号"),
        ("湘科发［2023］116号", "湘科发〔2023〕116号"),
        (" 湘科发 〔2023〕 116 号\u3000", "湘科发〔2023〕116号"),
        ("湘财教〔2023〕3号", "湘财教〔2023〕3号"),
        ("湘科计〔2020〕29号", "湘科计〔2020〕29号"),
        ("郴政发〔2016〕15号", "郴政发〔2016〕15号"),
        ("国办发明电﹝2026﹞9号", "国办发明电〔2026〕9号"),
    ],
)
def test_document_numbers_take_one_form(typed, stored):
    assert normalise_document_number(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "郴科发〔2024〕012号",
        "郴科发〔2024〕第12号",
        "郴科发〔24〕12号",
        "郴科发〔1824〕12号",
        "郴科发2024-12号",
        "郴科发〔2024〕12",
        "郴〔2024〕12号",
        "ABC〔2024〕12号",
        "郴科发〔2024〕123456号",
        "郴科发〔2024〕12号\n郴科发",
    ],
)
def test_other_texts_are_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="郴科发〔2024〕12号"):
        normalise_document_number(typed)


def test_a_model_keeps_the_stored_form_whatever_was_typed():
    day = CalendarDay(on=date(2027, 1, 1), is_working=False, document_number=" 国办发明电[2026]9号 ")
    title = BaseTitle(name_zh="省级中试基地", document_number="湘科发（2023）116号")

    day.clean()
    title.clean()

    assert (day.document_number, title.document_number) == ("国办发明电〔2026〕9号", "湘科发〔2023〕116号")


@pytest.mark.parametrize("model", [CalendarDay, BaseTitle, Policy])
def test_a_model_refuses_another_text_beside_its_field_and_takes_none(model):
    row = model(document_number="郴科发[2024]第12号")

    with pytest.raises(ValidationError) as refusal:
        row.clean()
    assert list(refusal.value.message_dict) == ["document_number"]

    row.document_number = "  "
    row.clean()
    assert row.document_number == ""


@pytest.mark.parametrize(("number", "begun"), [("郴科发〔2024〕12号", "郴科发〔2026〕"), ("", "〔2026〕")])
def test_the_next_number_begins_with_issuer_and_year(number, begun):
    assert begun_like(number, 2026) == begun

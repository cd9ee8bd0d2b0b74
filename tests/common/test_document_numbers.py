import pytest
from django.core.exceptions import ValidationError

from common.document_numbers import (
    normalise_document_number,
    normalise_registration_number,
    validate_document_number,
    validate_registration_number,
)


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


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("HNPR—2023—04007", "HNPR-2023-04007"),
        ("HNPR-2025-05009", "HNPR-2025-05009"),
        ("yycr－2020－05001", "YYCR-2020-05001"),
        ("HNPR——2023——04007", "HNPR-2023-04007"),
    ],
)
def test_registration_numbers_take_plain_hyphens(typed, stored):
    assert normalise_registration_number(typed) == stored


@pytest.mark.parametrize("typed", ["", "HNP-2023-04007", "HNPR-23-04007", "HNPR-2023-4007", "HNPR2023-04007"])
def test_other_registration_numbers_are_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="HNPR-2023-04007"):
        normalise_registration_number(typed)


def test_fields_hold_the_stored_form_alone():
    validate_document_number("郴科发〔2024〕12号")
    validate_registration_number("HNPR-2023-04007")

    with pytest.raises(ValidationError) as refusal:
        validate_document_number("郴科发[2024]12号")
    assert refusal.value.code == "form"
    with pytest.raises(ValidationError) as refusal:
        validate_registration_number("HNPR—2023—04007")
    assert refusal.value.code == "form"

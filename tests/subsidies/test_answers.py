from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from subsidies.answers import clean_answer, shown, shown_rows, typed
from subsidies.content import FormField


def field(kind, **facts):
    return FormField.of({"id": "field", "type": kind, "label_zh": "字段", "label_en": "Field", **facts})


CHOICE = field("choice", options=[{"value": "own", "label_zh": "自有", "label_en": "Own"}])
TABLE = field(
    "table",
    most_rows=3,
    columns=[
        {"id": "number", "type": "text", "label_zh": "号码", "label_en": "Number"},
        {"id": "amount_yuan", "type": "money", "label_zh": "金额", "label_en": "Amount"},
    ],
)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", "  含氟\x00新材料 ", "含氟新材料"),
        ("text", "甲\n乙", "甲 乙"),
        ("long_text", "甲\r\n乙", "甲\n乙"),
        ("text", 12, "12"),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
        ("integer", "1,200", 1200),
        ("integer", "-3", -3),
        ("integer", "12", 12),
        ("decimal", "12.50", "12.50"),
        ("decimal", 0.1, "0.1"),
        ("money", "1,260.50", "12605000.00"),
        ("money", "0.000001", "0.01"),
        ("money", 900, "9000000.00"),
        ("date", "2026-03-09", "2026-03-09"),
        ("date", "2026/3/9", "2026-03-09"),
        ("date", "2026 年 3 月 9 日", "2026-03-09"),
        ("year", "2025", 2025),
        ("trl", "7", 7),
        ("trl", 9, 9),
        ("email", "li@example.com", "li@example.com"),
        ("phone", "0735-2368000", "0735-2368000"),
        ("credit_code", " 91431000ma4l16jq9l", "91431000MA4L16JQ9L"),
        ("phone", "+86 138 0000 0000", "+86 138 0000 0000"),
    ],
)
def test_what_people_type_becomes_the_stored_value(kind, raw, stored):
    assert clean_answer(field(kind), raw) == stored


@pytest.mark.parametrize(
    "kind",
    ["text", "long_text", "yes_no", "integer", "decimal", "money", "date", "year", "choice", "trl", "email", "table"],
)
@pytest.mark.parametrize("raw", [None, ""])
def test_nothing_typed_is_no_answer(kind, raw):
    assert clean_answer(field(kind), raw) is None


def test_programs_send_money_in_yuan():
    assert clean_answer(field("money"), "12605000.00", typed=False) == "12605000.00"
    assert clean_answer(field("money"), "12605000", typed=False) == "12605000.00"


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", ["a"]),
        ("text", {"a": 1}),
        ("text", True),
        ("text", "长" * 201),
        ("long_text", "长" * 5001),
        ("text", "\ud800"),
        ("yes_no", "maybe"),
        ("yes_no", []),
        ("integer", "1.5"),
        ("integer", "12,00"),
        ("integer", "9" * 5000),
        ("integer", "0x10"),
        ("integer", float("nan")),
        ("decimal", "1e5"),
        ("decimal", float("inf")),
        ("decimal", "NaN"),
        ("money", "一百万"),
        ("money", "0.0000001"),
        ("money", "99999999999999999999"),
        ("money", True),
        ("date", "2026-02-30"),
        ("date", "09.03.2026"),
        ("date", "0026-01-01"),
        ("year", "26"),
        ("year", "99999"),
        ("trl", "0"),
        ("trl", "10"),
        ("trl", "7.5"),
        ("email", "not an address"),
        ("phone", "call me"),
        ("credit_code", "91431000MA4L16JQ9A"),
        ("credit_code", "91431000MA4L0EXAM8"),
        ("credit_code", "1"),
        ("phone", "1" * 40),
        ("table", "rows"),
        ("table", [1]),
        ("table", {"0": {}}),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(kind, raw):
    with translation.override("en"):
        with pytest.raises(ValidationError) as refusal:
            clean_answer(field(kind), raw)

        assert all(message.endswith(".") for message in refusal.value.messages)


def test_a_choice_is_one_of_the_list():
    assert clean_answer(CHOICE, "own") == "own"
    with pytest.raises(ValidationError) as refusal:
        clean_answer(CHOICE, "rented")
    assert refusal.value.code == "choice"


def test_a_field_may_set_its_own_length():
    assert clean_answer(field("long_text", longest=8000), "长" * 8000) == "长" * 8000
    with pytest.raises(ValidationError):
        clean_answer(field("text", longest=3), "四个字呢")


# ---------------------------------------------------------------- tables
def test_a_table_keeps_its_rows_in_order_without_the_empty_ones():
    rows = [{"number": "1", "amount_yuan": "12"}, {"number": "", "amount_yuan": ""}, {"number": "2"}]

    assert clean_answer(TABLE, rows) == [{"number": "1", "amount_yuan": "120000.00"}, {"number": "2"}]
    assert clean_answer(TABLE, rows[1:2]) is None
    assert clean_answer(TABLE, [{"number": "1", "amount_yuan": "12.00"}], typed=False) == [
        {"number": "1", "amount_yuan": "12.00"}
    ]


def test_a_refused_table_names_row_and_column():
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        clean_answer(TABLE, [{"number": "1"}, {"number": "2", "amount_yuan": "much"}])

    assert refusal.value.messages == ["Row 2, Amount: Enter an amount in figures, such as 1,260.50."]


@pytest.mark.parametrize("rows", [[{}] * 4, [{"number": "1", "is_paid": True}], [{"number": {"a": 1}}]])
def test_a_table_takes_neither_more_rows_nor_other_columns(rows):
    with pytest.raises(ValidationError):
        clean_answer(TABLE, rows)


# ---------------------------------------------------------------- showing
@pytest.mark.parametrize(
    ("kind", "stored", "chinese", "english"),
    [
        ("money", "12605000.00", "1,260.5 万元（12,605,000.00 元）", "12,605,000.00 yuan"),
        ("date", "2026-03-09", "2026 年 3 月 9 日", "9 March 2026"),
        ("integer", 1200, "1,200", "1,200"),
        ("text", "甲", "甲", "甲"),
        ("year", 2025, "2025", "2025"),
        ("money", None, "", ""),
        ("text", "", "", ""),
    ],
)
def test_answers_are_shown_in_the_readers_language(kind, stored, chinese, english):
    with translation.override("zh-hans"):
        assert shown(field(kind), stored) == chinese
    with translation.override("en"):
        assert shown(field(kind), stored) == english


def test_yes_levels_choices_and_units_are_shown_in_words():
    with translation.override("en"):
        assert [shown(field("yes_no"), value) for value in (True, False)] == ["Yes", "No"]
        assert shown(field("trl"), 7) == "level 7"
        assert shown(CHOICE, "own") == "Own"
        assert shown(field("decimal", unit="t"), "12.50") == "12.5 t"


def test_rows_are_shown_cell_by_cell():
    rows = [{"number": "ZL1", "amount_yuan": "120000.00"}, {"number": "ZL2"}]
    with translation.override("en"):
        assert shown_rows(TABLE, rows) == [["ZL1", "120,000.00 yuan"], ["ZL2", ""]]
        assert shown(TABLE, rows) == "ZL1 · 120,000.00 yuan\nZL2"


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("money", "12605000.00"),
        ("money", "0.01"),
        ("money", "2000000.00"),
        ("money", "9999999999999999.99"),
        ("yes_no", True),
        ("yes_no", False),
        ("date", "2026-03-09"),
        ("trl", 7),
        ("integer", 1234567),
        ("decimal", "12.50"),
        ("long_text", "甲\n乙"),
    ],
)
def test_what_is_typed_again_reads_back_as_what_was_stored(kind, stored):
    assert clean_answer(field(kind), typed(field(kind), stored)) == stored


def test_a_table_is_typed_again_row_by_row():
    rows = [{"number": "ZL1", "amount_yuan": "120000.00"}, {"number": "ZL2"}]

    assert typed(TABLE, rows) == [{"number": "ZL1", "amount_yuan": "12"}, {"number": "ZL2", "amount_yuan": ""}]
    assert clean_answer(TABLE, typed(TABLE, rows)) == rows
    assert typed(field("money"), str(Decimal("12605000.00"))) == "1,260.5"

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from common.money import YuanField, capital, not_negative, round_yuan, to_yuan, wan_to_yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1,260.50", "1260.50"),
        ("2000000", "2000000.00"),
        (" 12.5 ", "12.50"),
        ("１２，３４５．６", "12345.60"),
        ("-3.00", "-3.00"),
        ("0.10000", "0.10"),
        (12, "12.00"),
        (Decimal("1E+3"), "1000.00"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_typed_amounts_become_yuan_with_two_places(text, yuan):
    assert str(to_yuan(text)) == yuan


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("1e5", "invalid"),
        ("", "invalid"),
        ("12,60", "invalid"),
        ("贰佰万", "invalid"),
        (Decimal("NaN"), "invalid"),
        ("1.005", "places"),
        ("10000000000000000", "range"),
    ],
)
def test_what_is_not_an_amount_is_refused(text, code):
    with pytest.raises(ValidationError) as refusal:
        to_yuan(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("200", "2000000.00"), ("126.05", "1260500.00"), ("0.000001", "0.01"), ("1,000.5", "10005000.00")],
)
def test_amounts_typed_in_wan_become_yuan(text, yuan):
    assert str(wan_to_yuan(text)) == yuan


@pytest.mark.parametrize(("text", "code"), [("0.0000001", "places"), ("1000000000000", "range"), ("-", "invalid")])
def test_wan_refuses_parts_of_a_cent_and_too_much(text, code):
    with pytest.raises(ValidationError) as refusal:
        wan_to_yuan(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("0.015", "0.02"), ("-0.005", "-0.01"), ("2", "2.00")]
)
def test_computed_amounts_round_half_up(exact, rounded):
    assert str(round_yuan(Decimal(exact))) == rounded


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        ("2000000", "贰佰万元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("10.50", "壹拾元伍角整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100010", "壹拾万零壹拾元整"),
        ("1000001", "壹佰万零壹元整"),
        ("100000005", "壹亿零伍元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1010101010.10", "壹拾亿壹仟零壹拾万壹仟零壹拾元壹角整"),
        ("1000000000000", "壹万亿元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-2000", "负贰仟元整"),
    ],
)
def test_capital_form_follows_the_rules_for_zeros(yuan, text):
    assert capital(Decimal(yuan)) == text


def test_yuan_field_holds_sixteen_digits_and_two_places():
    field = YuanField("amount", validators=[not_negative])

    assert (field.max_digits, field.decimal_places, field.verbose_name) == (18, 2, "amount")
    assert field.clean(Decimal("0.00"), None) == 0
    with pytest.raises(ValidationError):
        field.clean(Decimal("-0.01"), None)
    assert field.deconstruct()[1] == "common.money.YuanField"

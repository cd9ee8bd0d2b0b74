import pytest
from django.core.exceptions import ValidationError

from bases.codes import compose, next_code, validate_code


def test_code_ends_with_the_check_digit_of_year_and_serial():
    assert compose("CZZS", 2024, 1) == "CZZS-2024-0001-1"
    assert compose("CZZS", 2024, 7) == "CZZS-2024-0007-9"


@pytest.mark.parametrize("position", [5, 6, 7, 8, 10, 11, 12, 13, 15])
def test_one_wrong_digit_is_always_found(position):
    code = "CZZS-2024-0007-9"
    for digit in "0123456789":
        wrong = code[:position] + digit + code[position + 1 :]
        if wrong == code:
            continue

        with pytest.raises(ValidationError) as refusal:
            validate_code(wrong)

        assert refusal.value.code == "check"


@pytest.mark.parametrize("text", ["", "CZZS-2024-1-1", "czzs-2024-0001-1", "CZZS 2024 0001 1", "CZZS-2024-0001-1\n"])
def test_what_is_no_code_is_refused_by_its_form(text):
    with pytest.raises(ValidationError) as refusal:
        validate_code(text)

    assert refusal.value.code == "form"


@pytest.mark.django_db
def test_codes_of_a_year_follow_each_other():
    assert [next_code(2024), next_code(2024), next_code(2025)] == [
        "CZZS-2024-0001-1",
        compose("CZZS", 2024, 2),
        compose("CZZS", 2025, 1),
    ]

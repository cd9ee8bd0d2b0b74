import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import credit_code
from accounts.credit_code import Fault
from accounts.models import Organisation
from tests.factories_accounts import OrganisationFactory, UserFactory

VALID = [
    "91350100M000100Y43",  # the worked example of GB 32100-2015
    "91431000DEM00105X0",  # residue 0
    "91431000DEM0010680",  # residue 0
    "91431000DEM0000147",
    "91431002DEM000022Y",
    "91431003DEM0000308",
    "91431021DEM0000497",
    "91431022DEM000057G",
    "91431023DEM000065R",
    "91431024DEM0000733",
    "91431025DEM000081C",
    "91431026DEM00009XJ",
    "91431027DEM000102R",
    "91431028DEM0001103",
    "91431081DEM000129P",
    "12431000DEM0002096",
]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_pass(code):
    credit_code.validate(code)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91350100M000100Y4Z", Fault.LETTER),
        ("91350100M000100Y44", Fault.CHECK_DIGIT),
        ("91350100M000100Y4", Fault.LENGTH),
        ("91350100M000100Y433", Fault.LENGTH),
        ("", Fault.LENGTH),
        ("9135O100M000100Y43", Fault.LETTER),
        ("91350100M000100Ÿ43", Fault.LETTER),
    ],
)
def test_each_fault_is_named(code, fault):
    with pytest.raises(ValidationError) as refusal:
        credit_code.validate(code)

    assert refusal.value.code == fault


def test_the_sentence_names_the_character_that_is_due():
    with pytest.raises(ValidationError) as refusal:
        credit_code.validate("91350100M000100Y44")

    assert refusal.value.params == {"last": "4", "expected": "3"}


def test_a_registrar_that_is_a_letter_passes():
    code = "Y1431000DEM000022"

    credit_code.validate(code + credit_code.check_digit(code))


@given(
    code=st.sampled_from(VALID),
    place=st.integers(0, 17),
    stranger=st.sampled_from(credit_code.ALPHABET),
)
def test_any_single_wrong_character_is_found(code, place, stranger):
    wrong = code[:place] + stranger + code[place + 1 :]

    if stranger == code[place]:
        credit_code.validate(wrong)
    else:
        with pytest.raises(ValidationError):
            credit_code.validate(wrong)


@given(st.text(max_size=30))
def test_any_text_that_is_no_code_is_refused_with_a_sentence(text):
    with pytest.raises(ValidationError) as refusal:
        credit_code.validate(credit_code.normalise(text))

    assert refusal.value.code in set(Fault)


def test_full_width_and_small_letters_are_normalised():
    assert credit_code.normalise(" ９１４３１０２５ｄｅｍ000081c\u3000") == "91431025DEM000081C"


@pytest.mark.django_db
def test_clean_normalises_and_keeps_unknown_as_null():
    known = Organisation(kind="enterprise", name_zh="甲", credit_code=" 91431025dem000081c ")
    unknown = Organisation(kind="enterprise", name_zh="乙", credit_code=" ")

    known.full_clean()
    unknown.full_clean()

    assert (known.credit_code, unknown.credit_code) == ("91431025DEM000081C", None)


@pytest.mark.django_db
def test_a_wrong_check_digit_needs_a_reason():
    organisation = Organisation(kind="enterprise", name_zh="甲", credit_code="91431025DEM000081D")

    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean()

    assert list(refusal.value.message_dict) == ["credit_code"]


@pytest.mark.django_db
def test_a_reason_lets_a_wrong_check_digit_pass_but_no_wrong_letter():
    officer = UserFactory()
    real = Organisation(kind="enterprise", name_zh="甲", credit_code="91431025DEM000081D")
    typo = Organisation(kind="enterprise", name_zh="乙", credit_code="91431025DEM00008IC")
    for organisation in (real, typo):
        organisation.credit_code_override_reason, organisation.credit_code_override_by = "与营业执照一致", officer

    real.full_clean()
    real.save()
    with pytest.raises(ValidationError):
        typo.full_clean()

    assert Organisation.objects.get().credit_code_override_by == officer


@pytest.mark.django_db
def test_the_same_code_is_refused_for_a_second_organisation():
    OrganisationFactory(credit_code="91431025DEM000081C")
    second = Organisation(kind="enterprise", name_zh="乙", credit_code="91431025DEM000081C")

    with pytest.raises(ValidationError) as refusal:
        second.full_clean()

    assert list(refusal.value.message_dict) == ["credit_code"]

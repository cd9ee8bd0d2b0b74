import pytest
from django.core.exceptions import ValidationError

from bases.codes import compose, next_code, validate_code
from bases.enums import State
from common.public_codes import written_code
from tests.bases.admin_pages import client_of, staff
from tests.factories import BaseFactory, ProjectFactory


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


TYPED = [
    "CZZS-2024-0001-1",
    "czzs-2024-0001-1",
    "CZZS202400011",
    "czzs202400011",
    "czzs-20240001-1",
    "CZZS_2024_0001_1",
    "CZZS 2024 0001 1",
    "CZZS–2024–0001–1",
    "ＣＺＺＳ－２０２４－０００１－１",
    "ｃｚｚｓ２０２４０００１１",
]
MISTYPED = "The last digit of this base code does not fit: look for a typing error."


@pytest.mark.parametrize("typed", TYPED)
def test_a_code_is_read_however_it_is_typed(typed):
    assert written_code(typed) == "CZZS-2024-0001-1"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("czxm20260007" + "9", "CZXM-2026-0007-9"),
        ("demo2024123456" + "7", "DEMO-2024-123456-7"),
        ("demoxm-2024-00011", "DEMOXM-2024-0001-1"),
        ("CZZS-2024-00001-1", "CZZS-2024-00001-1"),
        ("", ""),
        ("CZZS", ""),
        ("CZZS-2024", ""),
        ("ABCD202400011", ""),
        ("CZZS2024000111111", ""),
        ("固态电池", ""),
        ("CZZS-2024-0001-1" + " " * 100, ""),
    ],
)
def test_other_codes_are_read_alike_and_what_is_none_is_not(typed, code):
    assert written_code(typed) == code


@pytest.fixture
def base():
    return BaseFactory(code="CZZS-2024-0001-1", slug="battery", name_zh="固态电池中试基地")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", TYPED)
def test_a_typed_code_leads_to_the_base_on_page_and_api_and_in_search(client, base, typed):
    page, api = client.get(f"/bases/{typed}/"), client.get(f"/api/v1/bases/{typed}/")

    assert (page.status_code, page["Location"]) == (301, "/bases/battery/")
    assert (api.status_code, api["Location"]) == (301, "/api/v1/bases/battery/")
    assert [row["slug"] for row in client.get("/api/v1/bases/", {"q": typed}).json()["results"]] == ["battery"]
    assert "固态电池中试基地" in client.get("/bases/", {"q": typed}).content.decode()
    assert [card.name for card in client.get("/search/", {"q": typed}).context["base_cards"]] == ["固态电池中试基地"]
    desk = client_of(staff()).get("/admin/bases/base/", {"q": typed})
    assert list(desk.context["cl"].result_list) == [base]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["CZXM-2026-0007-{}", "czxm20260007{}", "ＣＺＸＭ２０２６０００７{}"])
def test_a_typed_code_leads_to_the_project_too(client, typed):
    digit = compose("CZXM", 2026, 7)[-1]
    ProjectFactory(code=f"CZXM-2026-0007-{digit}", slug="cell", name_zh="电解质放大")
    typed = typed.format(digit)

    page, api = client.get(f"/projects/{typed}/"), client.get(f"/api/v1/projects/{typed}/")

    assert (page.status_code, page["Location"]) == (301, "/projects/cell/")
    assert (api.status_code, api["Location"]) == (301, "/api/v1/projects/cell/")
    assert [row["slug"] for row in client.get("/api/v1/projects/", {"q": typed}).json()["results"]] == ["cell"]
    assert [card.name for card in client.get("/search/", {"q": typed}).context["project_cards"]] == ["电解质放大"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["CZZS-2024-0001-2", "czzs202400012"])
def test_a_mistyped_code_is_told_as_such(client, base, typed):
    page = client.get(f"/en/bases/{typed}/")
    api = client.get(f"/api/v1/bases/{typed}/", headers={"accept-language": "en"})
    search = client.get("/en/search/", {"q": typed}).content.decode()

    assert (page.status_code, api.status_code) == (404, 404)
    assert MISTYPED in page.content.decode()
    assert api.json()["detail"] == MISTYPED
    assert "The last digit of this code does not fit: look for a typing error." in search


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [compose("CZZS", 2024, 2), "no-such", "CZXM-2026-0007-9", "固态", "a b", "%00", "CZZS"]
)
def test_what_leads_to_no_base_is_not_found_and_says_nothing_of_a_wrong_digit(client, base, address):
    page, api = client.get(f"/en/bases/{address}/"), client.get(f"/api/v1/bases/{address}/")

    assert (page.status_code, api.status_code) == (404, 404)
    assert "last digit" not in page.content.decode()


@pytest.mark.django_db
def test_the_code_of_a_merged_base_leads_to_its_heir_and_that_of_a_draft_nowhere(client, base):
    BaseFactory(code=compose("CZZS", 2024, 2), slug="old", state=State.MERGED, merged_into=base)
    BaseFactory(code=compose("CZZS", 2024, 3), slug="new", state=State.DRAFT)

    for prefix in ("", "/api/v1"):
        old = client.get(f"{prefix}/bases/{compose('czzs', 2024, 2)}/")
        assert (old.status_code, old["Location"]) == (301, f"{prefix}/bases/battery/")
        assert client.get(f"{prefix}/bases/{compose('czzs', 2024, 3)}/").status_code == 404

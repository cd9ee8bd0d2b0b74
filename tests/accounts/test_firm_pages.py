"""The pages of joining and of an organisation, as the people on both sides of the door meet them."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from accounts import inviting, joining, verifying
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Invitation, JoinRequest, Organisation, VerificationRequest
from accounts.organisation_forms import FoundForm
from common.models import StoredFile
from tests.accounts.conftest import with_address
from tests.accounts.people import CODE, OTHER_CODE, administrator, clerk, company, fresh, licence_of, member, request_of
from tests.factories import DivisionFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LICENCE = (Path(__file__).parent / "licence.png").read_bytes()
QUERIES = 9
ELSEWHERE = {"registered_division": "elsewhere"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(name: str = "营业执照.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, LICENCE if content is None else content)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# ---------------------------------------------------------------- joining
def test_a_new_code_leads_to_entering_the_organisation_and_its_licence():
    person = UserFactory()
    client = signed_in(person)

    looked_up = client.get("/accounts/join/", {"code": f" {CODE.lower()} "})
    form = client.get(looked_up.url)
    entered = client.post(
        looked_up.url, {**ELSEWHERE, "credit_code": CODE, "kind": "enterprise", "name_zh": "演示公司", "name_en": ""}
    )
    sent = client.post(entered.url, {"name_zh": "演示公司", "code": CODE, "licence": upload()}, follow=True)

    organisation = Organisation.objects.get()
    assert (looked_up.status_code, form.status_code) == (302, 200)
    assert f'value="{CODE}"' in form.content.decode()
    assert entered.url == f"/accounts/organisations/{organisation.slug}/verification/"
    assert sent.redirect_chain == [(f"/accounts/organisations/{organisation.slug}/", 302)]
    assert VerificationRequest.objects.get().licence.media_type == "image/png"
    assert fresh(person).roles == {organisation.pk: MembershipRole.ADMINISTRATOR}


@pytest.mark.parametrize("code", ["", "x", CODE[:-1], CODE[:-1] + "0", "<script>", "9" * 5_000])
def test_a_wrong_code_is_refused_with_a_sentence_and_kept(code):
    answer = signed_in(UserFactory()).get("/accounts/join/", {"code": code})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["code"]


def test_the_page_of_a_known_code_names_nobody():
    firm = company()
    head = administrator(firm)
    head.name = "不应出现的人"
    head.save()

    page = signed_in(UserFactory()).get("/accounts/join/", {"code": CODE}).content.decode()

    assert "演示公司" in page
    assert head.name not in page
    assert head.email not in page


def test_a_request_goes_to_the_administrators_and_is_decided_on_their_page():
    firm = company()
    head, person = signed_in(administrator(firm)), UserFactory(name="李工")
    asked = signed_in(person).post("/accounts/join/ask/", {"code": CODE, "message": "研发部"})
    page = head.get(f"/accounts/organisations/{firm.slug}/").content.decode()
    request = JoinRequest.objects.get()

    head.post(
        f"/accounts/organisations/{firm.slug}/requests/{request.pk}/decide/", {"decision": "accept", "role": "reader"}
    )

    assert asked.url == "/accounts/"
    assert "李工" in page
    assert "研发部" in page
    assert fresh(person).roles == {firm.pk: MembershipRole.READER}


def test_an_organisation_of_the_registry_is_claimed_with_its_licence_by_name_or_code():
    known = company(credit_code=None, name_zh="登记的公司", is_published=True)
    person = UserFactory()
    client = signed_in(person)

    given = {"credit_code": CODE, "kind": "enterprise", "name_zh": "登记的公司", **ELSEWHERE}
    offered = client.post("/accounts/join/new/", given)
    sent = client.post("/accounts/join/claim/", {"code": CODE, "name": "登记的公司", "licence": upload()})

    assert offered.context["can_claim"]
    assert not offered.context["can_ask"]
    assert sent.url == "/accounts/"
    assert (known.memberships.count(), VerificationRequest.objects.get().is_claim) == (0, True)
    assert Organisation.objects.count() == 1


def test_a_hostile_licence_is_refused_with_a_sentence_and_leaves_nothing_behind(tmp_path):
    company()
    client = signed_in(UserFactory())

    answer = client.post(
        "/accounts/join/claim/", {"code": CODE, "licence": upload("执照.pdf", b"MZ\x90\x00 this is a program")}
    )

    assert answer.status_code == 400
    assert answer.context["claim_form"].errors
    assert (StoredFile.objects.count(), VerificationRequest.objects.count()) == (0, 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_refused_claim_keeps_no_file(tmp_path):
    firm = company()
    verifying.verify(request_of(firm, administrator(firm)), by=clerk())

    signed_in(UserFactory()).post("/accounts/join/claim/", {"code": CODE, "licence": upload()})

    assert VerificationRequest.objects.filter(is_claim=True).count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("path", ["ask", "claim"])
def test_a_code_nobody_entered_is_not_found(path):
    answer = signed_in(UserFactory()).post(f"/accounts/join/{path}/", {"code": OTHER_CODE})

    assert answer.status_code == 404


def test_offices_are_neither_joined_nor_claimed():
    company(kind=OrganisationKind.GOVERNMENT)

    answer = signed_in(UserFactory()).get("/accounts/join/", {"code": CODE})

    assert (answer.context["can_ask"], answer.context["can_claim"]) == (False, False)


def test_a_person_withdraws_own_requests_and_not_those_of_others():
    firm = company()
    administrator(firm)
    person, other = UserFactory(), UserFactory()
    request = joining.ask_to_join(firm, by=person)
    claim = verifying.claim(firm, by=person, licence=licence_of(person), code=CODE)
    addresses = [f"/accounts/join/requests/{request.pk}/withdraw/", f"/accounts/join/claims/{claim.pk}/withdraw/"]

    theirs = [signed_in(other).post(address).status_code for address in addresses]
    own = [signed_in(person).post(address).status_code for address in addresses]

    request.refresh_from_db()
    claim.refresh_from_db()
    assert (theirs, own) == ([404, 404], [302, 302])
    assert (request.state, claim.state) == ("withdrawn", "withdrawn")


# ---------------------------------------------------------------- invitations
@pytest.fixture
def invited(mailoutbox, django_capture_on_commit_callbacks):
    """The organisation, the address of the mailed page, and the person it is for."""
    firm = company()
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(firm, by=administrator(firm), email="invited@example.invalid")
    address = re.search(r"http://[^/]+(/\S+/)", mailoutbox[0].body)[1]
    return firm, address, with_address(UserFactory(email="invited@example.invalid"))


def test_the_link_shows_a_visitor_the_way_and_the_owner_a_button(invited):
    firm, address, person = invited

    visitor, owner = Client().get(address), signed_in(person).get(address)
    accepted = signed_in(person).post(f"{address}accept/")

    assert (visitor.status_code, owner.status_code) == (200, 200)
    assert f"/accounts/login/?next={address}" in visitor.content.decode()
    assert f"{address}accept/" not in visitor.content.decode()
    assert f"{address}accept/" in owner.content.decode()
    assert accepted.url == f"/accounts/organisations/{firm.slug}/"
    assert fresh(person).roles == {firm.pk: MembershipRole.MEMBER}


def test_the_link_is_no_use_to_somebody_else(invited):
    firm, address, _person = invited
    thief = with_address(UserFactory())

    page = signed_in(thief).get(address)
    signed_in(thief).post(f"{address}accept/")

    assert f"{address}accept/" not in page.content.decode()
    assert fresh(thief).roles == {}
    assert firm.memberships.count() == 1


def test_a_used_link_looks_like_a_made_up_one(invited):
    _firm, address, person = invited
    signed_in(person).post(f"{address}accept/")

    used, made_up = Client().get(address), Client().get("/accounts/invitations/made-up/")

    assert (used.status_code, made_up.status_code) == (404, 404)
    token = address.split("/")[-2]
    assert used.content.decode().replace(token, "made-up") == made_up.content.decode()


def test_the_personal_page_lists_invitations_and_takes_them(invited):
    firm, _address, person = invited
    row = Invitation.objects.get()

    page = signed_in(person).get("/accounts/")
    strangers = signed_in(UserFactory()).post(f"/accounts/invitations/mine/{row.pk}/accept/")
    signed_in(person).post(f"/accounts/invitations/mine/{row.pk}/accept/")

    assert page.context["invitations"] == [row]
    assert strangers.url == "/accounts/"
    assert fresh(person).roles == {firm.pk: MembershipRole.MEMBER}
    assert firm.memberships.count() == 2


# ---------------------------------------------------------------- the page of an organisation
PAGES = ["", "edit/", "verification/", "licence/"]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (MembershipRole.ADMINISTRATOR, [200, 200, 200, 404]),
        (MembershipRole.PROJECT_LEAD, [200, 403, 403, 403]),
        (MembershipRole.MEMBER, [200, 403, 403, 403]),
        (MembershipRole.READER, [200, 403, 403, 403]),
        (None, [404, 404, 404, 404]),
    ],
)
def test_who_opens_which_page(role, statuses):
    firm = company()
    client = signed_in(member(firm, role) if role else administrator(OrganisationFactory()))

    assert [client.get(f"/accounts/organisations/{firm.slug}/{page}").status_code for page in PAGES] == statuses
    assert client.get("/accounts/organisations/random/").status_code == 404


def test_members_do_not_see_requests_and_invitations():
    firm = company()
    inviting.invite(firm, by=administrator(firm), email="secret@example.invalid")
    joining.ask_to_join(firm, by=UserFactory(name="不应出现的人"))

    page = signed_in(member(firm, MembershipRole.PROJECT_LEAD)).get(f"/accounts/organisations/{firm.slug}/")

    assert "secret@example.invalid" not in page.content.decode()
    assert "不应出现的人" not in page.content.decode()


def test_a_removed_member_gets_404_at_the_next_click():
    firm = company()
    head, person = administrator(firm), member(firm)
    client = signed_in(person)
    before = client.get(f"/accounts/organisations/{firm.slug}/").status_code

    key = person.memberships.get().pk
    signed_in(head).post(f"/accounts/organisations/{firm.slug}/members/{key}/remove/")

    assert (before, client.get(f"/accounts/organisations/{firm.slug}/").status_code) == (200, 404)


def test_the_last_administrator_reads_why_not():
    firm = company()
    client = signed_in(administrator(firm))

    answer = client.post(f"/accounts/organisations/{firm.slug}/leave/", follow=True)

    assert len(said(answer)) == 1
    assert firm.memberships.count() == 1


def test_rows_of_another_organisation_are_as_absent_as_random_ones():
    firm, other = company(), OrganisationFactory()
    theirs = MembershipFactory(organisation=other)
    invitation = inviting.invite(other, by=administrator(other), email="x@example.invalid")
    request = joining.ask_to_join(other, by=UserFactory())
    client = signed_in(administrator(firm))
    moves = [("members/{}/role/", theirs.pk), ("members/{}/remove/", theirs.pk)]
    moves += [("invitations/{}/revoke/", invitation.pk), ("requests/{}/decide/", request.pk)]

    for path, key in moves:
        for pk in (key, 987_654):
            assert client.post(f"/accounts/organisations/{firm.slug}/{path.format(pk)}").status_code == 404


def test_an_invitation_that_is_refused_keeps_what_was_typed():
    firm = company()
    client = signed_in(administrator(firm))

    answer = client.post(
        f"/accounts/organisations/{firm.slug}/invite/", {"email": "no address", "role": "project_lead"}
    )

    assert answer.status_code == 400
    assert 'value="no address"' in answer.content.decode()


def test_the_profile_is_typed_in_wan_and_kept_in_yuan():
    firm = company()
    client = signed_in(administrator(firm))
    given = {"kind": "enterprise", "name_zh": "演示公司", "credit_code": CODE, "registered_capital_yuan": "1,260.5"}

    saved = client.post(f"/accounts/organisations/{firm.slug}/edit/", given | {"established_on": "2019-03-01"})
    page = client.get(f"/accounts/organisations/{firm.slug}/edit/").content.decode()

    firm.refresh_from_db()
    assert saved.status_code == 302
    assert str(firm.registered_capital_yuan) == "12605000.00"
    assert 'value="1260.5"' in page


@pytest.mark.parametrize("capital", ["much", "-1", "1.2345678", "9" * 30])
def test_a_figure_that_makes_no_sense_is_refused_beside_its_field(capital):
    firm = company()
    given = {"kind": "enterprise", "name_zh": "演示公司", "credit_code": CODE, "registered_capital_yuan": capital}

    answer = signed_in(administrator(firm)).post(f"/accounts/organisations/{firm.slug}/edit/", given)

    assert answer.status_code == 400
    assert answer.context["form"].errors


def test_after_verification_the_form_has_no_field_for_what_the_licence_fixes():
    firm = company()
    head = administrator(firm)
    verifying.verify(request_of(firm, head), by=clerk())
    address = f"/accounts/organisations/{firm.slug}/edit/"

    page = signed_in(head).get(address)
    signed_in(head).post(address, {"name_zh": "另一名称", "credit_code": OTHER_CODE, "legal_representative": "王五"})

    firm.refresh_from_db()
    assert {"name_zh", "credit_code", "kind"}.isdisjoint(page.context["form"].fields)
    assert (firm.name_zh, firm.credit_code, firm.legal_representative) == ("演示公司", CODE, "王五")


def test_the_licence_is_handed_to_administrators_as_an_attachment():
    firm = company()
    head = signed_in(administrator(firm))
    head.post(
        f"/accounts/organisations/{firm.slug}/verification/", {"name_zh": "演示公司", "code": CODE, "licence": upload()}
    )

    answer = head.get(f"/accounts/organisations/{firm.slug}/licence/")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == LICENCE


def test_the_page_asks_as_often_for_three_members_as_for_one(django_assert_num_queries):
    firm = company()
    client = signed_in(administrator(firm))
    address = f"/accounts/organisations/{firm.slug}/"
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for _each in range(3):
        member(firm)
        joining.ask_to_join(firm, by=UserFactory())
        inviting.invite(firm, by=firm.administrators().get(), email=UserFactory().email)

    with django_assert_num_queries(QUERIES):
        page = client.get(address)

    assert len(page.context["memberships"]) == 4


@pytest.mark.parametrize("elsewhere", [False, True])
def test_who_enters_an_organisation_says_where_it_is_registered(elsewhere):
    linwu, person = DivisionFactory(), UserFactory()
    place = "elsewhere" if elsewhere else linwu.pk
    given = {"credit_code": CODE, "kind": "enterprise", "name_zh": "新的公司", "registered_division": place}

    answer = signed_in(person).post("/accounts/join/new/", given)

    assert answer.status_code == 302
    assert Organisation.objects.get(credit_code=CODE).registered_division == (None if elsewhere else linwu)


@pytest.mark.parametrize("place", ["", "999999"])
def test_no_place_is_chosen_beforehand_and_a_missing_one_is_told_without_losing_the_rest(place):
    DivisionFactory()
    client = signed_in(UserFactory())
    given = {"credit_code": CODE, "kind": "university", "name_zh": "新的学院", "name_en": "New College"}

    page = client.get("/accounts/join/new/")
    answer = client.post("/accounts/join/new/", {**given, "registered_division": place})

    field, sent = page.context["form"]["registered_division"], answer.context["form"]
    assert [str(name) for _value, name in field.field.choices] == ["请选择", "临武县", "不在郴州市"]
    assert (field.value(), field.field.required) == (None, True)
    assert answer.status_code == 400
    assert list(sent.errors) == ["registered_division"]
    assert {name: sent[name].value() for name in given} == given
    assert not Organisation.objects.filter(credit_code=CODE).exists()


def test_the_sentence_for_a_missing_place_names_the_way_out():
    translation.activate("en")

    form = FoundForm({"credit_code": CODE, "kind": "enterprise", "name_zh": "新的公司"})

    assert form.errors["registered_division"] == [
        "Choose the county or district of the registered address, or “Not in Chenzhou”."
    ]

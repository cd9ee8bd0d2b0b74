"""The licence goes to the bureau; what comes of it, and who may not decide."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import profile, verifying
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Organisation, VerificationRequest, VerificationState
from common.models import JournalEntry, Notice
from common.models.files import ScanState
from tests.accounts.people import (
    CODE,
    OTHER_CODE,
    administrator,
    clerk,
    company,
    fresh,
    licence_of,
    member,
    request_of,
)
from tests.factories import DivisionFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(organisation, by, **given):
    return verifying.ask_verification(organisation, **{"by": by, "licence": licence_of(by), **given})


def test_an_administrator_sends_the_licence_and_the_bureau_verifies():
    firm, office = company(), OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    head, officer = administrator(firm), clerk()

    request = ask(firm, head)
    verifying.verify(request, by=officer, recommender=office)

    firm.refresh_from_db()
    assert (firm.is_verified, firm.verified_by, firm.licence, firm.recommender) == (
        True,
        officer,
        request.licence,
        office,
    )
    entry = JournalEntry.objects.get(action="verify_organisation")
    assert (entry.actor, entry.object_id) == (officer, str(firm.pk))
    assert [(notice.kind, notice.recipient) for notice in Notice.objects.all()] == [("account_verified", head)]


def test_sent_back_with_a_reason_the_firm_is_told_and_sends_again():
    firm = company()
    head, officer = administrator(firm), clerk()
    request = ask(firm, head)

    with pytest.raises(ValidationError):
        verifying.send_back(request, by=officer, reason=" \n")
    verifying.send_back(request, by=officer, reason="执照照片不完整，请上传完整扫描件。")
    ask(firm, head)

    request.refresh_from_db()
    assert (request.state, request.decided_by) == (VerificationState.SENT_BACK, officer)
    assert Notice.objects.get().facts["reason"] == "执照照片不完整，请上传完整扫描件。"
    assert not Organisation.objects.get(pk=firm.pk).is_verified


def test_nobody_verifies_the_organisation_they_belong_to_or_the_request_they_made():
    firm, inside = company(), clerk()
    MembershipFactory(user=inside, organisation=firm, role=MembershipRole.READER)
    request = ask(firm, administrator(firm))
    own = request_of(OrganisationFactory(), outside := clerk(), is_claim=True)

    for officer, asked in ((inside, request), (outside, own)):
        with pytest.raises(PermissionDenied):
            verifying.verify(asked, by=fresh(officer))
        with pytest.raises(PermissionDenied):
            verifying.send_back(asked, by=fresh(officer), reason="…")

    assert VerificationRequest.objects.filter(state=VerificationState.WAITING).count() == 2


def test_the_database_too_refuses_who_decides_on_the_own_request():
    request = request_of(company(), UserFactory())
    request.decided_by = request.asked_by

    with pytest.raises(IntegrityError, match="verification_decided_by_another"), transaction.atomic():
        request.save()


def test_only_those_with_the_right_verify():
    firm = company()
    head = administrator(firm)
    request = ask(firm, head)

    for other in (head, UserFactory(), administrator(OrganisationFactory())):
        with pytest.raises(PermissionDenied):
            verifying.verify(request, by=other)

    assert not Organisation.objects.get(pk=firm.pk).is_verified


def test_only_administrators_send_the_licence_and_only_their_own_file():
    firm = company()
    head, lead = administrator(firm), member(firm, MembershipRole.PROJECT_LEAD)

    with pytest.raises(PermissionDenied):
        ask(firm, lead)
    with pytest.raises(PermissionDenied):
        ask(firm, head, licence=licence_of(lead))

    assert VerificationRequest.objects.count() == 0


def test_one_licence_waits_at_a_time():
    firm = company()
    head, second = administrator(firm), administrator(firm)
    first = ask(firm, head)

    with pytest.raises(ValidationError):
        ask(firm, second)
    verifying.withdraw_verification(first, by=second)
    ask(firm, second)

    assert VerificationRequest.objects.filter(state=VerificationState.WAITING).count() == 1


def test_a_request_is_decided_once():
    firm = company()
    request, officer = ask(firm, administrator(firm)), clerk()
    verifying.verify(request, by=officer)

    for attempt in (
        lambda: verifying.verify(request, by=officer),
        lambda: verifying.send_back(request, by=officer, reason="…"),
        lambda: verifying.withdraw_verification(request, by=request.asked_by),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert refused.value.code == "state"


def test_the_bureau_verifies_what_it_saw_and_not_what_was_typed_since():
    firm = company()
    head = administrator(firm)
    request = ask(firm, head, name_zh="执照上的名称")

    with pytest.raises(ValidationError):
        profile.edit_profile(firm, by=head, changes={"name_zh": "后来改的名称"})
    verifying.verify(request, by=clerk())

    assert Organisation.objects.get(pk=firm.pk).name_zh == "执照上的名称"


def test_a_verified_firm_gets_a_new_name_or_code_through_the_bureau_alone():
    firm = company()
    head, officer = administrator(firm), clerk()
    verifying.verify(ask(firm, head), by=officer)

    with pytest.raises(ValidationError):
        ask(firm, head)
    for changes in ({"name_zh": "另一名称"}, {"credit_code": OTHER_CODE}, {"kind": OrganisationKind.INSTITUTE}):
        with pytest.raises(ValidationError):
            profile.edit_profile(firm, by=head, changes=changes)
    request = ask(firm, head, name_zh="新名称", code=OTHER_CODE)
    before = (Organisation.objects.get().name_zh, Organisation.objects.get().credit_code)
    verifying.verify(request, by=officer)

    firm.refresh_from_db()
    assert before == ("演示公司", CODE)
    assert (firm.name_zh, firm.credit_code, firm.is_verified) == ("新名称", OTHER_CODE, True)


@pytest.mark.parametrize("code", ["91431025DEM000081X", "short", OTHER_CODE])
def test_a_code_that_is_wrong_or_taken_is_not_asked_for(code):
    firm = company()
    OrganisationFactory(credit_code=OTHER_CODE)

    with pytest.raises(ValidationError):
        ask(firm, administrator(firm), code=code)


def test_an_exception_for_one_code_does_not_cover_another():
    wrong = "91431025DEM000081X"
    firm = company(credit_code=wrong, credit_code_override_reason="执照如此", credit_code_override_by=clerk())
    head = administrator(firm)

    with pytest.raises(ValidationError):
        profile.edit_profile(firm, by=head, changes={"credit_code": "91431025DEM000081Y"})
    verifying.verify(ask(firm, head), by=clerk())

    firm.refresh_from_db()
    assert (firm.credit_code, firm.credit_code_override_reason) == (wrong, "执照如此")


def test_an_infected_licence_is_not_accepted():
    firm = company()
    head = administrator(firm)
    request = ask(firm, head)
    request.licence.scan_state, request.licence.scanned_at = ScanState.INFECTED, request.asked_at
    request.licence.save()

    with pytest.raises(ValidationError):
        verifying.verify(request, by=clerk())


@pytest.mark.parametrize("kind", [OrganisationKind.ENTERPRISE, OrganisationKind.INSTITUTE])
def test_an_enterprise_recommends_nobody(kind):
    firm = company()
    request = ask(firm, administrator(firm))

    with pytest.raises(ValidationError):
        verifying.verify(request, by=clerk(), recommender=OrganisationFactory(kind=kind))


def test_the_office_of_the_county_is_the_likely_recommender():
    county = DivisionFactory()
    firm = company(registered_division=county)
    OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT, registered_division=county)

    assert verifying.likely_recommender(firm) == office
    assert verifying.likely_recommender(OrganisationFactory()) is None


# ---------------------------------------------------------------- claims
def test_the_holder_of_the_licence_becomes_administrator_of_a_firm_nobody_administers():
    firm, person = company(), UserFactory()

    request = verifying.claim(firm, by=person, licence=licence_of(person), code=CODE)
    before = fresh(person).roles
    verifying.verify(request, by=clerk())

    assert before == {}
    assert fresh(person).roles == {firm.pk: MembershipRole.ADMINISTRATOR}


def test_a_firm_known_without_its_code_gets_it_from_the_licence():
    firm, person = company(credit_code=None), UserFactory()

    verifying.verify(verifying.claim(firm, by=person, licence=licence_of(person), code=CODE.lower()), by=clerk())

    firm.refresh_from_db()
    assert (firm.credit_code, firm.is_verified) == (CODE, True)


def test_a_verified_firm_with_an_administrator_is_nobodys_to_claim():
    firm = company()
    verifying.verify(ask(firm, administrator(firm)), by=clerk())
    stranger = UserFactory()

    with pytest.raises(ValidationError):
        verifying.claim(firm, by=stranger, licence=licence_of(stranger), code=CODE)


def test_who_typed_the_code_first_does_not_keep_out_who_holds_the_licence():
    firm = company()
    squatter, owner = administrator(firm), UserFactory()

    request = verifying.claim(firm, by=owner, licence=licence_of(owner), code=CODE)
    verifying.verify(request, by=clerk(), ends_earlier=True)

    assert fresh(squatter).roles == {}
    assert fresh(owner).roles == {firm.pk: MembershipRole.ADMINISTRATOR}


def test_those_inside_hear_nothing_of_a_claim_and_cannot_withdraw_it():
    firm = company()
    squatter, owner = administrator(firm), UserFactory()
    request = verifying.claim(firm, by=owner, licence=licence_of(owner), code=CODE)

    with pytest.raises(PermissionDenied):
        verifying.withdraw_verification(request, by=squatter)
    verifying.send_back(request, by=clerk(), reason="不清楚")

    assert verifying.waiting_request(firm) is None
    assert [notice.recipient for notice in Notice.objects.all()] == [owner]


def test_a_claim_under_another_code_is_refused():
    person = UserFactory()

    with pytest.raises(ValidationError):
        verifying.claim(company(), by=person, licence=licence_of(person), code=OTHER_CODE)


@pytest.mark.parametrize("kind", [OrganisationKind.GOVERNMENT, OrganisationKind.PARK_COMMITTEE])
def test_nobody_claims_an_office(kind):
    person = UserFactory()

    with pytest.raises(ValidationError):
        verifying.claim(company(kind=kind), by=person, licence=licence_of(person), code=CODE)


def test_a_base_operator_keeps_that_role():
    firm = company()
    operator = member(firm, MembershipRole.BASE_OPERATOR)

    with pytest.raises(ValidationError):
        verifying.claim(firm, by=operator, licence=licence_of(operator), code=CODE)


# ---------------------------------------------------------------- the profile
def test_an_administrator_edits_what_no_licence_fixes():
    firm = company()
    head = administrator(firm)
    verifying.verify(ask(firm, head), by=clerk())

    profile.edit_profile(firm, by=head, changes={"registered_address": "郴州市", "legal_representative": "王五"})

    firm.refresh_from_db()
    assert (firm.registered_address, firm.legal_representative) == ("郴州市", "王五")


def test_members_edit_no_profile():
    firm = company()

    with pytest.raises(PermissionDenied):
        profile.edit_profile(firm, by=member(firm, MembershipRole.PROJECT_LEAD), changes={"name_en": "X"})


@pytest.mark.parametrize(
    "changes",
    [
        {"verified_at": "2026-01-01"},
        {"is_published": True},
        {"recommender_id": 1},
        {"kind": OrganisationKind.GOVERNMENT},
        {"is_demo": True},
        {"credit_code_override_reason": "so"},
    ],
    ids=str,
)
def test_no_profile_gives_itself_what_the_bureau_gives(changes):
    firm = company()

    with pytest.raises(ValidationError):
        profile.edit_profile(firm, by=administrator(firm), changes=changes)

    assert not Organisation.objects.get().is_verified


def test_the_public_english_name_is_the_bureaus_to_change():
    firm = company(is_published=True)

    with pytest.raises(ValidationError):
        profile.edit_profile(firm, by=administrator(firm), changes={"name_en": "Other"})

"""The queue of licences in the desk."""

import pytest
from django.test import Client

from accounts import verifying
from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation, VerificationState
from common import files
from tests.accounts.people import CODE, administrator, clerk, company, fresh, request_of
from tests.accounts.test_firm_pages import LICENCE, said, signed_in, upload
from tests.factories import DivisionFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory, user_of_kind

pytestmark = pytest.mark.django_db

QUEUE = "/admin/accounts/verificationrequest/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked():
    firm = company()
    head = administrator(firm)
    with files.received(upload(), "营业执照.png", head, files.FileRules(formats=("png",))) as licence:
        return verifying.ask_verification(firm, by=head, licence=licence, name_zh="新名称")


def test_a_clerk_sees_the_licence_beside_the_record_and_verifies(asked):
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    client = signed_in(clerk())

    listed = client.get(QUEUE)
    page = client.get(f"{QUEUE}{asked.pk}/change/")
    whole = client.get(f"{QUEUE}{asked.pk}/licence/")
    picture = client.get(f"{QUEUE}{asked.pk}/licence/?page=1")
    done = client.post(f"{QUEUE}{asked.pk}/verify/", {"recommender": office.pk}, follow=True)

    firm = Organisation.objects.get(pk=asked.organisation_id)
    assert "新名称" in listed.content.decode()
    assert [side.differs for side in page.context["sides"][:2]] == [True, False]
    assert "closelink" not in page.content.decode()
    assert b"".join(whole.streaming_content) == LICENCE
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert (firm.name_zh, firm.is_verified, firm.recommender) == ("新名称", True, office)
    assert len(said(done)) == 2  # and that nobody has said where the firm is registered


def test_the_clerk_confirms_where_the_firm_is_registered_and_who_recommends(asked):
    linwu = DivisionFactory()
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT, registered_division=linwu)
    asked.organisation.registered_division = linwu
    asked.organisation.save()
    client = signed_in(clerk())

    initial = client.get(f"{QUEUE}{asked.pk}/change/").context["verify_form"].initial
    given = {"registered_division": linwu.pk, "recommender": office.pk}
    done = client.post(f"{QUEUE}{asked.pk}/verify/", given, follow=True)

    firm = Organisation.objects.get(pk=asked.organisation_id)
    assert (initial["registered_division"], initial["recommender"]) == (linwu, office)
    assert (firm.registered_division, firm.recommender) == (linwu, office)
    assert len(said(done)) == 1


def test_what_is_left_empty_is_said_after_the_verification(asked):
    done = signed_in(clerk()).post(f"{QUEUE}{asked.pk}/verify/", {}, follow=True)

    assert [str(each) for each in said(done)] == [
        "未确定单位注册地：其申报编号按全市编列。",
        "未确定推荐单位：确定之前，该单位不能提交申报。",
        "新名称已核实。",
    ]


def test_sending_back_needs_its_reason(asked):
    client = signed_in(clerk())

    client.post(f"{QUEUE}{asked.pk}/send-back/", {"reason": " "})
    asked.refresh_from_db()
    before = asked.state
    client.post(f"{QUEUE}{asked.pk}/send-back/", {"reason": "请上传彩色扫描件。"})

    asked.refresh_from_db()
    assert (before, asked.state, asked.reason) == (
        VerificationState.WAITING,
        VerificationState.SENT_BACK,
        "请上传彩色扫描件。",
    )


def test_a_clerk_of_the_firm_reads_that_somebody_else_decides(asked):
    inside = clerk()
    MembershipFactory(user=inside, organisation=asked.organisation, role=MembershipRole.READER)
    client = signed_in(fresh(inside))

    page = client.get(f"{QUEUE}{asked.pk}/change/")
    tried = client.post(f"{QUEUE}{asked.pk}/verify/", {})

    assert (page.context["may_decide"], page.context["is_own"]) == (False, True)
    assert tried.status_code == 403
    assert not Organisation.objects.get(pk=asked.organisation_id).is_verified


def test_a_claim_shows_who_is_there_and_can_end_that():
    firm = company()
    squatter, owner = administrator(firm), UserFactory()
    claim = request_of(firm, owner, is_claim=True)
    client = signed_in(clerk())

    page = client.get(f"{QUEUE}{claim.pk}/change/")
    client.post(f"{QUEUE}{claim.pk}/verify/", {"ends_earlier": "on"})

    assert [membership.user for membership in page.context["people_there"]] == [squatter]
    assert (fresh(squatter).roles, fresh(owner).roles) == ({}, {firm.pk: MembershipRole.ADMINISTRATOR})


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.ADMINISTRATOR])
def test_others_of_the_staff_do_not_open_the_queue(asked, kind):
    client = signed_in(user_of_kind(kind))

    statuses = [
        client.get(f"{QUEUE}{path}").status_code for path in ("", f"{asked.pk}/change/", f"{asked.pk}/licence/")
    ]

    assert set(statuses) <= {302, 403, 404}


def test_nothing_is_decided_by_a_get(asked):
    client = signed_in(clerk())

    assert [client.get(f"{QUEUE}{asked.pk}/{move}/").status_code for move in ("verify", "send-back")] == [405, 405]


def test_nobody_verifies_by_the_form_of_the_organisation():
    firm = company()
    client = signed_in(clerk())
    nothing = {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    given = {"kind": "enterprise", "name_zh": "演示公司", "slug": firm.slug, "credit_code": CODE}

    client.post(
        f"/admin/accounts/organisation/{firm.pk}/change/",
        given | nothing | {"verified_at_0": "2026-01-01", "verified_at_1": "10:00"},
    )

    assert not Organisation.objects.get().is_verified


def test_the_desk_counts_the_licences_that_wait(asked):
    client: Client = signed_in(clerk())

    tasks = {task.href: task.count for task in client.get("/admin/").context["tasks"]}

    assert tasks[f"{QUEUE}?state__exact=waiting"] == 1

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from common.models import JournalEntry
from common.models.notices import Notice
from projects.enums import PartnerRole, Precision, Stage
from projects.workflow import record_stage
from subsidies.enums import State
from subsidies.finding import address_of, candidates, invite
from subsidies.models import Application, CallInvitation
from tests.factories import BaseFactory, DivisionFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory, UserFactory, user_of_kind
from tests.factories_awards import earlier_award, revoke_earlier
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.calls import client_for, draft_call
from tests.subsidies.desk import clerk

pytestmark = pytest.mark.django_db


def industrialised(company=None, *, role=PartnerRole.LEAD, stage=Stage.INDUSTRIALISED, **fields):
    """A pilot of the firm's own, in Linwu."""
    given = {"base": None, "division": DivisionFactory(), "is_own_pilot": True}
    project = ProjectFactory(**{**given, **fields})
    record_stage(project, stage, by=None)
    if company is not None:
        project.partners.create(organisation=company, role=role)
    project.refresh_from_db()
    return project


def with_people():
    """A firm, and somebody there who can start an application."""
    company = firm()
    person_of(company)
    return company


def found(call):
    return [(row.project, row.organisation) for row in candidates(call)]


def test_an_industrialised_pilot_of_the_firms_own_in_the_city_is_found():
    company = firm()
    project = industrialised(company)

    assert found(CallFactory()) == [(project, company)]


def test_a_project_at_a_base_of_the_city_is_found_too():
    company = firm()
    project = industrialised(company, division=None, base=BaseFactory())

    assert found(CallFactory()) == [(project, company)]


def test_what_the_award_is_not_for_is_left_out():
    company = firm()
    industrialised(company, stage=Stage.READY)
    industrialised(company, is_own_pilot=False)
    industrialised(company, division=DivisionFactory(code="430100", name_zh="长沙市"))
    industrialised(company, division=None)
    industrialised(company, is_demo=True)

    assert found(CallFactory()) == []


@pytest.mark.parametrize(
    ("day", "precision", "is_early"),
    [
        ("2022-02-28", Precision.DAY, True),
        ("2022-03-01", Precision.DAY, False),
        ("2022-02-01", Precision.MONTH, True),
        ("2022-03-31", Precision.MONTH, False),
        ("2021-12-01", Precision.YEAR, True),
        ("2022-01-01", Precision.YEAR, False),  # which month of it is not known
        ("2022-02-01", Precision.BY_MONTH, True),
        (None, "", False),
    ],
)
def test_what_was_industrialised_before_the_policy_took_effect_is_flagged(day, precision, is_early, in_english):
    call, project = CallFactory(), industrialised(firm())
    call.scheme.policy.issued_in = date(2022, 3, 1)
    call.scheme.policy.save()
    set_stage_day(project, day, precision)

    [row] = candidates(call)

    assert row.is_early is is_early
    assert ("When the project was industrialised is not recorded." in row.unknown) is (day is None)


def test_the_day_the_policy_takes_effect_counts_where_it_is_known():
    call, project = CallFactory(), industrialised(firm())
    policy = call.scheme.policy
    policy.issued_in, policy.effective_from = date(2022, 3, 1), date(2022, 5, 1)
    policy.save()
    set_stage_day(project, "2022-04-30", Precision.DAY)

    assert [row.is_early for row in candidates(call)] == [True]


def set_stage_day(project, day, precision):
    """Behind the line's back, as the past may have left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE projects_project SET stage_on = %s, stage_precision = %s WHERE id = %s",
            [day, precision, project.pk],
        )


def test_a_demo_call_finds_demo_projects_alone():
    company = firm()
    industrialised(company)
    demo = industrialised(company, is_demo=True)

    assert found(CallFactory(is_demo=True)) == [(demo, company)]


def test_a_project_awarded_before_is_left_out_unless_the_award_was_revoked():
    call, company = CallFactory(), firm()
    project = industrialised(company)
    facts = {"scheme": call.scheme, "organisation": company, "project": project, "project_name": project.name_zh}
    award = earlier_award(**facts, amount_yuan=2_000_000, awarded_on="2025-06-01", once_key="k")
    assert found(call) == []

    revoke_earlier(award, "2025-09-01")

    assert found(call) == [(project, company)]
    assert found(CallFactory()) == [(project, company)]


def test_a_firm_awarded_before_is_left_out_where_it_is_given_once_to_each():
    call, company = CallFactory(scheme__is_once_per_organisation=True), firm()
    industrialised(company)
    facts = {"scheme": call.scheme, "organisation": company, "project_name": "另一项目"}
    earlier_award(**facts, amount_yuan=2_000_000, awarded_on="2025-06-01", once_key="k")

    assert found(call) == []


@pytest.mark.parametrize(
    ("state", "is_found"),
    [(State.DRAFT, True), (State.FORM_CHECK, False), (State.CHECKED, False), (State.NOT_ACCEPTED, True)],
)
def test_an_application_under_way_leaves_the_project_out_a_draft_is_the_firms_own_affair(state, is_found):
    call, company = CallFactory(), firm()
    project = industrialised(company)
    ApplicationFactory(call=call, organisation=company, project=project, state=state)

    assert bool(found(call)) == is_found


def test_without_a_leading_enterprise_each_that_takes_part_is_named_and_what_is_not_known_is_said(in_english):
    one, other = firm(), firm()
    project = industrialised(one, role=PartnerRole.PARTNER, is_own_pilot=None)
    project.partners.create(organisation=other, role=PartnerRole.PARTNER)
    project.partners.create(
        organisation=OrganisationFactory(kind=OrganisationKind.UNIVERSITY), role=PartnerRole.PARTNER
    )

    rows = candidates(CallFactory())

    assert [row.organisation for row in rows] == [one, other]
    assert rows[0].unknown == (
        "Who leads the project is not recorded.",
        "Whether the enterprise ran the pilot itself is not recorded.",
        "When the project was industrialised is not recorded.",
        "The pilot investment is not recorded.",
    )


def test_a_project_without_an_enterprise_is_shown_and_nobody_can_be_invited(in_english):
    project = industrialised()
    call = CallFactory()

    (row,) = candidates(call)

    assert (row.project, row.organisation, row.has_people) == (project, None, False)
    assert row.unknown[0] == "No enterprise stands with the project in the registry."
    with pytest.raises(ValidationError, match="no longer seems"):
        invite(call, project, firm(), by=clerk())


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_however_long_it_is(django_assert_num_queries, number):
    call = CallFactory()
    for _n in range(number):
        industrialised(firm())

    with django_assert_num_queries(4):
        assert len(candidates(call)) == number


# ---------------------------------------------------------------- the invitation
def test_an_invitation_is_recorded_and_told_to_those_who_can_start():
    call, company = CallFactory(), firm()
    project = industrialised(company)
    lead, reader = person_of(company, MembershipRole.PROJECT_LEAD), person_of(company, MembershipRole.READER)
    by = clerk()

    invitation = invite(call, project, company, by=by, message=" 欢迎\x00申报 ")

    assert (invitation.message, invitation.sent_by) == ("欢迎申报", by)
    assert [(notice.recipient, notice.kind) for notice in Notice.objects.all()] == [(lead, "invited-to-apply")]
    assert Notice.objects.get().address == address_of(invitation)
    assert candidates(call)[0].invitation == invitation
    assert JournalEntry.objects.filter(action="invite").count() == 1
    assert not reader.notices.exists()


def test_nobody_is_invited_twice_with_one_project():
    call, company = CallFactory(), with_people()
    project = industrialised(company)
    invite(call, project, company, by=clerk())

    with pytest.raises(ValidationError):
        invite(call, project, company, by=clerk())
    assert CallInvitation.objects.count() == 1


def test_a_firm_where_nobody_could_start_is_not_invited_and_the_list_offers_no_button(in_english):
    call, company = CallFactory(), firm()
    person_of(company, MembershipRole.READER)
    project = industrialised(company)

    with pytest.raises(ValidationError, match="nobody would be told"):
        invite(call, project, company, by=clerk())
    client = client_for(clerk())
    page = client.get(find_page(call)).content.decode()
    client.post(find_page(call), {"project": project.pk, "organisation": company.pk, "message": ""})

    assert 'name="organisation"' not in page
    assert CallInvitation.objects.count() == Notice.objects.count() == 0


def test_an_invitation_stands_on_the_pages_of_the_firm_until_it_is_taken_up_or_the_call_is_over(time_machine):
    call, company = CallFactory(), firm()
    client, stranger = client_for(person_of(company)), client_for(person_of(firm()))
    invitation = invite(call, industrialised(company), company, by=clerk())
    pages = [reverse("subsidies:application_list"), reverse("subsidies:firm", args=[company.slug])]

    def shown(by=client):
        return [f'href="{address_of(invitation)}"' in by.get(page).content.decode() for page in pages]

    assert (shown(), shown(stranger)) == ([True, True], [False, False])
    client.post(address_of(invitation))
    assert shown() == [False, False]
    Application.objects.get().delete()
    assert shown() == [True, True]
    time_machine.move_to(call.closes_at)
    assert shown() == [False, False]


def test_an_invitation_needs_the_right_and_a_call_that_is_not_over(in_english):
    company = with_people()
    project = industrialised(company)

    with pytest.raises(PermissionDenied):
        invite(CallFactory(), project, company, by=user_of_kind(PersonKind.COUNTY_OFFICER))
    with pytest.raises(ValidationError, match="closed or not published"):
        invite(draft_call(closes_at=None, recommend_closes_at=None), project, company, by=clerk())
    closed = CallFactory(opens_at=timezone.now() - timedelta(days=30))
    with pytest.raises(ValidationError, match="closed or not published"):
        invite(closed, project, company, by=clerk())


def test_the_invited_firm_starts_a_draft_with_what_the_registry_knows():
    call, company = CallFactory(), with_people()
    project = industrialised(company, investment_yuan="12605000.00")
    invitation = invite(call, project, company, by=clerk())
    client = client_for(person_of(company))

    page = client.get(address_of(invitation))
    started = client.post(address_of(invitation))

    application = Application.objects.get()
    assert (page.status_code, page.context["may_start"], started.status_code) == (200, True, 302)
    assert (application.project, application.organisation) == (project, company)
    assert (application.data["investment_yuan"], application.data["own_pilot"]) == ("12605000.00", True)


def test_an_invitation_of_others_is_as_absent_as_a_random_one():
    call, company = CallFactory(), with_people()
    invitation = invite(call, industrialised(company), company, by=clerk())
    stranger = client_for(person_of(firm()))

    theirs = stranger.get(address_of(invitation))
    random = stranger.get(reverse("subsidies:call_invitation", args=[call.slug, 987654]))

    assert (theirs.status_code, random.status_code) == (404, 404)
    assert stranger.post(address_of(invitation)).status_code == 404


def test_a_reader_of_the_firm_sees_the_invitation_and_cannot_start():
    call, company = CallFactory(), with_people()
    invitation = invite(call, industrialised(company), company, by=clerk())
    client = client_for(person_of(company, MembershipRole.READER))

    assert client.get(address_of(invitation)).context["may_start"] is False
    assert client.post(address_of(invitation)).status_code == 403
    assert Application.objects.count() == 0


# ---------------------------------------------------------------- the desk
def find_page(call):
    return reverse("admin:subsidies_callinvitation_candidates", args=[call.slug])


def test_staff_invite_from_the_list():
    call, company = CallFactory(), with_people()
    project = industrialised(company)
    client = client_for(clerk())

    listed = client.get(find_page(call))
    answer = client.post(find_page(call), {"project": project.pk, "organisation": company.pk, "message": "欢迎"})

    assert [row.project for row in listed.context["candidates"]] == [project]
    assert (answer.status_code, CallInvitation.objects.get().message) == (302, "欢迎")
    assert list(client.get(reverse("admin:subsidies_callinvitation_changelist")).context["cl"].result_list) == [
        CallInvitation.objects.get()
    ]


def test_the_one_call_that_firms_can_apply_to_is_gone_to_at_once():
    call, client = CallFactory(), client_for(clerk())
    find = reverse("admin:subsidies_callinvitation_find")

    assert client.get(find).headers["Location"] == find_page(call)

    CallFactory()
    with override("en"):
        assert len(client.get(find).context["calls"]) == 2


def test_a_pair_that_is_not_on_the_list_is_refused():
    call, client = CallFactory(), client_for(clerk())
    sent = {"project": ProjectFactory().pk, "organisation": firm().pk}

    assert client.post(find_page(call), sent).status_code == 200
    assert client.post(find_page(call), {"project": "x"}).status_code == 404
    assert client_for(UserFactory()).post(find_page(call), sent).status_code == 403
    assert CallInvitation.objects.count() == 0


def test_the_page_of_an_open_call_leads_whoever_may_invite_to_the_list(client):
    call = CallFactory()
    address, found_ = f"/admin/subsidies/call/{call.pk}/change/", f"/admin/subsidies/callinvitation/find/{call.slug}/"

    assert f'href="{found_}"' in client_for(clerk()).get(address).content.decode()
    call.closes_at = timezone.now() - timedelta(minutes=1)
    call.save()
    assert f'href="{found_}"' not in client_for(clerk()).get(address).content.decode()


def test_the_list_says_what_was_industrialised_too_early():
    call, project = CallFactory(), industrialised(firm())
    call.scheme.policy.effective_from = date(2022, 5, 1)
    call.scheme.policy.save()
    set_stage_day(project, "2022-04-30", Precision.DAY)

    page = client_for(clerk()).get(f"/admin/subsidies/callinvitation/find/{call.slug}/")

    assert "早于政策施行时间" in page.content.decode()

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from common.calendar import shanghai_today
from subsidies.conflict_facts import years_before
from subsidies.conflicts import lasting_reasons, reasons_for
from subsidies.enums import AssignmentState, DeclineReason, ExclusionReason, ExpertState, InterestKind, State
from subsidies.models import (
    Application,
    ApplicationGuest,
    AvoidedExpert,
    CrossCheckHit,
    Expert,
    ExpertAbsence,
    ExpertEmployment,
    ExpertInterest,
    FormCheck,
    Recommendation,
    Submission,
)
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories_decision import ExpertFactory, seat, signed
from tests.factories_steps import checked as form_checked
from tests.factories_steps import recommended
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, firm
from tests.worlds import parts

pytestmark = pytest.mark.django_db

TODAY = shanghai_today()


def reasons(expert: Expert, application: Application) -> list[str]:
    return [each.value for each in reasons_for([expert.pk], [application.pk])[expert.pk, application.pk]]


class World(NamedTuple):
    application: Application
    expert: Expert


def make_world() -> World:
    """Of a firm whose project has a partner and is hosted by a base with a host and an operator."""
    base = BaseFactory(host=OrganisationFactory(name_zh="承建单位"), operator=OrganisationFactory(name_zh="运营单位"))
    project = ProjectFactory(base=base)
    project.partners.create(organisation=OrganisationFactory(name_zh="合作单位"))
    return World(ApplicationFactory(state=State.CHECKED, project=project), ExpertFactory())


application, expert = parts(World)


def test_an_expert_bound_to_nobody_can_be_drawn(expert, application):
    assert reasons(expert, application) == []


@pytest.mark.parametrize(
    "fields", [{"state": ExpertState.SUSPENDED}, {"state": ExpertState.RETIRED}, {"integrity_note": "2026 年通报"}]
)
def test_who_is_not_active_cannot_be_drawn(fields, application):
    assert reasons(ExpertFactory(**fields), application) == ["not_active"]


def test_a_closed_account_is_not_active(expert, application):
    expert.user.is_active = False
    expert.user.save()

    assert reasons(expert, application) == ["not_active"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(-5, -1, []), (-5, 0, ["absent"]), (2, 3, ["absent"]), (60, 90, [])],
)
def test_an_absence_counts_when_it_meets_the_review(first, last, expected, expert, application):
    begins, ends = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    ExpertAbsence.objects.create(expert=expert, begins_on=begins, ends_on=ends)

    assert reasons(expert, application) == expected


@pytest.mark.parametrize(
    ("whose", "reason"),
    [
        (lambda row: row.organisation, "employer"),
        (lambda row: row.project.partners.get().organisation, "partner"),
        (lambda row: row.project.base.host, "host_base"),
        (lambda row: row.project.base.operator, "host_base"),
    ],
)
class TestEveryOrganisationConcerned:
    def test_keeps_its_people_away(self, whose, reason, expert, application):
        ExpertEmployment.objects.create(expert=expert, organisation=whose(application))

        assert reasons(expert, application) == [reason]

    def test_is_known_by_its_name_alone_however_it_is_written(self, whose, reason, expert, application):
        name = f" {whose(application).name_zh[:2]}（{whose(application).name_zh[2:]}） "
        ExpertEmployment.objects.create(expert=expert, name=name)

        assert reasons(expert, application) == [reason]

    def test_keeps_the_members_of_its_account_away(self, whose, reason, expert, application):
        MembershipFactory(user=expert.user, organisation=whose(application))

        assert reasons(expert, application) == [reason]

    def test_lets_former_members_of_its_account_be_drawn(self, whose, reason, expert, application):
        MembershipFactory(user=expert.user, organisation=whose(application), is_active=False)

        assert reasons(expert, application) == []

    def test_keeps_away_whoever_declared_an_interest(self, whose, reason, expert, application):
        ExpertInterest.objects.create(expert=expert, organisation=whose(application), kind=InterestKind.ADVISER)

        assert reasons(expert, application) == ["interest"]


def test_an_employment_counts_for_three_years_after_its_end(expert, application):
    three_years_ago = years_before(TODAY, 3)
    job = ExpertEmployment.objects.create(expert=expert, organisation=application.organisation, until=three_years_ago)
    assert reasons(expert, application) == ["employer"]

    job.until = three_years_ago - timedelta(days=1)
    job.save()
    assert reasons(expert, application) == []


def test_three_years_before_a_leap_day_end_in_february():
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)


def test_an_interest_that_has_ended_keeps_nobody_away(expert, application):
    bond = ExpertInterest.objects.create(
        expert=expert, organisation=application.organisation, kind=InterestKind.SHAREHOLDER, ended_on=TODAY
    )
    assert reasons(expert, application) == []

    bond.ended_on = TODAY + timedelta(days=1)
    bond.save()
    assert reasons(expert, application) == ["interest"]


@pytest.mark.parametrize(
    "take_part",
    [
        lambda row, user: Submission.objects.create(
            application=row, round=9, snapshot={"data": {}}, digest="0" * 64, receipt_code="R", signed_by=user
        ),
        lambda row, user: ApplicationGuest.objects.create(
            application=row, user=user, let_in_by=UserFactory(), revoked_at=timezone.now()
        ),
        lambda row, user: Recommendation.objects.create(
            application=row, unit=row.recommender, prepared_by=user, decided_by=None
        ),
        lambda row, user: recommended(row, decided_by=user),
        lambda row, user: FormCheck.objects.create(application=row, round=1, checked_by=user),
        lambda row, user: form_checked(row, confirmed_by=user, round_now=1),
        lambda row, user: CrossCheckHit.objects.create(
            application=row,
            kind="patent",
            key="1",
            judgement="harmless",
            reason="重名",
            judged_by=user,
            judged_at=timezone.now(),
        ),
    ],
    ids=["signed", "wrote as a guest", "prepared", "decided", "checked", "confirmed", "judged"],
)
def test_who_had_a_hand_in_the_application_cannot_be_drawn(take_part, expert, application):
    take_part(application, expert.user)

    assert reasons(expert, application) == ["took_part"]


def test_who_started_or_signed_the_application_cannot_be_drawn(expert):
    started = ApplicationFactory(state=State.CHECKED, started_by=expert.user)
    signatory = ExpertFactory(user=started.submitted_by)

    assert reasons(expert, started) == ["took_part"]
    assert reasons(signatory, started) == ["employer", "took_part"]


@pytest.mark.parametrize(
    ("named", "works_at", "expected"),
    [
        (("王 建国", ""), "湘南学院", ["avoided"]),
        (("王建国", "湘南学院"), "湘南学院化学系", ["avoided"]),
        (("王建国", "湘南学院"), "中南大学", []),
        (("王建国", "湘南学院"), "", ["avoided"]),
        (("王建", ""), "湘南学院", []),
    ],
)
def test_the_applicant_names_whom_to_avoid(named, works_at, expected, application):
    expert = ExpertFactory(user=UserFactory(name="王建国"))
    if works_at:
        ExpertEmployment.objects.create(expert=expert, name=works_at)
    AvoidedExpert.objects.create(
        application=application,
        position=1,
        name=named[0],
        employer=named[1],
        reason="专利纠纷",
        named_by=application.started_by,
    )

    assert reasons(expert, application) == expected


def test_who_declined_is_not_drawn_for_the_same_application_again(expert, application):
    other = ApplicationFactory(call=application.call, state=State.CHECKED)
    seat(application, expert, state=AssignmentState.DECLINED, declared_at=None, decline_reason=DeclineReason.TIME)

    assert reasons(expert, application) == ["declined"]
    assert reasons(expert, other) == []


def test_the_load_is_the_open_reviews_of_all_calls(application):
    expert = ExpertFactory(most_open=2)
    first, second = (seat(ApplicationFactory(state=State.REVIEW), expert) for _ in range(2))
    assert reasons(expert, application) == ["load"]

    signed(first)
    assert reasons(expert, application) == []
    assert second.state == AssignmentState.ACCEPTED


def test_a_call_may_set_a_lower_load_for_the_reviews_under_it():
    content = {**SMALL_CONTENT, "panel": {"most_open": 1}}
    call, other_call = CallFactory(content=content), CallFactory(content=content)
    expert = ExpertFactory(most_open=8)
    seat(ApplicationFactory(call=call, state=State.REVIEW), expert)

    assert reasons(expert, ApplicationFactory(call=call, state=State.CHECKED)) == ["load"]
    assert reasons(expert, ApplicationFactory(call=other_call, state=State.CHECKED)) == []


def test_reserves_and_ended_reviews_are_no_load(application):
    expert = ExpertFactory(most_open=1)
    seat(ApplicationFactory(state=State.REVIEW), expert, state=AssignmentState.WAITING, declared_at=None)
    seat(ApplicationFactory(state=State.NOT_APPROVED), expert)

    assert reasons(expert, application) == []


def test_every_reason_has_its_rule():
    expert, application = ExpertFactory(), ApplicationFactory(state=State.CHECKED)

    assert set(reasons_for([expert.pk], [application.pk])) == {(expert.pk, application.pk)}
    assert [each.value for each in ExclusionReason] == [
        "not_active",
        "absent",
        "employer",
        "partner",
        "host_base",
        "interest",
        "named",
        "took_part",
        "avoided",
        "declined",
        "load",
    ]


def test_what_passes_does_not_take_a_seat_away_again(application):
    expert = ExpertFactory(most_open=1)
    seat(ApplicationFactory(state=State.REVIEW), expert)
    ExpertAbsence.objects.create(expert=expert, begins_on=TODAY, ends_on=TODAY)
    assert reasons(expert, application) == ["absent", "load"]
    assert lasting_reasons(expert.pk, application.pk) == ()

    ExpertEmployment.objects.create(expert=expert, organisation=application.organisation)
    assert lasting_reasons(expert.pk, application.pk) == (ExclusionReason.EMPLOYER,)


PEOPLE = {
    "id": "people",
    "title_zh": "人员",
    "fields": [
        {"id": "leader", "type": "text", "label_zh": "姓名"},
        {"id": "note", "type": "text", "label_zh": "说明"},
        {
            "id": "team",
            "type": "table",
            "label_zh": "主要成员",
            "columns": [{"id": "who", "type": "text", "label_zh": "姓名"}],
        },
        {
            "id": "patents",
            "type": "table",
            "label_zh": "专利",
            "columns": [
                {"id": "holder", "type": "text", "label_zh": "权利人"},
                {"id": "inventor", "type": "text", "label_zh": "发明人"},
            ],
        },
    ],
}


def naming(organisation=None, **data):
    call = CallFactory(content={**SMALL_CONTENT, "sections": [PEOPLE]})
    return ApplicationFactory(call=call, organisation=organisation or firm(), state=State.CHECKED, data=data)


@pytest.mark.parametrize(
    "data",
    [
        {"leader": "欧阳 建国"},
        {"team": [{"who": "李四"}, {"who": "（欧阳建国）"}]},
        {"patents": [{"holder": "欧阳建国"}]},
        {"patents": [{"inventor": "李四、欧阳建国；王五"}]},
        {"patents": [{"inventor": "李四 欧阳建国"}]},
    ],
)
def test_who_is_named_in_the_answers_stays_out_for_good(data):
    expert = ExpertFactory(user=UserFactory(name="欧阳建国"))
    application = naming(**data)

    assert reasons(expert, application) == ["named"]
    assert lasting_reasons(expert.pk, application.pk) == (ExclusionReason.NAMED,)


def test_who_works_for_a_holder_of_a_patent_stays_out(expert):
    ExpertEmployment.objects.create(expert=expert, name="中南某大学（本部）")

    assert reasons(expert, naming(patents=[{"holder": "临武某公司，中南某大学(本部)"}])) == ["named"]


def test_the_applicant_among_the_holders_is_the_employer_and_no_second_reason(expert):
    application = naming(organisation=firm(name_zh="临武某新材料公司"), patents=[{"holder": "临武某新材料公司"}])
    ExpertEmployment.objects.create(expert=expert, organisation=application.organisation)

    assert reasons(expert, application) == ["employer"]


@pytest.mark.parametrize("data", [{}, {"leader": "", "team": []}, {"leader": "欧阳建"}, {"note": "欧阳建国"}])
def test_a_name_that_is_not_the_experts_or_stands_where_no_person_is_asked_for_excludes_nobody(data):
    assert reasons(ExpertFactory(user=UserFactory(name="欧阳建国")), naming(**data)) == []


def _pool(count: int) -> tuple[list[int], list[int]]:
    experts = [ExpertFactory().pk for _ in range(count)]
    for key in experts:
        ExpertEmployment.objects.create(expert_id=key, organisation=OrganisationFactory())
    applications = [ApplicationFactory(state=State.CHECKED, project=ProjectFactory()).pk for _ in range(count)]
    return experts, applications


@pytest.mark.parametrize("count", [1, 4])
def test_any_number_of_pairs_takes_the_same_queries(count, django_assert_num_queries):
    experts, applications = _pool(count)

    with django_assert_num_queries(19):
        assert set(reasons_for(experts, applications).values()) == {()}

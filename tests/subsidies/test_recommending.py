from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone, translation

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common import spreadsheet
from common.models import JournalEntry
from subsidies import accepting, recommending
from subsidies.enums import Opinion, State
from subsidies.models import Application, Recommendation
from subsidies.numbering import moment_of_transaction
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, OrganisationFactory, user_of_kind
from tests.factories_steps import recommended
from tests.factories_subsidies import CallFactory, firm, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.calls import client_for
from tests.subsidies.desk import clerk, letter_by, prepared, to_recommend, unit_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    application: Application


def make_world() -> World:
    return World(to_recommend())


(application,) = parts(World)


def closed_call(**fields):
    now = timezone.now()
    return CallFactory(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1), **fields)


# ---------------------------------------------------------------- preparing
def test_an_officer_writes_the_opinion_and_changes_it_until_it_is_decided(application):
    officer = unit_of(application).officer
    letter = letter_by(officer)
    recommending.prepare(application, by=officer, opinion="recommend", text="初稿", letter=letter)

    recommending.prepare(application, by=officer, opinion="recommend", text="属实，同意推荐")

    opinion = Recommendation.objects.get()
    assert (opinion.text, opinion.letter, opinion.unit) == ("属实，同意推荐", letter, application.recommender)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDATION


@pytest.mark.parametrize("text", ["", " \u202e "])
def test_an_opinion_has_a_text(text, application):
    with pytest.raises(MoveRefused):
        recommending.prepare(application, by=unit_of(application).officer, opinion="recommend", text=text)


def test_an_opinion_against_says_where_to_object(application):
    with pytest.raises(MoveRefused):
        recommending.prepare(application, by=unit_of(application).officer, opinion="decline", text="不符合")


def test_an_unknown_opinion_is_refused(application):
    with pytest.raises(MoveRefused):
        recommending.prepare(application, by=unit_of(application).officer, opinion="perhaps", text="不符合")


def test_an_officer_of_another_unit_prepares_nothing(application):
    stranger = person_of(firm().recommender, MembershipRole.OFFICER)

    with pytest.raises(PermissionDenied):
        recommending.prepare(application, by=stranger, opinion="recommend", text="属实")


def test_an_officer_with_a_post_in_the_firm_prepares_nothing(application):
    officer = unit_of(application).officer
    MembershipFactory(user=officer, organisation=application.organisation, role=MembershipRole.READER)
    officer = User.objects.get(pk=officer.pk)

    with pytest.raises(PermissionDenied):
        recommending.prepare(application, by=officer, opinion="recommend", text="属实")


def test_nothing_is_prepared_once_it_is_decided(application):
    unit = prepared(application)
    recommending.recommend(application, by=unit.leader)

    with pytest.raises(MoveRefused) as refusal:
        recommending.prepare(application, by=unit.officer, opinion="decline", text="改主意", appeal_route="无")
    assert refusal.value.code == "state"


# ---------------------------------------------------------------- recommending
def test_a_leader_recommends_what_an_officer_prepared(application):
    unit = prepared(application)

    moved = recommending.recommend(application, by=unit.leader)

    opinion = Recommendation.objects.get()
    assert (moved.state, moved.version) == (State.ACCEPTANCE, application.version + 1)
    assert (opinion.prepared_by, opinion.decided_by, opinion.unit) == (
        unit.officer,
        unit.leader,
        application.recommender,
    )
    step = application.steps.last()
    assert (step.action, step.by) == ("recommend", unit.leader)
    assert JournalEntry.objects.filter(object_type="subsidies.recommendation", action="decide").count() == 1


def test_an_officer_does_not_decide(application):
    prepared(application)

    with pytest.raises(PermissionDenied):
        recommending.recommend(application, by=unit_of(application).officer)


def test_a_leader_does_not_decide_on_an_opinion_of_their_own(application):
    leader = unit_of(application).leader
    recommending.prepare(application, by=leader, opinion="recommend", text="属实", letter=letter_by(leader))

    with pytest.raises(MoveRefused):
        recommending.recommend(application, by=leader)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDATION


def test_the_database_itself_asks_for_two_people(application):
    unit = prepared(application)
    opinion = Recommendation.objects.get()
    opinion.decided_by, opinion.decided_at = unit.officer, timezone.now()

    with pytest.raises(IntegrityError, match="recommendation_four_eyes"):
        opinion.save()


def test_nothing_is_recommended_without_a_prepared_opinion(application):
    with pytest.raises(MoveRefused):
        recommending.recommend(application, by=unit_of(application).leader)


def test_nothing_is_recommended_without_its_letter(application):
    unit = prepared(application, letter=None)

    with pytest.raises(MoveRefused):
        recommending.recommend(application, by=unit.leader)


def test_a_call_that_asks_for_no_letter_takes_a_recommendation_without_one():
    application = to_recommend(call=CallFactory(content={"materials": [{"code": "A01", "name_zh": "执照"}]}))
    unit = prepared(application, letter=None)

    assert recommending.recommend(application, by=unit.leader).state == State.ACCEPTANCE


def test_a_leader_recommends_only_what_was_prepared_so(application):
    unit = prepared(application, Opinion.DECLINE)

    with pytest.raises(MoveRefused):
        recommending.recommend(application, by=unit.leader)


def test_recommendations_end_with_the_units_own_period_and_not_with_the_call():
    call = closed_call(recommend_closes_at=timezone.now() + timedelta(hours=1))
    application = to_recommend(call=call)

    assert recommending.recommend(application, by=prepared(application).leader).state == State.ACCEPTANCE


@pytest.mark.parametrize(("after", "state"), [(0, State.RECOMMENDATION), (1, State.ACCEPTANCE)])
def test_the_period_is_half_open_to_the_microsecond(after, state, time_machine, application):
    """On PostgreSQL its own clock decides, which stands still throughout this test's transaction."""
    unit = prepared(application)
    time_machine.move_to(timezone.now(), tick=False)
    _close_recommendations(application.call, moment_of_transaction() + timedelta(microseconds=after))

    with suppress(MoveRefused):
        recommending.recommend(application, by=unit.leader)

    application.refresh_from_db()
    assert application.state == state


def _close_recommendations(call, moment):
    call.opens_at, call.closes_at = moment - timedelta(days=9), moment - timedelta(days=1)
    call.recommend_closes_at = moment
    call.save()


def test_a_late_recommendation_says_so():
    application = to_recommend(call=closed_call(recommend_closes_at=moment_of_transaction() - timedelta(seconds=1)))

    with pytest.raises(MoveRefused) as refusal:
        recommending.recommend(application, by=prepared(application).leader)
    assert refusal.value.code == "late"


# ---------------------------------------------------------------- quota
def test_a_unit_recommends_as_many_as_the_call_allows_and_no_more():
    call = CallFactory(quota_per_recommender=1)
    first = to_recommend(call=call)
    second = to_recommend(call=call, organisation=firm(recommender=first.recommender))
    elsewhere = to_recommend(call=call)
    recommending.recommend(first, by=prepared(first).leader)

    with pytest.raises(MoveRefused) as refusal:
        recommending.recommend(second, by=prepared(second).leader)
    assert refusal.value.code == "quota"
    assert recommending.quota(call, first.recommender) == (1, 1)
    assert recommending.recommend(elsewhere, by=prepared(elsewhere).leader).state == State.ACCEPTANCE


def test_a_call_without_a_quota_has_no_limit(application):
    recommending.recommend(application, by=prepared(application).leader)

    quota = recommending.quota(application.call, application.recommender)

    assert (quota.used, quota.left) == (1, None)


# ---------------------------------------------------------------- against it, and back
def test_a_leader_declines_with_reason_and_route_of_appeal(application):
    unit = prepared(application, Opinion.DECLINE, text="项目不在本县")

    moved = recommending.decline(application, by=unit.leader)

    assert (moved.state, moved.state_reason) == (State.NOT_RECOMMENDED, "项目不在本县")
    assert Recommendation.objects.get().appeal_route == "十日内向市科技局提出"


def test_the_firm_reads_on_its_page_and_by_api_where_it_can_object(application):
    person = person_of(application.organisation)
    leader = prepared(application, Opinion.DECLINE).leader
    address, route = application.get_absolute_url(), "十日内向市科技局提出"
    before = client_for(person).get(address).content.decode()

    recommending.decline(application, by=leader)

    page = client_for(person).get(address).content.decode()
    told = Caller(person).get(f"applications/{application.public_id}/").json()
    assert (route in before, route in page, told["appeal_route"]) == (False, True, route)


def test_declining_is_possible_after_the_period_so_that_nothing_stays_for_ever(time_machine, application):
    unit = prepared(application, Opinion.DECLINE)
    time_machine.move_to(application.call.recommend_closes_at)

    assert recommending.decline(application, by=unit.leader).state == State.NOT_RECOMMENDED


def test_an_application_goes_back_to_its_firm_while_the_call_is_open(application):
    unit = prepared(application)

    moved = recommending.return_to_applicant(application, by=unit.officer, reason="请补充投入明细")

    assert (moved.state, moved.state_reason, moved.number) == (State.DRAFT, "请补充投入明细", application.number)
    assert not Recommendation.objects.exists()


def test_an_application_does_not_go_back_after_the_call_has_closed():
    application = to_recommend(call=closed_call())

    with pytest.raises(MoveRefused):
        recommending.return_to_applicant(application, by=unit_of(application).officer, reason="请补充")
    application.refresh_from_db()
    assert application.state == State.RECOMMENDATION


def test_an_application_does_not_go_back_without_a_reason(application):
    with pytest.raises(MoveRefused):
        recommending.return_to_applicant(application, by=unit_of(application).officer, reason=" ")


# ---------------------------------------------------------------- afterwards
def test_whoever_recommended_does_nothing_for_the_bureau_on_the_same_file(application):
    unit = prepared(application)
    recommending.recommend(application, by=unit.leader)
    both = user_of_kind(PersonKind.BUREAU_CLERK)
    recommended(application, prepared_by=both)

    with pytest.raises(PermissionDenied):
        accepting.accept(application, by=both)
    assert accepting.accept(application, by=clerk()).state == State.FORM_CHECK


def test_the_summary_table_holds_what_the_unit_recommended_and_nothing_else():
    call = CallFactory()
    first = to_recommend(call=call, organisation=firm(name_zh="=临武氟材", name_en=""), project_name="含氟中试")
    waiting = to_recommend(call=call, organisation=firm(recommender=first.recommender))
    elsewhere = to_recommend(call=call)
    recommending.recommend(first, by=prepared(first).leader)
    recommending.recommend(elsewhere, by=prepared(elsewhere).leader)
    file = BytesIO()

    with translation.override("en"):
        rows = recommending.summary_rows(first.recommender, call)
        spreadsheet.write_xlsx(recommending.summary_columns(), rows, sheet="推荐汇总表", file=file)

    titles, *told = spreadsheet.read_xlsx(file)
    assert len(titles) == len(told[0]) == 10
    assert [row[:6] for row in told] == [["1", first.number, "=临武氟材", "", "Linwu County", "含氟中试"]]
    assert waiting.number not in str(told)


def test_a_unit_that_is_nobodys_has_no_summary():
    call = CallFactory()

    assert list(recommending.summary_rows(OrganisationFactory(), call)) == []

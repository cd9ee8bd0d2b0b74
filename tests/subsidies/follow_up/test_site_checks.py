from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from common.calendar import is_working_day, shanghai_today
from common.files import receive
from common.models import JournalEntry, Notice, StoredFile
from subsidies import visit_documents, visiting
from subsidies.admin.case_follow_up import FollowUpShown
from subsidies.enums import CheckState, State
from subsidies.follow_up import closing, reports, site_checks
from subsidies.follow_up.reminding import send_follow_up_reminders
from subsidies.follow_up.site_checks import checks_for, shown_to_firm
from subsidies.models import RemedyFile, SiteCheck
from subsidies.turns import next_move, waiting_for
from subsidies.visiting import Written
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory
from tests.factories_checks import concluded, drawn, officers_of
from tests.factories_decision import staff
from tests.factories_files import pdf
from tests.factories_follow_up import accepted
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.desk import section_head
from tests.worlds import parts

pytestmark = pytest.mark.django_db
TODAY = shanghai_today()


class World(NamedTuple):
    check: SiteCheck


def make_world() -> World:
    return World(drawn())


(check,) = parts(World)


def on(day: date):
    return time_machine.travel(datetime.combine(day, time(4), UTC), tick=False)


def last_working_day_before(day: date) -> date:
    earlier = (day - timedelta(days=number) for number in range(1, 15))
    return next(each for each in earlier if is_working_day(each).is_working)


def lead_of(check):
    return person_of(check.application.organisation, MembershipRole.PROJECT_LEAD)


def heard(check):
    """The firm has commented: something can be decided."""
    return site_checks.comment(check, by=lead_of(check), text="设备当日检修")


def rectified_until(check, days=20):
    return site_checks.settle(
        check,
        by=section_head(),
        outcome=CheckState.RECTIFY,
        reason="账目未分开",
        demand="补建专账",
        remedy_by=TODAY + timedelta(days=days),
    )


# ---------------------------------------------------------------- who sees them
def test_the_firm_learns_of_a_check_when_its_record_is_concluded_and_not_before(check):
    lead = lead_of(check)
    assert not shown_to_firm(check.application).exists()

    check = concluded(check)

    assert shown_to_firm(check.application).get() == check
    notice = Notice.objects.get(recipient=lead)
    assert (notice.kind, notice.address) == (
        "check-findings",
        f"/applications/{check.application.public_id}/checks/{check.key}/",
    )


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (PersonKind.BUREAU_CLERK, 1),
        (PersonKind.DISCIPLINE, 1),
        (PersonKind.COUNTY_OFFICER, 0),
        (PersonKind.FINANCE, 0),
        (PersonKind.EXPERT, 0),
    ],
)
def test_the_bureau_and_the_discipline_office_see_checks(kind, number, check):
    assert checks_for(staff(kind)).count() == number


def test_who_is_tied_to_the_firm_learns_of_no_check_of_it(check):
    tied = staff()
    MembershipFactory(user=tied, organisation=check.application.organisation, role=MembershipRole.MEMBER)

    assert (checks_for(tied).count(), visiting.find(tied, check.visit.key)) == (0, None)
    assert FollowUpShown(check.application, tied).checks == []
    assert FollowUpShown(check.application, staff()).checks == [check]


# ---------------------------------------------------------------- the record
def test_a_record_with_a_day_to_come_is_not_signed(check):
    one = officers_of(check)[0]
    visiting.write(check.visit, by=one, version=1, written=Written(TODAY + timedelta(days=1), "车间", "", "无", True))

    with pytest.raises(MoveRefused) as refused:
        visiting.sign(check.visit, by=one)

    assert refused.value.code == "gaps"


# ---------------------------------------------------------------- the firm
def test_a_lead_of_the_firm_comments_once_within_the_term(check):
    check = concluded(check)
    head = section_head()

    heard(check)

    check.refresh_from_db()
    assert check.comment == "设备当日检修"
    assert head in [notice.recipient for notice in Notice.objects.filter(kind="check-commented")]
    with pytest.raises(MoveRefused) as refused:
        heard(check)
    assert refused.value.code == "state"


def test_a_member_a_stranger_and_a_clerk_comment_on_nothing(check):
    check = concluded(check)
    member = person_of(check.application.organisation, MembershipRole.MEMBER)

    for person in (member, staff(), staff(PersonKind.EXPERT)):
        with pytest.raises(PermissionDenied):
            site_checks.comment(check, by=person, text="无")


def test_nothing_is_commented_on_before_the_record_is_concluded_or_after_the_term(check):
    lead = lead_of(check)
    with pytest.raises(PermissionDenied):
        site_checks.comment(check, by=lead, text="无")
    check = concluded(check)

    with on(check.heard_until + timedelta(days=1)), pytest.raises(MoveRefused) as refused:
        site_checks.comment(check, by=lead, text="无")

    assert refused.value.code == "late"


# ---------------------------------------------------------------- deciding
def test_somebody_who_did_not_check_decides_once_the_firm_was_heard(check):
    check = concluded(check)
    head = section_head()
    with pytest.raises(MoveRefused) as refused:
        site_checks.settle(check, by=head, outcome=CheckState.CLEAR, reason="属实")
    heard(check)

    settled = site_checks.settle(check, by=head, outcome=CheckState.CLEAR, reason="属实")

    assert refused.value.code == "early"
    assert (settled.state, settled.decided_by, settled.is_final) == (CheckState.CLEAR, head, True)
    assert JournalEntry.objects.filter(action="settle_check").count() == 1
    assert Notice.objects.filter(kind="check-clear").exists()


def test_silence_until_the_end_of_the_term_is_no_comment(check):
    check = concluded(check)
    head = section_head()

    with on(check.heard_until + timedelta(days=1)):
        settled = site_checks.settle(check, by=head, outcome=CheckState.CLEAR, reason="属实")

    assert settled.state == CheckState.CLEAR


def test_an_officer_of_the_check_decides_nothing_of_it(check):
    head = section_head()
    leaving, other = officers_of(check)
    if head.pk not in (leaving.pk, other.pk):
        visiting.replace_officer(check.visit, leaving=leaving, by=other, officer=head, reason="请假")
    check = heard(concluded(check))

    with pytest.raises(PermissionDenied):
        site_checks.settle(check, by=head, outcome=CheckState.CLEAR, reason="属实")
    with pytest.raises(DatabaseError, match="did not check"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subsidies_sitecheck SET state = 'clear', reason = 'x', decided_by_id = %s, "
            "decided_at = CURRENT_TIMESTAMP, decided_on = CURRENT_DATE",
            [head.pk],
        )


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_others_decide_nothing(kind, check):
    check = heard(concluded(check))

    with pytest.raises(PermissionDenied):
        site_checks.settle(check, by=staff(kind), outcome=CheckState.CLEAR, reason="属实")


def test_what_is_to_be_put_right_has_a_demand_and_a_term_and_ends_as_put_right(check):
    check = heard(concluded(check))
    with pytest.raises(MoveRefused):
        site_checks.settle(check, by=section_head(), outcome=CheckState.RECTIFY, reason="账目未分开")
    check = rectified_until(check)
    with pytest.raises(MoveRefused) as early:
        site_checks.settle(check, by=section_head(), outcome=CheckState.RECTIFIED, reason="已整改")

    check = site_checks.report_remedy(check, by=lead_of(check), text="专账已建")
    check = site_checks.settle(check, by=section_head(), outcome=CheckState.RECTIFIED, reason="已整改")

    assert early.value.code == "early"
    assert (check.state, check.remedy, check.demand) == (CheckState.RECTIFIED, "专账已建", "补建专账")
    with pytest.raises(MoveRefused):
        site_checks.settle(check, by=section_head(), outcome=CheckState.GRAVE, reason="反悔")


def paper(name="账页.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf())


def test_the_firm_sends_files_with_its_report_and_they_stay_as_they_were_sent(check):
    check = rectified_until(heard(concluded(check)))

    site_checks.report_remedy(check, by=lead_of(check), text="专账已建", evidence=[paper(), paper("凭证.pdf")])

    assert [row.file.name for row in check.files.all()] == ["账页.pdf", "凭证.pdf"]
    entry = JournalEntry.objects.filter(object_type="subsidies.remedyfile").first()
    assert (entry.action, entry.actor) == ("remedy_check", check.files.first().added_by)
    for statement in ("UPDATE subsidies_remedyfile SET added_at = added_at", "DELETE FROM subsidies_remedyfile"):
        with pytest.raises(DatabaseError, match="as it was sent"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_file_that_is_not_taken_sends_nothing(check):
    check = rectified_until(heard(concluded(check)))

    with pytest.raises(ValidationError):
        site_checks.report_remedy(
            check, by=lead_of(check), text="专账已建", evidence=[paper(), paper("坏.exe", b"MZ not a paper")]
        )

    check.refresh_from_db()
    assert (check.remedy, check.files.count(), StoredFile.objects.count()) == ("", 0, 0)


def test_a_file_comes_with_the_report_alone_and_only_where_something_is_to_be_put_right(check):
    check = heard(concluded(check))
    stored = receive(pdf(), "账页.pdf", lead_of(check), visit_documents.RULES)

    for make in (lambda: check, lambda: reported(rectified_until(check))):
        row = {"check_of": make(), "file": stored, "added_by": stored.uploaded_by}
        with pytest.raises(DatabaseError, match="comes with the report"), transaction.atomic():
            RemedyFile.objects.create(**row)


def reported(check):
    return site_checks.report_remedy(check, by=lead_of(check), text="专账已建")


def test_more_files_than_a_report_takes_are_refused(check):
    check = rectified_until(heard(concluded(check)))

    with pytest.raises(MoveRefused) as refused:
        site_checks.report_remedy(
            check, by=lead_of(check), text="专账已建", evidence=[paper(f"{place}.pdf") for place in range(11)]
        )

    assert refused.value.code == "most_files"


def test_a_term_that_ran_out_can_end_in_serious_findings(check):
    check = rectified_until(heard(concluded(check)), days=3)
    head = section_head()

    with on(TODAY + timedelta(days=4)):
        check = site_checks.settle(check, by=head, outcome=CheckState.GRAVE, reason="逾期未整改")

    assert (check.state, check.is_final) == (CheckState.GRAVE, True)


def test_a_settled_check_is_changed_by_no_statement(check):
    check = heard(concluded(check))
    site_checks.settle(check, by=section_head(), outcome=CheckState.CLEAR, reason="属实")

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_sitecheck SET comment = 'x'")


# ---------------------------------------------------------------- beside it
def test_a_case_with_an_open_check_is_not_closed(check):
    words = closing.obstacles(check.application)

    assert words[-1] == "现场检查尚未办结。"


def test_the_desk_asks_nobody_to_close_a_case_with_an_open_check():
    case = ApplicationFactory(state=State.PAID)
    reports.lay_out(case)
    for report in case.reports.all():
        accepted(report)
    clerk = staff()
    assert type(case).objects.filter(waiting_for(clerk)).annotate(move=next_move(clerk)).get().move == "close"

    drawn(case)

    assert not type(case).objects.filter(waiting_for(staff())).exists()


def test_the_desk_says_whose_turn_a_check_is(check):
    head = section_head()
    cases = type(check.application).objects

    def waits_for(person):
        return cases.filter(waiting_for(person), state=State.PAID).exists()

    officer, other = officers_of(check)
    assert [waits_for(officer), waits_for(other), waits_for(head)] == [True, True, False]
    check = concluded(check)
    assert [waits_for(officer), waits_for(head)] == [False, False]
    heard(check)
    assert [waits_for(officer), waits_for(head)] == [False, True]


def test_the_clock_reminds_officers_and_then_the_firm_once(check):
    def told(kind, day):
        with on(day):
            send_follow_up_reminders(day)
            send_follow_up_reminders(day)
        return Notice.objects.filter(kind=kind).count()

    assert told("check-due", check.round.due_on - timedelta(days=40)) == 0
    assert told("check-due", last_working_day_before(check.round.due_on)) == 2
    check = rectified_until(heard(concluded(check)))
    people = Notice.objects.filter(kind="check-rectify").count()
    assert told("check-remedy-due", last_working_day_before(check.remedy_by)) == people
    assert SiteCheck.objects.get().state == CheckState.RECTIFY

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from time_machine import travel

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.models import JournalEntry, Notice
from subsidies import turns
from subsidies.enums import Action, ReportState, State
from subsidies.follow_up import closing, recovering, reports
from subsidies.models import Application, CaseSeal, FollowUpReport
from subsidies.reminders import send_reminders
from subsidies.workflow import MoveRefused, move
from tests.factories_decision import prepare, staff
from tests.factories_files import pdf
from tests.factories_follow_up import accepted, being_recovered
from tests.factories_publicity import at_any_time
from tests.factories_subsidies import ApplicationFactory, firm, person_of, put
from tests.subsidies.api_client import Caller
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
TOLD = {
    "in_city": True,
    "in_city_note": "",
    "sales_yuan": Decimal("12600000.00"),
    "tax_yuan": Decimal("300000.00"),
    "jobs": 45,
    "text": "产线满负荷运行",
}


class World(NamedTuple):
    paid: Application
    lead: User
    clerk: User


def make_world() -> World:
    with at_any_time(), travel("2026-11-28T10:00:00+08:00"):
        paid = ApplicationFactory(state=State.PAID)
        reports.lay_out(paid)
    return World(paid, person_of(paid.organisation, MembershipRole.PROJECT_LEAD), staff())


paid, lead, clerk = parts(World)


@pytest.fixture
def application(paid, time_machine):
    """Paid in 2026; read in February 2027."""
    time_machine.move_to("2027-02-10T10:00:00+08:00")
    return paid


@pytest.fixture
def report(application):
    found = application.reports.first()
    found.application = application
    return found


def written(report, by, **changes):
    return reports.write(report, by=by, version=report.version, values={**TOLD, **changes})


def sent(report, by):
    return reports.submit(written(report, by), by=by)


def raw(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---------------------------------------------------------------- laying out
def test_three_years_are_laid_out_by_the_31st_of_march_and_once_only(application):
    reports.lay_out(application)

    rows = application.reports.values_list("year", "due_on", "state")
    assert list(rows) == [(year, date(year + 1, 3, 31), "draft") for year in (2026, 2027, 2028)]
    assert Application.objects.get().due_on == date(2027, 3, 31)


def test_the_scheme_says_how_many_years_and_by_which_day():
    application = ApplicationFactory(state=State.PAYING)
    scheme = application.call.scheme
    scheme.report_years, scheme.report_due_month, scheme.report_due_day = 1, 2, 31
    scheme.save()

    assert reports.due_day(scheme, 2027) == date(2027, 2, 28)
    assert reports.due_day(scheme, 2028) == date(2028, 2, 29)


def test_whatever_records_a_case_as_paid_lays_the_years_out():
    application = ApplicationFactory(state=State.PAYING)
    prepare(application, State.PAYING, State.PAID)
    application.refresh_from_db()

    settled = move(application, Action.SETTLE, by=staff(PersonKind.FINANCE))

    assert settled.reports.count() == 3
    assert Application.objects.get(pk=application.pk).due_on == settled.reports.first().due_on


# ---------------------------------------------------------------- the firm
def test_a_report_is_written_sent_and_accepted(application, report, lead, clerk):
    assert sent(report, lead).state == ReportState.SUBMITTED

    reports.accept(report, by=clerk)

    report.refresh_from_db()
    assert (report.state, report.submitted_by, report.decided_by) == (ReportState.ACCEPTED, lead, clerk)
    assert Application.objects.get().due_on == date(2028, 3, 31)
    kinds = set(Notice.objects.values_list("kind", "recipient"))
    assert {("report-sent", clerk.pk), ("report-accepted", lead.pk)} <= kinds
    told = JournalEntry.objects.filter(action__endswith="_report").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["write_report", "submit_report", "accepted_report"]


def test_what_is_sent_back_is_mended_and_sent_again(report, lead, clerk):
    sent(report, lead)
    returned = reports.send_back(report, by=clerk, reason="附纳税证明")
    assert (returned.state, returned.reason) == (ReportState.RETURNED, "附纳税证明")

    again = sent(FollowUpReport.objects.get(pk=report.pk), lead)

    assert (again.state, again.reason) == (ReportState.SUBMITTED, "")


@pytest.mark.parametrize("gap", ["in_city", "sales_yuan", "tax_yuan", "jobs", "text"])
def test_an_incomplete_report_is_kept_and_not_sent(report, lead, gap):
    kept = written(report, lead, **{gap: "" if gap == "text" else None})

    with pytest.raises(ValidationError) as refusal:
        reports.submit(kept, by=lead)

    assert list(refusal.value.message_dict) == [gap]


def test_who_left_the_city_says_where_to(report, lead):
    kept = written(report, lead, in_city=False)
    with pytest.raises(ValidationError) as refusal:
        reports.submit(kept, by=lead)
    assert list(refusal.value.message_dict) == ["in_city_note"]


def test_a_report_is_sent_once_its_year_is_over(report, lead, time_machine):
    time_machine.move_to("2026-12-31T23:00:00+08:00")
    with pytest.raises(MoveRefused) as refusal:
        sent(report, lead)
    assert refusal.value.code == "early"


def test_a_second_writer_overwrites_nothing_unseen(report, lead, application):
    member = person_of(application.organisation, MembershipRole.MEMBER)
    written(report, lead)

    with pytest.raises(reports.WrittenMeanwhile):
        reports.write(report, by=member, version=1, values={"jobs": 1})
    assert reports.write(report, by=member, version=1, values={"jobs": 45}).version == 2


def test_sending_twice_is_once(report, lead):
    sent(report, lead)
    reports.submit(report, by=lead)
    assert JournalEntry.objects.filter(action="submit_report").count() == 1


def test_members_write_and_leads_send_and_strangers_do_neither(report, application, clerk):
    member = person_of(application.organisation, MembershipRole.MEMBER)
    kept = written(report, member)
    with pytest.raises(PermissionDenied):
        reports.submit(kept, by=member)
    for stranger in (clerk, person_of(firm()), person_of(application.organisation, MembershipRole.READER)):
        with pytest.raises(PermissionDenied):
            written(kept, stranger)


def test_a_sent_report_is_not_changed(report, lead):
    sent(report, lead)
    with pytest.raises(MoveRefused):
        written(report, lead, jobs=1)
    with pytest.raises(MoveRefused):
        reports.attach(report, pdf(), "证明.pdf", by=lead)


# ---------------------------------------------------------------- the bureau
def test_others_than_clerks_judge_nothing(report, lead):
    sent(report, lead)
    for stranger in (lead, staff(PersonKind.FINANCE), staff(PersonKind.DISCIPLINE), staff(PersonKind.BUREAU_LEADER)):
        with pytest.raises(PermissionDenied):
            reports.accept(report, by=stranger)


def test_what_is_not_sent_is_waived_with_a_reason_and_not_accepted(report, clerk):
    with pytest.raises(MoveRefused):
        reports.accept(report, by=clerk)
    with pytest.raises(MoveRefused):
        reports.waive(report, by=clerk, reason=" ")
    assert reports.waive(report, by=clerk, reason="企业注销").state == ReportState.WAIVED


def test_the_firm_is_reminded_three_and_one_working_days_before(application, lead, time_machine):
    for day in ("2027-03-25", "2027-03-26", "2027-03-30", "2027-03-30", "2027-04-01"):
        time_machine.move_to(f"{day}T09:00:00+08:00")
        send_reminders()

    told = Notice.objects.filter(kind="report-due", recipient=lead)
    assert sorted(told.values_list("facts__days", flat=True)) == [1, 3]


def test_a_late_report_is_overdue_for_the_desk(application, report, time_machine):
    time_machine.move_to("2027-03-31T23:00:00+08:00")
    assert not FollowUpReport.objects.overdue().exists()
    time_machine.move_to("2027-04-01T00:10:00+08:00")
    assert list(FollowUpReport.objects.overdue()) == [report]
    assert FollowUpReport.objects.get(pk=report.pk).is_overdue


# ---------------------------------------------------------------- closing
def all_accepted(application):
    for report in application.reports.all():
        accepted(report)


def test_a_case_is_closed_with_its_seal_once_all_is_reported(application, clerk):
    with pytest.raises(MoveRefused) as refusal:
        closing.close(application, by=clerk)
    assert refusal.value.code == "open"
    all_accepted(application)
    assert Application.objects.filter(turns.waiting_for(clerk)).get() == application

    closed = closing.close(application, by=clerk)

    seal = CaseSeal.objects.get()
    assert (closed.state, seal.sealed_by, len(seal.digest)) == (State.CLOSED, clerk, 64)
    assert JournalEntry.objects.get(action="seal").changes == {"digest": ["", seal.digest]}
    assert closed.steps.last().action == Action.CLOSE


def test_nobody_else_closes(application, lead):
    all_accepted(application)
    for stranger in (lead, staff(PersonKind.FINANCE), staff(PersonKind.BUREAU_LEADER)):
        with pytest.raises(PermissionDenied):
            closing.close(application, by=stranger)


def test_the_database_closes_nothing_without_reports_and_seal(application, clerk):
    with pytest.raises(IntegrityError, match="needs its reports and its seal"), transaction.atomic():
        put(application, state=State.CLOSED)
    all_accepted(application)
    with pytest.raises(IntegrityError, match="needs its reports and its seal"), transaction.atomic():
        put(application, state=State.CLOSED)


@pytest.mark.parametrize("state", [State.CLOSED, State.RECOVERY, State.RECOVERED])
def test_the_factory_reaches_what_follows(state):
    assert ApplicationFactory(state=state).state == state


# ---------------------------------------------------------------- the database
@pytest.mark.parametrize(
    "change",
    ["jobs = 1", "text = '改'", "sales_yuan = NULL", "year = 2030", "state = 'draft'", "due_on = '2030-1-1'"],
)
def test_a_sent_report_is_not_rewritten_past_the_verbs(report, lead, change):
    sent(report, lead)
    with pytest.raises(IntegrityError, match="followupreport"):
        raw(f"UPDATE subsidies_followupreport SET {change} WHERE id = %s", report.pk)


def test_evidence_stays_as_it_was_sent(report, lead):
    reports.attach(report, pdf(), "证明.pdf", by=lead)
    sent(report, lead)
    for statement in (
        "DELETE FROM subsidies_followupfile WHERE report_id = %s",
        "UPDATE subsidies_followupfile SET added_at = added_at WHERE report_id = %s",
        "DELETE FROM subsidies_followupreport WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="stays as it was sent|never deleted"):
            raw(statement, report.pk)


# ---------------------------------------------------------------- pages
def page(report):
    return f"/applications/{report.application.public_id}/reports/{report.year}/"


FORM = {"version": 1, "in_city": "yes", "sales_yuan": "1260", "tax_yuan": "30", "jobs": "45", "text": "满负荷"}


def test_the_firm_saves_sends_and_reads_its_report(report, application, lead):
    client = client_for(lead)
    assert client.post(page(report), {**FORM, "save": ""}).status_code == 302
    report.refresh_from_db()
    assert (report.sales_yuan, report.state) == (Decimal("12600000.00"), ReportState.DRAFT)
    assert 'value="1260"' in client.get(page(report)).text

    assert client.post(page(report), {**FORM, "version": report.version, "send": ""}).status_code == 302

    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED
    assert "满负荷" in client.get(page(report)).text
    whole = client.get(f"/applications/{application.public_id}/follow-up/").text
    assert page(report) in whole
    assert page(report) in client.get(f"/firms/{application.organisation.slug}/").text
    assert f"/applications/{application.public_id}/follow-up/" in client.get(application.get_absolute_url()).text


def test_what_is_missing_is_said_beside_its_field(report, lead):
    answer = client_for(lead).post(page(report), {"version": 1, "jobs": "45", "send": ""})

    assert answer.status_code == 400
    report.refresh_from_db()
    assert (report.jobs, report.state) == (45, ReportState.DRAFT)


def asked(user, address):
    answer = client_for(user).get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code


def test_evidence_is_for_the_bureau_once_it_is_sent(report, lead, clerk):
    row = reports.attach(report, pdf(), "证明.pdf", by=lead)
    address = f"{page(report)}files/{row.file.public_id}/"
    assert [asked(user, address) for user in (clerk, lead, person_of(firm()))] == [404, 200, 404]

    sent(report, lead)

    assert asked(clerk, address) == 200
    assert client_for(lead).post(f"{address}remove/").status_code == 302
    assert report.files.count() == 1


def test_the_desk_judges_the_report_and_closes_the_case(application, report, lead, clerk):
    sent(report, lead)
    case = f"/admin/subsidies/application/{application.pk}/change/"
    client = client_for(clerk)
    assert "产线满负荷运行" in client.get(case).text
    assert Application.objects.filter(turns.waiting_for(clerk)).exists()

    assert client.post(case, {"do": "accept_report", "accept_report-year": "2026"}).status_code == 302
    for year in ("2027", "2028"):
        sent_back = {"do": "waive_report", "waive_report-year": year, "waive_report-reason": "企业注销"}
        assert client.post(case, sent_back).status_code == 302
    assert client.post(case, {"do": "close_case"}).status_code == 302

    assert Application.objects.get().state == State.CLOSED
    assert CaseSeal.objects.get().digest in client.get(case).text
    assert "满负荷" not in client.get(f"/admin/subsidies/application/{application.pk}/timeline/").text


def test_the_firm_makes_its_statement_on_the_page(application, lead, clerk):
    recovering.propose(
        application,
        by=clerk,
        amount_yuan=Decimal("2000000.00"),
        basis="办法第二十条",
        reason="迁出",
        due_on=date(2027, 6, 30),
    )
    client, address = client_for(lead), f"/applications/{application.public_id}/follow-up/"
    assert "办法第二十条" in client.get(address).text

    assert client.post(address, {"text": "设备仍在本市"}).status_code == 302

    assert application.recoveries.get().statement == "设备仍在本市"
    assert "设备仍在本市" in client.get(address).text


def test_what_is_owed_shows_to_the_firm(application, lead):
    being_recovered(application)
    put(application, state=State.RECOVERY)
    assert "200" in client_for(lead).get(f"/applications/{application.public_id}/follow-up/").text


@pytest.mark.parametrize("files", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_files(application, lead, django_assert_num_queries, files):
    for report in application.reports.all()[:files]:
        reports.attach(report, pdf(), "证明.pdf", by=lead)
    client, address = client_for(lead), f"/applications/{application.public_id}/follow-up/"
    client.get(address)

    with django_assert_num_queries(10):
        client.get(address)


# ---------------------------------------------------------------- the API
def test_a_program_reads_writes_and_sends_the_report(application, report, lead):
    caller, address = Caller(lead), f"applications/{application.public_id}/reports/"
    assert [row["year"] for row in caller.get(address).json()["results"]] == [2026, 2027, 2028]
    told = {**TOLD, "sales_yuan": "12600000.00", "tax_yuan": "300000.00", "year": 2026, "version": 1}

    written_now = caller.patch(address, told)
    assert (written_now.status_code, written_now.json()["version"]) == (200, 2)
    assert caller.patch(address, {**told, "jobs": 1}).status_code == 409
    first = caller.post(address, {"year": 2026}, key="r-1")
    again = caller.post(address, {"year": 2026}, key="r-1")

    assert (first.status_code, first.json()["state"]) == (200, "submitted")
    assert again.json() == first.json()
    assert caller.post(address, {"year": 2030}, key="r-2").status_code == 404
    assert Caller(person_of(firm())).get(address).status_code == 404

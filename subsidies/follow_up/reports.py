"""Yearly reports of an awarded firm: laid out with the payment, written by the firm, judged by the bureau.

How many years and by which day is set in the scheme; without a word from the bureau three, by the 31st of March
[PROP]. Day and number are kept with the report once it is laid out.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_day, shanghai_today
from common.file_checks import MEGABYTE, FileRules
from common.files import Content, received, remove_with_bytes
from common.texts import clean_text
from subsidies import permissions
from subsidies.enums import ReportState, State
from subsidies.follow_up import told
from subsidies.models import Application, FollowUpFile, FollowUpReport, Scheme
from subsidies.models.follow_up import WITH_FIRM
from subsidies.workflow import MoveRefused, given, locked

REPORTED_IN = (State.PAID, State.RECOVERY)
EVIDENCE = FileRules(("pdf", "jpg", "png", "xlsx"), 20 * MEGABYTE, 200)
MOST_FILES = 10
FIELDS = ("in_city", "in_city_note", "sales_yuan", "tax_yuan", "jobs", "text")
TEXTS = {"in_city_note": 500, "text": 4000}


class WrittenMeanwhile(MoveRefused):
    """Somebody else has changed the report; `stored` is how it stands now."""

    def __init__(self, stored: FollowUpReport) -> None:
        super().__init__(
            _("Somebody else has changed the report meanwhile. Look at what stands there now, then save again."),
            code="conflict",
        )
        self.stored = stored


# ---------------------------------------------------------------- laying out
def lay_out(application: Application) -> None:
    """A draft for each year that is to be reported, and the first day in Application.due_on; safe to run twice."""
    scheme, first = application.call.scheme, shanghai_day(application.state_since).year
    for year in range(first, first + scheme.report_years):
        FollowUpReport.objects.get_or_create(
            application=application, year=year, defaults={"due_on": due_day(scheme, year + 1)}
        )
    refresh_due(application)


def due_day(scheme: Scheme, year: int) -> date:
    """The day of the scheme in that year; the 29th of February is the 28th in most."""
    month = scheme.report_due_month
    return date(year, month, min(scheme.report_due_day, monthrange(year, month)[1]))


def refresh_due(application: Application) -> None:
    """The next day that a report is due stands beside the other due days of cases; see subsidies.due."""
    open_rows = FollowUpReport.objects.filter(application=application, state__in=WITH_FIRM)
    is_followed = application.state in REPORTED_IN
    due_on = open_rows.aggregate(first=Min("due_on"))["first"] if is_followed else None
    if due_on != application.due_on:
        fresh = Application.objects.get(pk=application.pk)  # the caller's may be in the middle of its own save
        fresh.due_on = application.due_on = due_on
        fresh.save(update_fields=["due_on"])


# ---------------------------------------------------------------- the firm
def can_write(user: User, report: FollowUpReport) -> bool:
    is_open = report.is_with_firm and report.application.state in REPORTED_IN
    return is_open and permissions.is_writer(user, report.application)


@transaction.atomic
def write(report: FollowUpReport, *, by: User, version: int, values: Mapping[str, Any]) -> FollowUpReport:
    """Keep what was written, complete or not. `version` is the one that was read; PermissionDenied, MoveRefused."""
    current = _open_for_firm(report, by)
    new = {name: _cleaned(name, value) for name, value in values.items() if name in FIELDS}
    changed = {name: value for name, value in new.items() if getattr(current, name) != value}
    if not changed:
        return current
    if version != current.version:
        raise WrittenMeanwhile(current)
    for name, value in changed.items():
        setattr(current, name, value)
    current.version += 1
    current.full_clean(exclude=("application",), validate_unique=False)
    with journal.acting(by=by, action="write_report"):
        current.save()
    return current


def _cleaned(name: str, value: Any) -> Any:
    if name not in TEXTS:
        return value
    text = clean_text(value or "", multiline=True).strip()
    if len(text) > TEXTS[name]:
        raise ValidationError({name: _("Say it in at most %(longest)d characters.") % {"longest": TEXTS[name]}})
    return text


def attach(report: FollowUpReport, content: Content, name: str, *, by: User) -> FollowUpFile:
    """Take in what was sent as evidence, or refuse it with a sentence."""
    _open_for_firm(report, by)
    with received(content, name, by, EVIDENCE) as stored:
        return _attached(report, stored, by)


@transaction.atomic
def _attached(report: FollowUpReport, stored: Any, by: User) -> FollowUpFile:
    current = _open_for_firm(report, by)
    if current.files.filter(file__sha256=stored.sha256).exists():
        raise MoveRefused(_("This very file is here already."), code="same")
    if current.files.count() >= MOST_FILES:
        raise MoveRefused(_("%(count)d files are the most here.") % {"count": MOST_FILES}, code="most_files")
    with journal.acting(by=by, action="attach_to_report"):
        return FollowUpFile.objects.create(report=current, file=stored, added_by=by)


@transaction.atomic
def remove_file(report: FollowUpReport, file_id: UUID, *, by: User) -> None:
    current = _open_for_firm(report, by)
    row = current.files.filter(file__public_id=file_id).select_related("file").first()
    if row is None:
        return
    with journal.acting(by=by, action="remove_from_report"):
        row.delete()
        if not FollowUpFile.objects.filter(file=row.file).exists():
            remove_with_bytes(row.file)


@transaction.atomic
def submit(report: FollowUpReport, *, by: User) -> FollowUpReport:
    """By a lead of the firm, once the year is over and nothing is missing; sent again, nothing happens twice."""
    current = _locked(report)
    if not permissions.is_lead(by, current.application):
        raise PermissionDenied
    if current.state == ReportState.SUBMITTED:
        return current
    _refuse_closed(current)
    if shanghai_today() < current.opens_on:
        raise MoveRefused(
            _("The report is sent once its year is over: from %(day)s on.") % {"day": current.opens_on}, code="early"
        )
    if missing := missing_of(current):
        raise ValidationError({name: _("Fill this in before you send the report.") for name in missing})
    current.state, current.reason = ReportState.SUBMITTED, ""
    current.submitted_by, current.submitted_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="submit_report"):
        current.save()
        refresh_due(current.application)
    told.of_sent_report(current)
    return current


def missing_of(report: FollowUpReport) -> list[str]:
    """Names of the fields that keep it from being sent."""
    missing = [name for name in ("in_city", "sales_yuan", "tax_yuan", "jobs") if getattr(report, name) is None]
    if report.in_city is False and not report.in_city_note:
        missing.append("in_city_note")
    return missing if report.text else [*missing, "text"]


# ---------------------------------------------------------------- the bureau
def can_judge(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.judge_report") and permissions.is_impartial(user, application)


@transaction.atomic
def accept(report: FollowUpReport, *, by: User) -> FollowUpReport:
    current = _sent(report, by)
    return _decide(current, ReportState.ACCEPTED, by)


@transaction.atomic
def send_back(report: FollowUpReport, *, by: User, reason: str) -> FollowUpReport:
    """The firm mends it; the day it is due does not move."""
    current = _sent(report, by)
    return _decide(current, ReportState.RETURNED, by, given(reason))


@transaction.atomic
def waive(report: FollowUpReport, *, by: User, reason: str) -> FollowUpReport:
    """No longer asked for: the obligation is over, as where the firm was merged or the bureau has decided so."""
    current = _locked(report)
    if not can_judge(by, current.application):
        raise PermissionDenied
    if not current.is_with_firm:
        raise MoveRefused(_("This report has been sent: accept it, or send it back."), code="state")
    return _decide(current, ReportState.WAIVED, by, given(reason))


def _sent(report: FollowUpReport, by: User) -> FollowUpReport:
    current = _locked(report)
    if not can_judge(by, current.application):
        raise PermissionDenied
    if current.state != ReportState.SUBMITTED:
        raise MoveRefused(_("There is no report here that waits for you."), code="state")
    return current


def _decide(report: FollowUpReport, state: str, by: User, reason: str = "") -> FollowUpReport:
    report.state, report.reason = state, reason
    report.decided_by, report.decided_at = by, timezone.now()
    report.version += 1
    report.validate_constraints()
    with journal.acting(by=by, action=f"{state}_report", reason=reason):
        report.save()
        refresh_due(report.application)
    told.of_judged_report(report)
    return report


# ---------------------------------------------------------------- reading
def expected(application: Application) -> Iterable[FollowUpReport]:
    """All of the case by their years, with their files; two queries."""
    rows = application.reports.select_related("submitted_by", "decided_by").prefetch_related("files__file")
    for row in (found := list(rows)):
        row.application = application
    return found


# ---------------------------------------------------------------- rows
def _open_for_firm(report: FollowUpReport, by: User) -> FollowUpReport:
    current = _locked(report)
    if not permissions.is_writer(by, current.application):
        raise PermissionDenied
    _refuse_closed(current)
    return current


def _refuse_closed(report: FollowUpReport) -> None:
    if not report.is_with_firm or report.application.state not in REPORTED_IN:
        raise MoveRefused(_("This report is not with you now: it cannot be changed."), code="state")


def _locked(report: FollowUpReport) -> FollowUpReport:
    """The case first, as every other verb."""
    application = locked(report.application)
    current: FollowUpReport = FollowUpReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    current.application = application
    return current

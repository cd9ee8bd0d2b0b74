"""What follows the money, for the page of a case on the desk."""

from functools import cached_property

from accounts.models import User
from common.calendar import shanghai_today
from subsidies.enums import SINCE_AWARD, CheckState, RecoveryState, ReportState
from subsidies.follow_up.amounts import Owed, owed
from subsidies.follow_up.archive import can_archive
from subsidies.follow_up.recovering import Instalment, plan_of
from subsidies.follow_up.reports import expected
from subsidies.follow_up.site_checks import can_settle, is_ready
from subsidies.models import (
    Application,
    CaseSeal,
    FollowUpReport,
    IntegrityEntry,
    Recovery,
    Repayment,
    SiteCheck,
)
from subsidies.models.recovery import RUNNING
from subsidies.permissions import sees_deliberation
from subsidies.visit_times import CONCLUDED


class FollowUpShown:
    """Each part read when it is asked; a county's officers read the reports alone."""

    def __init__(self, application: Application, user: User) -> None:
        self.application, self.user = application, user
        self.is_time = application.state in SINCE_AWARD  # before that there is nothing to read

    # ------------------------------------------------------------ recovery
    @cached_property
    def recoveries(self) -> list[Recovery]:
        """The latest first, dropped ones too."""
        if not (self.is_time and self.user.has_perm("subsidies.view_recovery")):
            return []
        people = ("proposed_by", "stated_by", "decided_by")
        rows = list(self.application.recoveries.select_related(*people).prefetch_related("repayments__registered_by"))
        for row in rows:
            row.application = self.application
        return rows

    @cached_property
    def recovery(self) -> Recovery | None:
        return next((row for row in self.recoveries if row.state != RecoveryState.DROPPED), None)

    @cached_property
    def plan(self) -> list[Instalment]:
        return plan_of(self.recovery) if self.recovery else []

    @cached_property
    def repayments(self) -> list[Repayment]:
        return list(self.recovery.repayments.all()) if self.recovery else []

    @cached_property
    def owed(self) -> Owed | None:
        return owed(self.recovery, repayments=self.repayments) if self.recovery else None

    @cached_property
    def is_overdue(self) -> bool:
        """Less has come back than the plan asks for by today. See also recovering.is_behind()."""
        if self.recovery is None or self.owed is None or self.recovery.state not in RUNNING:
            return False
        today = shanghai_today()
        expected = sum((row.amount_yuan for row in self.plan if row.due_on < today), start=self.owed.principal * 0)
        return self.owed.repaid < expected or self.recovery.due_on < today

    # ------------------------------------------------------------ yearly reports
    @cached_property
    def reports(self) -> list[FollowUpReport]:
        may_see = self.is_time and self.user.has_perm("subsidies.view_followupreport")
        return list(expected(self.application)) if may_see else []

    @cached_property
    def waiting(self) -> list[FollowUpReport]:
        """Sent and not judged yet."""
        return [row for row in self.reports if row.state == ReportState.SUBMITTED]

    @cached_property
    def owed_reports(self) -> list[FollowUpReport]:
        return [row for row in self.reports if row.is_with_firm]

    # ------------------------------------------------------------ site checks
    @cached_property
    def checks(self) -> list[SiteCheck]:
        """The latest first, with their officers."""
        may_see = self.user.has_perm("subsidies.view_sitecheck") and sees_deliberation(self.user, self.application)
        if not (self.is_time and may_see):
            return []
        rows = self.application.site_checks.select_related(
            "round", "visit", "commented_by", "remedied_by", "decided_by"
        )
        found = list(rows.prefetch_related("visit__officers__user", "files__file"))
        for row in found:
            row.application = self.application
        return found

    @cached_property
    def check_being_made(self) -> SiteCheck | None:
        return next((row for row in self.checks if row.visit.state != CONCLUDED), None)

    @cached_property
    def check_to_settle(self) -> SiteCheck | None:
        ready = (row for row in self.checks if is_ready(row) and can_settle(self.user, row))
        return next(ready, None)

    @cached_property
    def grave_check(self) -> SiteCheck | None:
        return next((row for row in self.checks if row.state == CheckState.GRAVE), None)

    # ------------------------------------------------------------ the archive
    @cached_property
    def seal(self) -> CaseSeal | None:
        if not self.is_time:
            return None
        found: CaseSeal | None = self.application.seals.select_related("sealed_by").first()
        return found

    @cached_property
    def may_archive(self) -> bool:
        return can_archive(self.user, self.application)

    # ------------------------------------------------------------ the integrity list
    @cached_property
    def entries(self) -> list[IntegrityEntry]:
        if not (self.is_time and self.user.has_perm("subsidies.view_integrityentry")):
            return []
        return list(self.application.integrity_entries.all())

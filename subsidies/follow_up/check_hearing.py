"""The firm is heard on what a site check has found, from the day on which its record is concluded."""

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies.follow_up import told_of_checks
from subsidies.follow_up.recovering import hearing_ends
from subsidies.models import SiteCheck, SiteVisit


def open_hearing(visit: SiteVisit, by: User) -> None:
    """The same term as before a recovery is decided."""
    check = SiteCheck.objects.select_related("application").get(visit=visit)
    check.heard_until = hearing_ends()
    check.version += 1
    with journal.acting(by=by, action="conclude_visit"):
        check.save()
    told_of_checks.of_findings(check)


def is_heard(check: SiteCheck) -> bool:
    """See also sitecheck_heard_first."""
    if check.heard_until is None:
        return False
    return check.commented_at is not None or shanghai_today() > check.heard_until

"""Site checks by sample as they stand after their steps."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from common.calendar import shanghai_today
from subsidies import visiting
from subsidies.enums import State
from subsidies.follow_up import sampling
from subsidies.models import Application, CheckRound, SiteCheck
from subsidies.visiting import Written
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.desk import section_head


def crew(number: int = 3) -> list[User]:
    return [staff() for _each in range(number)]


def proposed(*, by: User | None = None, size: int = 1, **fields: Any) -> CheckRound:
    """Of all awards of this year."""
    year = shanghai_today().year
    given = {"year": year, "awarded_from": year, "awarded_until": year, "due_on": shanghai_today() + timedelta(days=60)}
    return sampling.propose(by=by or staff(), size=size, **{**given, **fields})


def drawn(application: Application | None = None, **fields: Any) -> SiteCheck:
    """The check of an award that was paid, by two of three clerks; nobody else is in the sample."""
    application = application or ApplicationFactory(state=State.PAID)
    crew(2)
    sampling.confirm(proposed(**fields), by=section_head())
    return SiteCheck.objects.get(application=application)


def officers_of(check: SiteCheck) -> list[User]:
    return [User.objects.get(pk=row.user_id) for row in check.visit.officers.all()]


def concluded(check: SiteCheck | None = None, *, is_as_applied: bool = True) -> SiteCheck:
    """Written and signed today; the firm may comment."""
    check = check or drawn()
    one, other = officers_of(check)
    written = Written(shanghai_today(), "一号车间", "厂长", "生产线在运行", is_as_applied)
    visiting.write(check.visit, by=one, version=1, written=written)
    visiting.sign(check.visit, by=one)
    visiting.sign(check.visit, by=other)
    return SiteCheck.objects.get(pk=check.pk)

"""The cases behind a number of the figures: the same rows that were counted, for those who may see them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from subsidies.enums import PaymentState, RecoveryState, State
from subsidies.figures.funnel import STATIONS
from subsidies.figures.money import awards_of, year_of
from subsidies.figures.scope import Scope
from subsidies.figures.times import cases_of_step
from subsidies.models import Application, ApplicationStep, Award, Payment, Repayment
from subsidies.open_data.figures import GROUPINGS, awards_of_group

REACHED, HERE, ENDED, LASTING = "reached", "here", "ended", "lasting"
AWARDED, PAID, RECOVERED, FIRM = "awarded", "paid", "recovered", "firm"


class Counted(NamedTuple):
    """`number` is the one that was clicked; of it `rows` may be fewer, where others are not on the person's desk."""

    title: str
    number: int
    rows: QuerySet[Any]
    is_of_awards: bool

    @property
    def hidden(self) -> int:
        return self.number - self.rows.count()


def counted(scope: Scope, of: str, value: str, user: User) -> Counted | None:
    """None where no such number stands among the figures."""
    if of in APPLICATIONS:
        return _applications(scope, of, value, user)
    if of in MONEY and value.isdecimal() and len(value) == 4:
        return _awards(MONEY[of](awards_of(scope), int(value)), f"{_title(of)} {value}")
    if of == FIRM and value.isdecimal() and len(value) < 12:
        return _awards(
            _in_year(awards_of(scope), year_of(scope)).filter(organisation=int(value)), _("Awards of a firm")
        )
    if of in GROUPINGS:
        rows = awards_of_group(of, value, year_of(scope), awards_of(scope))
        return _awards(rows, f"{GROUPINGS[of].title}：{_name_of(of, value)}")
    return None


# ---------------------------------------------------------------- applications
def _reached(scope: Scope, state: State) -> QuerySet[Application]:
    steps = ApplicationStep.objects.filter(application=OuterRef("pk"), to_state=state)
    return scope.applications().filter(Exists(steps))


def _here(scope: Scope, state: State) -> QuerySet[Application]:
    return scope.applications().filter(state=state)


def _ended(scope: Scope, stage: State) -> QuerySet[Application]:
    return scope.applications().filter(pk__in=cases_of_step(scope, stage, is_ended=True))


def _lasting(scope: Scope, stage: State) -> QuerySet[Application]:
    return scope.applications().filter(pk__in=cases_of_step(scope, stage, is_ended=False))


APPLICATIONS: dict[str, Callable[[Scope, State], QuerySet[Application]]] = {
    REACHED: _reached,
    HERE: _here,
    ENDED: _ended,
    LASTING: _lasting,
}


def _applications(scope: Scope, of: str, value: str, user: User) -> Counted | None:
    if value not in State.values:
        return None
    state, every = State(value), APPLICATIONS[of](scope, State(value))
    seen = every.filter(pk__in=Application.objects.for_staff(user).values("pk"))
    label = dict(STATIONS).get(state, state.label) if of in (REACHED, HERE) else state.label
    rows = seen.select_related("organisation", "call").order_by("number", "pk")
    return Counted(f"{label} · {_title(of)}", every.count(), rows, is_of_awards=False)


# ---------------------------------------------------------------- awards
def _in_year(awards: QuerySet[Award], year: int | None) -> QuerySet[Award]:
    return awards if year is None else awards.filter(awarded_on__year=year)


def _paid(awards: QuerySet[Award], year: int) -> QuerySet[Award]:
    payments = Payment.objects.filter(state=PaymentState.PAID, paid_on__year=year, award__in=awards)
    return Award.objects.filter(pk__in=payments.values("award"))


def _recovered(awards: QuerySet[Award], year: int) -> QuerySet[Award]:
    back = Repayment.objects.filter(recovery__state=RecoveryState.SETTLED, received_on__year=year)
    return awards.filter(application__in=back.values("recovery__application"))


MONEY: dict[str, Callable[[QuerySet[Award], int], QuerySet[Award]]] = {
    AWARDED: _in_year,
    PAID: _paid,
    RECOVERED: _recovered,
}


def _awards(rows: QuerySet[Any], title: str) -> Counted:
    """Of the public site, so nobody's are hidden."""
    listed = rows.select_related("organisation", "application").order_by("-awarded_on", "-pk")
    return Counted(title, rows.count(), listed, is_of_awards=True)


# ---------------------------------------------------------------- words
def _title(of: str) -> str:
    return {
        REACHED: _("Ever reached"),
        HERE: _("Stand there now"),
        ENDED: _("Cases that ended"),
        LASTING: _("Not ended yet"),
        AWARDED: _("Awards"),
        PAID: _("Money paid"),
        RECOVERED: _("Money recovered"),
    }[of]


def _name_of(name: str, key: str) -> str:
    grouping = GROUPINGS[name]
    found = grouping.model._default_manager.filter(**{grouping.key: key}).first() if key else None
    return str(found.name) if found else str(_("Not known"))

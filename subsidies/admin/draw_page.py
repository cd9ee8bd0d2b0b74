"""What the desk shows of draws: who can be drawn for what, and how a panel stands."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from accounts.models import User
from subsidies import drawing, permissions
from subsidies.conflict_facts import ExpertFacts
from subsidies.draw_inputs import Pool, Wanted
from subsidies.enums import SITTING, ExclusionReason, ExpertKind, Seat, SheetState, State
from subsidies.models import Application, Assignment, Call, Draw, Expert, ScoreSheet
from subsidies.ties import know_ties, untied
from subsidies.visit_times import visits_needed


class KindCount(NamedTuple):
    label: str
    can_be_drawn: int
    needed: int  # at least; 0 where the call names no number

    @property
    def is_short(self) -> bool:
        return self.can_be_drawn < self.needed


class Excluded(NamedTuple):
    code: str
    name: str
    reasons: list[str]
    named: int = 0  # the key of the expert whose name, or whose employer's, stands in the application


class Choice(NamedTuple):
    """An application that a panel can be drawn for, or why not."""

    application: Application
    kinds: list[KindCount]
    free: int
    seats: int
    excluded: list[Excluded]
    obstacle: str


class SeatShown(NamedTuple):
    seat: Assignment
    is_signed: bool
    can_release: bool
    can_drop_revision: bool = False
    can_take_chair: bool = False


class PanelShown(NamedTuple):
    number: str
    application: Application | None
    members: list[SeatShown]  # everybody who ever sat, in the order of the seats
    reserves: list[SeatShown]
    drawn: list[tuple[str, str]]  # codes and names, as long as nobody is seated
    drawn_reserves: list[tuple[str, str]]
    is_short: bool
    can_redraw: bool


# ---------------------------------------------------------------- before the draw
def choices_of(call: Call, user: User) -> list[Choice]:
    """The checked applications of the call against the whole register, but for those that the person is kept away from.

    The same queries for any number.
    """
    rows = list(
        call.applications.filter(untied(user, user.roles), state=State.CHECKED)
        .defer("data", "touched")
        .select_related("organisation", "call_version")
        .order_by("number")
    )
    if not rows:
        return []
    by_key = {row.pk: row for row in rows}
    pool = drawing.preview(rows)
    held, unvisited = drawing.numbers_in_open_draws(call), visits_needed(rows)
    obstacles = {row.pk: drawing.obstacle_of(row, call.pk, held, unvisited) for row in rows}
    return [_choice(pool, each, by_key[each.application.pk], obstacles[each.application.pk]) for each in pool.wanted]


def _choice(pool: Pool, wanted: Wanted, row: Application, obstacle: str) -> Choice:
    candidates = pool.candidates(wanted)
    counts = Counter(person.expert.kind for person in candidates)
    kinds = [KindCount(str(kind.label), counts[kind], wanted.least.get(kind, 0)) for kind in ExpertKind]
    return Choice(row, kinds, len(candidates), wanted.seats, _excluded(pool, wanted), obstacle)


def _excluded(pool: Pool, wanted: Wanted) -> list[Excluded]:
    people: list[ExpertFacts] = sorted(pool.facts.experts.values(), key=lambda person: person.expert.code)
    shown = []
    for person in people:
        reasons = pool.reasons[person.expert.pk, wanted.application.pk]
        if reasons:
            words = [str(reason.label) for reason in reasons]
            named = person.expert.pk if ExclusionReason.NAMED in reasons else 0
            shown.append(Excluded(person.expert.code, str(person.expert.user), words, named))
    return shown


# ---------------------------------------------------------------- after it
def panels_of(draw: Draw, user: User) -> list[PanelShown]:
    """With names: the desk of the bureau alone shows them. Six queries."""
    numbers = drawing.numbers_of(draw)
    applications = {
        row.number: row
        for row in Application.objects.filter(number__in=numbers)
        .defer("data", "touched")
        .select_related("organisation", "call_version")
    }
    know_ties(applications.values())
    seats = _seats(list(applications.values()))
    names = _names(draw)
    return [_panel(row, applications.get(row["application"]), seats, names, user) for row in draw.result["panels"]]


def _panel(
    row: dict[str, Any],
    application: Application | None,
    seats: dict[int, list[Assignment]],
    names: dict[str, str],
    user: User,
) -> PanelShown:
    taken = seats[application.pk] if application else []
    is_open = application is not None and application.state == State.REVIEW
    may_release = is_open and application is not None and permissions.can_run_review(user, application)
    members = _members([each for each in taken if each.seat == Seat.MEMBER], may_release)
    sitting = sum(each.seat.state in SITTING for each in members)
    is_short = is_open and application is not None and sitting < application.sheets_needed
    return PanelShown(
        row["application"],
        application,
        members,
        [_shown(each, False) for each in taken if each.seat == Seat.RESERVE],
        [] if taken else [(code, names.get(code, "")) for code in row["members"]],
        [] if taken else [(code, names.get(code, "")) for code in row["reserves"]],
        is_short,
        is_short and application is not None and permissions.can_draw(user, application),
    )


def _members(taken: list[Assignment], may_run: bool) -> list[SeatShown]:
    """See also subsidies.stuck_reviews, which asks whether the expert has left."""
    signed = [each for each in taken if each.state in SITTING and each.is_signed]  # type: ignore[attr-defined]
    is_whole = may_run and len(signed) == sum(each.state in SITTING for each in taken)
    return [
        _shown(each, may_run)._replace(
            can_drop_revision=may_run and each.is_revised,  # type: ignore[attr-defined]
            can_take_chair=is_whole and each in signed and not each.is_chair,
        )
        for each in taken
    ]


def _shown(seat: Assignment, may_release: bool) -> SeatShown:
    is_signed: bool = seat.is_signed  # type: ignore[attr-defined]
    return SeatShown(seat, is_signed, may_release and not is_signed and seat.state in SITTING)


def _seats(applications: list[Application]) -> defaultdict[int, list[Assignment]]:
    signed = ScoreSheet.objects.filter(assignment=OuterRef("pk"), state=SheetState.SIGNED)
    rows = Assignment.objects.filter(application__in=applications)
    revised = ScoreSheet.objects.filter(assignment=OuterRef("pk"), state=SheetState.DRAFT, number__gt=1)
    rows = rows.select_related("expert__user").annotate(is_signed=Exists(signed), is_revised=Exists(revised))
    grouped: defaultdict[int, list[Assignment]] = defaultdict(list)
    for row in rows.order_by("position", "pk"):
        grouped[row.application_id].append(row)
    return grouped


def _names(draw: Draw) -> dict[str, str]:
    codes = {row["code"] for row in draw.inputs["experts"]} | {row["expert"] for row in draw.exclusions}
    rows = Expert.objects.filter(code__in=codes).select_related("user")
    return {row.code: str(row.user) for row in rows}


def exclusions_of(draw: Draw) -> list[tuple[str, list[Excluded]]]:
    """As they were kept at the draw, by application."""
    names = _names(draw)
    grouped: defaultdict[str, list[Excluded]] = defaultdict(list)
    for row in draw.exclusions:
        words = [str(ExclusionReason(reason).label) for reason in row["reasons"]]
        grouped[row["application"]].append(Excluded(row["expert"], names.get(row["expert"], ""), words))
    return list(grouped.items())

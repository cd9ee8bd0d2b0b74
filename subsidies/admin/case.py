"""The page of an application on the desk: everything a person there needs to see, each part read when it is asked."""

from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from common.components import Clock as DrawnClock
from common.file_serving import can_preview, may_show
from subsidies import checking, clocks, cross_checks, permissions, recommending, timing
from subsidies.admin.case_follow_up import FollowUpShown
from subsidies.admin.case_review import PanelShown, panel_of, visits_of
from subsidies.admin.money_page import MoneyBoard, may_see_money
from subsidies.audiences import draws_of, has_open_appeal
from subsidies.awaited import awaited
from subsidies.content import STAMPED_FORM, CheckItem
from subsidies.differences import Line, lines_of, since_last
from subsidies.enums import BEING_DECIDED, SINCE_APPROVAL, Action, Outcome, State
from subsidies.hit_words import Told, told
from subsidies.models import (
    Application,
    ApplicationFile,
    ApplicationStep,
    CheckResult,
    Correction,
    CrossCheckHit,
    Decision,
    Draw,
    FormCheck,
    Letter,
    Meeting,
    Recommendation,
    SiteVisit,
    Submission,
)
from subsidies.overview import answers_of
from subsidies.visit_times import visit_needed
from subsidies.words import reason_for_unit
from subsidies.workflow import MOVES, available_actions


class SignedFile(NamedTuple):
    """A file as it was signed; `row` is None where the person may not open it."""

    name: str
    size: int
    row: ApplicationFile | None

    @property
    def may_preview(self) -> bool:
        return self.row is not None and may_show(self.row.file) and can_preview(self.row.file)


class MaterialShown(NamedTuple):
    code: str
    name: str
    files: list[SignedFile]


class HitShown(NamedTuple):
    hit: CrossCheckHit
    told: Told
    is_blocking: bool


class CheckShown(NamedTuple):
    check: FormCheck
    results: list[tuple[CheckItem, CheckResult | None]]


class Case:
    def __init__(self, application: Application, user: User) -> None:
        self.application, self.user = application, user

    # ------------------------------------------------------------ who looks
    @cached_property
    def actions(self) -> list[Action]:
        return available_actions(self.application, self.user)

    @cached_property
    def is_bureau(self) -> bool:
        """The bureau's checks and hits are its own affair: a recommending unit does not see them."""
        return self.user.acts_for_whole_city()

    @property
    def is_checker(self) -> bool:
        return Action.ASK_CORRECTION in self.actions

    @property
    def is_own_check(self) -> bool:
        return self.check is not None and self.check.checked_by_id == self.user.pk

    @cached_property
    def turn(self) -> str:
        return awaited(self.application, self.user)

    # ------------------------------------------------------------ what was signed
    @cached_property
    def content(self) -> Any:
        return self.application.call_version.parsed

    @cached_property
    def submission(self) -> Submission | None:
        found: Submission | None = self.application.submissions.select_related("signed_by").order_by("-round").first()
        return found

    @cached_property
    def sections(self) -> list[Any]:
        """The answers of the last signature: what a firm writes meanwhile is its own affair."""
        return answers_of(self.content, self.submission.snapshot["data"] if self.submission else self.application.data)

    @cached_property
    def materials(self) -> list[MaterialShown]:
        """By code of the form, and at the end what it no longer asks for."""
        signed = self.submission.snapshot["files"] if self.submission else []
        rows = {(row.material, row.file.sha256): row for row in self._files}
        codes = dict.fromkeys([*(each.code for each in self.content.materials), *(each["material"] for each in signed)])
        return [
            MaterialShown(
                code,
                material.name if (material := self.content.material(code)) else "",
                [
                    SignedFile(each["name"], each["size"], self._openable(rows.get((code, each["sha256"]))))
                    for each in signed
                    if each["material"] == code
                ],
            )
            for code in codes
        ]

    @cached_property
    def _files(self) -> list[ApplicationFile]:
        return list(self.application.files.select_related("file"))

    def _openable(self, row: ApplicationFile | None) -> ApplicationFile | None:
        material = self.content.material(row.material) if row else None
        if material and material.is_confidential and not self._opens_confidential:
            return None
        return row

    @cached_property
    def _opens_confidential(self) -> bool:
        return permissions.can_open_confidential(self.user, self.application)

    @cached_property
    def changes(self) -> list[Line]:
        """What the last signature changed."""
        found = since_last(self.submission) if self.submission and self.submission.round else None
        return lines_of(found, self.content) if found else []

    # ------------------------------------------------------------ what has happened
    @cached_property
    def steps(self) -> list[ApplicationStep]:
        return list(self.application.steps.select_related("by"))

    @cached_property
    def sees_deliberation(self) -> bool:
        return permissions.sees_deliberation(self.user, self.application)

    @property
    def way(self) -> list[tuple[ApplicationStep, str]]:
        """The latest first, each with the reason as far as it is told to this person."""
        return [(step, step.reason if self.sees_deliberation else reason_for_unit(step)) for step in self.steps[::-1]]

    @cached_property
    def clocks(self) -> list[tuple[str, DrawnClock]]:
        return timing.drawn(clocks.clocks_of(self.application, self.steps), timing.ON_DESK)

    @cached_property
    def letters(self) -> list[Letter]:
        if not self.user.has_perm("subsidies.view_letter"):
            return []
        return list(self.application.letters.select_related("sent_by"))

    @cached_property
    def can_write_letter(self) -> bool:
        return permissions.can_write_letter(self.user, self.application)

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        """The bureau reads what was decided or set aside, a unit what is its own."""
        rows = self.application.recommendations.select_related("unit", "letter", "prepared_by", "decided_by")
        if self.is_bureau:
            return [row for row in rows if row.decided_at or row.set_aside_at]
        return [row for row in rows if row.unit_id in self.user.offices()]

    @cached_property
    def prepared(self) -> Recommendation | None:
        return next((row for row in self.recommendations if row.is_open), None)

    @cached_property
    def quota(self) -> recommending.Quota | None:
        unit = self.application.recommender
        return recommending.quota(self.application.call, unit) if unit and not self.is_bureau else None

    @cached_property
    def corrections(self) -> list[tuple[Correction, list[tuple[str, str]]]]:
        """Each with the names and reasons of its items."""
        rows = self.application.corrections.select_related("asked_by").prefetch_related("items")
        return [
            (row, [(self.place(item.field or item.material), item.reason) for item in row.items.all()]) for row in rows
        ]

    def place(self, place: str) -> str:
        if place in self._names:
            return self._names[place]
        material = self.content.material(place)
        return f"{place} {material.name}" if material else place

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = self.content.names()
        return names

    # ------------------------------------------------------------ the bureau's check
    @cached_property
    def checks(self) -> list[CheckShown]:
        rows = self.application.checks.select_related("checked_by", "confirmed_by").prefetch_related("results")
        items = self.content.check_items
        shown = []
        for row in rows:
            results = {result.item: result for result in row.results.all()}
            shown.append(CheckShown(row, [(item, results.get(item.id)) for item in items]))
        return shown

    @cached_property
    def check(self) -> FormCheck | None:
        """That of the last signature."""
        now = self.submission.round if self.submission else 0
        return next((each.check for each in self.checks if each.check.round == now), None)

    @cached_property
    def findings(self) -> dict[str, CheckResult]:
        return checking.findings_of(self.check)

    @property
    def outcome_of_results(self) -> str:
        """What the results come to once every item has one; empty before, and where something is to be corrected."""
        outcomes = {result.outcome for result in self.findings.values()}
        is_whole = {item.id for item in self.content.check_items} <= self.findings.keys()
        if not is_whole or Outcome.CORRECT in outcomes:
            return ""
        return Outcome.FAIL if Outcome.FAIL in outcomes else Outcome.PASS

    @cached_property
    def met_before(self) -> set[str]:
        """The items that the check before found met, where the last signature changed nothing they look at."""
        earlier = [each.check for each in self.checks if self.submission and each.check.round < self.submission.round]
        changed = {line.place for line in self.changes}
        known = {each.id for each in self.content.fields()} | {each.code for each in self.content.materials}
        if not earlier or not changed <= known:  # a fact about the firm or the project may bear on every item
            return set()
        before = max(earlier, key=lambda check: check.round)
        met = {item for item, found in checking.findings_of(before).items() if found.outcome == Outcome.PASS}
        return {item.id for item in self.content.check_items if item.id in met and not changed & {*item.looks_at}}

    @cached_property
    def suggested_corrections(self) -> dict[str, str]:
        """The notes of the items that are to be corrected, beside the places they look at.

        Where an answer opens, the stamped form opens with it: what the unit has stamped is no longer what it says.
        """
        items = {item.id: item for item in self.content.check_items}
        wrong = [result for result in self.findings.values() if result.outcome == Outcome.CORRECT]
        found = {
            place: result.note for result in wrong if result.item in items for place in items[result.item].looks_at
        }
        opens_answers = not found or any(self.content.field(place) for place in found)
        if self.content.material(STAMPED_FORM) and opens_answers:
            found.setdefault(STAMPED_FORM, _("The answers change: print the form anew, stamp it and send it."))
        return found

    @cached_property
    def hits(self) -> list[CrossCheckHit]:
        return list(self.application.hits.select_related("other__organisation", "judged_by"))

    @cached_property
    def hits_shown(self) -> list[HitShown]:
        return [HitShown(hit, told(hit), cross_checks.is_blocking(hit)) for hit in self.hits]

    # ------------------------------------------------------------ award and payment
    @cached_property
    def money(self) -> MoneyBoard | None:
        may_see = self.application.state in SINCE_APPROVAL and may_see_money(self.user, self.application)
        return MoneyBoard(self.application, self.user) if may_see else None

    # ------------------------------------------------------------ panel and visits
    @property
    def _is_past_check(self) -> bool:
        """Before that there is neither a panel nor a visit to read."""
        return self.application.state in (*BEING_DECIDED, *SINCE_APPROVAL, State.NOT_APPROVED, State.WITHDRAWN)

    @cached_property
    def draws(self) -> list[Draw]:
        """The latest first; one query."""
        if not (self._is_past_check and self.sees_deliberation and self.user.has_perm("subsidies.view_draw")):
            return []
        return list(draws_of(self.application).defer("inputs", "result", "exclusions").select_related("drawn_by"))

    @cached_property
    def can_draw(self) -> bool:
        """Nothing stands in the way of a draw but that nobody has made it; see also drawing.obstacle_of()."""
        is_open = any(not draw.confirmed_at and not draw.discarded_at for draw in self.draws)
        if self.application.state != State.CHECKED or is_open or visit_needed(self.application):
            return False
        return permissions.can_draw(self.user, self.application)

    @cached_property
    def decisions(self) -> list[Decision]:
        """On the agendas it stands on or stood on to the end, the latest first; one query."""
        may_see = self._is_past_check and self.sees_deliberation and self.user.has_perm("subsidies.view_meeting")
        rows = self.application.decisions.filter(removed_at=None).select_related("meeting").order_by("-pk")
        return list(rows) if may_see else []

    @cached_property
    def can_propose(self) -> bool:
        is_due = self.application.state in MOVES[Action.PROPOSE].sources and not visit_needed(self.application)
        may = is_due and permissions.can_propose(self.user, self.application)
        return may and not has_open_appeal(self.application)

    @cached_property
    def open_meetings(self) -> list[Meeting]:
        """That it can be put before; one query."""
        return list(self.application.call.meetings.filter(released_at=None)) if self.can_propose else []

    @cached_property
    def panel(self) -> PanelShown | None:
        may_see = self._is_past_check and permissions.can_see_sheets(self.user, self.application)
        return panel_of(self.application) if may_see else None

    @cached_property
    def visits(self) -> list[SiteVisit]:
        may_see = self._is_past_check and permissions.can_see_visits(self.user, self.application)
        return visits_of(self.application) if may_see else []

    # ------------------------------------------------------------ after the award
    @cached_property
    def follow_up(self) -> FollowUpShown:
        return FollowUpShown(self.application, self.user)

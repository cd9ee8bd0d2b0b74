"""The page of a meeting: its agenda with the budget line, what is recorded, and what can be done by whom."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import signed_in
from common.keys import key_of
from subsidies import budgets, deciding, meetings
from subsidies.admin import meeting_forms as forms
from subsidies.admin.offers import Offer, board_page
from subsidies.begun_numbers import of_minutes
from subsidies.deciding import Place, WhatIf
from subsidies.enums import Verdict
from subsidies.interests import Interest, interests_in
from subsidies.models import Application, Decision, Meeting, MeetingMember, Recusal
from subsidies.sight import on_agenda_kept_from


class AgendaRow(NamedTuple):
    """`is_line_above`: from here on the budget does not reach."""

    place: Place
    decision: Decision
    rank: int
    recusals: list[Recusal]
    partial_members: list[Interest]
    is_below_least: bool
    is_line_above: bool


class MeetingBoard:
    def __init__(self, meeting: Meeting, user: User, tried: Mapping[str, str]) -> None:
        self.meeting, self.user = meeting, user
        self.address = reverse("admin:subsidies_meeting_change", args=[meeting.pk])
        self.tried = {
            key: verdict
            for name, verdict in tried.items()
            if name.startswith("d-") and (key := key_of(name[2:])) is not None and verdict in Verdict.values
        }

    @property
    def title(self) -> str:
        return f"{self.meeting.get_kind_display()} {self.meeting.held_on}"

    # ------------------------------------------------------------ what is read
    @cached_property
    def is_open(self) -> bool:
        return self.meeting.released_at is None

    @cached_property
    def members(self) -> list[MeetingMember]:
        return list(self.meeting.members.all())

    @cached_property
    def kept_away(self) -> list[Decision]:
        """On the agenda, and nothing that this person reads of."""
        return list(on_agenda_kept_from(self.user, self.meeting))

    @property
    def kept_numbers(self) -> list[str]:
        return [str(decision.application) for decision in self.kept_away]

    @property
    def sees_sums(self) -> bool:
        """What is left of a budget tells of each decision that takes from it."""
        return not self.kept_away

    @cached_property
    def what_if(self) -> WhatIf:
        return deciding.what_if(self.meeting)

    @cached_property
    def trial(self) -> WhatIf:
        """The same with what is tried out; reads alone."""
        return deciding.what_if(self.meeting, self.tried) if self.tried else self.what_if

    @cached_property
    def rows(self) -> list[AgendaRow]:
        hidden = {decision.pk for decision in self.kept_away}
        places = [place for place in self.what_if.places if place.decision.pk not in hidden]
        extra = {
            row.pk: row
            for row in meetings.on_agenda(self.meeting)
            .select_related("staged_by", "application__call_version")
            .prefetch_related(Prefetch("recusals", Recusal.objects.select_related("member")))
        }
        beyond = self.what_if.first_beyond if self.sees_sums else None
        shown = []
        for place, rank in zip(places, meetings.ranks_of(place.decision.total for place in places), strict=True):
            decision = extra[place.decision.pk]
            decision.application.organisation = place.decision.application.organisation
            decision.application.call = self.meeting.call
            out = list(decision.recusals.all())
            gone = {recusal.member_id for recusal in out}
            suspects = [each for each in self._interests.get(decision.pk, []) if each.member.pk not in gone]
            below = deciding.is_below_least(decision)
            shown.append(AgendaRow(place, decision, rank, out, suspects, below, place is beyond))
        return shown

    @property
    def next_to_record(self) -> str:
        """The form of the first decision that is not recorded yet stands open."""
        return next((f"stage-{row.decision.pk}" for row in self.rows if not row.decision.verdict), "")

    @cached_property
    def _interests(self) -> dict[int, list[Interest]]:
        if not (self.is_open and self.may_stage):
            return {}
        hidden = {decision.pk for decision in self.kept_away}
        return interests_in([place.decision for place in self.what_if.places if place.decision.pk not in hidden])

    @cached_property
    def awaiting(self) -> list[Application]:
        """Only what can be put on the agenda by this person now."""
        if not (self.is_open and self.user.has_perm("subsidies.propose_to_meeting")):
            return []
        return list(
            meetings.awaiting(self.meeting.call, self.user)
            .select_related("organisation")
            .defer("data", "touched")[:200]
        )

    @cached_property
    def budget(self) -> Any:
        return self.meeting.budget or budgets.budget_of(self.meeting.call)

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Verdict.choices]

    # ------------------------------------------------------------ who may do what
    @cached_property
    def may_stage(self) -> bool:
        return self.user.has_perm("subsidies.stage_decision")

    @cached_property
    def may_change(self) -> bool:
        """The day and the members, until something is recorded."""
        has_begun = any(row.decision.verdict or row.recusals for row in self.rows) or bool(self.kept_away)
        return self.is_open and not has_begun and self.user.has_perm("subsidies.change_meeting")

    @cached_property
    def had_a_hand(self) -> bool:
        people = {self.meeting.prepared_by_id}
        for row in self.rows:
            people |= {row.decision.put_by_id, row.decision.staged_by_id}  # type: ignore[arg-type]
        return self.user.pk in people

    @property
    def may_release(self) -> bool:
        is_free = not self.kept_away and not self.had_a_hand
        return is_free and self.user.has_perm("subsidies.release_decisions")

    @cached_property
    def offers(self) -> dict[str, Offer]:
        if not self.is_open:
            return {}
        found = dict(self._whole())
        for row in self.rows:
            found |= self._about(row)
        return found

    def _whole(self) -> Any:
        if self.awaiting:
            choices = [(row.pk, _as_choice(row)) for row in self.awaiting]
            yield (
                "propose",
                Offer(
                    gettext_lazy("Put on the agenda"),
                    self._propose,
                    gettext_lazy("Put on the agenda, each at the place of its total."),
                    partial(forms.ProposeForm, awaiting=choices),
                ),
            )
        if (
            self.rows
            and not self.kept_away
            and not self.had_a_hand
            and self.user.has_perm("subsidies.release_decisions")
        ):
            yield (
                "release",
                Offer(
                    gettext_lazy("Release all decisions"),
                    lambda form: deciding.release(self.meeting, by=self.user, **form.cleaned_data),
                    gettext_lazy("Released: the applicants are told, and the money of the approvals is reserved."),
                    partial(forms.ReleaseForm, initial={"minutes_number": partial(of_minutes, self.meeting)}),
                    gettext_lazy("All together or none. It cannot be taken back."),
                ),
            )

    def _propose(self, form: Any) -> None:
        chosen = {row.pk: row for row in self.awaiting}
        with transaction.atomic():
            for key in form.cleaned_data["applications"]:
                meetings.propose(chosen[key], meeting=self.meeting, by=self.user)

    def _about(self, row: AgendaRow) -> dict[str, Offer]:
        decision, found = row.decision, {}
        if self.may_stage:
            found[f"stage-{decision.pk}"] = Offer(
                gettext_lazy("Record the decision"),
                lambda form: deciding.stage(decision, by=self.user, **form.cleaned_data),
                gettext_lazy("Recorded. The applicant sees nothing of it before the release."),
                partial(forms.StageForm, decision=decision, route=self._usual_route),
            )
            gone = {recusal.member_id for recusal in row.recusals}
            left = [member for member in self.members if member.pk not in gone]
            suggested = (
                (row.partial_members[0].member.pk, row.partial_members[0].reason) if row.partial_members else None
            )
            found[f"recuse-{decision.pk}"] = Offer(
                gettext_lazy("A member stays out"),
                lambda form: meetings.recuse(decision, by=self.user, **form.cleaned_data),
                gettext_lazy("Recorded: the member takes no part in this decision."),
                partial(forms.RecuseForm, members=left, suggested=suggested),
            )
        if self.user.has_perm("subsidies.propose_to_meeting"):
            found[f"take_off-{decision.pk}"] = Offer(
                gettext_lazy("Take off the agenda"),
                lambda form: meetings.take_off(decision, by=self.user, **form.cleaned_data),
                gettext_lazy("Taken off: it is back among what has been reviewed."),
                forms.TakeOffForm,
            )
        return found

    @cached_property
    def _usual_route(self) -> str:
        """As written before in this meeting, so that it is typed once."""
        return next((row.decision.appeal_route for row in self.rows if row.decision.appeal_route), "")


def _as_choice(row: Application) -> str:
    return f"{row.project_name} · {row} · {row.organisation} · {row.score or '—'}"


def meeting_page(model_admin: Any, request: HttpRequest, meeting: Meeting) -> HttpResponse:
    user = signed_in(request)

    def read() -> MeetingBoard:
        rows = Meeting.objects.select_related("call__scheme", "budget__scheme", "prepared_by", "released_by")
        return MeetingBoard(rows.get(pk=meeting.pk), user, request.GET.dict() if request.method == "GET" else {})

    extra = {"subtitle": _("Collective meeting")}
    return board_page(model_admin, request, read, "admin/subsidies/meeting/page.html", extra)

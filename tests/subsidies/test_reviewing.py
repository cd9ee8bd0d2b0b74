import hashlib
import json
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.enums import PersonKind
from common.models import JournalEntry, Notice
from subsidies import review_reading, reviewing
from subsidies.enums import AssignmentState, InterestKind, Seat, SheetState, State
from subsidies.models import Application, ApplicationStep, Assignment, ChairNote, ExpertInterest, ScoreSheet
from subsidies.review_reading import CriterionScores, OtherSheet
from subsidies.reviewing import SheetRefused
from subsidies.scoring import SheetProblem
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_decision import prepare, seat
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.panel import expert_of, kept, seats, signs, under_review
from tests.worlds import parts

pytestmark = pytest.mark.django_db

WIDE = {"widest_spread": "20"}


class World(NamedTuple):
    only: Assignment
    application: Application
    first: Assignment
    second: Assignment


def make_world() -> World:
    """The only seat of one panel, and an application with a panel of two."""
    (only,) = seats(under_review())
    application = under_review(members=2)
    return World(only, application, *seats(application))


only, application, first, second = parts(World)


def state_of(application):
    application.refresh_from_db()
    return application.state


# ---------------------------------------------------------------- a draft
def test_a_draft_keeps_what_was_typed_however_unfinished(only):

    kept(only, "many", "理由\u202e", "")
    sheet = kept(only, " 59.5", "", "尚可")

    assert ScoreSheet.objects.get() == sheet
    assert (sheet.number, sheet.state, sheet.total) == (1, SheetState.DRAFT, None)
    assert (sheet.scores, sheet.comment) == ({"S1": {"points": "59.5", "comment": ""}}, "尚可")


def test_what_is_written_before_the_signature_leaves_no_points_in_the_journal(only):
    kept(only, "59.5", "记录缺失")

    written = json.dumps(list(JournalEntry.objects.values_list("changes", flat=True)))
    assert "59.5" not in written


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize(
    "kind", [PersonKind.EXPERT, PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.ADMINISTRATOR]
)
def test_nobody_but_the_expert_of_the_seat_writes_or_signs(kind, only):
    other = user_of_kind(kind)

    for write in (
        lambda: reviewing.keep(only, by=other, marks={}, opinion=""),
        lambda: reviewing.sign(only, by=other),
        lambda: reviewing.revise(only, by=other, reason="更正"),
        lambda: reviewing.drop_revision(only, by=other),
        lambda: reviewing.chair_note(only, by=other, text="说明"),
    ):
        with pytest.raises(PermissionDenied):
            write()
    assert ScoreSheet.objects.count() == 0


@pytest.mark.parametrize("state", [AssignmentState.INVITED, AssignmentState.WAITING, AssignmentState.RELEASED])
def test_a_seat_that_is_not_accepted_opens_nothing(state):
    application = under_review(members=0)
    only = seat(application, state=state)

    assert list(review_reading.own_seats(expert_of(only))) == []
    with pytest.raises(PermissionDenied):
        kept(only)


def test_an_expert_who_came_to_belong_to_the_firm_is_refused(only):
    kept(only)
    MembershipFactory(user=only.expert.user, organisation=only.application.organisation)

    with pytest.raises(PermissionDenied):
        reviewing.sign(only, by=expert_of(only))


def test_a_bond_that_came_to_light_after_the_draw_keeps_the_sheet_from_being_signed(only):
    kept(only)
    interest = {"organisation": only.application.organisation, "kind": InterestKind.SHAREHOLDER}
    ExpertInterest.objects.create(expert=only.expert, **interest)

    with pytest.raises(MoveRefused) as refused:
        reviewing.sign(only, by=expert_of(only))
    assert refused.value.code == "bound"


def test_an_expert_who_lost_the_role_is_refused(only):
    only.expert.user.groups.clear()

    with pytest.raises(PermissionDenied):
        kept(only)


@pytest.mark.parametrize("state", [State.CHECKED, State.REVIEWED, State.MEETING, State.WITHDRAWN])
def test_sheets_are_written_while_the_review_lasts(state):
    application = ApplicationFactory(state=state)
    own = seat(application)

    with pytest.raises(MoveRefused) as refused:
        kept(own)
    assert refused.value.code == "state"


# ---------------------------------------------------------------- signing
def test_signing_freezes_points_total_and_digest(application, first):
    sheet = signs(first, "80.5")

    assert (sheet.state, sheet.total, sheet.scores["S1"]["points"]) == (SheetState.SIGNED, Decimal("80.50"), "80.50")
    assert reviewing.is_intact(sheet)
    assert state_of(application) == State.REVIEW


def test_the_digest_can_be_computed_again_by_hand(application, first):
    sheet = signs(first, "80.5")

    content = {
        "form": 1,
        "application": application.number,
        "submission": application.submissions.get().digest,
        "expert": first.expert.code,
        "number": 1,
        "revision_reason": "",
        "scores": {"S1": {"points": "80.50", "comment": ""}},
        "comment": "同意",
        "total": "80.50",
    }
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert sheet.digest == hashlib.sha256(written).hexdigest()


def test_a_sheet_with_gaps_is_refused_place_by_place_and_the_draft_stays(in_english, only):
    kept(only, "59", "", "")

    with pytest.raises(SheetRefused) as refused:
        reviewing.sign(only, by=expert_of(only))

    assert refused.value.problems == [
        SheetProblem("S1", "comment", "Overall: say why it is in the lowest band."),
        SheetProblem("", "comment", "Write the overall opinion."),
    ]
    assert ScoreSheet.objects.get().state == SheetState.DRAFT


def test_nothing_written_is_nothing_signed(only):
    with pytest.raises(SheetRefused):
        reviewing.sign(only, by=expert_of(only))
    assert ScoreSheet.objects.count() == 0


def test_a_signed_sheet_never_changes_by_verb_or_by_hand(first):
    sheet = signs(first)

    with pytest.raises(MoveRefused):
        kept(first, "10")
    with pytest.raises(MoveRefused):
        reviewing.sign(first, by=expert_of(first))
    for statement in ("UPDATE subsidies_scoresheet SET total = 1", "DELETE FROM subsidies_scoresheet"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    sheet.refresh_from_db()
    assert sheet.total == Decimal("80.00")


# ---------------------------------------------------------------- the end of a review
def test_the_last_signature_closes_the_review_with_the_total_of_the_panel():
    application = under_review(members=3)
    chair = user_of_kind(PersonKind.SECTION_HEAD)

    for own, points in zip(seats(application), ("70", "75", "81"), strict=True):
        assert state_of(application) == State.REVIEW
        signs(own, points)

    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("75.33"))
    step = ApplicationStep.objects.last()
    assert (step.action, step.by) == ("finish_review", None)
    assert list(Notice.objects.values_list("kind", "recipient")) == [("review-finished", chair.pk)]


def test_reserves_that_were_not_called_are_released_when_the_review_closes(only):
    application = only.application
    waiting = {"state": AssignmentState.WAITING, "seat": Seat.RESERVE, "declared_at": None, "due_on": None}
    reserve = seat(application, **waiting)

    signs(only, "80")

    reserve.refresh_from_db()
    assert (state_of(application), reserve.state) == (State.REVIEWED, AssignmentState.RELEASED)
    entry = JournalEntry.objects.filter(object_type="subsidies.assignment").latest("pk")
    assert (entry.action, entry.object_id) == ("release_reserve", str(reserve.pk))


def test_a_trimmed_total_leaves_out_one_highest_and_one_lowest():
    application = under_review(members=5, panel={"is_trimmed": True, "widest_spread": "0"})

    for own, points in zip(seats(application), ("62", "70", "80", "90", "91"), strict=True):
        signs(own, points)

    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("80.00"))


def test_sheets_of_those_who_left_the_panel_do_not_count(application, first, second):
    signs(first, "90")
    first.state = AssignmentState.RELEASED
    first.save()
    reserve = seat(application, replaces=first)

    signs(second, "70")
    assert state_of(application) == State.REVIEW
    signs(reserve, "80")

    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("75.00"))


# ---------------------------------------------------------------- the chair
def test_a_wide_spread_waits_for_the_note_of_the_chair():
    application = under_review(members=2, panel=WIDE)
    chair, other = seats(application)
    signs(chair, "90")
    signs(other, "69.99")

    assert state_of(application) == State.REVIEW
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient_id) == ("spread-note-wanted", chair.expert.user_id)
    assert notice.address == f"/reviews/{chair.pk}/sheet/"
    assert notice.facts["spread"] == "20.01"

    note = reviewing.chair_note(chair, by=expert_of(chair), text="对成熟度看法不同")

    assert (note.spread, note.text) == (Decimal("20.01"), "对成熟度看法不同")
    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("80.00"))


def test_a_spread_at_the_limit_needs_no_note():
    application = under_review(members=2, panel=WIDE)
    for own, points in zip(seats(application), ("90", "70"), strict=True):
        signs(own, points)

    assert state_of(application) == State.REVIEWED


def test_a_note_is_the_chairs_and_only_where_one_is_needed():
    application = under_review(members=2, panel=WIDE)
    chair, other = seats(application)
    signs(chair, "90")
    with pytest.raises(MoveRefused):
        reviewing.chair_note(chair, by=expert_of(chair), text="尚早")
    signs(other, "60")

    with pytest.raises(MoveRefused):
        reviewing.chair_note(other, by=expert_of(other), text="我来说明")
    with pytest.raises(MoveRefused):
        reviewing.chair_note(chair, by=expert_of(chair), text=" ")
    assert (ChairNote.objects.count(), state_of(application)) == (0, State.REVIEW)


# ---------------------------------------------------------------- a revision
def test_a_revision_is_a_sheet_of_its_own_and_the_review_waits_for_it(application, first, second):
    signs(first, "70")
    by = expert_of(first)

    draft = reviewing.revise(first, by=by, reason="看漏检测报告")
    signs(second, "80")
    assert state_of(application) == State.REVIEW

    kept(first, "90")
    reviewing.sign(first, by=by)

    assert (draft.number, draft.scores, draft.revision_reason) == (
        2,
        {"S1": {"points": "70.00", "comment": ""}},
        "看漏检测报告",
    )
    assert list(first.sheets.values_list("number", "state", "total")) == [
        (1, "signed", Decimal("70.00")),
        (2, "signed", Decimal("90.00")),
    ]
    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("85.00"))


def test_a_dropped_revision_leaves_the_signed_sheet_and_the_review_goes_on(application, first, second):
    signs(first, "70")
    reviewing.revise(first, by=expert_of(first), reason="再看一遍")
    signs(second, "80")

    reviewing.drop_revision(first, by=expert_of(first))

    assert first.sheets.count() == 1
    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("75.00"))


def test_a_revision_needs_a_signed_sheet_a_reason_and_the_review(first, second):
    by = expert_of(first)
    kept(first)
    with pytest.raises(MoveRefused):
        reviewing.revise(first, by=by, reason="更正")
    with pytest.raises(MoveRefused):
        reviewing.drop_revision(first, by=by)
    signs(first)
    with pytest.raises(MoveRefused):
        reviewing.revise(first, by=by, reason="  ")
    signs(second)

    with pytest.raises(MoveRefused) as refused:
        reviewing.revise(first, by=by, reason="更正")
    assert refused.value.code == "state"


# ---------------------------------------------------------------- what others said
def test_others_are_hidden_until_the_review_is_closed_and_have_no_names_after(first, second):
    signs(first)
    assert review_reading.others_of(first) is None
    assert review_reading.others_of(second) is None

    signs(second, "70", comment="检测不足", opinion="建议整改")

    closed = Assignment.objects.get(pk=first.pk)
    assert review_reading.others_of(closed) == [OtherSheet(Decimal("70.00"), "建议整改", [("总体水平", "检测不足")])]


def test_the_chair_reads_the_others_once_a_note_is_wanted_and_nobody_else_does():
    chair, other = seats(under_review(members=2, panel=WIDE))
    signs(chair, "90")
    assert review_reading.others_of(chair) is None

    signs(other, "60")

    assert [sheet.total for sheet in review_reading.others_of(chair)] == [Decimal("60.00")]
    assert review_reading.others_of(other) is None


def test_who_never_signed_reads_nothing_of_the_others(application, first, second):
    signs(first)
    put(application, state=State.WITHDRAWN)

    assert review_reading.others_of(Assignment.objects.get(pk=second.pk)) is None


def test_scores_by_criterion_are_for_the_decided_and_have_no_names(application):
    for own, points in zip(seats(application), ("70", "80.5"), strict=True):
        signs(own, points)
    application.refresh_from_db()
    assert review_reading.scores_by_criterion(application) == []

    for state in (State.MEETING, State.NOT_APPROVED):
        prepare(application, application.state, state)
        put(application, state=state)
        application.refresh_from_db()

    scores = [CriterionScores("总体水平", 100, [Decimal("80.50"), Decimal("70.00")], Decimal("75.25"))]
    assert review_reading.scores_by_criterion(application) == scores

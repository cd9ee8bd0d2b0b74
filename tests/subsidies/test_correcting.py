from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from common import journal
from common.calendar import shanghai_today
from common.models import CalendarDay, JournalEntry, Notice
from subsidies import audiences, checking, correcting
from subsidies.clocks import current_clock
from subsidies.content import CallContent
from subsidies.correcting import Asked
from subsidies.drafting import save_answers
from subsidies.editable import editable, may_open
from subsidies.enums import State
from subsidies.missing import missing_of, sentences
from subsidies.models import Application, Correction, CorrectionItem, FormCheck
from subsidies.submitting import resubmit
from subsidies.tasks import lapse_overdue
from subsidies.workflow import MoveRefused
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, person_of
from tests.subsidies.by_hand import by_hand
from tests.subsidies.desk import ask_for_correction, checked, clerk, dated, in_check, unit_of
from tests.subsidies.signing import put_file

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def on_monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


# ---------------------------------------------------------------- asking
def test_everything_is_told_once_with_a_day_in_working_days_that_begins_tomorrow(on_monday):
    application, by = in_check(), clerk()
    checked(application, by)
    items = [Asked("investment_yuan", "与审计不一致"), Asked("A01", "执照已过期")]

    correction = correcting.ask(application, by=by, items=items, note="请一次补齐")

    assert (correction.round, correction.asked_by, correction.note) == (1, by, "请一次补齐")
    assert (correction.due_on, correction.grace_until) == (date(2026, 3, 9), date(2026, 3, 11))
    assert not correction.is_due_provisional
    told = correction.items.values_list("field", "material", "reason")
    assert list(told) == [("investment_yuan", "", "与审计不一致"), ("", "A01", "执照已过期")]
    assert FormCheck.objects.get().proposal == "correct"


def test_only_what_was_listed_is_open(on_monday):
    application = in_check()
    ask_for_correction(application, fields=["investment_yuan"], materials=["A01"])

    opened = editable(application)

    assert (application.state, opened.fields, opened.materials) == ("correction", {"investment_yuan"}, {"A01"})


def conditional_content():
    """SMALL_CONTENT with a summary that is due unless the firm ran the pilot, and sales due with the summary."""
    content = deepcopy(SMALL_CONTENT)
    fields = {field["id"]: field for section in content["sections"] for field in section["fields"]}
    fields["summary"]["required_when"] = {"field": "own_pilot", "is": "no"}
    fields["sales_yuan"]["required_when"] = {"field": "summary", "is": "given"}
    return content


def in_correction(*fields):
    application = in_check(call=CallFactory(content=conditional_content()))
    put_file(application, "A01")
    ask_for_correction(application, fields=fields)
    return application, person_of(application.organisation)


def test_an_answer_changed_in_a_correction_opens_what_it_makes_due():
    application, writer = in_correction("own_pilot", "investment_yuan")
    assert editable(application) == ({"own_pilot", "investment_yuan"}, set(), {})

    changes = {"own_pilot": False, "summary": "委托方开展", "investment_yuan": "12000000.00"}
    changed = save_answers(application, changes, application.version, writer).application

    opened = editable(changed)
    assert opened.fields == {"own_pilot", "investment_yuan", "summary", "sales_yuan"}
    assert opened.materials == {"A12"}
    assert opened.through == {"summary": "own_pilot", "sales_yuan": "summary", "A12": "investment_yuan"}


def test_what_an_answer_makes_due_can_be_given_and_submitted(in_english):
    application, writer = in_correction("own_pilot")
    save_answers(application, {"own_pilot": False}, application.version, writer)
    application.refresh_from_db()
    assert sentences(missing_of(application)) == ["“Results” is not filled in."]

    save_answers(application, {"summary": "委托方开展", "sales_yuan": "1.00"}, application.version, writer)
    application.refresh_from_db()

    assert resubmit(application, writer).application.state == State.FORM_CHECK


@pytest.mark.parametrize("changes", [{"summary": "很好"}, {"own_pilot": True, "summary": "很好"}, {"sales_yuan": "1"}])
def test_what_no_open_answer_makes_due_stays_closed(changes, in_english):
    application, writer = in_correction("own_pilot")

    with pytest.raises(ValidationError, match="is not open for correction"):
        save_answers(application, changes, application.version, writer)


def test_a_field_that_is_not_listed_opens_nothing():
    application, writer = in_correction("contact_name")

    with pytest.raises(ValidationError) as refusal:
        save_answers(application, {"own_pilot": False, "summary": "很好"}, application.version, writer)
    assert set(refusal.value.message_dict) == {"own_pilot", "summary"}


def test_what_may_open_with_a_field_is_known_before_it_is_asked_for():
    content = CallContent.from_json(conditional_content())

    assert may_open(content, "own_pilot") == ["summary", "sales_yuan"]
    assert may_open(content, "investment_yuan") == ["A12"]
    assert may_open(content, "contact_name") == []


@pytest.mark.parametrize(
    "items",
    [
        [],
        [Asked("investment_yuan", " ")],
        [Asked("no_such_field", "请更正")],
        [Asked("A17", "请更正")],
        [Asked("A01", "请更正"), Asked("A01", "再更正")],
    ],
    ids=["nothing", "no reason", "no such place", "the recommender's letter", "twice"],
)
def test_a_list_that_cannot_be_followed_is_refused(items):
    application, by = in_check(), clerk()
    checked(application, by)

    with pytest.raises(MoveRefused):
        correcting.ask(application, by=by, items=items)
    assert not Correction.objects.exists()


def test_nothing_is_asked_before_the_whole_table_is_checked():
    application, by = in_check(), clerk()
    checking.begin(application, by=by)

    with pytest.raises(MoveRefused):
        correcting.ask(application, by=by, items=[Asked("A01", "请更正")])


def test_only_whoever_checks_asks():
    application = in_check()
    checked(application, clerk())

    with pytest.raises(MoveRefused):
        correcting.ask(application, by=clerk(), items=[Asked("A01", "请更正")])
    with pytest.raises(PermissionDenied):
        correcting.ask(application, by=unit_of(application).leader, items=[Asked("A01", "请更正")])


def test_an_application_is_given_back_as_often_as_the_call_allows_and_no_more():
    application, by = in_check(), clerk()
    for number in (1, 2):
        ask_for_correction(application, materials=["A01"], by=by)
        put_file(application, "A01", name=f"{number}.pdf")
        resubmit(application, person_of(application.organisation))
        application.refresh_from_db()
    checked(application, by)

    with pytest.raises(MoveRefused) as refusal:
        correcting.ask(application, by=by, items=[Asked("A01", "请更正")])
    assert refusal.value.code == "rounds"
    assert list(Correction.objects.values_list("round", flat=True)) == [1, 2]
    assert list(FormCheck.objects.values_list("round", flat=True)) == [0, 1]


def test_the_database_holds_one_open_correction():
    application = in_check()
    first = ask_for_correction(application, materials=["A01"])

    with pytest.raises(IntegrityError, match=r"correction_one_open|correction\.application_id"):
        Correction.objects.create(
            application=application, round=2, asked_by=first.asked_by, due_on=first.due_on, grace_until=first.due_on
        )


def test_an_item_names_one_thing_even_by_hand():
    correction = ask_for_correction(in_check(), materials=["A01"])

    with pytest.raises(IntegrityError, match="correctionitem_names_one_thing"):
        CorrectionItem.objects.create(correction=correction, field="summary", material="A01", reason="请更正")


def test_calendar_days_are_counted_where_the_call_says_so(on_monday):
    periods = {
        "correction": {"length": 10, "unit": "calendar_day"},
        "correction_grace": {"length": 0},
    }
    application = in_check(call=CallFactory(content={**SMALL_CONTENT, "periods": periods}))

    correction = ask_for_correction(application, materials=["A01"])

    assert (correction.due_on, correction.grace_until) == (date(2026, 3, 12), date(2026, 3, 12))


# ---------------------------------------------------------------- the golden days of domain.md, first day not counted
@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-09-18", "2026-09-24"),  # Sunday 20 September is a working day
        ("2026-09-30", "2026-10-13"),
        ("2026-02-12", "2026-02-26"),
        ("2026-02-28", "2026-03-06"),
        ("2026-04-30", "2026-05-11"),
        ("2025-12-30", "2026-01-07"),
    ],
)
def test_the_day_to_correct_by_round_the_holidays(asked, due):
    told = correcting.due_from(CallContent.from_json(SMALL_CONTENT), date.fromisoformat(asked))

    assert (told.on, told.is_provisional) == (date.fromisoformat(due), False)


# ---------------------------------------------------------------- answering
def overdue(correction, grace_until):
    dated(correction, grace_until - timedelta(days=2), grace_until)


def test_an_answer_in_the_grace_is_taken():
    application = in_check()
    correction = ask_for_correction(application, materials=["A01"])
    put_file(application, "A01")
    overdue(correction, shanghai_today())

    resubmit(application, person_of(application.organisation))

    correction.refresh_from_db()
    application.refresh_from_db()
    assert (application.state, correction.answered_at) == (State.FORM_CHECK, application.state_since)


def test_an_answer_after_the_grace_is_late_though_nobody_has_closed_the_application():
    application = in_check()
    correction = ask_for_correction(application, materials=["A01"])
    put_file(application, "A01")
    overdue(correction, shanghai_today() - timedelta(days=1))

    with pytest.raises(MoveRefused) as refusal:
        resubmit(application, person_of(application.organisation))
    assert refusal.value.code == "late"


# ---------------------------------------------------------------- lapsing
def test_what_is_not_corrected_is_closed_after_the_grace_and_not_before(on_monday):
    application = in_check()
    correction = ask_for_correction(application, materials=["A01"])
    on_monday.move_to(datetime(2026, 3, 11, 15, 59, 59, tzinfo=UTC), tick=False)
    assert lapse_overdue() == 0

    on_monday.move_to(datetime(2026, 3, 11, 16, 0, tzinfo=UTC), tick=False)

    assert lapse_overdue() == 1
    application.refresh_from_db()
    correction.refresh_from_db()
    assert (application.state, correction.lapsed_at) == (State.LAPSED, timezone.now())
    assert (application.steps.last().action, application.steps.last().by) == ("lapse", None)
    entry = JournalEntry.objects.filter(object_type="subsidies.application").latest("pk")
    assert (entry.action, entry.source, entry.actor) == ("lapse", "clock", None)
    assert lapse_overdue() == 0


def test_what_was_answered_is_not_closed(time_machine):
    application = in_check()
    ask_for_correction(application, materials=["A01"])
    put_file(application, "A01")
    resubmit(application, person_of(application.organisation))
    time_machine.move_to(timezone.now() + timedelta(days=30))

    assert lapse_overdue() == 0
    application.refresh_from_db()
    assert application.state == State.FORM_CHECK


def test_the_command_closes_too(on_monday, capsys):
    ask_for_correction(in_check(), materials=["A01"])
    on_monday.shift(timedelta(days=30))

    call_command("lapse_overdue")

    assert capsys.readouterr().out.startswith(("1 ", "已"))


# ---------------------------------------------------------------- a calendar not yet published
@pytest.fixture
def into_2027(time_machine):
    """Asked on Tuesday 29 December 2026; the calendar of 2027 is not published."""
    time_machine.move_to(datetime(2026, 12, 29, 1, 0, tzinfo=UTC), tick=False)
    application = in_check()
    return ask_for_correction(application, materials=["A01"])


def publish_2027():
    with journal.acting(source="test"):
        CalendarDay.objects.create(on=date(2027, 1, 1), is_working=False, document_number="国办发明电〔2026〕1号")


def test_a_day_in_an_unpublished_year_is_provisional_and_follows_the_calendar_when_it_comes(into_2027):
    assert (into_2027.due_on, into_2027.is_due_provisional) == (date(2027, 1, 5), True)

    publish_2027()

    into_2027.refresh_from_db()
    assert (into_2027.due_on, into_2027.is_due_provisional) == (date(2027, 1, 6), False)
    assert into_2027.grace_until == date(2027, 1, 8)


def test_whoever_writes_for_the_firm_is_told_once_that_a_day_moves_later(into_2027):
    application = into_2027.application

    publish_2027()
    assert correcting.recompute_provisional() == 0

    told = Notice.objects.filter(kind="correction-later")
    assert set(told.values_list("recipient", flat=True)) == {person.pk for person in audiences.writers(application)}
    assert [(row.facts["due_on"], row.facts["grace_until"]) for row in told[:1]] == [("2027-01-06", "2027-01-08")]
    assert Application.objects.get(pk=application.pk).due_on == date(2027, 1, 6)
    entry = JournalEntry.objects.get(action="recompute", object_type="subsidies.correction")
    assert entry.changes["due_on"] == ["2027-01-05", "2027-01-06"]


def test_a_day_that_was_told_never_moves_earlier(into_2027):
    """The Saturday before turns out to be made up for: by the calendar alone the last day would be a day earlier."""
    told = (into_2027.due_on, into_2027.grace_until)
    with journal.acting(source="test"):
        CalendarDay.objects.create(on=date(2027, 1, 2), is_working=True, document_number="国办发明电〔2026〕1号")

    into_2027.refresh_from_db()
    application = Application.objects.get()
    assert correcting.due_from(application.call_version.parsed, date(2026, 12, 29)).on < told[0]
    assert ((into_2027.due_on, into_2027.grace_until), into_2027.is_due_provisional) == (told, False)
    assert (application.due_on, current_clock(application).due_on) == (told[0], told[0])
    assert not Notice.objects.filter(kind="correction-later").exists()


@pytest.mark.parametrize("column", ["due_on", "grace_until"])
def test_the_database_keeps_the_days_that_were_told(into_2027, column):
    earlier, later = (f"UPDATE subsidies_correction SET {column} = '{day}'" for day in ("2026-12-30", "2027-02-01"))

    with pytest.raises(IntegrityError, match="keeps the days that the firm was told"):
        by_hand(earlier)

    by_hand(later)
    into_2027.refresh_from_db()
    assert getattr(into_2027, column) == date(2027, 2, 1)


def test_a_provisional_day_closes_nothing(into_2027, time_machine):
    time_machine.move_to(datetime(2027, 3, 1, 1, 0, tzinfo=UTC), tick=False)
    assert lapse_overdue() == 0

    publish_2027()

    assert lapse_overdue() == 1


def test_other_days_are_left_as_they_were_told(on_monday):
    correction = ask_for_correction(in_check(), materials=["A01"])
    with journal.acting(source="test"):
        CalendarDay.objects.create(on=date(2026, 3, 4), is_working=False, document_number="国办发明电〔2026〕2号")

    assert correcting.recompute_provisional() == 0
    correction.refresh_from_db()
    assert correction.due_on == date(2026, 3, 9)


def test_no_application_has_a_correction_without_being_asked():
    assert correcting.open_correction(ApplicationFactory()) is None

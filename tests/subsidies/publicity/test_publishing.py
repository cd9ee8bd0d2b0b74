"""From the draft to the published list, by two people; what must not leave the house keeps it back."""

from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from time_machine import travel

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_day, shanghai_today
from common.journal_values import canonical
from common.models import JournalEntry, Notice
from subsidies.audiences import notice_publishers, objection_answerers
from subsidies.enums import NoticeState, State
from subsidies.models import Application, PublicNotice
from subsidies.publicity import answering, publishing, writing
from subsidies.snapshots import digest_of
from subsidies.turns import waiting_for
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import staff
from tests.factories_publicity import drafted, objected
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory
from tests.subsidies.publicity.desk import TEXTS, House, approved, house, published, sent, state_of, written
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    people: House
    application: Application
    other: Application


def make_world() -> World:
    """Approved before any day on which a test publishes."""
    with travel("2018-09-17T10:00:00+08:00"):
        return World(house(), *approved(2))


people, application, other = parts(World)


# ---------------------------------------------------------------- writing
def test_an_editor_writes_a_notice_of_some_that_were_approved(people):
    first, second, third = approved(3)

    notice = writing.draft(first.call, by=people.editor, applications=[third, first], texts=TEXTS)

    rows = notice.entries.values_list("position", "application", "amount_yuan")
    assert [(position, key, str(amount)) for position, key, amount in rows] == [
        (1, first.pk, "2000000.00"),
        (2, third.pk, "2000000.00"),
    ]
    assert (notice.state, notice.edited_by, state_of(second)) == (NoticeState.DRAFT, people.editor, "publicity_ready")


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE])
def test_others_write_no_notice(kind, application):
    with pytest.raises(PermissionDenied):
        writing.draft(application.call, by=staff(kind), applications=[application], texts=TEXTS)
    assert not PublicNotice.objects.exists()


def test_nobody_writes_a_notice_of_a_firm_of_their_own(people, application):
    MembershipFactory(user=people.editor, organisation=application.organisation, role=MembershipRole.MEMBER)

    with pytest.raises(MoveRefused) as refusal:
        written(people, application)
    assert refusal.value.code == "interest"


def test_only_what_was_approved_under_the_call_and_stands_in_no_notice_is_listed(people):
    (listed,) = approved()
    written(people, listed)
    (of_another_call,) = approved()
    undecided = ApplicationFactory(call=listed.call, state=State.REVIEWED)

    for application in (listed, of_another_call, undecided):
        with pytest.raises(MoveRefused):
            writing.draft(listed.call, by=people.editor, applications=[application], texts=TEXTS)


@pytest.mark.parametrize("field", ["title_zh", "business_contact", "discipline_contact"])
def test_a_notice_has_its_title_and_two_contacts(people, field, application):
    with pytest.raises(ValidationError):
        written(people, application, **{field: " "})


def test_a_draft_is_changed_and_a_stale_page_is_refused(people, application, other):
    notice = written(people, application)
    seen = notice.version

    writing.change(notice, by=people.editor, applications=[other], texts=TEXTS, version=seen)

    assert [entry.application for entry in notice.entries.all()] == [other]
    with pytest.raises(MoveRefused) as refusal:
        writing.change(notice, by=people.editor, applications=[application], texts=TEXTS, version=seen)
    assert refusal.value.code == "version"


def test_those_who_may_publish_are_told_and_a_notice_can_be_given_back(people, application):
    notice = sent(people, application)
    assert set(Notice.objects.filter(kind="public-notice-to-publish").values_list("recipient", flat=True)) == {
        people.publisher.pk,
        people.handler.pk,
    }

    back = writing.give_back(notice, by=people.publisher, reason="标题有误")

    assert back.state == NoticeState.DRAFT
    told = Notice.objects.get(kind="public-notice-given-back")
    assert (told.recipient, told.facts["reason"]) == (people.editor, "标题有误")


def test_a_draft_can_be_dropped_and_what_was_sent_cannot(people):
    notice = written(people, *approved())
    other = sent(people, *approved())

    writing.drop(notice, by=people.editor)

    with pytest.raises(MoveRefused):
        writing.drop(other, by=people.editor)
    assert list(PublicNotice.objects.all()) == [other]


def test_an_empty_list_is_not_sent(people):
    call = CallFactory()
    notice = writing.draft(call, by=people.editor, applications=[], texts=TEXTS)

    with pytest.raises(MoveRefused):
        writing.send(notice, by=people.editor)


def test_contacts_are_proposed_from_the_call_and_the_newest_notice(people, application):
    call = CallFactory(business_hotline="0735-2222222")
    assert writing.usual_contacts(call) == ("0735-2222222", "")

    written(people, application)

    assert writing.usual_contacts(call) == ("0735-2222222", TEXTS.discipline_contact)


# ---------------------------------------------------------------- publishing
def test_publication_freezes_the_list_and_moves_its_applications(people, time_machine, application, other):
    time_machine.move_to("2024-02-28T16:30:00+08:00")

    notice = published(people, application, other)

    assert (notice.state, notice.starts_on, notice.ends_on) == (
        NoticeState.PUBLISHED,
        date(2024, 2, 28),
        date(2024, 3, 5),
    )
    assert notice.digest == digest_of(notice.listed)
    assert notice.slug == f"{application.call.slug}-notice"
    assert [state_of(row) for row in (application, other)] == ["publicity", "publicity"]
    assert set(notice.listed) == {"form", "notice", "title", "call", "starts_on", "ends_on", "period", "entries"}
    assert notice.listed["entries"][0] == {
        "position": 1,
        "number": application.number,
        "firm_zh": application.organisation.name_zh,
        "firm_en": application.organisation.name_en,
        "project": application.project_name,
        "base_zh": "",
        "base_en": "",
        "place_zh": "临武县",
        "place_en": "Linwu County",
        "amount_yuan": "2000000.00",
    }
    entry = JournalEntry.objects.filter(object_type="subsidies.publicnotice", action="publish_notice").get()
    assert entry.actor == people.publisher


def test_the_one_who_wrote_it_does_not_publish_it(people, application):
    both = people._replace(editor=people.publisher)
    notice = sent(both, application)

    with pytest.raises(MoveRefused):
        publishing.publish(notice, by=people.publisher)
    assert publishing.publish(notice, by=people.handler).published_by == people.handler


def test_nobody_publishes_a_notice_with_a_word_of_theirs_in_it_whoever_wrote_last(people, application):
    facts = {"applications": [application], "texts": TEXTS}
    notice = written(people._replace(editor=people.publisher), application)
    writing.change(notice, by=people.editor, **facts)
    writing.send(notice, by=people.editor)

    with pytest.raises(MoveRefused) as refusal:
        publishing.publish(notice, by=people.publisher)
    assert refusal.value.code == "apart"
    assert people.publisher not in notice_publishers(application)
    assert people.handler in notice_publishers(application)
    assert publishing.publish(notice, by=people.handler).published_by == people.handler


def test_words_stay_in_a_notice_that_is_given_back_and_written_on(people, application):
    notice = sent(people._replace(editor=people.publisher), application)
    writing.give_back(notice, by=people.handler, reason="标题有误")
    writing.send(notice, by=people.editor)

    with pytest.raises(MoveRefused):
        publishing.publish(notice, by=people.publisher)
    assert writing.writers_of(notice) == {people.publisher.pk, people.editor.pk}


def test_who_gives_a_notice_back_has_written_nothing_in_it(people, application):
    notice = sent(people, application)
    writing.give_back(notice, by=people.publisher, reason="标题有误")
    writing.send(notice, by=people.editor)

    assert publishing.publish(notice, by=people.publisher).published_by == people.publisher


def test_who_wrote_any_of_a_notice_answers_no_objection_to_it(people, application):
    notice = written(people._replace(editor=people.handler), application)
    writing.send(notice, by=people.editor)
    published_notice = publishing.publish(notice, by=people.publisher)
    objection = objected(published_notice.entries.get(), received_at=timezone.now())

    with pytest.raises(MoveRefused):
        answering.dismiss(objection, by=people.handler, answer="不属实")
    assert people.handler not in objection_answerers(application)
    statement = (
        "UPDATE subsidies_objection SET state = 'dismissed', answer = 'x', answered_at = %s, answered_by_id = %s "
        "WHERE id = %s"
    )
    assert "took no part" in refused(statement, timezone.now(), people.handler.pk, objection.pk)


def test_clerks_do_not_publish_and_a_draft_is_not_published(people, application):
    notice = written(people, application)
    with pytest.raises(MoveRefused):
        publishing.publish(notice, by=people.publisher)

    writing.send(notice, by=people.editor)

    with pytest.raises(PermissionDenied):
        publishing.publish(notice, by=staff(PersonKind.BUREAU_CLERK))


def test_nobody_publishes_the_award_of_an_own_firm(people, application):
    notice = sent(people, application)
    MembershipFactory(user=people.publisher, organisation=application.organisation, role=MembershipRole.MEMBER)

    with pytest.raises(MoveRefused) as refusal:
        publishing.publish(notice, by=people.publisher)
    assert refusal.value.code == "interest"
    assert state_of(application) == "publicity_ready"


def test_nobody_with_an_interest_in_one_of_its_cases_takes_a_step_on_a_notice(people, application, other):
    notice = written(people, application, other)
    for person in (people.handler, people.publisher):
        MembershipFactory(user=person, organisation=other.organisation, role=MembershipRole.READER)
    editor, publisher = (User.objects.get(pk=person.pk) for person in (people.handler, people.publisher))

    for step in (
        lambda: writing.change(notice, by=editor, applications=[application], texts=TEXTS),
        lambda: writing.send(notice, by=editor),
        lambda: writing.drop(notice, by=editor),
    ):
        with pytest.raises(MoveRefused) as refusal:
            step()
        assert refusal.value.code == "interest"
    writing.send(notice, by=people.editor)
    with pytest.raises(MoveRefused) as refusal:
        writing.give_back(notice, by=publisher, reason="标题有误")
    assert refusal.value.code == "interest"
    assert list(notice.entries.values_list("application", flat=True)) == [application.pk, other.pk]


def test_only_who_can_publish_a_notice_is_asked_to(people, application, other):
    writer, free = people.handler, staff(PersonKind.SECTION_HEAD)
    notice = written(people._replace(editor=writer), application, other)
    MembershipFactory(user=people.publisher, organisation=other.organisation, role=MembershipRole.READER)
    bound = User.objects.get(pk=people.publisher.pk)

    writing.send(notice, by=people.editor)

    told = Notice.objects.filter(kind="public-notice-to-publish").values_list("recipient", flat=True)
    assert list(told) == [free.pk]
    assert list(notice_publishers(application)) == [free]
    assert not Application.objects.filter(waiting_for(bound)).exists()
    assert Application.objects.filter(waiting_for(free)).count() == 2


def test_the_second_notice_of_a_call_gets_the_next_address_whatever_drafts_there_are(people):
    call = CallFactory(slug="award-2026")
    first, second, third = approved(3, call)
    written(people, third)

    slugs = [published(people, application).slug for application in (first, second)]

    assert slugs == ["award-2026-notice", "award-2026-notice-2"]


def test_all_or_nothing_is_published(people, application, other):
    notice = sent(people, application, other)
    MembershipFactory(user=people.publisher, organisation=other.organisation, role=MembershipRole.READER)

    with pytest.raises(MoveRefused):
        publishing.publish(notice, by=people.publisher)

    assert [state_of(row) for row in (application, other)] == ["publicity_ready", "publicity_ready"]


# ---------------------------------------------------------------- the period
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2018-09-18", "2018-09-25"),
        ("2019-05-29", "2019-06-04"),
        ("2022-01-05", "2022-01-11"),
        ("2024-02-28", "2024-03-05"),
        ("2024-10-22", "2024-10-28"),
        ("2025-08-20", "2025-08-26"),
        ("2026-03-02", "2026-03-06"),
        ("2023-07-31", "2023-08-04"),
        ("2025-08-13", "2025-08-19"),
        ("2025-09-29", "2025-10-11"),  # over National Day: 11 October is a make-up working day
        ("2025-10-01", "2025-10-14"),  # published on a holiday: the first working day after it is day one
    ],
)
def test_five_working_days_end_as_bureaux_have_ended_them(people, time_machine, start, end, application):
    time_machine.move_to(f"{start}T10:00:00+08:00")

    notice = published(people, application)

    assert (notice.starts_on.isoformat(), notice.ends_on.isoformat()) == (start, end)
    assert notice.period == {
        "length": 5,
        "unit": "working_day",
        "counts_first_day": True,
        "is_provisional": False,
    }


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ({"length": 3, "unit": "working_day", "counts_first_day": True}, "2025-09-29"),
        ({"length": 7, "unit": "working_day", "counts_first_day": True}, "2025-10-11"),
        ({"length": 7, "unit": "calendar_day", "counts_first_day": True}, "2025-10-02"),
        ({"length": 5, "unit": "working_day", "counts_first_day": False}, "2025-10-10"),
    ],
)
def test_length_unit_and_first_day_are_settings_of_the_call(people, time_machine, period, end):
    time_machine.move_to("2025-09-26T10:00:00+08:00")
    call = CallFactory(content={**SMALL_CONTENT, "periods": {"notice": period}})

    assert published(people, *approved(1, call)).ends_on.isoformat() == end


def test_the_day_of_publication_is_that_of_shanghai(people, time_machine, application):
    time_machine.move_to("2024-02-27T16:30:00+00:00")

    assert published(people, application).starts_on == date(2024, 2, 28)


def test_a_period_into_an_unpublished_calendar_says_so(people, time_machine, application):
    time_machine.move_to("2040-02-28T10:00:00+08:00")

    assert published(people, application).period["is_provisional"] is True


# ---------------------------------------------------------------- held by the database
RAW = (
    "UPDATE subsidies_publicnotice SET state = 'published', version = version + 1, published_by_id = %s, "
    "published_at = %s, starts_on = %s, ends_on = %s, digest = 'x' WHERE id = %s"
)


def refused(statement, *values):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("listed", '{"entries": []}'),
        ("digest", "0" * 64),
        ("title_zh", "另一标题"),
        ("slug", "elsewhere"),
        ("starts_on", "2020-01-01"),
        ("ends_on", "2020-01-02"),
    ],
)
def test_raw_sql_does_not_change_what_is_published(people, column, value, application):
    notice = published(people, application)

    told = refused(f"UPDATE subsidies_publicnotice SET {column} = %s WHERE id = %s", value, notice.pk)

    assert "never changes once published" in told or "publicnotice_published_is_whole" in told


def test_raw_sql_publishes_nothing_without_a_published_list(people, application):
    sent(people, application)

    statement = "UPDATE subsidies_application SET state = 'publicity', version = version + 1 WHERE id = %s"
    assert "published list" in refused(statement, application.pk)


def test_raw_sql_neither_skips_the_second_person_nor_the_review(people, application):
    notice = written(people, application)
    whole = (
        "UPDATE subsidies_publicnotice SET state = 'published', version = version + 1, published_by_id = %s, "
        "published_at = '2024-02-28 04:00:00+00:00', starts_on = '2024-02-28', ends_on = '2024-03-05', "
        "digest = 'x' WHERE id = %s"
    )
    assert "cannot go" in refused(whole, people.publisher.pk, notice.pk)
    writing.send(notice, by=people.editor)
    assert "who wrote none of it" in refused(whole, people.editor.pk, notice.pk)
    yesterday = shanghai_today() - timedelta(days=1)
    other_day = (RAW, people.publisher.pk, timezone.now(), yesterday, shanghai_today(), notice.pk)
    assert "day of its publication" in refused(*other_day)


@pytest.mark.parametrize("away", [timedelta(days=-9), timedelta(hours=-1), timedelta(hours=1)])
def test_raw_sql_publishes_a_notice_under_no_other_time(people, away, application):
    notice = sent(people, application)
    moment = timezone.now() + away
    day = shanghai_day(moment)

    told = refused(RAW, people.publisher.pk, moment, day, day + timedelta(days=7), notice.pk)

    assert "published now" in told


def test_no_time_can_be_smuggled_past_the_verb(people, application):
    notice = sent(people, application)
    notice.published_at = notice.created_at = timezone.now() - timedelta(days=9)

    made = publishing.publish(notice, by=people.publisher)

    assert timezone.now() - made.published_at < timedelta(minutes=5)
    assert made.starts_on == shanghai_today()


def test_raw_sql_publishes_nothing_in_the_name_of_somebody_who_wrote_on_it(people, application):
    notice = written(people._replace(editor=people.publisher), application)
    writing.change(notice, by=people.editor, applications=[application], texts=TEXTS)
    writing.send(notice, by=people.editor)
    now, today = timezone.now(), shanghai_today()
    publish = (RAW, people.publisher.pk, now, today, today + timedelta(days=7), notice.pk)

    assert "who wrote none of it" in refused(*publish)
    assert "goes with its notice" in refused("DELETE FROM subsidies_noticewriter WHERE notice_id = %s", notice.pk)
    other = "UPDATE subsidies_noticewriter SET user_id = %s WHERE user_id = %s"
    assert "stays what it is" in refused(other, people.handler.pk, people.publisher.pk)


def test_raw_sql_sends_no_notice_whose_writer_is_unnamed(people, application):
    notice = written(people, application)
    statement = (
        "UPDATE subsidies_publicnotice SET state = 'review', version = version + 1, edited_by_id = %s WHERE id = %s"
    )

    assert "names who wrote it" in refused(statement, people.leader.pk, notice.pk)


def test_raw_sql_makes_no_real_application_a_demo_one(application):
    statement = "UPDATE subsidies_application SET is_demo = %s WHERE id = %s"
    assert "stays demo or real" in refused(statement, True, application.pk)


def test_an_entry_stands_in_one_notice_at_a_time_with_the_decided_amount(people, application):
    written(people, application)
    with pytest.raises(IntegrityError, match="one notice at a time"), transaction.atomic():
        drafted(application)
    other = PublicNotice.objects.get()
    statement = (
        "INSERT INTO subsidies_noticeentry (notice_id, application_id, position, amount_yuan) VALUES (%s, %s, 2, %s)"
    )
    (fresh,) = approved(1, application.call)
    assert "amount that was decided" in refused(statement, other.pk, fresh.pk, "1.00")


def test_the_list_of_a_published_notice_neither_grows_nor_shrinks(people, application, other):
    notice = published(people, application)
    statement = (
        "INSERT INTO subsidies_noticeentry (notice_id, application_id, position, amount_yuan) VALUES (%s, %s, 2, %s)"
    )
    assert "added to a draft alone" in refused(statement, notice.pk, other.pk, "2000000.00")
    assert "deleted from a draft" in refused("DELETE FROM subsidies_noticeentry WHERE notice_id = %s", notice.pk)
    assert "deleted as a draft" in refused("DELETE FROM subsidies_publicnotice WHERE id = %s", notice.pk)


def test_anyone_can_compute_the_digest_from_the_list(people, application, other):
    notice = published(people, application, other)

    assert sha256(canonical(PublicNotice.objects.get().listed)).hexdigest() == notice.digest


def test_a_stranger_is_no_editor(application):
    with pytest.raises(PermissionDenied):
        writing.draft(application.call, by=UserFactory(), applications=[application], texts=TEXTS)

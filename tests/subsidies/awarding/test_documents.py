from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import budgets
from subsidies.audiences import whose_turn
from subsidies.awarding import documents, integrity
from subsidies.awarding.listing import is_intact, rows_of, total_of
from subsidies.awarding.revoking import revoke
from subsidies.enums import Consequence, DocumentState, State
from subsidies.models import Application, Award, AwardDocument, AwardEntry, IntegrityEntry
from subsidies.turns import waiting_for
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_awarding import document_for, payment_of
from tests.factories_awarding import issued as signed
from tests.factories_awards import earlier_award
from tests.factories_decision import AMOUNT, staff, upheld_and_freed
from tests.factories_subsidies import ApplicationFactory, CallFactory, put
from tests.subsidies.awarding.people import People, cleared, drafted, fresh, issued, number, people
from tests.subsidies.awarding.raw import refused, refuses
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    who: People
    application: Application
    other: Application


def make_world() -> World:
    return World(people(), *cleared(2))


who, application, other = parts(World)


def listed_firm(application, **fields):
    firm = application.organisation
    given = {"name": firm.name_zh, "basis": "郴科监〔2026〕1号", "listed_on": shanghai_today(), **fields}
    return IntegrityEntry.objects.create(**given)


# ---------------------------------------------------------------- preparing
def test_a_clerk_prepares_one_document_for_several_applications_of_a_call(who, application, other):
    document = drafted(who, other, application)

    assert (document.number, document.state) == (f"郴科发〔{shanghai_today().year}〕1号", DocumentState.DRAFT)
    assert [(row.position, row.application_id, row.amount_yuan) for row in document.entries.all()] == [
        (1, other.pk, AMOUNT),
        (2, application.pk, AMOUNT),
    ]
    assert not documents.to_be_listed(application.call).exists()
    assert set(Notice.objects.filter(kind="countersignature-wanted").values_list("recipient", flat=True)) == {
        who.finance.pk,
        who.approver.pk,
        who.cashier.pk,
    }


@pytest.mark.parametrize(("years_back", "is_taken"), [(0, True), (1, True), (2, False), (-1, False)])
def test_the_year_of_the_number_is_this_one_or_the_one_before(who, years_back, is_taken, application):
    text = f"郴科发〔{shanghai_today().year - years_back}〕7号"

    if is_taken:
        assert drafted(who, application, number=text).number == text
    else:
        with refuses("year"):
            drafted(who, application, number=text)


def test_a_number_that_is_none_and_one_that_was_given_are_refused(who, application, other):
    drafted(who, application)

    with refuses("invalid"):
        drafted(who, other, number="12号")
    with refuses(None):
        drafted(who, other)


def test_an_application_stands_on_one_document_until_that_is_dropped(who, application):
    document = drafted(who, application)
    with refuses(None):
        drafted(who, application, serial=2)

    documents.drop(document, by=who.clerk, reason="名称有误")

    assert drafted(who, application, serial=2).entries.get().application == application
    back = "UPDATE subsidies_awarddocument SET state = 'draft' WHERE id = %s"
    refused(back, document.pk, match="subsidies_awarddocument")


@pytest.mark.parametrize("state", [State.PUBLICITY_READY, State.PUBLICITY, State.NOT_APPROVED])
def test_only_what_is_cleared_can_be_listed(who, state):
    application = ApplicationFactory(state=state)

    with pytest.raises(MoveRefused) as refusal:
        drafted(who, application)
    assert refusal.value.code == "state"


def test_a_draft_can_be_changed_and_a_countersigned_one_sent_back_first(who, application, other):
    document = drafted(who, application, other)

    documents.change(document, by=who.head, number=number(5), title="新标题", applications=[other])
    assert list(document.entries.values_list("application", flat=True)) == [other.pk]
    assert AwardDocument.objects.get().prepared_by == who.head

    documents.countersign(document, by=who.finance)
    with refuses("state"):
        documents.change(document, by=who.clerk, number=number(6), title="又一", applications=[application])
    back = documents.send_back(document, by=who.leader, reason="金额列请核对")
    assert (back.state, back.countersigned_by) == (DocumentState.DRAFT, None)


def test_whoever_is_next_is_told_when_a_document_is_sent_back_and_mended(who, application):
    document = documents.countersign(drafted(who, application), by=who.finance)

    documents.send_back(document, by=who.leader, reason="金额列请核对")

    told = Notice.objects.get(kind="award-document-sent-back")
    assert (told.recipient, told.facts["reason"]) == (who.clerk, "金额列请核对")
    Notice.objects.all().delete()
    documents.change(document, by=who.clerk, number=number(2), title="新标题", applications=[application])
    assert asked_to_countersign() == {who.finance.pk, who.approver.pk, who.cashier.pk}


def asked_to_countersign():
    return set(Notice.objects.filter(kind="countersignature-wanted").values_list("recipient", flat=True))


def test_who_may_not_is_refused_at_every_signature(who, application):
    with pytest.raises(PermissionDenied):
        documents.prepare(application.call, by=who.finance, number=number(), title="题", applications=[application])
    document = drafted(who, application)
    for person in (who.clerk, who.leader, UserFactory()):
        with pytest.raises(PermissionDenied):
            documents.countersign(document, by=person)
    documents.countersign(document, by=who.finance)
    for person in (who.clerk, who.head, who.finance):
        with pytest.raises(PermissionDenied):
            documents.issue(document, by=person)


def test_six_eyes_whatever_rights_one_person_holds(who, application):
    both = staff(PersonKind.BUREAU_CLERK)
    for kind in (PersonKind.FINANCE, PersonKind.BUREAU_LEADER):
        both.groups.add(staff(kind).groups.get())
    both = User.objects.get(pk=both.pk)
    document = documents.prepare(application.call, by=both, number=number(), title="题", applications=[application])

    with refuses("person"):
        documents.countersign(document, by=both)
    documents.countersign(document, by=who.finance)
    with refuses("person"):
        documents.issue(document, by=both)
    refused(
        "UPDATE subsidies_awarddocument SET countersigned_by_id = prepared_by_id WHERE id = %s",
        document.pk,
        match="awarddocument_six_eyes",
    )


def test_nobody_with_an_interest_signs(who, application):
    MembershipFactory(user=who.finance, organisation=application.organisation, role=MembershipRole.MEMBER)
    MembershipFactory(user=who.leader, organisation=application.organisation, role=MembershipRole.MEMBER)
    finance, leader = User.objects.get(pk=who.finance.pk), User.objects.get(pk=who.leader.pk)
    document = drafted(who, application)

    with pytest.raises(MoveRefused) as refusal:
        documents.countersign(document, by=finance)
    assert refusal.value.code == "interest"
    documents.countersign(document, by=who.approver)
    with pytest.raises(MoveRefused) as refusal:
        documents.issue(document, by=leader)
    assert refusal.value.code == "interest"
    refused(
        "UPDATE subsidies_awarddocument SET state = 'issued', issued_by_id = %s, issued_at = countersigned_at, "
        "digest = 'x' WHERE id = %s",
        leader.pk,
        document.pk,
        match="without an interest",
    )


# ---------------------------------------------------------------- issuing
def test_nobody_with_an_interest_in_one_of_its_cases_changes_sends_back_or_drops_a_document(who, application, other):
    document = drafted(who, application, other)
    for person in (who.head, who.leader):
        MembershipFactory(user=person, organisation=other.organisation, role=MembershipRole.MEMBER)
    head, leader = (User.objects.get(pk=person.pk) for person in (who.head, who.leader))

    with refuses("interest"):
        documents.change(document, by=head, number=number(5), title="题", applications=[application])
    with refuses("interest"):
        documents.drop(document, by=head, reason="不再需要")
    documents.countersign(document, by=who.finance)
    with refuses("interest"):
        documents.send_back(document, by=leader, reason="请核对")
    assert AwardDocument.objects.get().state == DocumentState.COUNTERSIGNED


def test_nobody_is_asked_to_sign_a_document_with_a_case_that_binds_them(who, application, other):
    MembershipFactory(user=who.finance, organisation=other.organisation, role=MembershipRole.READER)
    finance = User.objects.get(pk=who.finance.pk)

    drafted(who, application, other)

    assert asked_to_countersign() == {who.approver.pk, who.cashier.pk}
    assert finance not in whose_turn(fresh(application))
    assert not Application.objects.filter(waiting_for(finance)).exists()
    assert Application.objects.filter(waiting_for(who.approver)).count() == 2


def test_the_issue_freezes_the_list_gives_the_awards_commits_the_money_and_moves_all(who, application, other):
    document = issued(who, application, other)

    assert (document.state, document.issued_by, is_intact(document)) == (DocumentState.ISSUED, who.leader, True)
    assert [(row.position, row.number, row.amount_yuan) for row in rows_of(document)] == [
        (1, application.number, AMOUNT),
        (2, other.number, AMOUNT),
    ]
    assert total_of(document) == AMOUNT * 2
    for row in (fresh(application), fresh(other)):
        assert row.state == State.AWARDED
        assert budgets.standing_of(row) == {"committed": AMOUNT}
        award = row.award
        assert (award.document, award.amount_yuan, award.once_key, award.document_number, award.awarded_on) == (
            document,
            AMOUNT,
            row.once_key,
            document.number,
            shanghai_today(),
        )
    deeds = set(JournalEntry.objects.filter(action="issue_award").values_list("object_type", flat=True))
    assert deeds == {"subsidies.awarddocument", "subsidies.award"}
    assert Notice.objects.filter(kind="awarded", recipient=application.submitted_by_id).count() == 1


def test_one_that_left_the_notice_meanwhile_keeps_the_whole_document_back(who, application, other):
    document = documents.countersign(drafted(who, application, other), by=who.finance)
    upheld_and_freed(other, Consequence.RECONSIDER)
    put(other, state=State.REVIEWED)

    with pytest.raises(MoveRefused) as refusal:
        documents.issue(document, by=who.leader)

    assert refusal.value.code == "state"
    assert fresh(application).state == State.CLEARED
    assert not Award.objects.exists()
    assert AwardDocument.objects.get().state == DocumentState.COUNTERSIGNED


def test_the_same_project_is_awarded_once_ever(who):
    call = CallFactory()
    first, second = cleared(2, call=call)
    put(first, once_key="k:1")
    issued(who, fresh(first))
    award = fresh(first).award

    earlier_award(
        scheme=call.scheme,
        organisation=second.organisation,
        project_name="同一项目",
        amount_yuan=AMOUNT,
        awarded_on=shanghai_today(),
        once_key=second.once_key,
    )

    with refuses(None):
        issued(who, fresh(second), serial=2)
    refused("UPDATE subsidies_award SET once_key = '' WHERE id = %s", award.pk, match="revoked or stays")


# ---------------------------------------------------------------- the integrity list
def test_a_firm_on_the_integrity_list_is_awarded_only_where_a_person_lets_it_pass(who, application):
    entry = listed_firm(application)
    with pytest.raises(MoveRefused) as refusal:
        drafted(who, application)
    assert refusal.value.code == "integrity"
    assert "郴科监〔2026〕1号" in refusal.value.messages[0]

    until = shanghai_today() + timedelta(days=3)
    with pytest.raises(PermissionDenied):
        integrity.let_pass(application, f"entry:{entry.pk}", by=who.clerk, reason="同名", ends_on=until)
    hit = integrity.let_pass(application, f"entry:{entry.pk}", by=who.head, reason="同名单位", ends_on=until)

    assert (hit.judgement, hit.judged_by) == ("waived", who.head)
    assert issued(who, application).state == DocumentState.ISSUED


def test_a_listing_after_the_countersignature_still_holds_the_issue(who, application):
    document = documents.countersign(drafted(who, application), by=who.finance)
    entry = listed_firm(application)

    with pytest.raises(MoveRefused) as refusal:
        documents.issue(document, by=who.leader)
    assert refusal.value.code == "integrity"

    integrity.let_pass(application, f"entry:{entry.pk}", by=who.head, reason="已整改", ends_on=shanghai_today())
    assert documents.issue(document, by=who.leader).state == DocumentState.ISSUED


# ---------------------------------------------------------------- revoking
def test_a_leader_revokes_an_award_while_nothing_is_paid(who, application):
    issued(who, application)

    with pytest.raises(PermissionDenied):
        revoke(application, by=who.head, reason="材料不实")
    with refuses(None):
        revoke(application, by=who.leader, reason=" ")
    revoked = revoke(application, by=who.leader, reason="材料不实")

    assert (revoked.state, revoked.award.revoked_on) == (State.ANNULLED, shanghai_today())
    assert budgets.standing_of(revoked) == {}
    assert Notice.objects.filter(kind="award-revoked", recipient=application.submitted_by_id).count() == 1


def test_what_is_paid_is_not_revoked_but_recovered(who):
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application)

    with refuses("paid"):
        revoke(application, by=who.leader, reason="材料不实")
    refused(
        "UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE id = %s",
        application.award.pk,
        match="under way or paid",
    )


# ---------------------------------------------------------------- past every verb
def test_i7_no_application_is_awarded_without_an_award_of_an_issued_document(application):
    move = "UPDATE subsidies_application SET state = 'awarded', version = version + 1 WHERE id = %s"

    refused(move, application.pk, match="needs an award of an issued document")
    document_for(application)
    refused(move, application.pk, match="needs an award of an issued document")


def test_i8_an_award_comes_with_an_issued_document_and_the_decided_amount(application):
    document = document_for(application)
    facts = {
        "scheme": application.call.scheme,
        "organisation": application.organisation,
        "project_name": application.project_name,
        "application": application,
        "document": document,
        "document_number": document.number,
        "awarded_on": shanghai_today(),
        "once_key": application.once_key,
    }
    with pytest.raises(IntegrityError, match="comes with an issued document"), transaction.atomic():
        Award.objects.create(**facts, amount_yuan=AMOUNT)
    signed(document)
    for wrong in (AMOUNT + 1, Decimal("1.00")):
        with pytest.raises(IntegrityError, match="the amount on it"), transaction.atomic():
            Award.objects.create(**facts, amount_yuan=wrong)
    award = Award.objects.create(**facts, amount_yuan=AMOUNT)

    for change in ("amount_yuan = 1", "document_id = NULL", "application_id = NULL", "project_name = 'x'"):
        refused(f"UPDATE subsidies_award SET {change} WHERE id = %s", award.pk, match="revoked or stays")
    refused("DELETE FROM subsidies_award WHERE id = %s", award.pk, match="revoked or stays")


def test_the_list_of_a_document_holds_the_decided_amounts_of_cleared_applications():
    application, other = ApplicationFactory(state=State.CLEARED), ApplicationFactory(state=State.PUBLICITY)
    document = document_for(application)
    insert = (
        "INSERT INTO subsidies_awardentry (document_id, application_id, position, amount_yuan) VALUES (%s, %s, 2, %s)"
    )
    refused(insert, document.pk, other.pk, "2000000.00", match="needs a cleared application")
    refused(
        "UPDATE subsidies_awardentry SET amount_yuan = 1 WHERE document_id = %s", document.pk, match="never changes"
    )
    upheld_and_freed(application, Consequence.RECONSIDER)
    put(application, state=State.REVIEWED)
    with pytest.raises(IntegrityError, match="lists cleared applications"), transaction.atomic():
        signed(document)


def test_an_issued_document_never_changes():
    application = ApplicationFactory(state=State.AWARDED)
    document = application.award.document

    for change in ("number = '郴科发〔2026〕99号'", "title = 'x'", "text = 'x'"):
        refused(f"UPDATE subsidies_awarddocument SET {change} WHERE id = %s", document.pk, match="keeps its words")
    for change in ("digest = 'x'", "listed = '{}'", "issued_at = NULL", "state = 'draft'"):
        refused(f"UPDATE subsidies_awarddocument SET {change} WHERE id = %s", document.pk, match="subsidies_awarddocu")
    refused("DELETE FROM subsidies_awarddocument WHERE id = %s", document.pk, match="is kept")
    refused("DELETE FROM subsidies_awardentry WHERE document_id = %s", document.pk, match="leaves a draft alone")
    assert AwardEntry.objects.filter(document=document).count() == 1


def test_an_application_is_annulled_only_once_its_award_is_revoked():
    application = ApplicationFactory(state=State.AWARDED)

    refused(
        "UPDATE subsidies_application SET state = 'annulled', version = version + 1 WHERE id = %s",
        application.pk,
        match="once its award is revoked",
    )


def test_a_document_is_drafted_with_a_bounded_number_of_queries(who):
    first, *others = cleared(3)

    def queries(*applications, serial):
        with connection.execute_wrapper(lambda run, *rest: counted.append(1) or run(*rest)):
            counted: list[int] = []
            drafted(who, *applications, serial=serial)
        return len(counted)

    one, two = queries(first, serial=1), queries(*others, serial=2)
    assert two - one <= 8

"""The controls: what each invariant is there for is done past every verb and trigger, and it says so.

An invariant that stays silent here would let a wrong implementation through the walk.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from subsidies.models import Application, Assignment, ExpertInterest, Objection, PublicNotice
from subsidies.publicity import answering, clearing
from tests.factories_subsidies import as_kept
from tests.lifted import nothing_held, taken_back
from tests.plain_sql import run
from tests.subsidies import award_moves
from tests.subsidies.case_memory import KEPT, lost, remembered
from tests.subsidies.case_model import brought
from tests.subsidies.case_world import small_world
from tests.subsidies.invariants import INVARIANTS, broken, mark
from tests.turned_clock import turned_clock

pytestmark = pytest.mark.django_db
BEGINS = datetime(2025, 9, 22, 2, tzinfo=UTC)
SUBMITTED, NOTICED, PAYING, PAID, TWIN = range(5)


def sql(statement):
    """With {submitted}, {noticed}, {paying}, {paid} and {twin}, which are keys of applications."""

    def wrong(world, monkeypatch):
        names = ("submitted", "noticed", "paying", "paid", "twin")
        run(statement.format(**dict(zip(names, world.keys, strict=True))))

    return wrong


def set_on(table, change, of):
    return sql(f"UPDATE subsidies_{table} SET {change} WHERE {of}")


def paid_by_another(world, monkeypatch):
    people = "SELECT issued_by_id FROM subsidies_awarddocument WHERE issued_by_id IS NOT NULL"
    run(f"UPDATE subsidies_payment SET executed_by_id = ({people} LIMIT 1) WHERE state = 'paid'")


def acted_without_the_right(world, monkeypatch):
    for person in world.finance:
        person.groups.remove(Group.objects.get(name=PersonKind.FINANCE))


def acted_for_their_own_firm(world, monkeypatch):
    application = Application.objects.get(pk=world.keys[PAID])
    for leader in world.leaders:
        leader.memberships.create(organisation=application.organisation, role=MembershipRole.MEMBER)


def entered_by_somebody_else(world, monkeypatch):
    run("UPDATE accounts_membership SET is_active = %s WHERE role = 'administrator'", False)


def cleared_too_early(world, monkeypatch):
    monkeypatch.setattr(clearing, "is_over", lambda notice, moment: True)
    clearing.clear(PublicNotice.objects.get(state="published"))


def cleared_over_an_objection(world, monkeypatch):
    monkeypatch.setattr(clearing, "held_applications", lambda entries: set())
    award_moves.object_to(world, Application.objects.get(pk=world.keys[NOTICED]), 0)
    award_moves.days_pass(world, None, 3)


def answered_by_who_took_part(world, monkeypatch):
    monkeypatch.setattr(answering, "took_part", lambda objection: set())
    award_moves.object_to(world, Application.objects.get(pk=world.keys[NOTICED]), 0)
    objection = Objection.objects.get()
    answering.dismiss(objection, by=objection.notice.published_by, answer="经核实不成立")


def paid_twice(world, monkeypatch):
    run("UPDATE subsidies_payment SET amount_yuan = amount_yuan * 2 WHERE state = 'paid'")


def an_expert_with_a_conflict(world, monkeypatch):
    seat = Assignment.objects.filter(application=world.keys[PAID]).first()
    firm = seat.application.organisation
    ExpertInterest.objects.create(expert=seat.expert, organisation=firm, kind="adviser")


def the_other_firm_as_well(world, monkeypatch):
    run("UPDATE subsidies_application SET once_key = '' WHERE id = %s", world.keys[TWIN])
    for key in world.twins:
        run("UPDATE subsidies_application SET state = 'cleared' WHERE id = %s", key)


def a_year_ago():
    return as_kept(timezone.now() - timedelta(days=365))


def issued_before_it_was_cleared(world, monkeypatch):
    run("UPDATE subsidies_awarddocument SET issued_at = %s WHERE issued_at IS NOT NULL", a_year_ago())


def paid_before_the_account_was_confirmed(world, monkeypatch):
    moment = as_kept(timezone.now() + timedelta(days=1))
    run("UPDATE subsidies_payeeaccount SET decided_at = %s WHERE state = 'confirmed'", moment)


def paid_before_it_was_to_be_paid(world, monkeypatch):
    run("UPDATE subsidies_budgetentry SET at = %s WHERE kind = 'pay'", a_year_ago())


def closed_before_it_was_submitted(world, monkeypatch):
    run("UPDATE subsidies_call SET closes_at = %s", a_year_ago())


A_STEP = """INSERT INTO subsidies_applicationstep (application_id, action, from_state, to_state, version, at, reason)
SELECT id, 'withdraw', state, 'withdrawn', version + 1, state_since, '' FROM subsidies_application WHERE id = {paid}"""
AN_AWARD = "UPDATE subsidies_award SET {change} WHERE application_id = {{paid}}"
ENTRY = "subsidies_budgetentry WHERE application_id = {paid} AND kind = '%s'"

WRONGS = {
    "i1_every_state_is_in_the_table": set_on("application", "state = 'gone'", "id = {paid}"),
    "i2_every_move_is_in_the_table": sql(A_STEP),
    "i3_each_move_has_one_step_and_one_entry": sql(
        "UPDATE common_journalentry SET action = 'update' WHERE action = 'settle' AND object_id = '{paid}'"
    ),
    "i3_whoever_acted_had_the_right": acted_without_the_right,
    "i3_whoever_moved_it_had_the_right": acted_without_the_right,
    "i3_whoever_moved_it_had_the_right, of the firm itself": acted_for_their_own_firm,
    "i3_whoever_acted_for_the_firm_had_the_post": entered_by_somebody_else,
    "i4_what_was_signed_is_as_it_was_signed": set_on("submission", "digest = 'x'", "application_id = {submitted}"),
    "i4_what_was_signed_is_as_it_was_signed, a notice": set_on("publicnotice", "listed = '{{}}'", "digest <> ''"),
    "i4_what_was_signed_is_as_it_was_signed, a list": set_on("awarddocument", "listed = '{{}}'", "digest <> ''"),
    "i5_each_was_submitted_in_time": closed_before_it_was_submitted,
    "i6_nobody_decides_on_what_they_did": set_on("payment", "approved_by_id = prepared_by_id", "state = 'approved'"),
    "i6_nobody_decides_on_what_they_did, a document": set_on(
        "awarddocument", "countersigned_by_id = prepared_by_id", "state = 'issued'"
    ),
    "i6_who_asks_approves_and_pays_are_three": paid_by_another,
    "i6_an_objection_is_answered_by_somebody_else": answered_by_who_took_part,
    "i7_a_notice_runs_its_working_days": set_on("publicnotice", "ends_on = starts_on", "state = 'published'"),
    "i7_nothing_clears_before_the_end_of_its_notice": cleared_too_early,
    "i7_nothing_clears_with_an_open_objection": cleared_over_an_objection,
    "i7_nothing_is_awarded_before_it_is_cleared": issued_before_it_was_cleared,
    "i8_one_thing_is_supported_once": the_other_firm_as_well,
    "i8_an_award_is_the_flat_sum_of_its_document": sql(AN_AWARD.format(change="amount_yuan = amount_yuan - 1")),
    "i8_who_is_awarded_has_a_live_award": sql(AN_AWARD.format(change="revoked_on = awarded_on")),
    "i9_no_pot_was_ever_overdrawn": sql("DELETE FROM " + ENTRY % "commit"),
    "i9_what_stands_is_what_the_state_says": sql("DELETE FROM " + ENTRY % "pay"),
    "i9_no_award_is_paid_beyond_its_amount": paid_twice,
    "i9_awards_keep_within_the_budget": set_on("budgetentry", "amount_yuan = 1", "kind = 'initial'"),
    "i10_each_payment_stands_once_in_the_ledger": set_on("payment", "state = 'returned'", "state = 'paid'"),
    "i11_what_was_refused_has_no_money": set_on("application", "state = 'withdrawn'", "id = {paying}"),
    "i11_money_left_only_while_it_was_to_be_paid": paid_before_it_was_to_be_paid,
    "i11_money_left_only_while_it_was_to_be_paid, the account": paid_before_the_account_was_confirmed,
    "i12_enough_impartial_sheets_come_before_a_decision": set_on("application", "sheets_needed = 9", "id = {paid}"),
    "i12_nobody_with_a_conflict_sits_on_a_panel": an_expert_with_a_conflict,
    "i14_versions_rise_with_every_move": set_on("application", "version = 1", "id = {paid}"),
}
LOSSES = {
    "i4_no_signature_changes": set_on("submission", "digest = 'x'", "application_id = {submitted}"),
    "i10_what_is_paid_is_final": set_on("payment", "voucher_number = 'PZ-0'", "state = 'paid'"),
    "i10_what_is_paid_is_final, the ledger": set_on("budgetentry", "amount_yuan = 1", "kind = 'pay'"),
    "i13_no_attachment_goes": sql("DELETE FROM subsidies_applicationfile WHERE application_id = {submitted}"),
    "i14_no_version_falls": set_on("application", "version = version - 1", "id = {paid}"),
}


def test_every_invariant_sees_what_it_is_there_for(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with turned_clock(BEGINS) as clock:
        world = small_world(clock, 1, 3, awards=4)
        since = mark()
        brought(world, [world.keys[PAID]], "paid")
        brought(world, [world.keys[PAYING]], "paying")
        award_moves.prepare_payment(world, Application.objects.get(pk=world.keys[PAYING]), 0)
        award_moves.approve_payment(world, Application.objects.get(pk=world.keys[PAYING]), 1)
        brought(world, [world.keys[NOTICED]], "publicity")
        memory = remembered()
        assert broken(world, since) == []

        with nothing_held():
            silent = [name for name, wrong in WRONGS.items() if not is_seen(name, wrong, world, since, monkeypatch)]
            kept = [name for name, wrong in LOSSES.items() if not is_missed(name, wrong, world, memory, monkeypatch)]

        assert (silent, kept) == ([], [])
        assert broken(world, since) == []


def is_seen(name, wrong, world, since, monkeypatch):
    """By the invariant of that name; others may see it as well."""
    with taken_back(), monkeypatch.context() as patched:
        ahead = world.clock.ahead
        wrong(world, patched)
        found = broken(world, since)
        world.clock.back_to(ahead)
    return any(sentence.startswith(name.partition(",")[0]) for sentence in found)


def is_missed(name, wrong, world, memory, monkeypatch):
    with taken_back():
        wrong(world, monkeypatch)
        found = lost(memory, remembered())
    return any(sentence.startswith(name.partition(",")[0]) for sentence in found)


def test_every_invariant_has_its_control():
    assert {name.partition(",")[0] for name in WRONGS} == {look.__name__ for look in INVARIANTS}
    assert {name.partition(",")[0] for name in LOSSES} == {look.__name__ for look in KEPT}

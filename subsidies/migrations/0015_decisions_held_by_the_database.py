import django.db.models.deletion
from django.db import migrations, models

from common.row_triggers import Refuse

# ---------------------------------------------------------------- the ledger
OF_CALL = """FROM subsidies_application a JOIN subsidies_call c ON c.id = a.call_id WHERE a.id = NEW.application_id"""
OTHER_THAN_GIVEN = f"""NEW.kind = 'reserve' AND EXISTS (SELECT 1 {OF_CALL}
    AND (c.amount_yuan IS NOT NULL AND ROUND(c.amount_yuan * 100) <> ROUND(NEW.amount_yuan * 100)
        OR c.cap_yuan IS NOT NULL AND ROUND(c.cap_yuan * 100) < ROUND(NEW.amount_yuan * 100)))"""
OTHER_SCHEME = f"""NEW.kind = 'reserve' AND (SELECT b.scheme_id FROM subsidies_budget b WHERE b.id = NEW.budget_id)
    <> (SELECT c.scheme_id {OF_CALL})"""

# ---------------------------------------------------------------- the decision
UNDECIDED = """(NEW.state = 'not_approved' AND OLD.state <> 'not_approved'
    OR NEW.state = 'deferred' AND OLD.state <> 'deferred') AND NOT EXISTS (
        SELECT 1 FROM subsidies_decision d WHERE d.application_id = NEW.id AND d.released_at IS NOT NULL
            AND d.verdict = CASE NEW.state WHEN 'deferred' THEN 'defer' ELSE 'reject' END
            AND d.id = (SELECT MAX(e.id) FROM subsidies_decision e WHERE e.application_id = NEW.id))"""
WITHOUT_APPEAL = """NEW.state = 'reviewed' AND OLD.state = 'not_approved' AND NOT EXISTS (
    SELECT 1 FROM subsidies_appeal p JOIN subsidies_decision d ON d.id = p.decision_id
        WHERE d.application_id = NEW.id AND p.state = 'upheld'
            AND d.id = (SELECT MAX(e.id) FROM subsidies_decision e WHERE e.application_id = NEW.id))"""
AWARDED = """NEW.state = 'publicity_ready' AND OLD.state <> 'publicity_ready' AND EXISTS (
    SELECT 1 FROM subsidies_award w WHERE w.once_key = NEW.once_key AND w.once_key <> '' AND w.revoked_on IS NULL
        AND (w.application_id IS NULL OR w.application_id <> NEW.id))"""
INTERESTED = """NEW.released_by_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM subsidies_application a WHERE a.id = NEW.application_id
        AND (a.submitted_by_id = NEW.released_by_id OR a.started_by_id = NEW.released_by_id
            OR EXISTS (SELECT 1 FROM accounts_membership m WHERE m.organisation_id = a.organisation_id
                AND m.user_id = NEW.released_by_id AND m.is_active)))"""
TOOK_PART = """NEW.answered_by_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM subsidies_decision d JOIN subsidies_meeting m ON m.id = d.meeting_id WHERE d.id = NEW.decision_id
        AND (d.put_by_id = NEW.answered_by_id OR d.staged_by_id = NEW.answered_by_id
            OR d.released_by_id = NEW.answered_by_id OR m.prepared_by_id = NEW.answered_by_id))"""
SAME_VERSION = "NEW.state <> OLD.state AND NEW.version <= OLD.version"
RELEASED = "EXISTS (SELECT 1 FROM subsidies_decision d WHERE d.id = {row}.decision_id AND d.released_at IS NOT NULL)"


def recusals(event, row):
    return Refuse(
        "Recusal",
        name=f"subsidies_recusal_{event.lower()}",
        event=event,
        when=RELEASED.format(row=row),
        sentence="subsidies_recusal never changes once the decision is released",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0014_seats_held_by_the_database"),
        ("accounts", "0005_spent_challenges"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="budget",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="subsidies.budget",
                verbose_name="budget",
            ),
        ),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_figure",
            event="INSERT",
            when=OTHER_THAN_GIVEN,
            sentence="subsidies_budgetentry gives what the call gives",
        ),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_scheme",
            event="INSERT",
            when=OTHER_SCHEME,
            sentence="subsidies_budgetentry takes from the budget of its scheme",
        ),
        Refuse(
            "Application",
            name="subsidies_application_decided",
            event="UPDATE",
            when=UNDECIDED,
            sentence="subsidies_application needs a released decision first",
        ),
        Refuse(
            "Application",
            name="subsidies_application_appealed",
            event="UPDATE",
            when=WITHOUT_APPEAL,
            sentence="subsidies_application is reopened by an upheld appeal alone",
        ),
        Refuse(
            "Application",
            name="subsidies_application_awarded",
            event="UPDATE",
            when=AWARDED,
            sentence="subsidies_application is for what has been awarded already",
        ),
        Refuse(
            "Application",
            name="subsidies_application_version",
            event="UPDATE",
            when=SAME_VERSION,
            sentence="subsidies_application gets a new version with every move",
        ),
        Refuse(
            "Decision",
            name="subsidies_decision_impartial",
            event="UPDATE",
            when=INTERESTED,
            sentence="subsidies_decision is released by somebody without an interest",
        ),
        Refuse(
            "Decision",
            name="subsidies_decision_kept",
            event="DELETE",
            when="OLD.released_at IS NOT NULL",
            sentence="subsidies_decision never changes once released",
        ),
        Refuse(
            "Meeting",
            name="subsidies_meeting_released",
            event="UPDATE",
            when="OLD.released_at IS NOT NULL AND (NEW.released_at IS NULL OR NEW.released_at <> OLD.released_at "
            "OR NEW.minutes_number <> OLD.minutes_number OR NEW.held_on <> OLD.held_on "
            "OR NEW.released_by_id <> OLD.released_by_id OR NEW.prepared_by_id <> OLD.prepared_by_id)",
            sentence="subsidies_meeting keeps its minutes once released",
        ),
        recusals("INSERT", "NEW"),
        recusals("UPDATE", "OLD"),
        recusals("DELETE", "OLD"),
        Refuse(
            "Appeal",
            name="subsidies_appeal_apart",
            event="UPDATE",
            when=TOOK_PART,
            sentence="subsidies_appeal is answered by somebody who took no part in the decision",
        ),
        Refuse(
            "Appeal",
            name="subsidies_appeal_answered",
            event="UPDATE",
            when="OLD.state <> 'open'",
            sentence="subsidies_appeal never changes once answered",
        ),
    ]

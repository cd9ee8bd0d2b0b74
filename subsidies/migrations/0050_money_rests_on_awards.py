from django.db import migrations

from common.row_triggers import Refuse

ISSUED = """SELECT 1 FROM subsidies_award w JOIN subsidies_awarddocument d ON d.id = w.document_id
    JOIN subsidies_application a ON a.id = w.application_id
    WHERE a.id = NEW.application_id AND a.state = 'cleared' AND w.revoked_on IS NULL AND d.state = 'issued'
        AND ROUND(w.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)"""
WITHOUT_AWARD = f"NEW.kind = 'commit' AND NOT EXISTS ({ISSUED})"
# As subsidies_application_objected asks it of the move that follows.
UPHELD = """SELECT 1 FROM subsidies_objection o JOIN subsidies_noticeentry n ON n.id = o.entry_id
    JOIN subsidies_application a ON a.id = n.application_id
    WHERE a.id = NEW.application_id AND a.state IN ('publicity_ready', 'publicity', 'cleared')
        AND o.state = 'upheld' AND o.answered_at >= a.state_since"""
REVOKED = """SELECT 1 FROM subsidies_award w JOIN subsidies_application a ON a.id = w.application_id
    WHERE a.id = NEW.application_id AND a.state IN ('awarded', 'paying') AND w.revoked_on IS NOT NULL"""
WITHOUT_CAUSE = f"""NEW.kind = 'release' AND NOT (NEW.from_pot = 'reserved' AND EXISTS ({UPHELD})
    OR NEW.from_pot = 'committed' AND EXISTS ({REVOKED}))"""
NOT_REPAID = """NEW.kind = 'recover' AND (
    SELECT ROUND(SUM(e.amount_yuan) * 100) FROM subsidies_budgetentry e
        WHERE e.application_id = NEW.application_id AND e.kind = 'recover') > (
    SELECT COALESCE(ROUND(SUM(p.amount_yuan - p.interest_yuan) * 100), 0) FROM subsidies_repayment p
        JOIN subsidies_recovery r ON r.id = p.recovery_id WHERE r.application_id = NEW.application_id)"""
LOCK = "SELECT id FROM subsidies_budget WHERE id = NEW.budget_id FOR UPDATE"
NOT_COMMITTED = """NEW.state = 'awarded' AND OLD.state <> 'awarded' AND (
    SELECT COALESCE(ROUND(SUM(CASE WHEN e.to_pot = 'committed' THEN e.amount_yuan ELSE 0 END
        - CASE WHEN e.from_pot = 'committed' THEN e.amount_yuan ELSE 0 END) * 100), 0)
    FROM subsidies_budgetentry e WHERE e.application_id = NEW.id) <> (
    SELECT ROUND(w.amount_yuan * 100) FROM subsidies_award w WHERE w.application_id = NEW.id)"""


def last(model, name, event, when, sentence, **more):
    """After every other condition has spoken."""
    table = f"subsidies_{model.lower()}"
    name, sentence = f"{table}_{name}", f"{table} {sentence}"
    return Refuse(model, name=name, event=event, when=when, sentence=sentence, time="AFTER", **more)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0049_seats_rest_on_draws")]

    operations = [
        last("BudgetEntry", "issued", "INSERT", WITHOUT_AWARD, "commits what an issued award document gives"),
        last("BudgetEntry", "cause", "INSERT", WITHOUT_CAUSE, "is released after an upheld objection or a revocation"),
        last("BudgetEntry", "repaid", "INSERT", NOT_REPAID, "recovers what was paid back", locks=LOCK),
        last("Application", "committed", "UPDATE", NOT_COMMITTED, "needs the money of its award committed first"),
    ]

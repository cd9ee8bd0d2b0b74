from django.db import migrations

from common.row_triggers import Refuse

# ---------------------------------------------------------------- the ledger
# It looks after the entry is written, so that every other condition speaks first.
OF_CHANGE = """SELECT 1 FROM subsidies_budgetchange c JOIN subsidies_budget b ON b.id = c.budget_id
    JOIN subsidies_budget n ON n.id = NEW.budget_id
    WHERE c.id = NEW.change_id AND c.confirmed_at IS NOT NULL
        AND ROUND(c.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)
        AND (c.kind = NEW.kind AND b.id = n.id
            OR c.kind = 'carried_out' AND NEW.kind = 'carried_in' AND n.scheme_id = b.scheme_id
                AND n.year = b.year + 1)"""
WITHOUT_CHANGE = f"""NEW.kind IN ('initial', 'increase', 'decrease', 'carried_in', 'carried_out') AND (
    NOT EXISTS ({OF_CHANGE})
    OR (SELECT COUNT(*) FROM subsidies_budgetentry e WHERE e.change_id = NEW.change_id AND e.kind = NEW.kind) > 1)"""
WITHOUT_APPROVAL = """NEW.kind = 'reserve' AND NOT EXISTS (
    SELECT 1 FROM subsidies_decision d JOIN subsidies_application a ON a.id = d.application_id
        WHERE a.id = NEW.application_id AND a.state = 'meeting' AND d.released_at IS NOT NULL
            AND d.verdict = 'approve' AND ROUND(d.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)
            AND d.id = (SELECT MAX(f.id) FROM subsidies_decision f WHERE f.application_id = NEW.application_id
                AND f.released_at IS NOT NULL))"""
LOCK = "SELECT id FROM subsidies_budget WHERE id = NEW.budget_id FOR UPDATE"

# ---------------------------------------------------------------- what was signed, and its version
SAYS_OTHERWISE = "(NEW.data <> OLD.data OR NEW.project_name <> OLD.project_name)"
SAME_VERSION = f"{SAYS_OTHERWISE} AND NEW.version <= OLD.version"
AFTER_SIGNATURE = f"{SAYS_OTHERWISE} AND OLD.state NOT IN ('draft', 'unit_review', 'correction')"
OTHER_CASE = """OLD.first_submitted_at IS NOT NULL AND (NEW.call_id <> OLD.call_id
    OR NEW.call_version_id <> OLD.call_version_id OR NEW.organisation_id <> OLD.organisation_id
    OR NEW.number IS NULL OR NEW.number <> OLD.number)"""
SIGNED = "EXISTS (SELECT 1 FROM subsidies_submission s WHERE s.application_id = {row}.application_id)"
OPEN = """EXISTS (SELECT 1 FROM subsidies_application a WHERE a.id = {row}.application_id
    AND a.state IN ('draft', 'correction'))"""
OTHER_FILE = f"""{SIGNED.format(row="OLD")} AND (NEW.application_id <> OLD.application_id
    OR NEW.material <> OLD.material OR NEW.file_id <> OLD.file_id OR OLD.removed_at IS NOT NULL
    OR NOT {OPEN.format(row="OLD")})"""
FILE_TOO_LATE = f"{SIGNED.format(row='NEW')} AND NOT {OPEN.format(row='NEW')}"


def refuse(model, name, event, when, sentence, **more):
    table = f"subsidies_{model.lower()}"
    return Refuse(model, name=f"{table}_{name}", event=event, when=when, sentence=f"{table} {sentence}", **more)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0044_moves_rest_on_records")]

    operations = [
        refuse("BudgetChange", "begins", "INSERT", "NEW.confirmed_at IS NOT NULL", "begins unconfirmed"),
        refuse(
            "BudgetChange",
            "settled",
            "UPDATE",
            "OLD.confirmed_at IS NOT NULL OR OLD.declined_at IS NOT NULL",
            "never changes once confirmed or declined",
        ),
        refuse(
            "BudgetEntry",
            "confirmed",
            "INSERT",
            WITHOUT_CHANGE,
            "takes money in or gives it back by a confirmed change, once",
            locks=LOCK,
            time="AFTER",
        ),
        refuse(
            "BudgetEntry",
            "approved",
            "INSERT",
            WITHOUT_APPROVAL,
            "reserves what a meeting has approved, while the application is before it",
            time="AFTER",
        ),
        refuse("Application", "renewed", "UPDATE", SAME_VERSION, "gets a new version with every change of its answers"),
        refuse("Application", "signed", "UPDATE", AFTER_SIGNATURE, "keeps its answers as they were signed"),
        refuse("Application", "identity", "UPDATE", OTHER_CASE, "keeps its number, its firm and its call"),
        refuse("ApplicationFile", "same", "UPDATE", OTHER_FILE, "stays what was signed"),
        refuse("ApplicationFile", "late", "INSERT", FILE_TOO_LATE, "is added while the application is being written"),
    ]

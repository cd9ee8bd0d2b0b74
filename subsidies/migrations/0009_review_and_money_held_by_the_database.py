from django.db import migrations

from common.journal_triggers import AppendOnlyTable
from common.row_triggers import Refuse
from common.state_triggers import Frozen, StateMoves

# The table of moves in subsidies/workflow.py as it stood with this migration.
PAIRS = [
    ("acceptance", "form_check"),
    ("acceptance", "not_accepted"),
    ("acceptance", "withdrawn"),
    ("checked", "review"),
    ("checked", "withdrawn"),
    ("correction", "form_check"),
    ("correction", "lapsed"),
    ("correction", "withdrawn"),
    ("deferred", "meeting"),
    ("deferred", "withdrawn"),
    ("draft", "recommendation"),
    ("draft", "unit_review"),
    ("draft", "withdrawn"),
    ("form_check", "checked"),
    ("form_check", "correction"),
    ("form_check", "form_rejected"),
    ("form_check", "withdrawn"),
    ("meeting", "deferred"),
    ("meeting", "not_approved"),
    ("meeting", "publicity_ready"),
    ("meeting", "reviewed"),
    ("meeting", "withdrawn"),
    ("not_approved", "reviewed"),
    ("recommendation", "acceptance"),
    ("recommendation", "draft"),
    ("recommendation", "not_recommended"),
    ("recommendation", "withdrawn"),
    ("review", "reviewed"),
    ("review", "withdrawn"),
    ("reviewed", "meeting"),
    ("reviewed", "withdrawn"),
    ("unit_review", "draft"),
    ("unit_review", "recommendation"),
    ("unit_review", "withdrawn"),
]

# ---------------------------------------------------------------- the ledger
BALANCE = """(SELECT COALESCE(SUM(CASE WHEN e.to_pot = NEW.from_pot THEN e.amount_yuan ELSE 0 END), 0)
    - COALESCE(SUM(CASE WHEN e.from_pot = NEW.from_pot THEN e.amount_yuan ELSE 0 END), 0)
    FROM subsidies_budgetentry e WHERE e.budget_id = NEW.budget_id{about})"""
OF_BUDGET = BALANCE.format(about="")
OF_APPLICATION = BALANCE.format(about=" AND e.application_id = NEW.application_id")
OVERDRAWN = f"NEW.from_pot <> 'source' AND ROUND({OF_BUDGET} * 100) < ROUND(NEW.amount_yuan * 100)"
IN_PART = (
    "NEW.kind IN ('commit', 'release') "
    f"AND ROUND({OF_APPLICATION} * 100) <> ROUND(NEW.amount_yuan * 100)"
)
MORE_THAN_ITS_OWN = (
    "NEW.kind IN ('pay', 'recover') "
    f"AND ROUND({OF_APPLICATION} * 100) < ROUND(NEW.amount_yuan * 100)"
)
TWICE = """NEW.kind = 'reserve' AND (SELECT COALESCE(SUM(
    CASE WHEN e.to_pot IN ('reserved', 'committed', 'paid') THEN e.amount_yuan ELSE 0 END
    - CASE WHEN e.from_pot IN ('reserved', 'committed', 'paid') THEN e.amount_yuan ELSE 0 END), 0)
    FROM subsidies_budgetentry e WHERE e.application_id = NEW.application_id) > 0"""
LOCK = "SELECT id FROM subsidies_budget WHERE id = NEW.budget_id FOR UPDATE"

# ---------------------------------------------------------------- the panel
# Who is concerned: the applicant, the partners of the project, host and operator of its base.
CONCERNED = """(SELECT a.organisation_id FROM subsidies_application a WHERE a.id = NEW.application_id
    UNION SELECT p.organisation_id FROM projects_projectpartner p
        JOIN subsidies_application a ON a.project_id = p.project_id WHERE a.id = NEW.application_id
    UNION SELECT b.host_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = NEW.application_id AND b.host_id IS NOT NULL
    UNION SELECT b.operator_id FROM bases_base b JOIN projects_project j ON j.base_id = b.id
        JOIN subsidies_application a ON a.project_id = j.id
        WHERE a.id = NEW.application_id AND b.operator_id IS NOT NULL)"""
BOUND = f"""EXISTS (SELECT 1 FROM subsidies_expertemployment m WHERE m.expert_id = NEW.expert_id
        AND (m.until IS NULL OR m.until > {{three_years_ago}}) AND m.organisation_id IN {CONCERNED})
    OR EXISTS (SELECT 1 FROM subsidies_expertinterest i WHERE i.expert_id = NEW.expert_id
        AND i.ended_on IS NULL AND i.organisation_id IN {CONCERNED})
    OR EXISTS (SELECT 1 FROM accounts_membership s JOIN subsidies_expert x ON x.user_id = s.user_id
        WHERE x.id = NEW.expert_id AND s.is_active AND s.organisation_id IN {CONCERNED})"""
TOO_FEW_SHEETS = """NEW.state = 'reviewed' AND OLD.state = 'review' AND (NEW.sheets_needed < 1
    OR (SELECT COUNT(DISTINCT g.id) FROM subsidies_assignment g
        JOIN subsidies_scoresheet t ON t.assignment_id = g.id AND t.state = 'signed'
        WHERE g.application_id = NEW.id AND g.state = 'accepted') < NEW.sheets_needed)"""
NOTHING_RESERVED = """NEW.state = 'publicity_ready' AND OLD.state <> 'publicity_ready' AND NOT EXISTS (
    SELECT 1 FROM subsidies_decision d WHERE d.application_id = NEW.id AND d.verdict = 'approve'
        AND d.released_at IS NOT NULL AND ROUND(d.amount_yuan * 100) = (
            SELECT ROUND(SUM(CASE WHEN e.to_pot = 'reserved' THEN e.amount_yuan ELSE 0 END
                - CASE WHEN e.from_pot = 'reserved' THEN e.amount_yuan ELSE 0 END) * 100)
            FROM subsidies_budgetentry e WHERE e.application_id = NEW.id))"""
OFFICERS = """NEW.state = 'concluded' AND OLD.state <> 'concluded' AND (SELECT COUNT(*) FROM subsidies_visitofficer o
    WHERE o.visit_id = NEW.id AND o.signed_at IS NOT NULL) < 2"""
SIGNED_WITHOUT_ACCEPTING = """NEW.state = 'signed' AND NOT EXISTS (SELECT 1 FROM subsidies_assignment g
    WHERE g.id = NEW.assignment_id AND g.state = 'accepted')"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0008_experts_review_decision_budget"), ("accounts", "0005_spent_challenges")]

    operations = [
        StateMoves("Application", first="draft", pairs=PAIRS),
        AppendOnlyTable("BudgetEntry"),
        AppendOnlyTable("ChairNote"),
        AppendOnlyTable("Letter"),
        Frozen("ScoreSheet", state="signed"),
        Frozen("SiteVisit", state="concluded"),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_overdrawn",
            event="INSERT",
            locks=LOCK,
            when=OVERDRAWN,
            sentence="subsidies_budgetentry takes more than the budget has",
        ),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_part",
            event="INSERT",
            locks=LOCK,
            when=IN_PART,
            sentence="subsidies_budgetentry moves what stands for an application whole",
        ),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_own",
            event="INSERT",
            locks=LOCK,
            when=MORE_THAN_ITS_OWN,
            sentence="subsidies_budgetentry takes more than stands for the application",
        ),
        Refuse(
            "BudgetEntry",
            name="subsidies_budgetentry_twice",
            event="INSERT",
            locks=LOCK,
            when=TWICE,
            sentence="subsidies_budgetentry reserves once for an application",
        ),
        Refuse(
            "Assignment",
            name="subsidies_assignment_bound",
            event="INSERT",
            when=BOUND,
            sentence="subsidies_assignment: the expert is bound to an organisation concerned",
        ),
        Refuse(
            "Assignment",
            name="subsidies_assignment_moved",
            event="UPDATE",
            when="NEW.application_id <> OLD.application_id OR NEW.expert_id <> OLD.expert_id",
            sentence="subsidies_assignment stays with its expert and its application",
        ),
        Refuse(
            "ScoreSheet",
            name="subsidies_scoresheet_seat",
            event="UPDATE",
            when=SIGNED_WITHOUT_ACCEPTING,
            sentence="subsidies_scoresheet is signed by a member who has accepted",
        ),
        Refuse(
            "Application",
            name="subsidies_application_sheets",
            event="UPDATE",
            when=TOO_FEW_SHEETS,
            sentence="subsidies_application needs its score sheets first",
        ),
        Refuse(
            "Application",
            name="subsidies_application_reserved",
            event="UPDATE",
            when=NOTHING_RESERVED,
            sentence="subsidies_application needs a released decision and its money first",
        ),
        Refuse(
            "SiteVisit",
            name="subsidies_sitevisit_officers",
            event="UPDATE",
            when=OFFICERS,
            sentence="subsidies_sitevisit is signed by two officers first",
        ),
        Refuse(
            "Decision",
            name="subsidies_decision_released",
            event="UPDATE",
            when="OLD.released_at IS NOT NULL",
            sentence="subsidies_decision never changes once released",
        ),
        Refuse(
            "Draw",
            name="subsidies_draw_frozen",
            event="UPDATE",
            when="NEW.inputs_digest <> OLD.inputs_digest OR NEW.seed <> OLD.seed "
            "OR CAST(NEW.inputs AS text) <> CAST(OLD.inputs AS text) "
            "OR CAST(NEW.result AS text) <> CAST(OLD.result AS text) OR OLD.confirmed_at IS NOT NULL",
            sentence="subsidies_draw keeps its inputs, seed and result",
        ),
        Refuse(
            "ApplicationFile",
            name="subsidies_applicationfile_kept",
            event="DELETE",
            when="EXISTS (SELECT 1 FROM subsidies_submission s WHERE s.application_id = OLD.application_id)",
            sentence="subsidies_applicationfile of a signed application is kept",
        ),
    ]

from django.db import migrations

from common.row_triggers import Refuse


def pairs(*allowed):
    """The state changes along none of these."""
    listed = ", ".join(f"'{pair}'" for pair in allowed)
    return f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({listed})"


def changed(*columns):
    """One of the columns changes, an empty one too."""
    text = "COALESCE(CAST({row}.{column} AS text), '')"
    each = (
        f"{text.format(row='NEW', column=column)} <> {text.format(row='OLD', column=column)}" for column in columns
    )
    return f"({' OR '.join(each)})"


# ---------------------------------------------------------------- the award document
DOCUMENT_WORDS = ("call_id", "number", "title", "text", "check_code", "prepared_by_id")
DOCUMENT_ISSUE = ("listed", "digest", "countersigned_by_id", "countersigned_at", "issued_by_id", "issued_at", "state")
ENTRIES = "SELECT 1 FROM subsidies_awardentry e JOIN subsidies_application a ON a.id = e.application_id"
NOT_CLEARED = f"""NEW.state = 'issued' AND OLD.state <> 'issued' AND (
    NOT EXISTS ({ENTRIES} WHERE e.document_id = NEW.id AND e.dropped_at IS NULL)
    OR EXISTS ({ENTRIES} WHERE e.document_id = NEW.id AND e.dropped_at IS NULL AND a.state <> 'cleared'))"""
INTERESTED = f"""EXISTS ({ENTRIES} WHERE e.document_id = NEW.id AND e.dropped_at IS NULL
    AND (a.submitted_by_id IN (NEW.issued_by_id, NEW.countersigned_by_id)
        OR a.started_by_id IN (NEW.issued_by_id, NEW.countersigned_by_id)
        OR EXISTS (SELECT 1 FROM accounts_membership m WHERE m.organisation_id = a.organisation_id
            AND m.user_id IN (NEW.issued_by_id, NEW.countersigned_by_id) AND m.is_active)))"""
OF_DRAFT = "EXISTS (SELECT 1 FROM subsidies_awarddocument d WHERE d.id = {row}.document_id AND d.state = 'draft')"
DECIDED_AMOUNT = """(SELECT ROUND(d.amount_yuan * 100) FROM subsidies_decision d
    WHERE d.application_id = NEW.application_id AND d.verdict = 'approve' AND d.released_at IS NOT NULL
    ORDER BY d.id DESC LIMIT 1)"""
ENTRY_UNFIT = f"""NOT {OF_DRAFT.format(row="NEW")} OR ROUND(NEW.amount_yuan * 100) <> COALESCE({DECIDED_AMOUNT}, -1)
    OR NOT EXISTS (SELECT 1 FROM subsidies_application a JOIN subsidies_awarddocument d ON d.call_id = a.call_id
        WHERE a.id = NEW.application_id AND d.id = NEW.document_id AND a.state = 'cleared')"""
ENTRY_MOVED = f"""{changed("document_id", "application_id", "position", "amount_yuan")} OR OLD.dropped_at IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM subsidies_awarddocument d WHERE d.id = OLD.document_id AND d.state = 'dropped')"""

# ---------------------------------------------------------------- the award
NOT_ON_DOCUMENT = """(NEW.application_id IS NOT NULL OR NEW.document_id IS NOT NULL) AND NOT EXISTS (
    SELECT 1 FROM subsidies_awardentry e JOIN subsidies_awarddocument d ON d.id = e.document_id
        JOIN subsidies_application a ON a.id = e.application_id
        WHERE d.id = NEW.document_id AND d.state = 'issued' AND d.number = NEW.document_number
            AND e.application_id = NEW.application_id AND e.dropped_at IS NULL
            AND ROUND(e.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)
            AND a.organisation_id = NEW.organisation_id AND NEW.once_key IN ('', a.once_key))"""
AWARD_FACTS = (
    "scheme_id",
    "organisation_id",
    "project_id",
    "project_name",
    "application_id",
    "document_id",
    "amount_yuan",
    "awarded_on",
    "document_number",
    "once_key",
)
AWARD_CHANGED = f"""(OLD.application_id IS NOT NULL OR NEW.application_id IS NOT NULL)
    AND ({changed(*AWARD_FACTS)} OR OLD.revoked_on IS NOT NULL)"""
REVOKED_WITH_PAYMENT = """NEW.revoked_on IS NOT NULL AND OLD.revoked_on IS NULL AND EXISTS (
    SELECT 1 FROM subsidies_payment p WHERE p.award_id = NEW.id AND p.state IN ('prepared', 'approved', 'paid'))"""
LIVE_AWARD = """SELECT 1 FROM subsidies_award w JOIN subsidies_awarddocument d ON d.id = w.document_id
    WHERE w.application_id = NEW.id AND w.revoked_on IS NULL AND d.state = 'issued'"""

# ---------------------------------------------------------------- the account
FIRM_NAME = "(SELECT o.name_zh FROM subsidies_application a JOIN accounts_organisation o ON o.id = a.organisation_id"
OTHER_HOLDER = f"NEW.holder <> {FIRM_NAME} WHERE a.id = NEW.application_id)"
ACCOUNT_TOO_SOON = """NOT EXISTS (SELECT 1 FROM subsidies_application a WHERE a.id = NEW.application_id
    AND a.state IN ('awarded', 'paying'))"""
ACCOUNT_FACTS = ("application_id", "holder", "bank", "number", "last_digits", "entered_by_id", "entered_at")
STILL_USED = """NEW.state = 'replaced' AND OLD.state = 'confirmed' AND EXISTS (
    SELECT 1 FROM subsidies_payment p WHERE p.account_id = NEW.id AND (p.state IN ('prepared', 'approved')
        OR p.state = 'paid' AND NOT EXISTS (
            SELECT 1 FROM subsidies_payment r WHERE r.account_id = NEW.id AND r.state = 'returned')))"""

# ---------------------------------------------------------------- the payment
PAYABLE = f"""EXISTS (SELECT 1 FROM subsidies_award w JOIN subsidies_application a ON a.id = w.application_id
    JOIN subsidies_payeeaccount c ON c.application_id = a.id
    WHERE w.id = NEW.award_id AND w.revoked_on IS NULL AND a.state = 'paying'
        AND c.id = NEW.account_id AND c.state = 'confirmed' AND c.holder = {FIRM_NAME} WHERE a.id = w.application_id)
        AND NOT EXISTS (SELECT 1 FROM subsidies_objection b JOIN subsidies_noticeentry n ON n.id = b.entry_id
            WHERE n.application_id = a.id AND b.state = 'open'))"""
UNPAYABLE = f"NEW.state IN ('approved', 'paid') AND NEW.state <> OLD.state AND NOT {PAYABLE}"
ABOVE_AWARD = """(SELECT COALESCE(ROUND(SUM(p.amount_yuan) * 100), 0) FROM subsidies_payment p
    WHERE p.award_id = NEW.award_id AND p.state IN ('prepared', 'approved', 'paid')) + ROUND(NEW.amount_yuan * 100)
    > (SELECT ROUND(w.amount_yuan * 100) FROM subsidies_award w WHERE w.id = NEW.award_id)"""
AWARD_LOCK = "SELECT id FROM subsidies_award WHERE id = NEW.award_id FOR UPDATE"
PAYMENT_FACTS = ("award_id", "payer", "amount_yuan", "account_id", "prepared_by_id", "prepared_at")
PAID_FACTS = ("approved_by_id", "approved_at", "executed_by_id", "paid_on", "voucher_number")
PAID_CHANGED = f"OLD.state = 'paid' AND (NEW.state <> 'returned' OR {changed(*PAID_FACTS)})"
ENTERED = "EXISTS (SELECT 1 FROM subsidies_budgetentry l WHERE l.payment_id = NEW.id AND l.kind = '{kind}')"
NOT_IN_LEDGER = f"""NEW.state <> OLD.state AND (NEW.state = 'paid' AND NOT {ENTERED.format(kind="pay")}
    OR NEW.state = 'returned' AND NOT {ENTERED.format(kind="return")})"""
ENTRY_WITHOUT_PAYMENT = """NEW.kind IN ('pay', 'return') AND NOT EXISTS (
    SELECT 1 FROM subsidies_payment p JOIN subsidies_award w ON w.id = p.award_id WHERE p.id = NEW.payment_id
        AND w.application_id = NEW.application_id AND ROUND(p.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)
        AND p.state = CASE NEW.kind WHEN 'pay' THEN 'approved' ELSE 'paid' END)"""
PAID_SUM = """(SELECT COALESCE(ROUND(SUM(p.amount_yuan) * 100), 0) FROM subsidies_payment p
    JOIN subsidies_award w ON w.id = p.award_id WHERE w.application_id = NEW.id AND p.state = 'paid')"""
AWARD_SUM = """(SELECT COALESCE(ROUND(SUM(w.amount_yuan) * 100), -1) FROM subsidies_award w
    WHERE w.application_id = NEW.id AND w.revoked_on IS NULL)"""


def refuse(model, name, event, when, sentence, **more):
    return Refuse(model, name=name, event=event, when=when, sentence=sentence, **more)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0025_award_entries"), ("accounts", "0005_spent_challenges")]

    operations = [
        # -------------------------------------------------------- the award document
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_begins",
            "INSERT",
            "NEW.state <> 'draft'",
            "subsidies_awarddocument begins as a draft",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_moves",
            "UPDATE",
            pairs(
                "draft>countersigned",
                "countersigned>draft",
                "countersigned>issued",
                "draft>dropped",
                "countersigned>dropped",
            ),
            "subsidies_awarddocument cannot go that way",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_words",
            "UPDATE",
            f"OLD.state <> 'draft' AND {changed(*DOCUMENT_WORDS)}",
            "subsidies_awarddocument keeps its words once countersigned",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_issued",
            "UPDATE",
            f"OLD.state IN ('issued', 'dropped') AND {changed(*DOCUMENT_ISSUE)}",
            "subsidies_awarddocument never changes once issued",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_kept",
            "DELETE",
            "OLD.state <> 'draft'",
            "subsidies_awarddocument is kept",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_cleared",
            "UPDATE",
            NOT_CLEARED,
            "subsidies_awarddocument lists cleared applications alone",
        ),
        refuse(
            "AwardDocument",
            "subsidies_awarddocument_impartial",
            "UPDATE",
            f"NEW.state IN ('countersigned', 'issued') AND NEW.state <> OLD.state AND {INTERESTED}",
            "subsidies_awarddocument is signed by people without an interest",
        ),
        refuse(
            "AwardEntry",
            "subsidies_awardentry_fits",
            "INSERT",
            ENTRY_UNFIT,
            "subsidies_awardentry needs a cleared application, its decided amount and a draft",
        ),
        refuse(
            "AwardEntry",
            "subsidies_awardentry_kept",
            "UPDATE",
            ENTRY_MOVED,
            "subsidies_awardentry never changes",
        ),
        refuse(
            "AwardEntry",
            "subsidies_awardentry_listed",
            "DELETE",
            f"NOT {OF_DRAFT.format(row='OLD')}",
            "subsidies_awardentry leaves a draft alone",
        ),
        # -------------------------------------------------------- the award
        refuse(
            "Award",
            "subsidies_award_issued",
            "INSERT",
            NOT_ON_DOCUMENT,
            "subsidies_award comes with an issued document and the amount on it",
        ),
        refuse("Award", "subsidies_award_begins", "INSERT", "NEW.application_id IS NOT NULL AND NEW.revoked_on IS NOT NULL", "subsidies_award begins live"),
        refuse("Award", "subsidies_award_kept", "UPDATE", AWARD_CHANGED, "subsidies_award is revoked or stays"),
        refuse(
            "Award",
            "subsidies_award_deleted",
            "DELETE",
            "OLD.application_id IS NOT NULL",
            "subsidies_award is revoked or stays",
        ),
        refuse(
            "Award",
            "subsidies_award_unpaid",
            "UPDATE",
            REVOKED_WITH_PAYMENT,
            "subsidies_award cannot be revoked with a payment under way or paid",
        ),
        refuse(
            "Application",
            "subsidies_application_has_award",
            "UPDATE",
            f"NEW.state = 'awarded' AND OLD.state <> 'awarded' AND NOT EXISTS ({LIVE_AWARD})",
            "subsidies_application needs an award of an issued document first",
        ),
        refuse(
            "Application",
            "subsidies_application_revoked",
            "UPDATE",
            f"NEW.state = 'annulled' AND OLD.state IN ('awarded', 'paying') AND EXISTS ({LIVE_AWARD})",
            "subsidies_application is annulled once its award is revoked",
        ),
        # -------------------------------------------------------- the account
        refuse(
            "PayeeAccount",
            "subsidies_payeeaccount_begins",
            "INSERT",
            f"NEW.state <> 'entered' OR {OTHER_HOLDER} OR {ACCOUNT_TOO_SOON}",
            "subsidies_payeeaccount is entered in the name of the firm, once awarded",
        ),
        refuse(
            "PayeeAccount",
            "subsidies_payeeaccount_moves",
            "UPDATE",
            f"{changed(*ACCOUNT_FACTS)} OR OLD.state IN ('refused', 'replaced') OR "
            + pairs("entered>confirmed", "entered>refused", "entered>replaced", "confirmed>replaced"),
            "subsidies_payeeaccount is confirmed, refused or replaced, and never changes",
        ),
        refuse(
            "PayeeAccount",
            "subsidies_payeeaccount_confirmed",
            "UPDATE",
            f"NEW.state = 'confirmed' AND OLD.state <> 'confirmed' AND ({OTHER_HOLDER} OR {ACCOUNT_TOO_SOON})",
            "subsidies_payeeaccount is confirmed in the name of the firm",
        ),
        refuse(
            "PayeeAccount",
            "subsidies_payeeaccount_used",
            "UPDATE",
            STILL_USED,
            "subsidies_payeeaccount cannot be replaced while a payment uses it",
        ),
        refuse(
            "PayeeAccount",
            "subsidies_payeeaccount_kept",
            "DELETE",
            "OLD.id IS NOT NULL",
            "subsidies_payeeaccount is kept",
        ),
        refuse(
            "Application",
            "subsidies_application_has_account",
            "UPDATE",
            "NEW.state = 'paying' AND OLD.state <> 'paying' AND NOT EXISTS (SELECT 1 FROM subsidies_payeeaccount c "
            "WHERE c.application_id = NEW.id AND c.state = 'confirmed')",
            "subsidies_application needs a confirmed account first",
        ),
        # -------------------------------------------------------- the payment
        refuse(
            "Payment",
            "subsidies_payment_begins",
            "INSERT",
            f"NEW.state <> 'prepared' OR NOT {PAYABLE}",
            "subsidies_payment needs an award being paid and a confirmed account of the firm",
        ),
        refuse(
            "Payment",
            "subsidies_payment_within",
            "INSERT",
            ABOVE_AWARD,
            "subsidies_payment adds up to more than the award",
            locks=AWARD_LOCK,
        ),
        refuse(
            "Payment",
            "subsidies_payment_moves",
            "UPDATE",
            f"{changed(*PAYMENT_FACTS)} OR OLD.state IN ('returned', 'cancelled') OR "
            + pairs(
                "prepared>approved",
                "prepared>cancelled",
                "approved>paid",
                "approved>cancelled",
                "paid>returned",
            ),
            "subsidies_payment never changes but from step to step",
        ),
        refuse(
            "Payment",
            "subsidies_payment_paid",
            "UPDATE",
            PAID_CHANGED,
            "subsidies_payment never changes once paid: the bank returns it or it stays",
        ),
        refuse(
            "Payment",
            "subsidies_payment_allowed",
            "UPDATE",
            UNPAYABLE,
            "subsidies_payment needs an award being paid and a confirmed account of the firm",
        ),
        refuse(
            "Payment",
            "subsidies_payment_entered",
            "UPDATE",
            NOT_IN_LEDGER,
            "subsidies_payment stands in the ledger first",
        ),
        refuse("Payment", "subsidies_payment_kept", "DELETE", "OLD.id IS NOT NULL", "subsidies_payment is kept"),
        refuse(
            "BudgetEntry",
            "subsidies_budgetentry_payment",
            "INSERT",
            ENTRY_WITHOUT_PAYMENT,
            "subsidies_budgetentry pays what was approved and takes back what was paid",
        ),
        refuse(
            "Application",
            "subsidies_application_paid",
            "UPDATE",
            f"NEW.state = 'paid' AND OLD.state = 'paying' AND {PAID_SUM} <> {AWARD_SUM}",
            "subsidies_application is paid with the last cent",
        ),
        refuse(
            "Application",
            "subsidies_application_unpaid",
            "UPDATE",
            f"NEW.state = 'paying' AND OLD.state = 'paid' AND {PAID_SUM} = {AWARD_SUM}",
            "subsidies_application stays paid unless the bank returns a payment",
        ),
    ]

from django.db import migrations

from common.row_triggers import Refuse

FACTS = ("scheme_id", "organisation_id", "project_name", "awarded_on", "document_number", "once_key")
SAME = " AND ".join(f"{{row}}.{name} = NEW.{name}" for name in FACTS) + (
    " AND COALESCE({row}.project_id, 0) = COALESCE(NEW.project_id, 0)"
    " AND ROUND({row}.amount_yuan * 100) = ROUND(NEW.amount_yuan * 100)"
)
# One for each that a second person has signed, or that was there before two were asked; refused ones are neither.
NOT_CONFIRMED = f"""NEW.application_id IS NULL AND (
    SELECT COUNT(*) FROM subsidies_earlieraward e WHERE e.state <> 'refused'
        AND (e.settled_by_id IS NOT NULL OR e.entered_by_id IS NULL) AND {SAME.format(row="e")}) < (
    SELECT COUNT(*) FROM subsidies_award w WHERE w.application_id IS NULL AND {SAME.format(row="w")})"""
EARLIER_CHANGED = "OLD.application_id IS NULL AND ({facts} OR {taken_back})".format(
    facts=f"NOT ({SAME.format(row='OLD')})",
    taken_back="OLD.revoked_on IS NOT NULL AND (NEW.revoked_on IS NULL OR NEW.revoked_on <> OLD.revoked_on)",
)
REVOKED_BY_ONE = """OLD.application_id IS NULL AND OLD.revoked_on IS NULL AND NEW.revoked_on IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM subsidies_earlieraward e WHERE e.award_id = NEW.id AND e.state = 'revoked')"""


def last(model, name, event, when, sentence):
    """After every other condition has spoken."""
    table = f"subsidies_{model.lower()}"
    name, sentence = f"{table}_{name}", f"{table} {sentence}"
    return Refuse(model, name=name, event=event, when=when, sentence=sentence, time="AFTER")


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0050_money_rests_on_awards")]

    operations = [
        last("Award", "confirmed", "INSERT", NOT_CONFIRMED, "of before the portal is confirmed by two people first"),
        last("Award", "facts", "UPDATE", EARLIER_CHANGED, "of before the portal is never rewritten"),
        last("Award", "by_two", "UPDATE", REVOKED_BY_ONE, "of before the portal is revoked by two people"),
        last("Award", "stays", "DELETE", "OLD.application_id IS NULL", "of before the portal stays on record"),
    ]

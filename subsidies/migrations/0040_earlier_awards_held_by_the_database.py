from django.db import migrations

from common.row_triggers import Refuse

FACTS = ("scheme_id", "organisation_id", "project_name", "amount_yuan", "awarded_on", "document_number", "once_key")
REWRITTEN = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FACTS) + (
    " OR COALESCE(NEW.project_id, 0) <> COALESCE(OLD.project_id, 0)"
    " OR COALESCE(NEW.entered_by_id, 0) <> COALESCE(OLD.entered_by_id, 0)"
    " OR (OLD.award_id IS NOT NULL AND COALESCE(NEW.award_id, 0) <> OLD.award_id)"
    " OR (OLD.settled_by_id IS NOT NULL AND COALESCE(NEW.settled_by_id, 0) <> OLD.settled_by_id)"
)
WRONG_WAY = """NEW.state <> OLD.state AND NOT (OLD.state = 'entered' AND NEW.state IN ('confirmed', 'refused')
    OR OLD.state = 'confirmed' AND NEW.state = 'revoked')"""


def refuse(name: str, event: str, when: str, sentence: str) -> Refuse:
    return Refuse("EarlierAward", name=f"subsidies_earlieraward_{name}", event=event, when=when, sentence=sentence)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0039_earlier_awards_by_two")]

    operations = [
        refuse(
            "begins",
            "INSERT",
            "NEW.state <> 'entered' OR NEW.entered_by_id IS NULL",
            "subsidies_earlieraward begins as entered by somebody",
        ),
        refuse("facts", "UPDATE", REWRITTEN, "subsidies_earlieraward is never rewritten"),
        refuse("way", "UPDATE", WRONG_WAY, "subsidies_earlieraward cannot go that way"),
        refuse("kept", "DELETE", "OLD.id IS NOT NULL", "subsidies_earlieraward is never deleted"),
    ]

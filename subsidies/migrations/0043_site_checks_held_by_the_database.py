from django.db import migrations

from common.row_triggers import Refuse
from common.state_triggers import StateMoves

PAIRS = (
    ("checking", "clear"),
    ("checking", "rectify"),
    ("checking", "grave"),
    ("rectify", "rectified"),
    ("rectify", "grave"),
)
CHANGED = (
    "NEW.inputs_digest <> OLD.inputs_digest OR CAST(NEW.inputs AS text) <> CAST(OLD.inputs AS text) "
    "OR CAST(NEW.officers AS text) <> CAST(OLD.officers AS text) OR NEW.size <> OLD.size OR NEW.year <> OLD.year "
    "OR NEW.proposed_by_id <> OLD.proposed_by_id OR OLD.confirmed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL"
)
NOT_CONCLUDED = (
    "NEW.state <> 'checking' AND OLD.state = 'checking' AND NOT EXISTS (SELECT 1 FROM subsidies_sitevisit v "
    "WHERE v.id = NEW.visit_id AND v.state = 'concluded')"
)
BY_AN_OFFICER = (
    "NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM subsidies_visitofficer o "
    "WHERE o.visit_id = NEW.visit_id AND o.user_id = NEW.decided_by_id)"
)
MOVED = (
    "NEW.round_id <> OLD.round_id OR NEW.application_id <> OLD.application_id OR NEW.visit_id <> OLD.visit_id "
    "OR OLD.state IN ('clear', 'rectified', 'grave')"
)
NOT_DRAWN = (
    "NOT EXISTS (SELECT 1 FROM subsidies_checkround r WHERE r.id = NEW.round_id AND r.confirmed_at IS NOT NULL) "
    "OR NOT EXISTS (SELECT 1 FROM subsidies_sitevisit v "
    "WHERE v.id = NEW.visit_id AND v.application_id = NEW.application_id)"
)


def refuse(model: str, name: str, event: str, when: str, sentence: str) -> Refuse:
    table = f"subsidies_{model.lower()}"
    return Refuse(model, name=f"{table}_{name}", event=event, when=when, sentence=f"{table} {sentence}")


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0042_site_checks")]

    operations = [
        refuse("CheckRound", "begins", "INSERT", "NEW.confirmed_at IS NOT NULL", "is proposed before it is confirmed"),
        refuse("CheckRound", "frozen", "UPDATE", CHANGED, "keeps what was frozen, and stays as it is once settled"),
        refuse("CheckRound", "kept", "DELETE", "1 = 1", "stays on record"),
        StateMoves("SiteCheck", first="checking", pairs=PAIRS),
        refuse("SiteCheck", "drawn", "INSERT", NOT_DRAWN, "belongs to a confirmed round and a record of the same case"),
        refuse("SiteCheck", "concluded", "UPDATE", NOT_CONCLUDED, "is decided after its record is concluded"),
        refuse("SiteCheck", "apart", "UPDATE", BY_AN_OFFICER, "is decided by somebody who did not check"),
        refuse("SiteCheck", "frozen", "UPDATE", MOVED, "never changes once it is settled"),
        refuse("SiteCheck", "kept", "DELETE", "1 = 1", "stays on record"),
    ]

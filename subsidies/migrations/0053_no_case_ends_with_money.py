from django.db import migrations

from common.row_triggers import Refuse

# Reserved money stands from the decision to the award document, committed money from there until it is paid or revoked.
# That an award commits what was reserved is held by subsidies_application_committed.
STANDS = """(SELECT COALESCE(ROUND(SUM(CASE WHEN e.to_pot = '{pot}' THEN e.amount_yuan ELSE 0 END
    - CASE WHEN e.from_pot = '{pot}' THEN e.amount_yuan ELSE 0 END) * 100), 0)
    FROM subsidies_budgetentry e WHERE e.application_id = NEW.id) > 0"""
STILL_HELD = f"""NEW.state <> OLD.state AND (
    NEW.state NOT IN ('publicity_ready', 'publicity', 'cleared', 'awarded') AND {STANDS.format(pot="reserved")}
    OR NEW.state NOT IN ('awarded', 'paying') AND {STANDS.format(pot="committed")})"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0052_hits_once_on_both_engines")]

    operations = [
        Refuse(
            "Application",
            name="subsidies_application_freed",
            event="UPDATE",
            when=STILL_HELD,
            sentence="subsidies_application leaves the money that stands for it first",
            time="AFTER",
        ),
    ]

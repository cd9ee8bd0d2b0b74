from django.db import migrations

from common.row_triggers import Refuse

CONCLUDED = """EXISTS (SELECT 1 FROM subsidies_sitevisit v
    WHERE v.id IN ({rows}) AND v.state = 'concluded')"""
ROWS = {"INSERT": "NEW.visit_id", "UPDATE": "NEW.visit_id, OLD.visit_id", "DELETE": "OLD.visit_id"}


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0016_letter_templates")]

    operations = [
        Refuse(
            model,
            name=f"subsidies_{model.lower()}_{event.lower()}",
            event=event,
            when=CONCLUDED.format(rows=rows),
            sentence="subsidies_sitevisit never changes once concluded",
        )
        for model in ("VisitOfficer", "VisitPhoto")
        for event, rows in ROWS.items()
    ]

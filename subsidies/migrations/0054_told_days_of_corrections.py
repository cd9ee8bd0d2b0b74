from django.db import migrations

from common.row_triggers import Refuse


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0053_no_case_ends_with_money")]

    operations = [
        Refuse(
            "Correction",
            name="subsidies_correction_told",
            event="UPDATE",
            when="NEW.due_on < OLD.due_on OR NEW.grace_until < OLD.grace_until",
            sentence="subsidies_correction keeps the days that the firm was told, or gets later ones",
        ),
    ]

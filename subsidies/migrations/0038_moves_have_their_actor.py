from django.db import migrations

from common.row_triggers import Refuse

# See also OF_THE_CLOCK in subsidies/workflow.py. A step without a version, as before November 2026, moves nothing.
WITHOUT_ACTOR = "NEW.version IS NOT NULL AND NEW.by_id IS NULL AND NEW.action NOT IN ('lapse', 'finish_review', 'clear')"
WITH_ACTOR = "NEW.by_id IS NOT NULL AND NEW.action IN ('lapse', 'finish_review', 'clear')"


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0037_ties_by_answers")]

    operations = [
        Refuse(
            "ApplicationStep",
            name="subsidies_applicationstep_actor",
            event="INSERT",
            when=WITHOUT_ACTOR,
            sentence="subsidies_applicationstep names who made the move",
        ),
        Refuse(
            "ApplicationStep",
            name="subsidies_applicationstep_clock",
            event="INSERT",
            when=WITH_ACTOR,
            sentence="subsidies_applicationstep of the clock is made by nobody",
        ),
    ]

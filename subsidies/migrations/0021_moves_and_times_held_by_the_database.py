from django.db import migrations, models

from common.row_triggers import Refuse

WITHOUT_STEP = """NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM subsidies_applicationstep s
    WHERE s.application_id = NEW.id AND s.version = NEW.version
        AND s.from_state = OLD.state AND s.to_state = NEW.state)"""
# Both engines keep times in one form that compares as it should: PostgreSQL as times, SQLite as text in UTC.
OPEN_AT = """EXISTS (SELECT 1 FROM subsidies_call c WHERE c.id = NEW.call_id
    AND c.published_at IS NOT NULL AND c.opens_at <= NEW.{when} AND NEW.{when} < c.closes_at)"""
OUT_OF_TIME = f"""(NEW.first_submitted_at IS NOT NULL AND OLD.first_submitted_at IS NULL
        AND NOT {OPEN_AT.format(when="first_submitted_at")})
    OR (NEW.state = 'recommendation' AND OLD.state <> 'recommendation'
        AND NOT {OPEN_AT.format(when="state_since")})"""
ANOTHER_TIME = """OLD.first_submitted_at IS NOT NULL
    AND (NEW.first_submitted_at IS NULL OR NEW.first_submitted_at <> OLD.first_submitted_at)"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0020_notice_award_payment")]

    operations = [
        migrations.AddField(
            model_name="applicationstep",
            name="version",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="applicationstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("version__isnull", False)),
                fields=("application", "version"),
                name="applicationstep_once_a_version",
            ),
        ),
        Refuse(
            "Application",
            name="subsidies_application_step",
            event="UPDATE",
            time="AFTER",
            when=WITHOUT_STEP,
            sentence="subsidies_application moves with its step alone",
        ),
        Refuse(
            "Application",
            name="subsidies_application_in_time",
            event="UPDATE",
            time="AFTER",
            when=OUT_OF_TIME,
            sentence="subsidies_application is submitted while its call is open",
        ),
        Refuse(
            "Application",
            name="subsidies_application_time",
            event="UPDATE",
            when=ANOTHER_TIME,
            sentence="subsidies_application keeps the time of its submission",
        ),
    ]

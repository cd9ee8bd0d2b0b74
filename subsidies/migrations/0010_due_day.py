from typing import Any

from django.db import migrations, models

from subsidies.clocks import STAGES, due_day
from subsidies.content import CallContent


def fill(apps: Any, schema_editor: Any) -> None:
    """From the steps of what is under way, by the calendar as it is now."""
    applications = apps.get_model("subsidies", "Application").objects
    rows = applications.filter(state__in=list(STAGES)).only("pk", "call_version")
    for row in rows.prefetch_related("steps", "call_version").iterator(chunk_size=500):
        due_on = due_day(CallContent.from_json(row.call_version.content), row.steps.order_by("pk"))
        applications.filter(pk=row.pk).update(due_on=due_on)


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0008_letters_in_the_outbox"),
        ("subsidies", "0009_review_and_money_held_by_the_database"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="due_on",
            field=models.DateField(editable=False, null=True, verbose_name="due on"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["state", "due_on"], name="application_state_due"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)), fields=["due_on"], name="application_due"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

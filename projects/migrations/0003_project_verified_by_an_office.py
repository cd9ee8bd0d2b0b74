import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import common.validators


def forget_days_without_an_office(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A day alone says nothing of who verified; the journal keeps what was entered."""
    apps.get_model("projects", "Project").objects.filter(verified_by=None).update(verified_on=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_spent_challenges"),
        ("projects", "0002_search_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="verified_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="verified by",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="verified_on",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[common.validators.not_in_the_future],
                verbose_name="last verified on",
            ),
        ),
        migrations.RunPython(forget_days_without_an_office, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_by", None), ("verified_on", None)),
                    models.Q(("verified_by__isnull", False), ("verified_on__isnull", False)),
                    _connector="OR",
                ),
                name="project_verified_when_and_by_whom",
                violation_error_message="Give the day of the verification and the office that verified together.",
            ),
        ),
    ]

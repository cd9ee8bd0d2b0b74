from django.db import migrations, models

from common.kept_triggers import KeepTriggers


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0051_earlier_awards_rest_on_two")]

    operations = [
        KeepTriggers(
            [
                migrations.RemoveConstraint("crosscheckhit", "crosscheckhit_once"),
                migrations.AddConstraint(
                    "crosscheckhit",
                    models.UniqueConstraint(
                        fields=("application", "kind", "key", "other"), name="crosscheckhit_once_beside_another"
                    ),
                ),
                migrations.AddConstraint(
                    "crosscheckhit",
                    models.UniqueConstraint(
                        condition=models.Q(("other", None)),
                        fields=("application", "kind", "key"),
                        name="crosscheckhit_once_by_itself",
                    ),
                ),
            ]
        )
    ]

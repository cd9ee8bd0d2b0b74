import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0004_call_number_prefix"),
    ]

    operations = [
        migrations.CreateModel(
            name="CrossCheckKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("project", "Same project"),
                            ("patent", "Same patent"),
                            ("product", "Same product"),
                            ("invoice", "Same invoice"),
                            ("support", "Support for the same thing"),
                            ("integrity", "Integrity list"),
                            ("award", "Awarded before"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("shown", models.CharField(max_length=200)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cross_check_keys",
                        to="subsidies.application",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "key"], name="crosscheckkey_kind_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "kind", "key"), name="crosscheckkey_once")
                ],
            },
        ),
    ]

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0003_held_by_the_database")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="number_prefix",
            field=models.CharField(
                blank=True,
                default="",
                help_text="As in ZSBZ-2026-431025-0007. Left empty, the next free ones of the year are taken.",
                max_length=12,
                validators=[
                    django.core.validators.RegexValidator(
                        "\\A[A-Z][A-Z0-9]*\\Z", "Use capital letters and digits, a letter first."
                    )
                ],
                verbose_name="letters of its numbers",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number_prefix", ""), _negated=True),
                fields=("year", "number_prefix"),
                name="call_numbers_apart",
                violation_error_message="Another call of the year numbers its applications by these letters.",
            ),
        ),
    ]

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Everything that knows no user: accounts starts from here, and the journal after accounts."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("is_working", models.BooleanField(verbose_name="working day")),
                ("document_number", models.CharField(blank=True, max_length=100, verbose_name="document number")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["-on"],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("value", models.PositiveBigIntegerField(default=0, verbose_name="last number given")),
            ],
            options={
                "verbose_name": "counter",
                "verbose_name_plural": "counters",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                ("name", models.CharField(max_length=50, primary_key=True, serialize=False, verbose_name="name")),
                ("token", models.CharField(max_length=32, verbose_name="token")),
            ],
            options={
                "verbose_name": "data version",
                "verbose_name_plural": "data versions",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Park",
            fields=[
                ("code", models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name="park code")),
                ("name_zh", models.CharField(max_length=200, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("national", "National"), ("provincial", "Provincial")],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                ("map_column", models.PositiveSmallIntegerField(default=0, verbose_name="column on the map")),
                ("map_row", models.PositiveSmallIntegerField(default=0, verbose_name="row on the map")),
            ],
            options={
                "verbose_name": "park",
                "verbose_name_plural": "parks",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title_zh", models.CharField(max_length=300, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=300, verbose_name="English title")),
                ("publisher", models.CharField(blank=True, max_length=200, verbose_name="publisher")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="web address")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["-published_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=6,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{6}\\Z", "Enter the six digits of the division code."
                            )
                        ],
                        verbose_name="division code",
                    ),
                ),
                ("name_zh", models.CharField(max_length=100, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in lists")),
                ("map_column", models.PositiveSmallIntegerField(default=0, verbose_name="column on the map")),
                ("map_row", models.PositiveSmallIntegerField(default=0, verbose_name="row on the map")),
            ],
            options={
                "verbose_name": "county or district",
                "verbose_name_plural": "counties and districts",
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{6}$")),
                        name="division_code_six_digits",
                        violation_error_message="Enter the six digits of the division code.",
                    )
                ],
            },
        ),
    ]

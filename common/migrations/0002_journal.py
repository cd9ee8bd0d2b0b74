import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="time")),
                ("action", models.SlugField(db_index=False, verbose_name="action")),
                ("object_type", models.CharField(max_length=100, verbose_name="kind of object")),
                ("object_id", models.CharField(blank=True, max_length=100, verbose_name="object")),
                ("object_label", models.TextField(blank=True, verbose_name="name of the object")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="changes")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="way in")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="network address")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "journal entry",
                "verbose_name_plural": "journal",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="JournalPending",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="pending",
                        serialize=False,
                        to="common.journalentry",
                        verbose_name="journal entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry to be sealed",
                "verbose_name_plural": "entries to be sealed",
            },
        ),
        migrations.CreateModel(
            name="JournalSeal",
            fields=[
                (
                    "position",
                    models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="position"),
                ),
                ("digest", models.CharField(max_length=128, verbose_name="hash of the entry")),
                ("chain", models.CharField(max_length=128, verbose_name="hash of the chain")),
                ("algorithm", models.CharField(max_length=20, verbose_name="hash function")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="common.journalentry",
                        verbose_name="journal entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "ordering": ["position"],
            },
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["object_type", "object_id", "id"], name="journalentry_object"),
        ),
    ]

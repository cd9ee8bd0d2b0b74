from django.db import migrations, models

from common.journal_triggers import AppendOnlyTable


class Migration(migrations.Migration):
    dependencies = [("common", "0008_letters_in_the_outbox")]

    operations = [
        migrations.CreateModel(
            name="JournalAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("chain", models.CharField(max_length=128, verbose_name="hash of the chain")),
                ("noted_at", models.DateTimeField(auto_now_add=True, verbose_name="noted at")),
            ],
            options={
                "verbose_name": "anchor of the journal",
                "verbose_name_plural": "anchors of the journal",
                "ordering": ["-day"],
            },
        ),
        AppendOnlyTable("JournalAnchor"),
    ]

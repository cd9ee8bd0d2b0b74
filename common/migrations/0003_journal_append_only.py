from django.db import migrations

from common.journal_triggers import AppendOnlyTable


class Migration(migrations.Migration):
    dependencies = [("common", "0002_journal")]

    operations = [AppendOnlyTable("journalentry"), AppendOnlyTable("journalseal")]

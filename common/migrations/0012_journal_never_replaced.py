from django.db import migrations

from common.journal_triggers import NeverReplaced


class Migration(migrations.Migration):
    dependencies = [("common", "0011_files_never_change")]

    operations = [NeverReplaced("JournalEntry"), NeverReplaced("JournalSeal"), NeverReplaced("JournalAnchor")]

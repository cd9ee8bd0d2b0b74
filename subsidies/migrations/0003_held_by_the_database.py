from django.db import migrations

from common.journal_triggers import AppendOnlyTable
from common.state_triggers import Frozen, StateMoves

# The table of moves in subsidies/workflow.py as it stood with this migration.
PAIRS = [
    ("acceptance", "form_check"),
    ("acceptance", "not_accepted"),
    ("acceptance", "withdrawn"),
    ("checked", "withdrawn"),
    ("correction", "form_check"),
    ("correction", "lapsed"),
    ("correction", "withdrawn"),
    ("draft", "recommendation"),
    ("draft", "unit_review"),
    ("draft", "withdrawn"),
    ("form_check", "checked"),
    ("form_check", "correction"),
    ("form_check", "form_rejected"),
    ("form_check", "withdrawn"),
    ("recommendation", "acceptance"),
    ("recommendation", "draft"),
    ("recommendation", "not_recommended"),
    ("recommendation", "withdrawn"),
    ("unit_review", "draft"),
    ("unit_review", "recommendation"),
    ("unit_review", "withdrawn"),
]


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_calls_and_applications")]

    operations = [
        StateMoves("Application", first="draft", pairs=PAIRS),
        Frozen("CallVersion", state="published"),
        AppendOnlyTable("ApplicationStep"),
        AppendOnlyTable("Submission"),
    ]

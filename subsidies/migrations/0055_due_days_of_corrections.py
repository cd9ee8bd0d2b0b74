from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery


def align(apps, schema_editor):
    """What lists ask of an application in correction is the day that its firm was told; no journal knows that column."""
    Application, Correction = (apps.get_model("subsidies", name) for name in ("Application", "Correction"))
    told = Correction.objects.filter(application=OuterRef("pk"), answered_at=None, lapsed_at=None)
    rows = Application.objects.filter(Exists(told), state="correction")
    rows.update(due_on=Subquery(told.values("due_on")[:1]))


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0054_told_days_of_corrections")]

    operations = [migrations.RunPython(align, migrations.RunPython.noop)]

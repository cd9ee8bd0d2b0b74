import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.kept_triggers import KeepTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0009_journal_anchors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.AlterField(
                    model_name="storedfile",
                    name="uploaded_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ]
        ),
    ]

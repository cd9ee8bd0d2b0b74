from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import common.search_field
from common.search import CreateSearchIndex
from subsidies.open_data.search import READ_TOGETHER, award_document


def fill(apps: Any, schema_editor: Any) -> None:
    documents = apps.get_model("subsidies", "AwardSearch").objects
    for award in apps.get_model("subsidies", "Award").objects.select_related(*READ_TOGETHER).iterator():
        documents.create(award=award, document=award_document(award))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_spent_challenges"),
        ("bases", "0004_real_bases_first"),
        ("projects", "0003_project_verified_by_an_office"),
        ("subsidies", "0023_odd_patterns"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwardSearch",
            fields=[
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="subsidies.award",
                    ),
                ),
                ("document", common.search_field.SearchField(default="", editable=False)),
            ],
        ),
        CreateSearchIndex("awardsearch"),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["-awarded_on", "-id"], name="award_newest"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

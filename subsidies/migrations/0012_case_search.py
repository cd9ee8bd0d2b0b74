from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import common.search_field
from common.search import CreateSearchIndex
from subsidies.case_search import case_document


def fill(apps: Any, schema_editor: Any) -> None:
    """By the last signature of everything that was ever signed."""
    documents = apps.get_model("subsidies", "ApplicationSearch").objects
    rows = apps.get_model("subsidies", "Application").objects.filter(submissions__isnull=False).distinct()
    for row in rows.select_related("organisation", "project__base").iterator():
        last = row.submissions.order_by("-round").first()
        documents.create(application=row, document=case_document(row, last.snapshot["data"]))


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0011_experts_review")]

    operations = [
        migrations.CreateModel(
            name="ApplicationSearch",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="subsidies.application",
                    ),
                ),
                ("document", common.search_field.SearchField(default="", editable=False)),
            ],
        ),
        CreateSearchIndex("applicationsearch"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

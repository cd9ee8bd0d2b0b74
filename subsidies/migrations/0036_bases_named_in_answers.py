from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from subsidies.content import CallContent
from subsidies.named import answers_in
from subsidies.named_bases import SOURCE, plain_names


def fill(apps: Any, schema_editor: Any) -> None:
    """What was typed before this was kept."""
    bases = [(base.pk, plain_names(base)) for base in apps.get_model("bases", "Base").objects.iterator()]
    answers = apps.get_model("subsidies", "BaseAnswer").objects
    for version in apps.get_model("subsidies", "CallVersion").objects.all():
        content = CallContent.from_json(version.content)
        for row in version.applications.only("data").iterator():
            words = "\n".join(answers_in(content, row.data, SOURCE))
            if words:
                named = [key for key, names in bases if any(name in words for name in names)]
                answers.create(application=row, words=words).bases.set(named)


class Migration(migrations.Migration):
    dependencies = [("bases", "0005_choice_sets"), ("subsidies", "0035_redirecting")]

    operations = [
        migrations.CreateModel(
            name="BaseAnswer",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="base_answer",
                        serialize=False,
                        to="subsidies.application",
                    ),
                ),
                ("words", models.TextField()),
                ("bases", models.ManyToManyField(related_name="+", to="bases.base")),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

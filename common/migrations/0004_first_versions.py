import secrets

from django.db import migrations

NAMES = ("registry", "calendar")


def give_first_tokens(apps, schema_editor):
    versions = apps.get_model("common", "DataVersion").objects
    for name in NAMES:
        versions.get_or_create(name=name, defaults={"token": secrets.token_hex(16)})


class Migration(migrations.Migration):
    dependencies = [("common", "0003_journal_append_only")]

    operations = [migrations.RunPython(give_first_tokens, migrations.RunPython.noop, elidable=True)]

import secrets
from collections import defaultdict

from django.db import migrations, models

PUBLIC = ("listed", "change_pending", "warned", "suspended", "removed")


def choices(apps):
    """Every public base beside each choice it fits."""
    public = apps.get_model("bases", "Base").objects.filter(state__in=PUBLIC)
    rows = public.values_list("pk", "kind", "division_id", "park_id", "openness", "trl_min", "trl_max")
    for base, kind, division, park, openness, lowest, highest in rows.iterator():
        yield base, "", ""
        own = {"kind": kind, "division": division, "park": park, "openness": openness}
        yield from ((base, name, value) for name, value in own.items() if value)
        yield from ((base, "trl", str(level)) for level in (range(lowest, highest + 1) if lowest and highest else ()))
    parts = (
        ("industry", apps.get_model("bases", "Base").industries.through.objects.all(), "industry_id"),
        ("service", apps.get_model("bases", "Service").objects.all(), "type"),
        ("equipment", apps.get_model("bases", "Equipment").objects.filter(state="ok"), "category"),
    )
    for name, found, value in parts:
        for base, key in found.filter(base__in=public).order_by().values_list("base_id", value).iterator():
            yield base, name, str(key)


def fill(apps, schema_editor):
    found = defaultdict(bytearray)
    for base, name, key in choices(apps):
        bits = found[name, key]
        bits.extend(bytes(max(0, base // 8 + 1 - len(bits))))
        bits[base // 8] |= 1 << base % 8
    ChoiceSet = apps.get_model("bases", "ChoiceSet")
    ChoiceSet.objects.bulk_create(
        ChoiceSet(filter=name, key=key, bits=bytes(bits), token=secrets.token_hex(16))
        for (name, key), bits in found.items()
    )


class Migration(migrations.Migration):
    dependencies = [("bases", "0004_real_bases_first")]

    operations = [
        migrations.CreateModel(
            name="ChoiceSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filter", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("bits", models.BinaryField()),
                ("token", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "set of bases by a choice",
                "verbose_name_plural": "sets of bases by their choices",
                "ordering": ["filter", "key"],
                "constraints": [models.UniqueConstraint(fields=("filter", "key"), name="choice_set_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

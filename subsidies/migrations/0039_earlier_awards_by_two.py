from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import common.money

def person(words: str) -> models.ForeignKey:
    return models.ForeignKey(
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=words,
    )


def take_over(apps: Any, schema_editor: Any) -> None:
    """What was entered by hand before two people were asked: in force, and now revocable by two."""
    entries = apps.get_model("subsidies", "EarlierAward").objects
    same = ("scheme", "organisation", "project", "project_name", "amount_yuan", "awarded_on", "document_number")
    for award in apps.get_model("subsidies", "Award").objects.filter(application=None, document=None, revoked_on=None):
        facts = {name: getattr(award, name) for name in (*same, "once_key")}
        entries.create(**facts, award=award, state="confirmed")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_closed_accounts"),
        ("projects", "0003_project_verified_by_an_office"),
        ("subsidies", "0038_moves_have_their_actor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project_name", models.CharField(max_length=160, verbose_name="name of the project")),
                ("amount_yuan", common.money.YuanField(decimal_places=2, max_digits=18, verbose_name="amount (yuan)")),
                ("awarded_on", models.DateField(verbose_name="awarded on")),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("once_key", models.CharField(editable=False, max_length=200, verbose_name="once only under")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "To be confirmed"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("revoked", "Revoked"),
                        ],
                        default="entered",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="entered at")),
                (
                    "settled_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="confirmed or refused at"),
                ),
                (
                    "revocation_reason",
                    models.CharField(blank=True, editable=False, max_length=1000, verbose_name="why it was wrong"),
                ),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked at")),
                (
                    "award",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="subsidies.award",
                    ),
                ),
                ("entered_by", person("entered by")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                ("revocation_by", person("revocation proposed by")),
                ("revoked_by", person("revoked by")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subsidies.scheme",
                        verbose_name="scheme",
                    ),
                ),
                ("settled_by", person("confirmed or refused by")),
            ],
            options={
                "verbose_name": "earlier award",
                "verbose_name_plural": "earlier awards",
                "ordering": ["-id"],
                "permissions": [("confirm_earlieraward", "Can confirm and revoke earlier awards")],
                "constraints": [
                    models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="earlieraward_amount_positive"),
                    models.CheckConstraint(
                        condition=Q(settled_by=None) | Q(entered_by=None) | ~Q(settled_by=F("entered_by")),
                        name="earlieraward_four_eyes",
                        violation_error_message="Another person than the one who entered it confirms or refuses it.",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=("entered", "refused"), award=None)
                        | Q(state__in=("confirmed", "revoked"), award__isnull=False)
                        & (Q(entered_by=None) | Q(settled_by__isnull=False, settled_at__isnull=False)),
                        name="earlieraward_confirmed_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="revoked") & Q(revoked_by=None, revoked_at=None)
                        | Q(state="revoked", revocation_by__isnull=False, revoked_by__isnull=False)
                        & Q(revoked_at__isnull=False)
                        & ~Q(revocation_reason="")
                        & ~Q(revoked_by=F("revocation_by")),
                        name="earlieraward_revoked_by_two",
                        violation_error_message=(
                            "Another person than the one who proposed it revokes it, with the reason."
                        ),
                    ),
                ],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]

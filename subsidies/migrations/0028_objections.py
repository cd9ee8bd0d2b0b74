import uuid

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

import common.encryption
from common.kept_triggers import KeepTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0010_files_without_a_sender"),
        ("subsidies", "0027_figures_permission"),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.AddField(
                    model_name="publicnotice",
                    name="updated_at",
                    field=models.DateTimeField(auto_now=True, default=timezone.now, verbose_name="updated at"),
                    preserve_default=False,
                ),
                migrations.RemoveConstraint(model_name="objection", name="objection_answered_is_whole"),
                migrations.RenameField(model_name="objection", old_name="reference", new_name="key"),
                migrations.AlterField(
                    model_name="objection",
                    name="key",
                    field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                migrations.AddField(
                    model_name="objection",
                    name="code_digest",
                    field=models.CharField(default="", editable=False, max_length=64, unique=True),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="objection",
                    name="email",
                    field=common.encryption.SealedField(blank=True, default="", verbose_name="e-mail of the objector"),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="objection",
                    name="consequence",
                    field=models.CharField(
                        blank=True,
                        choices=[("reconsider", "Decided anew"), ("annul", "Receives no support")],
                        editable=False,
                        max_length=10,
                        verbose_name="what follows",
                    ),
                ),
                migrations.AlterField(
                    model_name="objection",
                    name="received_at",
                    field=models.DateTimeField(default=timezone.now, editable=False, verbose_name="received at"),
                ),
                migrations.AlterField(
                    model_name="objection",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("open", "Being handled"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Not upheld"),
                            ("kept", "Kept as a lead"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                migrations.AddField(
                    model_name="objectionfile",
                    name="is_letter",
                    field=models.BooleanField(default=False, verbose_name="stamped letter"),
                ),
                migrations.AddConstraint(
                    model_name="objection",
                    constraint=models.CheckConstraint(
                        name="objection_answered_is_whole",
                        condition=Q(state__in=("open", "kept"), answered_by=None, answered_at=None)
                        | Q(
                            state__in=("upheld", "dismissed"),
                            answered_by__isnull=False,
                            answered_at__isnull=False,
                        )
                        & ~Q(answer=""),
                        violation_error_message="An answer has its text, its time and its author.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="objection",
                    constraint=models.CheckConstraint(
                        name="objection_upheld_has_consequence",
                        condition=Q(state="upheld") & ~Q(consequence="") | ~Q(state="upheld") & Q(consequence=""),
                        violation_error_message=(
                            "Say what becomes of the application: decided anew, or no support."
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="objection",
                    constraint=models.CheckConstraint(
                        name="objection_has_term",
                        condition=Q(kind="lead", due_on=None) | ~Q(kind="lead") & Q(due_on__isnull=False),
                    ),
                ),
            ]
        ),
    ]

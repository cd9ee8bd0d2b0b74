import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.kept_triggers import KeepTriggers
from common.row_triggers import Refuse

FACTS = ("name", "credit_code", "category", "basis", "document_number")
REWRITTEN = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FACTS) + (
    " OR NEW.listed_on <> OLD.listed_on OR COALESCE(NEW.source_id, 0) <> COALESCE(OLD.source_id, 0)"
    " OR COALESCE(NEW.organisation_id, 0) <> COALESCE(OLD.organisation_id, 0)"
    " OR (OLD.ends_on IS NULL AND NEW.ends_on IS NOT NULL) OR (OLD.ends_on IS NOT NULL AND NEW.ends_on IS NULL)"
    " OR NEW.ends_on <> OLD.ends_on"
)
ENDED_WITHOUT_ANSWER = """OLD.{day} IS NULL AND NEW.{day} IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM subsidies_integrityplea p
    WHERE p.entry_id = NEW.id AND p.kind = '{kind}' AND p.state = 'upheld')
    OR OLD.{day} IS NOT NULL AND (NEW.{day} IS NULL OR NEW.{day} <> OLD.{day})"""
DECIDED = "OLD.state IN ('upheld', 'dismissed')"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_spent_challenges"),
        ("subsidies", "0021_moves_and_times_held_by_the_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.CreateModel(
                    name="IntegrityPlea",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("appeal", "Appeal: the entry is wrong"),
                                    ("repair", "Repair: what was wrong is made good"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("text", models.TextField(max_length=4000, verbose_name="grounds")),
                        ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Being handled"),
                                    ("answered", "Answer to be confirmed"),
                                    ("upheld", "Upheld"),
                                    ("dismissed", "Dismissed"),
                                ],
                                default="open",
                                editable=False,
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("is_upheld", models.BooleanField(editable=False, null=True, verbose_name="upheld")),
                        (
                            "answer",
                            models.TextField(blank=True, editable=False, max_length=1000, verbose_name="answer"),
                        ),
                        ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="answered at")),
                        ("confirmed_at", models.DateTimeField(editable=False, null=True, verbose_name="confirmed at")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="answered by",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="confirmed by",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pleas",
                                to="subsidies.integrityentry",
                                verbose_name="entry of the integrity list",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "plea about the integrity list",
                        "verbose_name_plural": "pleas about the integrity list",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("open", "answered"))),
                                fields=("entry",),
                                name="integrityplea_one_open",
                                violation_error_message="Something is being handled about this entry already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_by", None),
                                        ("confirmed_at", None),
                                        ("confirmed_by", None),
                                        ("is_upheld", None),
                                        ("state", "open"),
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(("answer", ""), _negated=True),
                                        models.Q(
                                            models.Q(
                                                ("confirmed_at", None),
                                                ("confirmed_by", None),
                                                ("is_upheld__isnull", False),
                                                ("state", "answered"),
                                            ),
                                            models.Q(
                                                ("confirmed_at__isnull", False),
                                                ("confirmed_by__isnull", False),
                                                ("is_upheld", True),
                                                ("state", "upheld"),
                                            ),
                                            models.Q(
                                                ("confirmed_by__isnull", False),
                                                ("is_upheld", False),
                                                ("state", "dismissed"),
                                                ("confirmed_at__isnull", False),
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="integrityplea_is_whole",
                                violation_error_message="An answer is written by one person and confirmed by another.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confirmed_by", None),
                                    models.Q(
                                        models.Q(("confirmed_by", models.F("answered_by")), _negated=True),
                                        models.Q(("confirmed_by", models.F("made_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="integrityplea_four_eyes",
                                violation_error_message="Another person than the one who wrote the answer confirms it.",
                            ),
                        ],
                    },
                ),
                migrations.AlterModelOptions(
                    name="integrityentry",
                    options={
                        "ordering": ["-listed_on", "id"],
                        "permissions": [
                            ("confirm_integrity", "Can confirm answers about entries of the integrity list")
                        ],
                        "verbose_name": "entry of the integrity list",
                        "verbose_name_plural": "integrity list",
                    },
                ),
                migrations.AddField(
                    model_name="integrityentry",
                    name="category",
                    field=models.CharField(
                        choices=[
                            ("false_data", "False data or materials"),
                            ("misuse", "Money used for something else"),
                            ("breach", "Obligations not kept"),
                            ("misconduct", "Research misconduct"),
                            ("authority", "Listed by a court or another authority"),
                            ("other", "Another reason"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="category",
                    ),
                ),
                migrations.AddField(
                    model_name="integrityentry",
                    name="document_number",
                    field=models.CharField(blank=True, max_length=60, verbose_name="document number"),
                ),
                migrations.AddField(
                    model_name="integrityentry",
                    name="lifted_on",
                    field=models.DateField(blank=True, editable=False, null=True, verbose_name="lifted on"),
                ),
                migrations.AddField(
                    model_name="integrityentry",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="integrity_entries",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                migrations.AddField(
                    model_name="integrityentry",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="integrity_entries",
                        to="subsidies.application",
                        verbose_name="from the case",
                    ),
                ),
                migrations.AlterField(
                    model_name="integrityentry",
                    name="repaired_on",
                    field=models.DateField(blank=True, editable=False, null=True, verbose_name="repaired on"),
                ),
                migrations.AddIndex(
                    model_name="integrityentry",
                    index=models.Index(fields=["credit_code"], name="integrityentry_credit_code"),
                ),
                migrations.AddConstraint(
                    model_name="integrityentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True),
                        name="integrityentry_has_basis",
                        violation_error_message="Give the basis of the entry.",
                    ),
                ),
            ]
        ),
        Refuse(
            "IntegrityEntry",
            name="subsidies_integrityentry_facts",
            event="UPDATE",
            when=REWRITTEN,
            sentence="subsidies_integrityentry is never rewritten",
        ),
        Refuse(
            "IntegrityEntry",
            name="subsidies_integrityentry_repaired",
            event="UPDATE",
            when=ENDED_WITHOUT_ANSWER.format(day="repaired_on", kind="repair"),
            sentence="subsidies_integrityentry is repaired by a confirmed answer alone",
        ),
        Refuse(
            "IntegrityEntry",
            name="subsidies_integrityentry_lifted",
            event="UPDATE",
            when=ENDED_WITHOUT_ANSWER.format(day="lifted_on", kind="appeal"),
            sentence="subsidies_integrityentry is lifted by a confirmed answer alone",
        ),
        Refuse(
            "IntegrityEntry",
            name="subsidies_integrityentry_kept",
            event="DELETE",
            when="OLD.id IS NOT NULL",
            sentence="subsidies_integrityentry is never deleted",
        ),
        Refuse(
            "IntegrityPlea",
            name="subsidies_integrityplea_decided",
            event="UPDATE",
            when=DECIDED,
            sentence="subsidies_integrityplea never changes once it is decided",
        ),
        Refuse(
            "IntegrityPlea",
            name="subsidies_integrityplea_kept",
            event="DELETE",
            when="OLD.id IS NOT NULL",
            sentence="subsidies_integrityplea is never deleted",
        ),
    ]

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.money
from common.journal_triggers import AppendOnlyTable
from common.kept_triggers import KeepTriggers
from common.row_triggers import Refuse

PAIRS = (
    "('draft>submitted', 'returned>submitted', 'submitted>accepted', 'submitted>returned', "
    "'draft>waived', 'returned>waived')"
)
OTHER_WAY = f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN {PAIRS}"
TOLD = ("in_city", "sales_yuan", "tax_yuan", "jobs")
MOVED = "NEW.application_id <> OLD.application_id OR NEW.year <> OLD.year OR NEW.due_on <> OLD.due_on"
REWRITTEN = (
    f"({MOVED}) OR OLD.state IN ('submitted', 'accepted', 'waived') AND (NEW.text <> OLD.text "
    "OR NEW.in_city_note <> OLD.in_city_note"
    + "".join(f" OR NEW.{name} <> OLD.{name} OR (NEW.{name} IS NULL) <> (OLD.{name} IS NULL)" for name in TOLD)
    + ") OR OLD.state IN ('accepted', 'waived')"
)
SENT = "EXISTS (SELECT 1 FROM subsidies_followupreport r WHERE r.id = {row}.report_id AND r.state NOT IN ('draft', 'returned'))"
OPEN_CASE = """NEW.state = 'closed' AND OLD.state <> 'closed' AND (
    NOT EXISTS (SELECT 1 FROM subsidies_caseseal s WHERE s.application_id = NEW.id)
    OR EXISTS (SELECT 1 FROM subsidies_followupreport r WHERE r.application_id = NEW.id
        AND r.state NOT IN ('accepted', 'waived'))
    OR EXISTS (SELECT 1 FROM subsidies_recovery v WHERE v.application_id = NEW.id AND v.state = 'proposed'))"""


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0009_journal_anchors"),
        ("subsidies", "0030_recovery_in_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.CreateModel(
                    name="CaseSeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of what the case holds")),
                        ("sealed_at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="seals",
                                to="subsidies.application",
                                verbose_name="application",
                            ),
                        ),
                        (
                            "sealed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "seal of a case",
                        "verbose_name_plural": "seals of cases",
                        "ordering": ["-id"],
                        "permissions": [("make_archive", "Can take the archive package of a case")],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "To be written"),
                                    ("submitted", "With the bureau"),
                                    ("accepted", "Accepted"),
                                    ("returned", "To be mended"),
                                    ("waived", "No longer asked for"),
                                ],
                                default="draft",
                                editable=False,
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "in_city",
                            models.BooleanField(blank=True, null=True, verbose_name="production is still in the city"),
                        ),
                        (
                            "in_city_note",
                            models.CharField(blank=True, max_length=500, verbose_name="where and how it is produced"),
                        ),
                        (
                            "sales_yuan",
                            common.money.YuanField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), message="The amount cannot be negative."
                                    )
                                ],
                                verbose_name="sales (yuan)",
                            ),
                        ),
                        (
                            "tax_yuan",
                            common.money.YuanField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0"), message="The amount cannot be negative."
                                    )
                                ],
                                verbose_name="tax (yuan)",
                            ),
                        ),
                        ("jobs", models.PositiveIntegerField(blank=True, null=True, verbose_name="jobs")),
                        (
                            "text",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="what has become of the project"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                        ("saved_at", models.DateTimeField(auto_now=True, verbose_name="saved at")),
                        ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="sent at")),
                        ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                        (
                            "reason",
                            models.CharField(blank=True, editable=False, max_length=1000, verbose_name="reason"),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="subsidies.application",
                                verbose_name="application",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sent by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "yearly report",
                        "verbose_name_plural": "yearly reports",
                        "ordering": ["application_id", "year"],
                        "permissions": [("judge_report", "Can accept and return yearly reports")],
                        "indexes": [
                            models.Index(fields=["state", "due_on"], name="followupreport_due"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("application", "year"), name="followupreport_once_a_year"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ("submitted", "accepted")), _negated=True),
                                    models.Q(
                                        ("in_city__isnull", False),
                                        ("jobs__isnull", False),
                                        ("sales_yuan__isnull", False),
                                        ("submitted_at__isnull", False),
                                        ("submitted_by__isnull", False),
                                        ("tax_yuan__isnull", False),
                                        models.Q(("text", ""), _negated=True),
                                        models.Q(
                                            ("in_city", True),
                                            models.Q(("in_city_note", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="followupreport_sent_is_whole",
                                violation_error_message="A report that is sent is complete.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("sales_yuan", None), ("sales_yuan__gte", 0), _connector="OR"),
                                    models.Q(("tax_yuan", None), ("tax_yuan__gte", 0), _connector="OR"),
                                ),
                                name="followupreport_amounts_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ("draft", "submitted")),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(
                                            ("state", "accepted"),
                                            models.Q(("reason", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="followupreport_decided_is_whole",
                                violation_error_message="Give the reason; it is kept with the record.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="time")),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="common.storedfile",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="subsidies.followupreport",
                                verbose_name="yearly report",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file of a yearly report",
                        "verbose_name_plural": "files of yearly reports",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("report", "file"), name="followupfile_once"),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="scheme",
                    name="report_due_day",
                    field=models.PositiveSmallIntegerField(
                        default=31,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                        verbose_name="on the day",
                    ),
                ),
                migrations.AddField(
                    model_name="scheme",
                    name="report_due_month",
                    field=models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Of the following year. To be confirmed by the bureau.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="reports are due in month",
                    ),
                ),
                migrations.AddField(
                    model_name="scheme",
                    name="report_years",
                    field=models.PositiveSmallIntegerField(
                        default=3,
                        help_text="To be confirmed by the bureau.",
                        validators=[django.core.validators.MaxValueValidator(10)],
                        verbose_name="years to be reported after the payment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="scheme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("report_due_day__range", (1, 31)),
                            ("report_due_month__range", (1, 12)),
                            ("report_years__lte", 10),
                        ),
                        name="scheme_report_day_known",
                        violation_error_message="Reports are due on a day of the year, for ten years at most.",
                    ),
                ),
            ]
        ),
        AppendOnlyTable("CaseSeal"),
        Refuse(
            "FollowUpReport",
            name="subsidies_followupreport_begins",
            event="INSERT",
            when="NEW.state <> 'draft'",
            sentence="subsidies_followupreport begins as a draft",
        ),
        Refuse(
            "FollowUpReport",
            name="subsidies_followupreport_moves",
            event="UPDATE",
            when=OTHER_WAY,
            sentence="subsidies_followupreport cannot go that way",
        ),
        Refuse(
            "FollowUpReport",
            name="subsidies_followupreport_rewritten",
            event="UPDATE",
            when=REWRITTEN,
            sentence="subsidies_followupreport is not rewritten once it is sent",
        ),
        Refuse(
            "FollowUpReport",
            name="subsidies_followupreport_kept",
            event="DELETE",
            when="OLD.id IS NOT NULL",
            sentence="subsidies_followupreport is never deleted",
        ),
        *(
            Refuse(
                "FollowUpFile",
                name=f"subsidies_followupfile_{event.lower()}",
                event=event,
                when=SENT.format(row=row),
                sentence="subsidies_followupfile stays as it was sent",
            )
            for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
        ),
        Refuse(
            "Application",
            name="subsidies_application_closed",
            event="UPDATE",
            when=OPEN_CASE,
            sentence="subsidies_application needs its reports and its seal first",
        ),
    ]

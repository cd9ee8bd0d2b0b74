import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.kept_triggers import KeepTriggers
from common.row_triggers import Refuse

FACTS = ("amount_yuan", "basis", "reason", "due_on", "heard_until", "proposed_by_id", "application_id")
MAYBE = ("interest_percent", "interest_from", "stated_at", "decided_by_id", "decided_at", "decided_on")
REWRITTEN = "OLD.state <> 'proposed' AND ({changed})".format(
    changed=" OR ".join(
        [
            *(f"NEW.{name} <> OLD.{name}" for name in (*FACTS, "document_number", "statement", "answer")),
            *(f"NEW.{name} IS NULL AND OLD.{name} IS NOT NULL" for name in MAYBE),
            *(f"NEW.{name} IS NOT NULL AND OLD.{name} IS NULL" for name in MAYBE),
            *(f"NEW.{name} <> OLD.{name}" for name in MAYBE),
            "CAST(NEW.instalments AS text) <> CAST(OLD.instalments AS text)",
        ]
    )
)
PAIRS = "('proposed>decided', 'proposed>dropped', 'decided>enforced', 'decided>settled', 'enforced>settled')"
OTHER_WAY = f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN {PAIRS}"
PAID = """(SELECT COALESCE(SUM(CASE WHEN e.to_pot = 'paid' THEN e.amount_yuan ELSE 0 END), 0)
    - COALESCE(SUM(CASE WHEN e.from_pot = 'paid' THEN e.amount_yuan ELSE 0 END), 0)
    FROM subsidies_budgetentry e WHERE e.application_id = NEW.application_id)"""
MORE_THAN_PAID = f"NEW.state = 'proposed' AND ROUND({PAID} * 100) < ROUND(NEW.amount_yuan * 100)"
NOT_DECIDED = """NOT EXISTS (SELECT 1 FROM subsidies_recovery r WHERE r.id = NEW.recovery_id
    AND r.state IN ('decided', 'enforced'))"""
MORE_THAN_OWED = """(SELECT ROUND(r.amount_yuan * 100) FROM subsidies_recovery r WHERE r.id = NEW.recovery_id) <
    ROUND((NEW.amount_yuan - NEW.interest_yuan) * 100) + (SELECT COALESCE(ROUND(SUM(p.amount_yuan - p.interest_yuan)
    * 100), 0) FROM subsidies_repayment p WHERE p.recovery_id = NEW.recovery_id)"""
LOCK = "SELECT id FROM subsidies_recovery WHERE id = NEW.recovery_id FOR UPDATE"
UNDECIDED = """NEW.state = 'recovery' AND OLD.state <> 'recovery' AND NOT EXISTS (SELECT 1 FROM subsidies_recovery r
    WHERE r.application_id = NEW.id AND r.state = 'decided')"""
NOT_BACK = """NEW.state = 'recovered' AND OLD.state <> 'recovered' AND NOT EXISTS (SELECT 1 FROM subsidies_recovery r
    WHERE r.application_id = NEW.id AND r.state = 'settled' AND ROUND(r.amount_yuan * 100) = (
        SELECT COALESCE(ROUND(SUM(e.amount_yuan) * 100), 0) FROM subsidies_budgetentry e
        WHERE e.application_id = NEW.id AND e.kind = 'recover'))"""


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0029_publicity_held_by_the_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.RemoveConstraint(
                    model_name="recovery",
                    name="recovery_four_eyes",
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="answer",
                    field=models.TextField(
                        blank=True, editable=False, max_length=1000, verbose_name="answer to the statement"
                    ),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="decided_on",
                    field=models.DateField(editable=False, null=True, verbose_name="decided on"),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="enforcement",
                    field=models.TextField(blank=True, editable=False, max_length=1000, verbose_name="enforcement"),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="heard_until",
                    field=models.DateField(default=datetime.date(2026, 1, 1), verbose_name="the firm may answer until"),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="instalments",
                    field=models.JSONField(blank=True, default=list, verbose_name="instalments"),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="interest_from",
                    field=models.DateField(blank=True, editable=False, null=True, verbose_name="interest runs from"),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="stated_at",
                    field=models.DateTimeField(editable=False, null=True, verbose_name="stated at"),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="stated_by",
                    field=models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stated by",
                    ),
                ),
                migrations.AddField(
                    model_name="recovery",
                    name="statement",
                    field=models.TextField(
                        blank=True, editable=False, max_length=4000, verbose_name="statement of the firm"
                    ),
                ),
                migrations.AlterField(
                    model_name="recovery",
                    name="application",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="subsidies.application",
                        verbose_name="application",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recovery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("application",),
                        name="recovery_once",
                        violation_error_message="A recovery stands for this case already.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recovery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="recovery_says_why",
                        violation_error_message="Give the basis and the reason of the recovery.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recovery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("interest_from", None), ("interest_percent", None)),
                            models.Q(
                                ("interest_from__isnull", False),
                                ("interest_percent__gt", 0),
                                ("interest_percent__lte", 24),
                            ),
                            _connector="OR",
                        ),
                        name="recovery_interest_is_whole",
                        violation_error_message="Interest has a rate of at most 24 % a year and a day from which it runs.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recovery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "dropped")),
                            ("stated_at__isnull", False),
                            ("decided_on__gt", models.F("heard_until")),
                            _connector="OR",
                        ),
                        name="recovery_heard_first",
                        violation_error_message="The firm is heard first: it may answer until the end of its term.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recovery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("decided_on", None), ("state", "proposed")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                models.Q(("state", "proposed"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="recovery_four_eyes",
                        violation_error_message="Another person than the one who proposed the recovery decides on it.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="repayment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("voucher_number", ""), _negated=True),
                        name="repayment_has_voucher",
                        violation_error_message="Give the number of the voucher.",
                    ),
                ),
            ]
        ),
        Refuse(
            "Recovery",
            name="subsidies_recovery_rewritten",
            event="UPDATE",
            when=REWRITTEN,
            sentence="subsidies_recovery is never rewritten once it is decided",
        ),
        Refuse(
            "Recovery",
            name="subsidies_recovery_moves",
            event="UPDATE",
            when=OTHER_WAY,
            sentence="subsidies_recovery cannot go that way",
        ),
        Refuse(
            "Recovery",
            name="subsidies_recovery_begins",
            event="INSERT",
            when="NEW.state <> 'proposed'",
            sentence="subsidies_recovery begins as proposed",
        ),
        *(
            Refuse(
                "Recovery",
                name=f"subsidies_recovery_amount_{event.lower()}",
                event=event,
                when=MORE_THAN_PAID,
                sentence="subsidies_recovery asks for more than was paid",
            )
            for event in ("INSERT", "UPDATE")
        ),
        *(
            Refuse(
                model,
                name=f"subsidies_{model.lower()}_kept",
                event="DELETE",
                when="OLD.id IS NOT NULL",
                sentence=f"subsidies_{model.lower()} is never deleted",
            )
            for model in ("Recovery", "Repayment")
        ),
        Refuse(
            "Repayment",
            name="subsidies_repayment_frozen",
            event="UPDATE",
            when="OLD.id IS NOT NULL",
            sentence="subsidies_repayment never changes",
        ),
        Refuse(
            "Repayment",
            name="subsidies_repayment_decided",
            event="INSERT",
            locks=LOCK,
            when=NOT_DECIDED,
            sentence="subsidies_repayment needs a recovery that is decided first",
        ),
        Refuse(
            "Repayment",
            name="subsidies_repayment_owed",
            event="INSERT",
            locks=LOCK,
            when=MORE_THAN_OWED,
            sentence="subsidies_repayment is more than is owed",
        ),
        Refuse(
            "Application",
            name="subsidies_application_recovery",
            event="UPDATE",
            when=UNDECIDED,
            sentence="subsidies_application needs a decided recovery first",
        ),
        Refuse(
            "Application",
            name="subsidies_application_recovered",
            event="UPDATE",
            when=NOT_BACK,
            sentence="subsidies_application needs its money back first",
        ),
    ]

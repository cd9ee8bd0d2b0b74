import common.money
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.kept_triggers import KeepTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0024_award_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        KeepTriggers(
            [
                migrations.CreateModel(
                    name="AwardEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "amount_yuan",
                            common.money.YuanField(decimal_places=2, max_digits=18, verbose_name="amount (yuan)"),
                        ),
                        ("dropped_at", models.DateTimeField(editable=False, null=True, verbose_name="dropped at")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="award_entries",
                                to="subsidies.application",
                                verbose_name="application",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="subsidies.awarddocument",
                                verbose_name="award document",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of an award document",
                        "verbose_name_plural": "entries of an award document",
                        "ordering": ["document_id", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("dropped_at", None)),
                                fields=("application",),
                                name="awardentry_once",
                                violation_error_message="The application stands on another award document.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_yuan__gt", 0)), name="awardentry_amount_positive"
                            ),
                        ],
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="payeeaccount",
                    name="payeeaccount_four_eyes",
                ),
                migrations.AddField(
                    model_name="budgetentry",
                    name="payment",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_entries",
                        to="subsidies.payment",
                        verbose_name="payment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("pay", "return")), ("payment__isnull", False)),
                            models.Q(models.Q(("kind__in", ("pay", "return")), _negated=True), ("payment", None)),
                            _connector="OR",
                        ),
                        name="budgetentry_about_payment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetentry",
                    constraint=models.UniqueConstraint(fields=("payment", "kind"), name="budgetentry_payment_once"),
                ),
                migrations.AddConstraint(
                    model_name="payeeaccount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("state__in", ("entered", "replaced"))
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("state", "entered"), _negated=True),
                                models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payeeaccount_four_eyes",
                        violation_error_message="Another person than the one who entered the account confirms it.",
                    ),
                ),
            ]
        )
    ]

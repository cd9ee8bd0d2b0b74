import django.db.models.deletion
from django.db import migrations, models

from common.journal_triggers import AppendOnlyTable
from common.kept_triggers import KeepTriggers
from common.row_triggers import Refuse

# The version that the redirect makes binds row, step and the two units together.
REDIRECTED = """OLD.state = 'recommendation' AND NEW.state = 'recommendation' AND EXISTS (
    SELECT 1 FROM subsidies_redirection r JOIN subsidies_applicationstep s
        ON s.application_id = r.application_id AND s.version = r.version AND s.action = 'redirect'
    WHERE r.application_id = NEW.id AND r.version = NEW.version
        AND r.from_unit_id = OLD.recommender_id AND r.to_unit_id = NEW.recommender_id)"""
OTHER_UNIT = "COALESCE(NEW.recommender_id, 0) <> COALESCE(OLD.recommender_id, 0)"
LEFT_OPEN = """EXISTS (SELECT 1 FROM subsidies_recommendation r WHERE r.application_id = NEW.id
    AND r.unit_id <> NEW.recommender_id AND r.decided_at IS NULL AND r.set_aside_at IS NULL)"""
FROM_ELSEWHERE = """NOT EXISTS (SELECT 1 FROM subsidies_application a
    WHERE a.id = NEW.application_id AND a.recommender_id = NEW.unit_id)"""


def refuse(model, name, event, when, sentence, time="BEFORE"):
    name = f"subsidies_{model.lower()}_{name}"
    return Refuse(model, name=name, event=event, when=when, sentence=sentence, time=time)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_closed_accounts"),
        ("subsidies", "0034_news_by_email"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="application",
            options={
                "ordering": ["-id"],
                "permissions": [
                    ("recommend_application", "Can prepare and decide recommendations of the own unit"),
                    ("redirect_application", "Can redirect applications to another recommending unit"),
                    ("check_application", "Can accept applications and check them for the bureau"),
                    ("confirm_check", "Can confirm a form check"),
                    ("judge_hit", "Can judge the hits of cross-checks"),
                    ("approve_waiver", "Can approve a waiver"),
                    ("invite_applicant", "Can invite firms to apply"),
                ],
                "verbose_name": "application",
                "verbose_name_plural": "applications",
            },
        ),
        migrations.CreateModel(
            name="ApplicationAtUnit",
            fields=[],
            options={
                "verbose_name": "application at a recommending unit",
                "verbose_name_plural": "applications at recommending units",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("subsidies.application",),
        ),
        migrations.CreateModel(
            name="Redirection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redirections",
                        to="subsidies.application",
                        verbose_name="application",
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="recommending unit before",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="recommending unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "redirect of an application",
                "verbose_name_plural": "redirects of an application",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "version"), name="redirection_once_a_version"),
                    models.CheckConstraint(
                        condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                        name="redirection_to_another_unit",
                        violation_error_message="Choose another unit than the one it waits at.",
                    ),
                ],
            },
        ),
        KeepTriggers(
            [
                migrations.RemoveConstraint(model_name="recommendation", name="recommendation_one_open"),
                migrations.AddField(
                    model_name="recommendation",
                    name="set_aside_at",
                    field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="set aside at"),
                ),
                migrations.AddConstraint(
                    model_name="recommendation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("decided_at", None), ("set_aside_at", None)),
                        fields=("application",),
                        name="recommendation_one_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recommendation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("set_aside_at", None), ("decided_at", None), _connector="OR"),
                        name="recommendation_set_aside_undecided",
                        violation_error_message="An opinion that was set aside is not decided on.",
                    ),
                ),
                migrations.AlterField(
                    model_name="applicationstep",
                    name="action",
                    field=models.CharField(
                        choices=[
                            ("hand_over", "Hand over for signature"),
                            ("take_back", "Give back to the writers"),
                            ("submit", "Sign and submit"),
                            ("return", "Return to the applicant"),
                            ("redirect", "Redirect to another recommending unit"),
                            ("recommend", "Recommend"),
                            ("decline", "Decline to recommend"),
                            ("accept", "Accept"),
                            ("refuse", "Refuse acceptance"),
                            ("ask_correction", "Ask for correction"),
                            ("resubmit", "Resubmit"),
                            ("pass_check", "Pass the form check"),
                            ("fail_check", "Fail the form check"),
                            ("begin_review", "Begin the expert review"),
                            ("finish_review", "Close the expert review"),
                            ("propose", "Put before the meeting"),
                            ("take_off", "Take off the agenda"),
                            ("approve", "Approve"),
                            ("defer", "Defer"),
                            ("reject", "Decide against"),
                            ("reopen", "Reopen after an appeal"),
                            ("publish", "Put in public notice"),
                            ("take_down", "Take out of the public notice"),
                            ("clear", "Close the public notice"),
                            ("reconsider", "Decide anew after an objection"),
                            ("annul", "Annul after an objection"),
                            ("award", "Issue the award document"),
                            ("revoke", "Revoke the award"),
                            ("confirm_account", "Confirm the account of the firm"),
                            ("settle", "Record as paid whole"),
                            ("return_payment", "Record that the bank returned a payment"),
                            ("close", "Close the case"),
                            ("recover", "Decide on recovery"),
                            ("repay", "Record as recovered whole"),
                            ("lapse", "Close as lapsed"),
                            ("withdraw", "Withdraw"),
                        ],
                        max_length=20,
                        verbose_name="move",
                    ),
                ),
            ]
        ),
        AppendOnlyTable("Redirection"),
        refuse(
            "Application",
            "unit",
            "UPDATE",
            f"OLD.state NOT IN ('draft', 'unit_review') AND {OTHER_UNIT} AND NOT ({REDIRECTED})",
            "subsidies_application stays with its recommending unit unless it is redirected",
            "AFTER",
        ),
        refuse(
            "Application",
            "opinion_left",
            "UPDATE",
            f"{OTHER_UNIT} AND {LEFT_OPEN}",
            "subsidies_application is redirected once the opinion of the old unit is set aside",
            "AFTER",
        ),
        refuse(
            "Recommendation",
            "of_its_unit",
            "INSERT",
            f"NEW.set_aside_at IS NOT NULL OR {FROM_ELSEWHERE}",
            "subsidies_recommendation comes from the unit that the application waits at",
        ),
        refuse(
            "Recommendation",
            "stays_with_its_unit",
            "UPDATE",
            f"OLD.set_aside_at IS NULL AND {FROM_ELSEWHERE}",
            "subsidies_recommendation comes from the unit that the application waits at",
        ),
        refuse(
            "Recommendation",
            "set_aside",
            "UPDATE",
            "OLD.set_aside_at IS NOT NULL",
            "subsidies_recommendation stays as it was set aside",
        ),
        refuse(
            "Recommendation",
            "kept_aside",
            "DELETE",
            "OLD.set_aside_at IS NOT NULL",
            "subsidies_recommendation stays as it was set aside",
        ),
    ]

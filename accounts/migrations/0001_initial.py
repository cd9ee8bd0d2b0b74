import accounts.models.fields
import common.money
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("common", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="full name")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, help_text="May open the administration pages.", verbose_name="staff"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Untick instead of deleting an account.", verbose_name="active"
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="registered at"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["email"],
                "permissions": [
                    ("assign_roles", "Can put people into role groups"),
                    ("act_for_whole_city", "Can act for the whole city, not for one county or park alone"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=128, unique=True)),
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                (
                    "name",
                    models.CharField(
                        help_text="What the token is for, such as the program using it.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "ordering": ["-created"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enterprise", "Enterprise"),
                            ("university", "University"),
                            ("institute", "Research institute"),
                            ("public_institution", "Public institution"),
                            ("government", "Government body"),
                            ("park_committee", "Park committee"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                ("slug", models.SlugField(blank=True, max_length=80, unique=True, verbose_name="public address")),
                (
                    "credit_code",
                    accounts.models.fields.CreditCodeField(
                        blank=True, max_length=18, null=True, unique=True, verbose_name="unified social credit code"
                    ),
                ),
                (
                    "credit_code_override_reason",
                    models.CharField(
                        blank=True,
                        help_text="Only for a licence that really shows such a code.",
                        max_length=200,
                        verbose_name="reason to accept a wrong check digit",
                    ),
                ),
                ("registered_address", models.CharField(blank=True, max_length=200, verbose_name="registered address")),
                ("operating_address", models.CharField(blank=True, max_length=200, verbose_name="operating address")),
                ("established_on", models.DateField(blank=True, null=True, verbose_name="established on")),
                (
                    "legal_representative",
                    models.CharField(blank=True, max_length=80, verbose_name="legal representative"),
                ),
                (
                    "registered_capital_yuan",
                    common.money.YuanField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="registered capital (yuan)"
                    ),
                ),
                ("note_zh", models.TextField(blank=True, verbose_name="note in Chinese")),
                ("note_en", models.TextField(blank=True, verbose_name="note in English")),
                (
                    "is_published",
                    models.BooleanField(default=False, verbose_name="in the public list of organisations"),
                ),
                ("is_demo", models.BooleanField(default=False, verbose_name="demo record")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="verified at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "credit_code_override_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="check digit accepted by",
                    ),
                ),
                (
                    "operating_division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operating_organisations",
                        to="common.division",
                        verbose_name="operates in",
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="common.park",
                        verbose_name="park",
                    ),
                ),
                (
                    "registered_division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registered_organisations",
                        to="common.division",
                        verbose_name="registered in",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by (person)",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name_zh", "pk"],
                "permissions": [("override_credit_code", "Can accept a credit code with a wrong check digit")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Organisation administrator"),
                            ("project_lead", "Project lead"),
                            ("member", "Member"),
                            ("reader", "Reader"),
                            ("base_operator", "Base operator"),
                            ("officer", "Officer"),
                        ],
                        default="member",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["organisation", "user"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message="An account with this e-mail address exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("expiry__isnull", False)),
                name="api_token_expires",
                violation_error_message="Say when the token ends.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit_code_override_by", None), ("credit_code_override_reason", "")),
                    models.Q(
                        models.Q(("credit_code_override_reason", ""), _negated=True),
                        ("credit_code__isnull", False),
                        ("credit_code_override_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="organisation_override_has_reason_and_author",
                violation_error_message="Say why the check digit is accepted; your name is kept with it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("verified_by", None), ("verified_at__isnull", False), _connector="OR"),
                name="organisation_verified_by_has_time",
                violation_error_message="Give the time of the verification.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("user", "organisation"),
                name="membership_unique",
                violation_error_message="This person belongs to the organisation already: change the role there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["administrator", "project_lead", "member", "reader", "base_operator", "officer"])
                ),
                name="membership_role_known",
                violation_error_message="Choose a role from the list.",
            ),
        ),
    ]

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.models.people import User

LONGEST_LIFE_DAYS = 365
USUAL_LIFE_DAYS = 90


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> "ApiTokenQuerySet":
        return self.filter(user=user)


class ApiToken(AbstractAuthToken):
    """A personal token for the API; the row holds its SHA-512 digest, the token itself is shown once."""

    digest = models.CharField(max_length=128, unique=True, editable=False)  # not the key, which goes into addresses
    name = models.CharField(
        _("name"), max_length=80, help_text=_("What the token is for, such as the program using it.")
    )

    objects = AuthTokenManager.from_queryset(ApiTokenQuerySet)()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                name="api_token_expires",
                condition=models.Q(expiry__isnull=False),
                violation_error_message=_("Say when the token ends."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key[:8]}…)"

    @property
    def has_expired(self) -> bool:
        return self.expiry <= timezone.now()

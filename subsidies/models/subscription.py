"""Who is sent news by e-mail. An address without an account is kept encrypted, with a digest to find it by."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.encryption import SealedField
from subsidies.enums import Topic


class Choice(models.Model):
    """What somebody wishes to read, and in which language."""

    wants_bases = models.BooleanField(Topic.BASES.label, default=False)
    wants_calls = models.BooleanField(Topic.CALLS.label, default=False)
    wants_notices = models.BooleanField(Topic.NOTICES.label, default=False)
    wants_awards = models.BooleanField(Topic.AWARDS.label, default=False)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="zh-hans")

    class Meta:
        abstract = True

    @property
    def topics(self) -> list[Topic]:
        return [topic for topic in Topic if getattr(self, f"wants_{topic.value}")]

    def choose(self, topics: list[Topic], language: str) -> None:
        for topic in Topic:
            setattr(self, f"wants_{topic.value}", topic in topics)
        self.language = language


class SubscriptionRequest(Choice):
    """Asked for on the site and not yet confirmed by the mailed link; erased by chenzhou_pilot.personal.retention."""

    email = SealedField(_("e-mail address"))
    email_digest = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # of the token in the mailed link
    created_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("ends at"), editable=False)

    class Meta:
        verbose_name = _("request for news by e-mail")
        verbose_name_plural = _("requests for news by e-mail")
        ordering = ["id"]
        indexes = [models.Index(fields=["email_digest", "created_at"], name="subscriptionrequest_address")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Subscription(Choice):
    """Confirmed. `told_until` is the moment up to which its letters have told the news."""

    token = SealedField(_("token of its links"), editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, editable=False, related_name="+", verbose_name=_("person")
    )
    email = SealedField(_("e-mail address"), blank=True)
    email_digest = models.CharField(max_length=64, blank=True, editable=False)
    told_until = models.DateTimeField(_("told until"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("subscription to news")
        verbose_name_plural = _("subscriptions to news")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="subscription_of_account_or_address",
                condition=Q(user__isnull=False, email_digest="", email="")
                | Q(user=None) & ~Q(email_digest="") & ~Q(email=""),
            ),
            models.UniqueConstraint(
                fields=["email_digest"], condition=~Q(email_digest=""), name="subscription_once_an_address"
            ),
            models.CheckConstraint(
                name="subscription_has_topic",
                condition=Q(wants_bases=True) | Q(wants_calls=True) | Q(wants_notices=True) | Q(wants_awards=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class NewsMail(models.Model):
    """One letter of one subscription: the news between two moments."""

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="mails", verbose_name=_("subscription to news")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("letter of news")
        verbose_name_plural = _("letters of news")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["subscription", "until"], name="newsmail_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.until}"

"""Subscribing to news by e-mail: asked for on the site, confirmed by a mailed link, ended by one click.

Whoever asks learns nothing of an address: the same is done, and the same said, for one that is known and one that is
not. What was asked for changes nothing until the link is followed.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from common.letters import SEALED_ADDRESS, token_of
from common.models import Delivery, DeliveryState
from common.notices import post
from subsidies.enums import Topic
from subsidies.models import Subscription, SubscriptionRequest
from subsidies.subscriptions.letters import CONFIRMATION, NEWS, address_of

MOST_A_DAY = 3  # letters of confirmation to one address
LINK_LASTS = timedelta(days=3)


@transaction.atomic
def ask(address: str, topics: Sequence[Topic], language: str) -> None:
    """Mail a link to this address, whoever it belongs to; nothing more than MOST_A_DAY times in a day."""
    now, digest = timezone.now(), digest_of_address(address)
    lately = SubscriptionRequest.objects.filter(email_digest=digest, created_at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        return
    number = uuid.uuid4()
    asked = SubscriptionRequest(email=address, email_digest=digest, digest=_digest(token_of(number)), created_at=now)
    asked.expires_at = now + LINK_LASTS
    asked.choose(list(topics), language)
    asked.save()
    post(CONFIRMATION, SEALED_ADDRESS, asked.pk, number)


def asked_by(token: str) -> SubscriptionRequest | None:
    """What a mailed link asks to be confirmed, as long as it lasts."""
    rows = SubscriptionRequest.objects.filter(digest=_digest(token), expires_at__gt=timezone.now())
    found: SubscriptionRequest | None = rows.first()
    return found


@transaction.atomic
def confirm(token: str) -> Subscription:
    """What was asked for is in force; every other request of the address is gone. ValidationError when it is over."""
    asked = SubscriptionRequest.objects.select_for_update().filter(digest=_digest(token)).first()
    if asked is None or asked.expires_at <= timezone.now():
        raise ValidationError(_("This link is used already, or too old. Ask for a new one."), code="over")
    held = _held_by(asked.email, asked.email_digest)
    made = held or _fresh(email=asked.email, email_digest=asked.email_digest)
    made.choose(asked.topics, asked.language)
    made.save()
    SubscriptionRequest.objects.filter(email_digest=asked.email_digest).delete()
    return made


def _held_by(address: str, digest: str) -> Subscription | None:
    """Of the address itself, or of the account that has proved it as its own."""
    rows = Subscription.objects.select_for_update(of=("self",))
    owner = EmailAddress.objects.filter(email__iexact=address, verified=True, primary=True).values("user")
    return rows.filter(email_digest=digest).first() or rows.filter(user__in=owner).first()


@transaction.atomic
def subscribe_account(user: User, topics: Sequence[Topic], language: str) -> Subscription | None:
    """With the address the account has proved, so no letter is needed. None, and nothing is sent, without a topic."""
    if not has_proved_address(user):
        raise ValidationError(_("Confirm the e-mail address of your account first."), code="unverified")
    held = Subscription.objects.select_for_update(of=("self",)).filter(user=user).first()
    for other in Subscription.objects.filter(email_digest=digest_of_address(user.email)):
        end(other)
    if not topics:
        if held:
            end(held)
        return None
    made = held or _fresh(user=user)
    made.choose(list(topics), language)
    made.save()
    return made


def has_proved_address(user: User) -> bool:
    """One query."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


@transaction.atomic
def change(subscription: Subscription, topics: Sequence[Topic], language: str) -> None:
    """By whoever has the link of a letter; without a topic it ends."""
    current = Subscription.objects.select_for_update(of=("self",)).filter(pk=subscription.pk).first()
    if current is None:
        return
    if not topics:
        end(current)
        return
    current.choose(list(topics), language)
    current.save()


@transaction.atomic
def end(subscription: Subscription) -> None:
    """At once and for good: the address is erased, and what waits to be sent goes with it."""
    mails = list(subscription.mails.values_list("pk", flat=True))
    waiting = Delivery.objects.filter(letter=NEWS.name, about__in=mails, state=DeliveryState.WAITING)
    waiting.delete()
    Subscription.objects.filter(pk=subscription.pk).delete()


def found_by(token: str) -> Subscription | None:
    rows = Subscription.objects.filter(token_digest=_digest(token)).select_related("user")
    found: Subscription | None = rows.first()
    return found


def erase_address(addresses: set[str]) -> None:
    """Of an account that is closed, with its own subscription."""
    digests = [digest_of_address(address) for address in addresses if address]
    SubscriptionRequest.objects.filter(email_digest__in=digests).delete()
    for held in Subscription.objects.filter(email_digest__in=digests):
        end(held)


def masked(subscription: Subscription) -> str:
    """Enough for its owner to know it by."""
    name, _at, host = address_of(subscription).partition("@")
    return f"{name[:1]}***@{host}"


def digest_of_address(address: str) -> str:
    """Finds an address again without keeping it in the open; the same in capitals.

    Under the oldest key of the sealed fields, which stays as long as anything is sealed with it.
    """
    salt, secret = "subsidies.subscriptions.address", settings.FIELD_KEYS[-1]
    return salted_hmac(salt, address.strip().lower(), secret=secret, algorithm="sha256").hexdigest()


def _fresh(**whose: object) -> Subscription:
    token = secrets.token_urlsafe(32)
    return Subscription(token=token, token_digest=_digest(token), **whose)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""The two letters: the link that confirms, and the news of a day. Both compose themselves when they are sent, so that
neither is sent once its reader has left, and nothing that is not public at that moment.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from common import letters
from common.letters import Letter
from common.sending import Refused
from subsidies.models import NewsMail, Subscription, SubscriptionRequest
from subsidies.subscriptions.topics import MOST_TOLD, Window, news_of, page_of


def address_of(subscription: Subscription) -> str:
    return subscription.user.email if subscription.user else subscription.email


def _confirmation(key: int, to: str, token: str) -> EmailMessage:
    asked = SubscriptionRequest.objects.filter(pk=key, expires_at__gt=timezone.now()).first()
    if asked is None:
        raise Refused("the request is confirmed, or over")
    with translation.override(asked.language):
        url = settings.SITE_URL + reverse("subsidies:subscription_confirm", args=[token])
        context = {"url": url, "topics": asked.topics, "until": asked.expires_at}
        subject, _line, body = render_to_string("subsidies/email/subscription_confirm.txt", context).partition("\n")
    return EmailMessage(subject, body.strip() + "\n", to=[asked.email])


def _news(key: int, to: str, token: str) -> EmailMessage:
    mail = NewsMail.objects.filter(pk=key).select_related("subscription__user").first()
    if mail is None:
        raise Refused("the subscription has ended")
    reader, window = mail.subscription, Window(mail.since, mail.until)
    if reader.user and not reader.user.is_active:
        raise Refused("the account is closed")
    with translation.override(reader.language):
        groups = [(topic, news_of(topic, window), page_of(topic)) for topic in reader.topics]
        context = {
            "groups": [group for group in groups if group[1]],
            "most": MOST_TOLD,
            "manage": settings.SITE_URL + reverse("subsidies:subscription", args=[reader.token]),
        }
        leave = settings.SITE_URL + reverse("subsidies:subscription_end", args=[reader.token])
        if not context["groups"]:
            raise Refused("nothing of it is public any more")
        subject, _line, body = render_to_string("subsidies/email/news.txt", context).partition("\n")
    headers = {
        "List-Id": f"<news.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{leave}>",  # RFC 8058
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(subject, body.strip() + "\n", to=[address_of(reader)], headers=headers)


CONFIRMATION = letters.register(
    Letter("subscription-confirmation", _("Link that confirms a subscription"), _confirmation, is_sealed=True)
)
NEWS = letters.register(Letter("subscription-news", _("News of the day"), _news, is_sealed=True))

"""What the channels share."""

from django.conf import settings

from common.models import Notice
from common.notice_words import address_of


class Refused(Exception):
    """The other side will not take this message however often it is sent; the text is for the staff."""


def link_of(notice: Notice) -> str:
    """The full address for readers of the active language, on SITE_URL and never on a Host header."""
    return settings.SITE_URL + address_of(notice) if notice.address else ""

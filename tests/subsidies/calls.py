"""Calls that are not published yet, and what a browser sends from the pages that edit them."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from subsidies.models import Call, CallVersion
from tests.factories_subsidies import SMALL_CONTENT, SchemeFactory

OPENS = datetime(2026, 7, 24, 1, tzinfo=UTC)
CLOSES = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)  # 17:30 in Shanghai
RECOMMEND = datetime(2026, 9, 18, 9, 30, tzinfo=UTC)
DATES = {"opens_at": OPENS, "closes_at": CLOSES, "recommend_closes_at": RECOMMEND}


def draft_call(*, content: Any = None, **fields: Any) -> Call:
    """Complete and unpublished, with a draft of SMALL_CONTENT; `content=False` for none."""
    scheme = fields.pop("scheme", None) or SchemeFactory()
    values = {"slug": "award-2026", "year": 2026, "name_zh": "2026年度申报", "name_en": "Call of 2026", **DATES}
    call = Call.objects.create(scheme=scheme, **{**values, **fields})
    if content is not False:
        CallVersion.objects.create(call=call, number=1, content=SMALL_CONTENT if content is None else content)
    return call


def client_for(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client

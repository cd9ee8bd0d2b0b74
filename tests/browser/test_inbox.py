"""The inbox and the choice of channels, by keyboard, at both widths and in both languages."""

import pytest
from django.test import Client

from common.models import Notice
from common.notices import tell
from subsidies.notice_kinds import applying, checking, deadlines
from tests.browser.axe import faults
from tests.factories_accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("inbox/", "inbox/?show=unread", "inbox/preferences/")
FACTS = {
    "project": "郴州市永兴县稀贵金属综合回收绿色冶炼中试及产业化项目",
    "firm_zh": "郴州某某新材料股份有限公司",
    "firm_en": "Chenzhou New Materials",
    "unit_zh": "永兴县科技局",
    "unit_en": "Yongxing County Bureau",
    "call_zh": "2026 年度中试产业化奖补",
    "call_en": "Industrialisation award 2026",
    "by": "李工",
    "reason": "审计报告缺页",
    "closes_at": "2026-09-30T17:30:00+08:00",
    "due_on": "2026-09-22",
    "count": 2,
    "days": 3,
}


@pytest.fixture
def person(live_server, page):
    person = UserFactory(name="李工", language="zh-hans", wants_email=False)
    for kind in (checking.ACCEPTED, checking.CORRECTION_WANTED, applying.RETURNED, deadlines.DRAFT_CLOSES):
        tell([person], kind, FACTS, address="/about/")
    Notice.objects.filter(kind="accepted").mark_read()
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return person


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(live_server, page, person):
    found = {}
    for language in ("", "en/"):
        for address in PAGES:
            page.goto(f"{live_server.url}/{language}accounts/{address}")
            if problems := faults(page, (390, 1280)):
                found[f"{language}{address}"] = problems

    assert found == {}


def test_a_message_is_opened_by_keyboard_alone(live_server, page, person):
    page.goto(f"{live_server.url}/accounts/inbox/")
    before = page.locator(".site-bar .badge").inner_text()
    page.locator(".notices button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/")

    assert before.startswith("3")
    assert page.locator(".site-bar .badge").inner_text().startswith("2")

import re
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils.translation import override

from bases.enums import Kind
from bases.filters import BaseFilter
from bases.list_page import list_page
from bases.listing import chosen_filters
from bases.pages import kept_around
from common.compiled_lists import cleaned_filters
from tests.factories import BaseFactory, DivisionFactory
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

NEXT = re.compile(r'rel="next" href="\?([^"]+)"')
FIRST_AND_NEXT = {
    "nothing asked": ("", ""),
    "a table": ("view=table&sort=name", "view=table&sort=name"),
    "the map": ("view=map&kind=public", "view=map&kind=specialised"),
    "hostile words": ("q=base&trl=5", "q=%3Cb%3E{0}{q}%22%27%26&trl=6"),
    "another place": ("division=431025", "division=431003"),
}


def as_rendered(query, language):
    """The page without any form: every tag and every field by the template engine."""
    path = "/bases/" if language == "zh-hans" else "/en/bases/"
    request = RequestFactory().get(f"{path}?{query}")
    request.user = AnonymousUser()
    filters, refused = cleaned_filters(BaseFilter, chosen_filters(request.GET))
    assert not refused
    with override(language):
        request.resolver_match = resolve(path)
        return render_to_string("bases/base_list.html", list_page(request, filters)._asdict(), request)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("first", "following"), FIRST_AND_NEXT.values(), ids=FIRST_AND_NEXT.keys())
def test_a_filled_page_is_what_the_template_draws(client, language, first, following):
    BaseFactory(kind=Kind.PUBLIC, name_zh="{0}基地 & <b>", summary_zh="{q}", trl_min=4, trl_max=6)
    BaseFactory(division=DivisionFactory(code="431003", name_zh="苏仙区"), trl_min=5, trl_max=5)
    path = "/bases/" if language == "zh-hans" else "/en/bases/"
    client.get(f"{path}?{first}")

    filled = client.get(f"{path}?{following}").content.decode()

    assert filled == as_rendered(following, language)


def test_the_next_page_and_what_lies_past_the_last_are_what_the_template_draws(client):
    several = BaseFactory.create_batch(25)
    following = unescape(NEXT.search(client.get("/bases/").content.decode())[1])
    pages = [client.get(f"/bases/?{following}").content.decode()]
    several[-1].delete()

    pages += [client.get(f"/bases/?{following}").content.decode()]

    assert pages[0] != pages[1]
    assert "列表到此结束" in pages[1]
    assert pages[1] == as_rendered(following, "zh-hans")


def test_who_is_signed_in_gets_a_page_of_their_own_and_leaves_nothing_in_that_of_visitors(client):
    base = BaseFactory(name_zh="旧名称")
    client.force_login(UserFactory(name="李工"))
    own = client.get("/bases/").content.decode()
    client.logout()
    client.cookies.clear()

    first = client.get("/bases/").content.decode()
    base.name_zh = "新名称"
    base.save()
    filled = client.get("/bases/").content.decode()

    out = 'href="/accounts/logout/"'
    assert (out in own, out in first, out in filled) == (True, False, False)
    assert ("新名称" in first, "新名称" in filled) == (False, True)


def test_a_site_under_a_path_of_its_own_answers_visitors_too(client):
    BaseFactory()

    page = client.get("/bases/", SCRIPT_NAME="/pilot").content.decode()

    assert f'rel="canonical" href="{settings.SITE_URL}/pilot/bases/"' in page


def test_the_line_on_paper_bears_the_day_on_which_the_page_is_read(client):
    for moment, day in (("2026-09-30 12:00Z", "2026 年 9 月 30 日"), ("2026-09-30 17:00Z", "2026 年 10 月 1 日")):
        with time_machine.travel(moment):
            assert f">{day}</time>" in client.get("/bases/").content.decode()


def test_what_another_release_has_kept_around_a_list_is_not_read(monkeypatch):
    asked = QueryDict("kind=public")
    assert kept_around("bases", "v1", asked, lambda: "of the old shape") == "of the old shape"
    assert kept_around("bases", "v1", asked, lambda: "of the new shape") == "of the old shape"

    monkeypatch.setattr("bases.pages.BUILD", "another release")

    assert kept_around("bases", "v1", asked, lambda: "of the new shape") == "of the new shape"

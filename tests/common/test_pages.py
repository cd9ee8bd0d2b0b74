from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from common import pages, versions
from common.pages import registry_page

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

rendered = []


def body(request):
    rendered.append(request.get_full_path())
    return f"page {len(rendered)} {request.GET.get('q', '')} {translation.get_language()}"


@login_not_required
@registry_page("q", "kind")
def page(request):
    return HttpResponse(body(request), content_type="text/html; charset=utf-8")


@registry_page()
@login_not_required
def with_token(request):
    get_token(request)
    return HttpResponse(body(request))


@registry_page()
@login_not_required
def with_cookie(request):
    response = HttpResponse(body(request))
    response.set_cookie("seen", "1")
    return response


@registry_page()
@login_not_required
def missing(request):
    body(request)
    raise Http404


@registry_page()
@login_not_required
def gone(request):
    return HttpResponse(body(request), status=410)


urlpatterns = [
    path("page/", page),
    path("other/", page),
    path("token/", with_token),
    path("cookie/", with_cookie),
    path("gone/", gone),
]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    pages._places.clear()
    rendered.clear()
    versions.current("registry")
    yield
    cache.clear()


def test_an_unchanged_page_is_rendered_once_and_costs_one_query(client, django_assert_num_queries):
    first = client.get("/page/")

    with django_assert_num_queries(1):
        second = client.get("/page/")

    assert (first.content, second.content) == (b"page 1  zh-hans", b"page 1  zh-hans")
    assert second["Content-Type"] == "text/html; charset=utf-8"
    assert second["Cache-Control"] == "no-cache"
    assert second["ETag"] == first["ETag"]
    assert second["Content-Length"] == "15"


def test_an_early_answer_is_the_answer_of_the_view(client, django_assert_num_queries):
    first = client.get("/page/")
    by_view = client.get("/page/")

    with django_assert_num_queries(1):
        early = client.get("/page/")

    assert [answer.wsgi_request.resolver_match is None for answer in (first, by_view, early)] == [False, False, True]
    assert first.content == by_view.content == early.content
    assert dict(first.items()) == dict(by_view.items()) == dict(early.items())
    assert early["X-Frame-Options"] == "DENY"
    assert early["Content-Language"] == "zh-hans"
    assert "default-src 'self'" in early["Content-Security-Policy"]


def test_an_edit_shows_at_once_where_answers_are_early(client, django_assert_num_queries):
    etag = [client.get("/page/") for _ in range(3)][-1]["ETag"]
    versions.bump("registry")

    with django_assert_num_queries(1):
        edited = client.get("/page/", headers={"if-none-match": etag})

    assert (edited.status_code, edited.content) == (200, b"page 2  zh-hans")


def test_an_early_answer_asks_for_method_session_and_parameters(client, settings):
    for _ in range(3):
        client.get("/page/")

    assert client.get("/page/?q=a").content == b"page 2 a zh-hans"
    assert client.get("/page/?x=1").content == b"page 1  zh-hans"
    assert client.post("/page/").content == b"page 3  zh-hans"
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert client.get("/page/").content == b"page 4  zh-hans"


def test_the_memory_of_early_answers_has_an_end(client, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PLACES", 1)
    for address in ("/page/", "/page/", "/other/", "/other/"):
        client.get(address)

    assert pages._places == {"/other/"}


def test_an_edit_shows_at_once(client):
    first = client.get("/page/")
    versions.bump("registry")

    second = client.get("/page/", headers={"if-none-match": first["ETag"]})

    assert (second.status_code, second.content) == (200, b"page 2  zh-hans")
    assert second["ETag"] != first["ETag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_a_reader_who_has_the_page_gets_304_without_rendering(client, django_assert_num_queries, form):
    etag = client.get("/page/")["ETag"]
    cache.clear()

    with django_assert_num_queries(1):
        response = client.get("/page/", headers={"if-none-match": form.format(etag)})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Cache-Control"] == "no-cache"
    assert rendered == ["/page/"]


@pytest.mark.parametrize("given", ['"other"', "nonsense", "*", ""])
def test_another_etag_gets_the_page(client, given):
    assert client.get("/page/", headers={"if-none-match": given}).status_code == 200


def test_addresses_queries_hosts_and_languages_are_kept_apart(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "example.com"]
    etags = [
        client.get("/page/")["ETag"],
        client.get("/other/")["ETag"],
        client.get("/page/?q=a")["ETag"],
        client.get("/page/?q=b")["ETag"],
        client.get("/page/?q=a&q=b")["ETag"],
        client.get("/page/?q=b&q=a")["ETag"],
        client.get("/page/?q=")["ETag"],
        client.get("/page/", headers={"host": "example.com"})["ETag"],
        client.get("/page/", secure=True)["ETag"],
    ]
    with translation.override("en"):
        english = page(RequestFactory().get("/page/"))

    assert len({*etags, english["ETag"]}) == 10
    assert english.content == b"page 10  en"


def test_parameters_in_another_order_are_the_same_page(client):
    assert client.get("/page/?q=a&kind=b").content == client.get("/page/?kind=b&q=a").content
    assert len(rendered) == 1


def test_a_new_day_in_shanghai_and_a_new_build_render_anew(client, monkeypatch):
    with time_machine.travel(datetime(2026, 3, 1, 15, 59, tzinfo=UTC), tick=False):
        client.get("/page/")
        client.get("/page/")
    with time_machine.travel(datetime(2026, 3, 1, 16, 0, tzinfo=UTC), tick=False):
        client.get("/page/")
        monkeypatch.setattr(pages, "BUILD", "next")
        client.get("/page/")

    assert len(rendered) == 3


def test_head_has_the_headers_and_no_content(client):
    got, head = client.get("/page/"), client.head("/page/")

    assert head.content == b""
    assert (head["ETag"], head["Content-Length"]) == (got["ETag"], str(len(got.content)))
    assert len(rendered) == 1


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_readers_with_a_session_or_messages_get_their_own_page(client, settings, cookie):
    client.get("/page/")
    client.cookies[settings.SESSION_COOKIE_NAME if cookie == "sessionid" else cookie] = "x"

    response = client.get("/page/")

    assert response.content == b"page 2  zh-hans"
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.has_header("ETag")


@pytest.mark.parametrize("url", ["/token/", "/cookie/", "/gone/"])
def test_pages_with_a_token_a_cookie_or_another_status_are_not_kept(client, url):
    for _ in range(2):
        client.cookies.clear()
        client.get(url)

    assert len(rendered) == 2


def test_a_page_that_is_missing_is_asked_again():
    for _ in range(2):
        with pytest.raises(Http404):
            missing(RequestFactory().get("/missing/"))

    assert len(rendered) == 2


def test_a_reader_with_a_token_reads_kept_pages_and_leaves_none(client, settings):
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    own = client.get("/page/")
    client.cookies.clear()
    kept = client.get("/page/")
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32

    assert own["Cache-Control"] == "private, no-cache"
    assert kept.content == b"page 2  zh-hans"
    assert client.get("/page/").content == kept.content


def test_a_form_that_is_sent_reaches_the_view(client):
    assert client.post("/page/").content == b"page 1  zh-hans"
    assert client.post("/page/").content == b"page 2  zh-hans"


def test_long_queries_are_served_and_not_kept(client):
    for query, times in [("q=" + "a" * 298, 1), ("q=" + "a" * 299, 2)]:
        rendered.clear()
        assert [client.get(f"/page/?{query}").status_code for _ in range(2)] == [200, 200]
        assert len(rendered) == times


@pytest.mark.parametrize("query", ["q=%ff%fe", "%00=%00", "&&&", "="])
def test_strange_queries_are_served(query):
    request = RequestFactory().get("/page/")
    request.META["QUERY_STRING"] = query

    assert page(request).status_code == 200


def test_nothing_is_kept_while_developing(client, settings):
    settings.DEBUG = True

    assert client.get("/page/").content != client.get("/page/").content


def test_a_page_needs_neither_session_nor_user(client):
    bare = RequestFactory().get("/page/")

    assert not hasattr(bare, "session")
    assert [page(bare).content, page(bare).content] == [b"page 1  zh-hans"] * 2
    assert client.get("/page/").content == b"page 1  zh-hans"
    assert client.get("/page/")["Vary"] == "Cookie, Accept-Language"


def test_the_build_is_the_release_or_the_newest_file(settings):
    by_files = pages._build()
    settings.RELEASE = "1.2.0"

    assert by_files.isdigit()
    assert pages._build() == "1.2.0"


def test_parameters_that_the_page_does_not_know_make_no_other_page(client):
    first = client.get("/page/?q=a")
    others = [client.get(f"/page/?x={number}&q=a&q") for number in range(2)]
    same = client.get("/page/?x=1&q=a&y=%ff")

    assert rendered == ["/page/?q=a", "/page/?q=a&q="]
    assert (others[0].content, same.content) == (others[1].content, first.content)


def test_a_reader_with_a_session_sees_no_unknown_parameter_either(client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"

    client.get("/page/?x=1&kind=b")

    assert rendered == ["/page/?kind=b"]

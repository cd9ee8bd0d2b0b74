import pytest
from django.core.exceptions import ValidationError

from subsidies import saved_views
from subsidies.models import SavedView
from subsidies.saved_views import MOST_VIEWS, clean_query
from tests.bases.admin_pages import client_of
from tests.factories_accounts import UserFactory
from tests.subsidies.desk import clerk

pytestmark = pytest.mark.django_db
LIST, VIEWS = "/admin/subsidies/application/", "/admin/subsidies/application/views/"


@pytest.fixture
def person():
    return clerk()


def names(person):
    return [view.name for view in saved_views.views_of(person)]


def send(person, **sent):
    return client_of(person).post(VIEWS, sent)


def test_the_filters_of_the_queue_are_kept_under_a_name_and_shown_as_a_tab(person):
    answer = send(person, do="keep", name="快到期", query="clock=soon&turn=mine")

    assert answer.headers["Location"] == f"{LIST}?turn=mine&clock=soon"
    text = client_of(person).get(f"{LIST}?clock=soon&turn=mine").content.decode()
    assert f'<a href="{LIST}?turn=mine&amp;clock=soon" aria-current="page">快到期</a>' in text
    assert 'id="view-name"' not in text  # kept already


def test_filters_that_are_on_can_be_kept_and_none_cannot(person):
    client = client_of(person)

    assert 'id="view-name"' in client.get(f"{LIST}?clock=soon").content.decode()
    assert 'id="view-name"' not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?q=%E4%B8%AD%E8%AF%95&p=3", "q=%E4%B8%AD%E8%AF%95"),
        ("//example.org/?turn=mine", ""),
        ("https://example.org/", ""),
        ("turn=mine&next=//example.org&e=1", "turn=mine"),
        ("turn=mine\r\nLocation: x", "turn=mine+Location%3A+x"),
        ("q=%00%E2%80%AEabc", "q=abc"),
        ("&".join(f"x{n}=1" for n in range(99)), ""),
        ("", ""),
    ],
)
def test_a_query_is_filters_and_nothing_else(query, kept):
    assert clean_query(query) == kept


@pytest.mark.parametrize("query", ["//example.org/", "https://example.org/?q=1", "\\\\example.org", "/admin/logout/"])
def test_nobody_is_sent_anywhere_but_to_the_queue(person, query):
    answer = send(person, do="keep", name="外", query=query)

    assert answer.headers["Location"].partition("?")[0] == LIST


def test_views_are_renamed_ordered_and_deleted(person):
    first, second, third = (saved_views.keep(person, name=name, query="turn=mine") for name in "甲乙丙")

    send(person, do="up", view=third.pk)
    assert names(person) == ["甲", "丙", "乙"]
    send(person, do="down", view=first.pk)
    assert names(person) == ["丙", "甲", "乙"]
    send(person, do="up", view=third.pk)
    assert names(person) == ["丙", "甲", "乙"]
    send(person, do="rename", view=second.pk, name="丁")
    send(person, do="delete", view=first.pk)

    assert names(person) == ["丙", "丁"]


def test_a_name_is_taken_once_and_is_not_empty(person):
    saved_views.keep(person, name="甲", query="turn=mine")

    for name in ("甲", "", " \u202e "):
        with pytest.raises(ValidationError):
            saved_views.keep(person, name=name, query="clock=soon")
    assert saved_views.keep(UserFactory(), name="甲", query="turn=mine").name == "甲"


def test_there_are_so_many_views_and_no_more(person):
    for number in range(MOST_VIEWS):
        saved_views.keep(person, name=str(number), query="turn=mine")

    with pytest.raises(ValidationError):
        saved_views.keep(person, name="多", query="turn=mine")


def test_another_persons_view_is_as_absent_as_a_random_one(person):
    theirs = saved_views.keep(clerk(), name="别人", query="turn=mine")

    for key in (theirs.pk, 987654, "x", ""):
        for deed in ("rename", "delete", "up", "down"):
            assert send(person, do=deed, view=key, name="我的").status_code == 404
    assert SavedView.objects.get().name == "别人"
    assert "别人" not in client_of(person).get(LIST).content.decode()


def test_an_unknown_deed_is_told_and_changes_nothing(person):
    view = saved_views.keep(person, name="甲", query="turn=mine")

    assert send(person, do="explode", view=view.pk).status_code == 302
    assert names(person) == ["甲"]


def test_views_are_kept_by_post_alone(person):
    assert client_of(person).get(VIEWS).status_code == 405

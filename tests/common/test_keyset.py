import base64
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import BooleanField, DateField, DecimalField, FloatField, Value
from django.db.models.functions import Length
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.keyset import InvalidCursor, keyset_page

ORDER = ("app_label", "model", "id")
MIXED = ("-app_label", "model", "-id")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def types(db):
    """Seven rows, three labels: ties in the first column."""
    ContentType.objects.all().delete()
    names = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("b", "z"), ("c", "x"), ("c", "郴")]
    ContentType.objects.bulk_create(ContentType(app_label=label, model=model) for label, model in names)
    return ContentType.objects.all()


def walk(queryset, order, size, direction="next_cursor", cursor=None):
    pages, cursors = [], [cursor]
    while cursor is not None or not pages:
        page = keyset_page(queryset, order=order, cursor=cursor, size=size)
        pages.append(page)
        cursor = getattr(page, direction)
        assert cursor is None or cursor not in cursors
        cursors.append(cursor)
    return pages


def rows_of(pages):
    return [row for page in pages for row in page.rows]


def forged(*parts):
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "order", [ORDER, MIXED, ("-id",), ("id",), ("-app_label", "-model", "-id"), ("app_label", "-pk")]
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_walking_forward_and_back_meets_each_row_once(types, order, size):
    expected = list(types.order_by(*order))

    forward = walk(types, order, size)
    last = forward[-1]
    back = walk(types, order, size, "previous_cursor", last.previous_cursor) if last.previous_cursor else []

    assert rows_of(forward) == expected
    assert rows_of(reversed(back)) == expected[: len(expected) - len(last.rows)]


def test_the_ends_have_no_cursor_beyond_them(types):
    first = keyset_page(types, order=ORDER, size=3)
    second = keyset_page(types, order=ORDER, cursor=first.next_cursor, size=3)
    third = keyset_page(types, order=ORDER, cursor=second.next_cursor, size=3)
    back = keyset_page(types, order=ORDER, cursor=second.previous_cursor, size=3)

    assert first.previous_cursor is None
    assert (len(third.rows), third.next_cursor) == (1, None)
    assert back == first


def test_an_empty_list_is_one_empty_page(types):
    page = keyset_page(types.filter(model="none"), order=ORDER)

    assert (page.rows, page.next_cursor, page.previous_cursor) == ([], None, None)


def test_a_deleted_neighbour_moves_no_other_row(types):
    first = keyset_page(types, order=ORDER, size=3)
    first.rows[-1].delete()

    second = keyset_page(types, order=ORDER, cursor=first.next_cursor, size=3)

    assert [(row.app_label, row.model) for row in second.rows] == [("b", "y"), ("b", "z"), ("c", "x")]


@pytest.mark.parametrize("order", [ORDER, MIXED])
def test_dicts_and_annotations_page_like_instances(types, order):
    values = types.values("id", "app_label", "model")
    annotated = types.annotate(label_length=Length("app_label")).values("id", "label_length")

    assert [row["id"] for row in rows_of(walk(values, order, 2))] == [row.id for row in types.order_by(*order)]
    assert [row["id"] for row in rows_of(walk(annotated, ("-label_length", "-id"), 2))] == [
        row.id for row in types.order_by("-id")
    ]


def test_columns_of_a_related_table_page_too(types, django_user_model):
    permissions = django_user_model._meta.get_field("user_permissions").related_model.objects
    permissions.all().delete()
    for content_type in types:
        permissions.create(content_type=content_type, codename=content_type.model, name="-")

    for order in [("content_type__app_label", "id"), ("-content_type__app_label", "id"), ("content_type", "id")]:
        pages = walk(permissions.select_related("content_type"), order, 2)
        assert rows_of(pages) == list(permissions.order_by(*order))


def test_moments_keep_their_microseconds(db):
    for number in range(5):
        expires = datetime(2026, 3, 1, 12, 0, 0, number % 2, tzinfo=UTC)
        Session.objects.create(session_key=f"k{number}", session_data="", expire_date=expires)

    keys = [row.session_key for row in rows_of(walk(Session.objects.all(), ("-expire_date", "session_key"), 2))]

    assert keys == ["k1", "k3", "k0", "k2", "k4"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Decimal("2000000.00"), DecimalField(max_digits=18, decimal_places=2)),
        (date(2024, 12, 6), DateField()),
        (True, BooleanField()),
        (1.5, FloatField()),
    ],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_other_kinds_of_columns_page_too(types, value, field, sign):
    annotated = types.annotate(amount=Value(value, output_field=field))

    for order in [(f"{sign}amount", f"{sign}id"), (f"{sign}amount", "id")]:
        assert rows_of(walk(annotated, order, 2)) == list(annotated.order_by(*order))


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "郴州",
        "A" * 3000,
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"not json").decode(),
        base64.urlsafe_b64encode(b'["app_label,model,id","after","a","x",NaN]').decode(),
        forged("app_label,model,id", "after", "a", "x"),
        forged("app_label,model,id", "sideways", "a", "x", 1),
        forged("-app_label,model,id", "after", "a", "x", 1),
        forged("app_label,model,id", "after", "a", "x", "1"),
        forged("app_label,model,id", "after", "a", "x", True),
        forged("app_label,model,id", "after", "a", "x", None),
        forged("app_label,model,id", "after", 1, "x", 1),
        forged("app_label,model,id", "after", ["a"], "x", 1),
        forged("app_label,model,id", "after", "a\x00", "x", 1),
        base64.urlsafe_b64encode(b'["app_label,model,id","after","a","x",99999999999999999999]').decode(),
    ],
)
def test_an_edited_cursor_is_refused_with_a_sentence(types, cursor):
    with pytest.raises(InvalidCursor, match="not valid"):
        keyset_page(types, order=ORDER, cursor=cursor)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63) + 1, 0])
@pytest.mark.parametrize("order", [ORDER, MIXED])
def test_a_number_that_no_row_has_is_answered(types, number, order):
    assert keyset_page(types, order=order, cursor=forged(",".join(order), "after", "a", "x", number)).rows


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2026-02-30T00:00:00+00:00", "2026-03-01T00:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_that_is_none_is_refused(db, moment):
    cursor = forged("expire_date,session_key", "after", moment, "k")

    with pytest.raises(InvalidCursor):
        keyset_page(Session.objects.all(), order=("expire_date", "session_key"), cursor=cursor)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999999", "ten"])
def test_an_amount_that_is_none_is_refused(types, amount):
    field = DecimalField(max_digits=18, decimal_places=2)
    annotated = types.annotate(amount=Value(Decimal(1), output_field=field))

    with pytest.raises(InvalidCursor):
        keyset_page(annotated, order=("amount", "id"), cursor=forged("amount,id", "after", amount, 1))


def test_a_null_in_the_order_is_a_bug_that_shows(types):
    annotated = types.annotate(nothing=Value(None, output_field=DateField()))

    with pytest.raises(ValueError, match="never null"):
        keyset_page(annotated, order=("nothing", "id"), size=2)


def test_a_page_is_one_query(types, django_assert_num_queries):
    first = keyset_page(types, order=ORDER, size=2)

    with django_assert_num_queries(1):
        keyset_page(types, order=ORDER, cursor=first.next_cursor, size=2)


@pytest.mark.parametrize("order", [("app_label", "model"), ("-app_label", "-model")])
def test_a_deep_page_enters_the_index_at_its_cursor(types, order):
    """The row comparison is a condition of the index search, not a filter over the rows before it."""
    cursor = forged(",".join(order), "after", "b", "x")
    captured = types.order_by(*order)

    plan = _plan(captured, order, cursor)

    assert "django_content_type_app_label_model" in plan
    assert ("(app_label,model)" if connection.vendor == "sqlite" else "Index Cond: (ROW(") in plan


def _plan(queryset, order, cursor):
    with connection.cursor() as sql:
        if connection.vendor == "postgresql":
            sql.execute("SET LOCAL enable_seqscan = off")
            sql.execute("SET LOCAL enable_bitmapscan = off")
    statements = []
    with connection.execute_wrapper(lambda run, *call: statements.append(call[:2]) or run(*call)):
        keyset_page(queryset, order=order, cursor=cursor, size=2)
    (statement, params) = statements[0]
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as sql:
        sql.execute(prefix + statement, params)
        return "\n".join(str(row) for row in sql.fetchall())


class TestWalkingAnyRows(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        names=st.lists(
            st.tuples(st.sampled_from("aAbB郴 _"), st.text("aAzZ0中’ -", max_size=2)), unique=True, max_size=12
        ),
        size=st.integers(1, 5),
        order=st.sampled_from([ORDER, MIXED, ("-model", "-id"), ("model", "-app_label", "id")]),
    )
    def test_walking_all_pages_gives_each_row_exactly_once(self, names, size, order):
        ContentType.objects.all().delete()
        ContentType.objects.bulk_create(ContentType(app_label=label, model=model) for label, model in names)
        types = ContentType.objects.all()

        assert rows_of(walk(types, order, size)) == list(types.order_by(*order))

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.search import (
    SearchField,
    create_index,
    drop_index,
    keys_matching,
    matching,
    pinyin_key,
    search_document,
    tsvector_literal,
)
from common.search_tokens import normalise, runs

with isolate_apps("common"):

    class Page(models.Model):
        document = SearchField()

        class Meta:
            app_label = "common"

        def __str__(self) -> str:
            return str(self.pk)


@pytest.fixture(scope="module")
def _table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Page)
            create_index(editor, Page)
        yield
        with connection.schema_editor() as editor:
            drop_index(editor, Page)
            editor.delete_model(Page)


@pytest.fixture
def pages(_table: None, db: None) -> models.QuerySet:
    return Page.objects.all()


def write(*texts: str, pinyin_of: tuple[str, ...] = ()) -> int:
    return Page.objects.create(document=search_document(*texts, pinyin_of=pinyin_of)).pk


def finds(query: str) -> bool:
    return matching(Page.objects.all(), query, path="document").exists()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("固态", True),
        ("态电", True),
        ("固态电池", True),
        ("池", True),
        ("态", True),
        ("电池 中试", True),
        ("中试　固态", True),
        ("电池中试", False),
        ("电固", False),
        ("锂", False),
        ("固态 锂电", False),
    ],
)
def test_chinese_words_are_found_wherever_they_stand_and_nowhere_else(pages, query, is_found):
    write("固态电池，中试线")

    assert finds(query) is is_found


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("pilot", True),
        ("PIL", True),
        ("ｐｉｌｏｔ", True),
        ("ilot", False),
        ("5g", True),
        ("5G基站", True),
        ("5g基", True),
        ("基站pilot", True),
        ("站pil", True),
        ("5基站", False),
        ("α-al2", True),
        ("ΑL2O3", False),
        ("czzs-2024-0001", True),
        ("czzs-2024-0002", False),
    ],
)
def test_latin_words_and_numbers_are_found_by_their_beginning(pages, query, is_found):
    write("5G基站 Pilot line, α-Al₂O₃", "CZZS-2024-0001-X")

    assert finds(query) is is_found


def test_no_phrase_reaches_from_one_text_into_the_next(pages):
    write("郴州", "中试", "pilot", "5g")

    assert not finds("郴州中试")
    assert not finds("试pilot")
    assert not finds("pilot-5g")
    assert finds("郴州 中试 pilot 5g")


@pytest.mark.parametrize(
    "query", ["gutai", "taidian", "dianchi", "gutaidianchi", "gtdc", "tdc", "dc", "chenzhou", "cz", "GTDC"]
)
def test_a_name_is_found_by_its_sound(pages, query):
    write("无关", pinyin_of=("郴州固态电池",))

    assert finds(query)


@pytest.mark.parametrize("query", ["utai", "gtc", "chengzhou"])
def test_another_sound_is_not_found(pages, query):
    write("无关", pinyin_of=("郴州固态电池",))

    assert not finds(query)


def test_words_in_a_name_belong_to_its_sound(pages):
    write("", pinyin_of=("5G重庆A座",))

    assert [finds(query) for query in ("5gchongqing", "cqa", "chongqinga", "qaz", "zhongqing")] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_the_key_for_ordering_keeps_syllables_apart():
    assert pinyin_key("郴州5G（西安）绿𠮷") == "chen zhou 5g xi an lv"


@pytest.mark.parametrize("query", ["", "   ", "\u3000"])
def test_a_blank_query_leaves_the_rows_as_they_are(pages, query):
    write("郴州")

    assert finds(query)


@pytest.mark.parametrize(
    "query", ["，。", "'", '"', "* OR", "\x00", "-- ;", "\\", "()", ":*", "\ud800", "\ue001", "NEAR(", "😀"]
)
def test_a_query_of_signs_finds_nothing_and_breaks_nothing(pages, query):
    write("郴州")

    assert not finds(query)
    assert not pages.filter(document__matches=query).exists()


@pytest.mark.parametrize(
    "query", ["郴州'", '"郴州"', "郴州\x00", "郴州:*", "\\郴州", "(郴州)", "郴州" + "，" * 10_000, "郴州 " * 99]
)
def test_signs_around_a_word_do_not_matter(pages, query):
    write("郴州")

    assert finds(query)


def test_the_lookup_itself_finds_nothing_for_a_blank_query(pages):
    write("郴州")

    assert not pages.filter(document__matches="").exists()


def test_the_index_follows_changes_and_deletions(pages):
    page = Page.objects.get(pk=write("固态电池"))

    page.document = search_document("石墨烯")
    page.save()
    assert (finds("固态"), finds("石墨")) == (False, True)

    page.delete()
    assert not finds("石墨")


def test_a_row_saved_as_it_was_read_is_still_found(pages):
    page = Page.objects.get(pk=write("固态电池 it's \\ 100%"))

    page.save()

    assert finds("固态电池")
    assert finds("it's")


def test_documents_written_in_bulk_are_found(pages):
    rows = Page.objects.bulk_create(Page(document=search_document(text)) for text in ("固态电池", "石墨烯"))
    for row in rows:
        row.document = search_document("氮化镓")
    Page.objects.bulk_update(rows[:1], ["document"])

    assert (finds("氮化镓"), finds("固态"), finds("石墨烯")) == (True, False, True)


def test_the_index_can_be_dropped_for_a_load_and_built_over_the_rows(pages):
    editor = connection.schema_editor()
    drop_index(editor, Page)
    write("固态电池")
    create_index(editor, Page)

    assert finds("固态电池")


def test_a_huge_text_is_indexed_up_to_a_limit(pages):
    write("甲乙" * 20_000)
    write("ж" * 20_000 + " end")
    write(" ".join(f"жжжжжжжжжжжж{number}" for number in range(20_000)))

    assert finds("甲乙甲")
    assert finds("жжж")
    assert finds("жжжжжжжжжжжж12")


def test_the_literal_for_copy_quotes_and_places_tokens():
    assert tsvector_literal("固态 态 \ue001 固态") == "'固态':1,4 '态':2"


def test_one_query_searches(pages, django_assert_num_queries):
    write("固态电池")

    with django_assert_num_queries(1):
        assert list(matching(pages.values_list("pk"), "固态", path="document"))


def test_keys_of_a_search_are_those_of_the_rows_it_finds(pages, django_assert_num_queries):
    write("固态电池")
    write("铸造")
    write("电池回收")

    by_index = connection.vendor == "postgresql"
    with django_assert_num_queries(3 + by_index):
        keys = keys_matching(pages, "电池")

    assert set(keys) == set(matching(pages, "电池", path="document").values_list("pk", flat=True))
    assert len(keys) == 2
    assert keys_matching(pages, "!!!") == []


CHINESE = st.text(alphabet="固态电池中试甲，。 　𠮷〇々", max_size=12)
WORDS = st.text(alphabet="固态电池中试甲𠮷〇々", min_size=1, max_size=3)
ANYTHING = st.text(max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(CHINESE, min_size=1, max_size=4), word=WORDS)
def test_a_chinese_word_finds_exactly_the_texts_that_hold_it(pages, texts, word):
    written = {write(text): text for text in texts}

    found = set(matching(pages.filter(pk__in=written), word, path="document").values_list("pk", flat=True))

    assert found == {pk for pk, text in written.items() if normalise(word) in normalise(text)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANYTHING)
def test_any_text_finds_itself_and_breaks_nothing(pages, text):
    pk = write(text)

    found = matching(pages.filter(pk=pk), text, path="document").exists()

    assert found is (bool(runs(text)) or not text.strip())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="abc1 -固态", max_size=10), word=st.text(alphabet="abc1", min_size=1, max_size=3))
def test_a_latin_word_finds_exactly_the_texts_with_a_word_that_begins_so(pages, text, word):
    pk = write(text)

    found = matching(pages.filter(pk=pk), word, path="document").exists()

    assert found is any(run.text.startswith(word) for run in runs(text) if not run.is_han)

"""Search in Chinese, Latin words and pinyin, by index on both engines.

A model that is searched has a companion row with its document::

    class BaseSearch(models.Model):
        base = models.OneToOneField(Base, models.CASCADE, primary_key=True, related_name="search")
        document = SearchField()

and the migration that creates it ends with CreateSearchIndex("basesearch") and CountSearchTokens("basesearch").
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, models, transaction

from common.search_field import SearchField, tsvector_literal
from common.search_operations import CountSearchTokens, CreateSearchIndex, create_index, drop_index
from common.search_pinyin import pinyin_key, pinyin_tokens
from common.search_query import terms
from common.search_tokens import BREAK, runs, tokens

__all__ = [
    "CountSearchTokens",
    "CreateSearchIndex",
    "SearchField",
    "create_index",
    "drop_index",
    "keys_matching",
    "matching",
    "pinyin_key",
    "search_document",
    "tsvector_literal",
]

MOST_TOKENS = 10_000  # PostgreSQL counts positions up to 16,383
MOST_LETTERS = 250_000  # and holds a megabyte of tokens

Rows = TypeVar("Rows", bound=models.QuerySet)


def search_document(*texts: str, pinyin_of: Iterable[str] = ()) -> str:
    """The tokens of the texts, no phrase reaching from one into the next, then the sounds of `pinyin_of`."""
    words = chain.from_iterable([*tokens(runs(text)), BREAK] for text in texts if text)
    sounds = dict.fromkeys(chain.from_iterable(map(pinyin_tokens, pinyin_of)))
    return " ".join(_as_many_as_fit(chain(words, sounds)))


def matching(rows: Rows, query: str, path: str = "search__document") -> Rows:
    """The rows that hold every term of the query; all rows for a blank one, none for mere signs."""
    if not query.strip():
        return rows
    return rows.filter(**{f"{path}__matches": query}) if terms(query) else rows.none()


def keys_matching(documents: models.QuerySet, query: str, field: str = "document") -> list[Any]:
    """The keys of all rows of a companion table that matching() finds. By index: PostgreSQL, which does not count the
    reading of long documents, would read them all for a word that many hold."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        return list(matching(documents, query, field).order_by().values_list("pk", flat=True))


def _as_many_as_fit(found: Iterable[str]) -> Iterator[str]:
    room = MOST_LETTERS
    for count, token in enumerate(found):
        room -= len(token)
        if count == MOST_TOKENS or room < 0:
            return
        yield token

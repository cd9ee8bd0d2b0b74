"""A reader's query as terms, each a phrase of tokens; all terms must be found."""

from typing import NamedTuple

from common.public_codes import written_code
from common.search_tokens import Run, pairs, runs, spell, tokens

LONGEST_QUERY = 200


class Term(NamedTuple):
    tokens: tuple[str, ...]
    is_open: bool  # the last token may be the beginning of a longer one


def terms(query: str) -> list[Term]:
    """Terms stand between spaces; of a query longer than 200 characters the rest is left out.

    A code is searched for as it is written, however it was typed.
    """
    parts = [written_code(query)] if written_code(query) else query[:LONGEST_QUERY].split()
    found = (runs(written_code(part) or part) for part in parts)
    return [_term(term) for term in found if term]


def as_tsquery(query: str) -> str:
    return " & ".join(f"({_postgresql_phrase(term)})" for term in terms(query))


def as_fts5(query: str) -> str:
    return " AND ".join(f'"{" ".join(term.tokens)}"{" *" if term.is_open else ""}' for term in terms(query))


def quoted(token: str) -> str:
    """A lexeme as tsvector and tsquery read it."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _term(found: list[Run]) -> Term:
    """The last run is open at its end: pairs without the closing single, a word as the beginning of a word."""
    *inner, last = found
    end = [spell(pair) for pair in pairs(last.text)] if last.is_han else []
    is_open = not end
    return Term((*tokens(inner), *(end or [spell(last.text)])), is_open)


def _postgresql_phrase(term: Term) -> str:
    return " <-> ".join(map(quoted, term.tokens)) + (":*" if term.is_open else "")

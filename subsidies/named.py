"""Whom the answers of a form name: the base that was used, people and holders, the industry where no project says it.

The registry knows only what is in it; an application without a project of the registry names all this in words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bases.models import Base
from subsidies.content import CallContent, FormField
from subsidies.models import Application
from subsidies.once import plain_name

PEOPLE_WORDS = re.compile(r"姓名|法定代表人|权利人|持有人|发明人|设计人|完成人|\b(holder|inventor)s?\b", re.IGNORECASE)
SEPARATORS = re.compile(r"[、，；／,;/|\n]+")


def answers_to(source: str, application: Application) -> list[str]:
    """As plain names, to the fields that take theirs from this source of the registry; see subsidies.prefill."""
    fields = [field for field in _content(application).fields() if field.prefill == source]
    return [plain for field in fields if (plain := plain_name(str(application.data.get(field.id) or "")))]


def people_named_in(application: Application) -> frozenset[str]:
    """Plain names of people and of holders of rights, wherever a form or a table asks for one."""
    return frozenset(
        plain
        for text in _texts(_content(application).fields(), application.data)
        for part in _parts(text)
        if (plain := plain_name(part))
    )


def bases_named_in(applications: Iterable[Application]) -> dict[int, list[Base]]:
    """Those of the registry, by the key of the application: by code or name within what was typed. One query."""
    typed = {row.pk: answers_to("project.base", row) for row in applications}
    known = list(Base.objects.select_related("host", "operator")) if any(typed.values()) else []
    return {key: [base for base in known if _is_named(base, words)] for key, words in typed.items()}


def _is_named(base: Base, words: list[str]) -> bool:
    names = [plain_name(name) for name in (base.code, base.name_zh, base.name_en) if name]
    return any(name in text for name in names for text in words)


def _content(application: Application) -> CallContent:
    found: CallContent = application.call_version.parsed
    return found


def _texts(fields: Iterable[FormField], data: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        value = data.get(field.id)
        if field.columns:
            for row in value or []:
                yield from _texts(field.columns, row)
        elif isinstance(value, str) and PEOPLE_WORDS.search(f"{field.label_zh}\n{field.label_en}"):
            yield value


def _parts(text: str) -> Iterator[str]:
    """One cell may name several; a space may part two names, or stand within one."""
    for part in SEPARATORS.split(text):
        yield part
        yield from (word for word in part.split() if len(word) > 1)

"""Whom the answers of a form name: people and holders, the base and the industry where no project says them.

The registry knows only what is in it; an application without a project of the registry names all this in words.
See also subsidies.named_bases.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from subsidies.content import CallContent, FormField
from subsidies.models import Application
from subsidies.once import plain_name

PEOPLE_WORDS = re.compile(r"姓名|法定代表人|权利人|持有人|发明人|设计人|完成人|\b(holder|inventor)s?\b", re.IGNORECASE)
SEPARATORS = re.compile(r"[、，；／,;/|\n]+")


def answers_to(source: str, application: Application) -> list[str]:
    """As plain names, to the fields that take theirs from this source of the registry; see subsidies.prefill."""
    return answers_in(_content(application), application.data, source)


def answers_in(content: CallContent, data: Mapping[str, Any], source: str) -> list[str]:
    fields = [field for field in content.fields() if field.prefill == source]
    return [plain for field in fields if (plain := plain_name(str(data.get(field.id) or "")))]


def people_named_in(application: Application) -> frozenset[str]:
    """Plain names of people and of holders of rights, wherever a form or a table asks for one."""
    return frozenset(
        plain
        for text in _texts(_content(application).fields(), application.data)
        for part in _parts(text)
        if (plain := plain_name(part))
    )


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

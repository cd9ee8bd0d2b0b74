"""Keeps the bases that answers name in step: with every save of the answers, and with every new name of a base."""

from typing import Any

from django.db.models import Q

from bases.models import Base
from subsidies.models import Application, BaseAnswer
from subsidies.named import answers_to
from subsidies.once import plain_name

SOURCE = "project.base"
NAMES = ("code", "name_zh", "name_en")


def read_answers(application: Application) -> None:
    """In the caller's transaction. No query where the form asks for no base, one where the answer is as before."""
    if not any(field.prefill == SOURCE for field in application.call_version.parsed.fields()):
        return
    words = "\n".join(answers_to(SOURCE, application))
    known = BaseAnswer.objects.filter(application=application).first()
    if words == (known.words if known else ""):
        return
    answer, _is_new = BaseAnswer.objects.update_or_create(application=application, defaults={"words": words})
    answer.bases.set(bases_in(words))


def read_names(base: Base) -> None:
    """Whoever typed its old names no longer means it, whoever typed the new ones does."""
    BaseAnswer.bases.through.objects.filter(base=base).delete()
    named = Q(pk__in=[])
    for name in plain_names(base):
        named |= Q(words__contains=name)
    for answer in BaseAnswer.objects.filter(named):
        answer.bases.add(base)


def bases_in(words: str) -> list[int]:
    """Keys of those of the registry whose code or name stands within what was typed. One query."""
    if not words:
        return []
    return [base.pk for base in Base.objects.only(*NAMES) if any(name in words for name in plain_names(base))]


def bases_of(application: Application) -> list[Base]:
    """Of its project and of its answers; no query where both are at hand."""
    project, answer = application.project, getattr(application, "base_answer", None)
    found = [project.base] if project and project.base else []
    return list(dict.fromkeys([*found, *(answer.bases.all() if answer else ())]))


def plain_names(base: Any) -> list[str]:
    return [plain for name in NAMES if (plain := plain_name(getattr(base, name) or ""))]

from collections.abc import Container
from itertools import chain, count

from django.db import models
from django.utils.text import slugify
from pypinyin import lazy_pinyin

LONGEST = 80


def free_slug(model: type[models.Model], name_en: str, name_zh: str) -> str:
    """An address nobody has yet, from the English name or the pinyin of the Chinese one. One query."""
    stem = _stem(model, name_en, name_zh)
    return _first_free(stem, set(model._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True)))


def first_free(model: type[models.Model], name_en: str, name_zh: str, taken: Container[str]) -> str:
    """The same for many rows at once; the caller knows the addresses taken. No query."""
    return _first_free(_stem(model, name_en, name_zh), taken)


def _stem(model: type[models.Model], name_en: str, name_zh: str) -> str:
    pinyin = "-".join(lazy_pinyin(name_zh, errors="ignore"))
    words = slugify(name_en) or slugify(pinyin) or model._meta.model_name or "row"
    return words[: LONGEST - 8].strip("-")


def _first_free(stem: str, taken: Container[str]) -> str:
    return next(slug for slug in chain([stem], (f"{stem}-{n}" for n in count(2))) if slug not in taken)

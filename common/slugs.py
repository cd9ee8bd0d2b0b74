from django.db import models
from django.utils.text import slugify
from pypinyin import lazy_pinyin

LONGEST = 80


def free_slug(
    model: type[models.Model], name_en: str, name_zh: str, taken: set[str] | frozenset[str] = frozenset()
) -> str:
    """An address nobody has yet, from the English name or the pinyin of the Chinese one. One query.

    Those in `taken` are promised to others.
    """
    words = (
        slugify(name_en) or slugify("-".join(lazy_pinyin(name_zh, errors="ignore"))) or model._meta.model_name or "row"
    )
    stem = words[: LONGEST - 8].strip("-")
    used = taken | set(model._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(used) + 3))] if slug not in used)

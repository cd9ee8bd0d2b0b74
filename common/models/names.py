from django.db import models
from django.utils.translation import get_language


def reads_english() -> bool:
    return (get_language() or "").startswith("en")


def in_reader_language(chinese: str, english: str) -> str:
    """The text in the active language, or in the other one where it is missing."""
    return english or chinese if reads_english() else chinese or english


def field_label(model: type[models.Model], name: str) -> str:
    """The label of a column, in the active language."""
    field = model._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))


class BilingualName(models.Model):
    """For models with `name_zh` and `name_en`: `name` is the one for the reader."""

    name_zh: str
    name_en: str

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

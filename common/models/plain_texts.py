from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import models

from common.texts import clean_text


class PlainTexts(models.Model):
    """Every text of the row loses what nobody can see, when it is checked and when it is saved."""

    class Meta:
        abstract = True

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        self._clean_texts()
        super().clean_fields(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._clean_texts()
        super().save(*args, **kwargs)

    def _clean_texts(self) -> None:
        for name, multiline in text_columns(type(self)):
            value = self.__dict__.get(name)  # one that is deferred is not read for this
            if value:
                setattr(self, name, cleaned(value, multiline))


@cache
def text_columns(model: type[models.Model]) -> tuple[tuple[str, bool], ...]:
    """The columns that hold text, and whether it has lines."""
    return tuple(_text_columns(model))


def cleaned(value: Any, multiline: bool) -> Any:
    """A text, or what holds texts in a JSON column; anything else as it is."""
    if isinstance(value, str):
        return clean_text(value, multiline=multiline)
    if isinstance(value, list):
        return [cleaned(item, multiline) for item in value]
    if isinstance(value, dict):
        return {cleaned(key, False): cleaned(item, multiline) for key, item in value.items()}
    return value


def _text_columns(model: type[models.Model]) -> Iterator[tuple[str, bool]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.primary_key:
            yield field.attname, not isinstance(field, models.CharField)

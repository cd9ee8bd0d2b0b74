"""Filters of lists that refuse what they cannot read with one sentence of ours; pages and API share them."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ChoiceField

from common.texts import shown

LONGEST_WORDS = 200


class NamedRefusal(forms.Field):
    """A field that refuses with one sentence of ours, which names the filter and what was given."""

    refusal: Promise

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            words = {"label": self.label, "value": shown(str(value))}
            raise ValidationError(str(self.refusal) % words) from error


class _OneOf(NamedRefusal, ChoiceField):
    refusal = _("%(label)s: there is no “%(value)s”.")


class _Code(NamedRefusal, forms.SlugField):
    refusal = _("The filter “%(label)s” cannot be read: use letters, digits and hyphens alone.")


class _Level(NamedRefusal, forms.DecimalField):
    refusal = _("%(label)s is a whole number from 1 to 9.")


class WordsFilter(filters.CharFilter):
    def __init__(self, **kwargs: Any) -> None:
        sentences = {
            "max_length": _("%(limit_value)d characters are the most that can be searched for at once."),
            "null_characters_not_allowed": _("The search words hold a character that cannot be read."),
        }
        super().__init__(label=_("Words"), max_length=LONGEST_WORDS, error_messages=sentences, **kwargs)


class OneOfFilter(filters.ChoiceFilter):
    field_class = _OneOf


class CodeFilter(filters.CharFilter):
    """A key of another table, taken as text: an unknown one finds nothing and costs no query."""

    field_class = _Code


class LevelFilter(filters.NumberFilter):
    field_class = _Level

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=9, decimal_places=0, **kwargs)

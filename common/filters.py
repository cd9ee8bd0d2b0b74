"""Filters of lists that refuse what they cannot read with one sentence of ours; pages and API share them."""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
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


NO_SUCH = _("%(label)s: there is no “%(value)s”.")


def no_such(label: str | Promise, value: str) -> str:
    """The one sentence for a choice or code that is not there."""
    return str(NO_SUCH) % {"label": label, "value": shown(value)}


class _OneOf(NamedRefusal, ChoiceField):
    refusal = NO_SUCH


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
    """A key of another table, taken as text. `of` gives the rows it may name, `by` their field.

    Whether there is such a row is asked where the list is empty alone: see unknown_codes().
    """

    field_class = _Code

    def __init__(self, *, of: Callable[[], QuerySet], by: str = "slug", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of, self.by = of, by

    def is_known(self, code: str) -> bool:
        return self.of().filter(**{self.by: code}).exists()


class LevelFilter(filters.NumberFilter):
    field_class = _Level

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=9, decimal_places=0, **kwargs)


# ---------------------------------------------------------------- codes that nothing has
def unknown_codes(filterset: type[filters.FilterSet], cleaned: Mapping[str, Any]) -> dict[str, list[str]]:
    """Refusals by filter, of the cleaned values. A query for each code that is set."""
    declared = {name: filterset.base_filters[name] for name in cleaned}
    return {
        name: [no_such(each.label, cleaned[name])]
        for name, each in declared.items()
        if isinstance(each, CodeFilter) and not each.is_known(cleaned[name])
    }


def refuse_unknown_codes(filterset: type[filters.FilterSet], cleaned: Mapping[str, Any]) -> None:
    """For a list that came out empty, as it does with an unknown code; one that is known may have no row either.

    ValidationError names every filter.
    """
    if refused := unknown_codes(filterset, cleaned):
        raise ValidationError(refused)

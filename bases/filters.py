"""What a list of bases can be narrowed by; page and API ask the same questions."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ChoiceField

from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.models import Base, Equipment, Service
from bases.models.queries import BaseQuerySet
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


class BaseFilter(filters.FilterSet):
    q = WordsFilter(method="found_by")
    kind = OneOfFilter(label=_("Kind"), choices=Kind)
    division = CodeFilter(label=_("County"), field_name="division_id")
    park = CodeFilter(label=_("Park"), field_name="park_id")
    industry = CodeFilter(label=_("Industry"), field_name="industries__slug")
    service = OneOfFilter(label=_("Service"), choices=ServiceType, method="with_service")
    equipment = OneOfFilter(label=_("Equipment"), choices=EquipmentCategory, method="with_equipment")
    trl = LevelFilter(label=_("Readiness level"), method="at_level")
    openness = OneOfFilter(label=_("Outside work"), choices=Openness)

    class Meta:
        model = Base
        fields: list[str] = []

    def found_by(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.found_by(value)

    def with_service(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Service.objects.filter(base=OuterRef("pk"), type=value)))

    def with_equipment(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Equipment.objects.in_use().filter(base=OuterRef("pk"), category=value)))

    def at_level(self, queryset: BaseQuerySet, name: str, value: int) -> BaseQuerySet:
        return queryset.filter(trl_min__lte=value, trl_max__gte=value)

"""What a list of the desk is asked by its address. Whatever it does not know or cannot read is named; nothing is
dropped in silence."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters, prepare_lookup_value
from django.contrib.admin.views.main import IGNORED_PARAMS, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.filters import WordsFilter, no_such
from common.texts import shown

SWITCHES = ("all", "_facets")  # Django's own, which no list of ours offers
EQUALS: tuple[list[str], ...] = ([], ["exact"], ["in"])


class RefusedLookups(Exception):
    """The list cannot be shown as it is asked for; the sentences are meant for the user."""

    def __init__(self, sentences: Iterable[str]) -> None:
        super().__init__()
        self.sentences = list(sentences)


class Lookup(NamedTuple):
    """A condition on a field, as the address names it."""

    label: str
    parts: list[str]
    field: Any
    is_equality: bool
    values: list[str]


class AnyWords(forms.Form):
    """Takes every word: those that cannot be searched are refused with all else, in our sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {SEARCH_VAR: forms.Field(required=False)}


class NamingChangeList(ChangeList):
    search_form_class = AnyWords

    def get_filters(self, request: HttpRequest) -> Any:
        asked = {name: [str(value) for value in values] for name, values in self.get_filters_params().items()}
        offered = _simple_names(self.list_filter)
        lookups = {name: values for name, values in asked.items() if name not in offered}
        refuse([*self._wrong_words(request), *self._wrong_lookups(request, lookups)])
        try:
            found = super().get_filters(request)
        except IncorrectLookupParameters:
            refuse(self._wrong_day(lookups))
            raise
        refuse(_wrong_choices({name: asked[name] for name in asked.keys() & offered}, self.list_filter, found[0]))
        return found

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.result_list:
            self.refuse_unknown_rows()

    def refuse_unknown_rows(self) -> None:
        """For an empty list: what a filter names by its key may not be there. A query for each value."""
        lookups = (self._lookup(name, values) for name, values in self._field_lookups())
        refuse(sentence for lookup in lookups if lookup.is_equality for sentence in self._missing(lookup))

    # ------------------------------------------------------------ words
    def _wrong_words(self, request: HttpRequest) -> Iterator[str]:
        try:
            WordsFilter().field.clean(request.GET.get(SEARCH_VAR, ""))
        except ValidationError as error:
            yield from error.messages
        if not _is_number(page := request.GET.get(PAGE_VAR, "1")):
            yield _("This list has no page “%(value)s”.") % {"value": shown(page)}
        for column in filter(None, request.GET.get(ORDER_VAR, "").split(".")):
            if not self._is_order(column):
                yield _("This list has no order “%(value)s”.") % {"value": shown(column)}
        yield from (no_filter(name) for name in SWITCHES if name in request.GET)

    def _is_order(self, column: str) -> bool:
        place = column.removeprefix("-")
        if not (place.isascii() and place.isdigit() and len(place) <= 3 and int(place) < len(self.list_display)):
            return False
        return bool(self.get_ordering_field(self.list_display[int(place)]))

    # ------------------------------------------------------------ conditions on fields
    def _field_lookups(self) -> list[tuple[str, list[str]]]:
        offered = _simple_names(self.list_filter)
        asked = {name: values for name, values in self.filter_params.items() if name not in IGNORED_PARAMS}
        return [(name, values) for name, values in asked.items() if name not in offered]

    def _wrong_lookups(self, request: HttpRequest, lookups: dict[str, list[str]]) -> Iterator[str]:
        for name, values in lookups.items():
            if not all(self.model_admin.lookup_allowed(name, value, request) for value in values):
                yield no_filter(name)
            else:
                yield from self._wrong_values(name, values)

    def _wrong_values(self, name: str, values: list[str]) -> Iterator[str]:
        try:
            lookup = self._lookup(name, values)
            prepared = prepare_lookup_value(name, values)
            self.root_queryset.filter(build_q_object_from_lookup_parameters({name: prepared}))
        except (FieldError, FieldDoesNotExist):
            yield no_filter(name)
        except (ValueError, TypeError, OverflowError, ValidationError):
            yield from (_unreadable(lookup.label, value) for value in values)
        else:
            yield from (_unreadable(lookup.label, value) for value in lookup.values if "\x00" in value)
            yield from (no_such(lookup.label, value) for value in _outside_choices(lookup))

    def _wrong_day(self, lookups: dict[str, list[str]]) -> Iterator[str]:
        """Of the years, months and days above the list, one that no calendar has."""
        asked = {name: values for name, values in lookups.items() if name.startswith(f"{self.date_hierarchy}__")}
        for name in list(asked)[:1]:
            yield _unreadable(self._lookup(name, []).label, "-".join(map("".join, asked.values())))

    def _lookup(self, name: str, values: list[str]) -> Lookup:
        """FieldError where the model has no such field."""
        query = self.root_queryset.query
        lookups, parts, _expression = query.solve_lookup_type(name)
        field, first = (query.names_to_path(names, self.lookup_opts)[1] for names in (parts, parts[:1]))
        each = [one for value in values for one in (value.split(",") if lookups == ["in"] else [value])]
        label = capfirst(str(getattr(first, "verbose_name", name)))
        return Lookup(label, list(parts), field, list(lookups) in EQUALS, each)

    @staticmethod
    def _missing(lookup: Lookup) -> Iterator[str]:
        """Of a condition on a row beside the listed ones."""
        if lookup.field.is_relation:
            model, key = lookup.field.related_model, "pk"
        elif len(lookup.parts) > 1 and lookup.field.unique:
            model, key = lookup.field.model, lookup.field.name
        else:
            return
        for value in lookup.values:
            if not model._base_manager.filter(**{key: value}).exists():
                yield no_such(lookup.label, value)


class NamesWrongLookups(admin.ModelAdmin):
    """An address that its list cannot follow is answered by a page that names everything wrong in it."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamingChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except RefusedLookups as error:
            return refused_page(self, request, error.sentences)


def naming_wrong_lookups(admin_class: type[admin.ModelAdmin]) -> type[admin.ModelAdmin]:
    """The same class where it names them already."""
    if issubclass(admin_class, NamesWrongLookups):
        return admin_class
    return type(admin_class.__name__, (NamesWrongLookups, admin_class), {"__module__": admin_class.__module__})


def refused_page(
    model_admin: Any, request: HttpRequest, sentences: Iterable[str], whole_href: str = ""
) -> HttpResponse:
    """400 with every sentence, and the way back to the whole list, which is here unless it is said."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("This list cannot be shown"),
        "opts": model_admin.opts,
        "refusals": list(sentences),
        "whole_href": whole_href or request.path,
        "is_popup": IS_POPUP_VAR in request.GET,
        "popup_var": IS_POPUP_VAR,
    }
    return TemplateResponse(request, "admin/list_refused.html", context, status=400)


def refuse(sentences: Iterable[str]) -> None:
    if found := list(sentences):
        raise RefusedLookups(found)


def no_filter(name: str) -> str:
    return _("This list has no filter “%(name)s”.") % {"name": shown(name)}


def is_simple(list_filter: Any) -> bool:
    return isinstance(list_filter, type) and issubclass(list_filter, admin.SimpleListFilter)


def _simple_names(declared: Iterable[Any]) -> set[str]:
    return {each.parameter_name for each in declared if is_simple(each)}


def _wrong_choices(asked: dict[str, list[str]], declared: Iterable[Any], specs: Iterable[Any]) -> Iterator[str]:
    """Of the filters that name their choices themselves; one that has none now is not among `specs`."""
    offered = {getattr(spec, "parameter_name", ""): {str(key) for key, _label in spec.lookup_choices}
               for spec in specs if is_simple(type(spec))}  # fmt: skip
    for each in filter(is_simple, declared):
        known = {"", *offered.get(each.parameter_name, ())}
        label = capfirst(str(each.title))
        yield from (no_such(label, value) for value in asked.get(each.parameter_name, ()) if value not in known)


def _outside_choices(lookup: Lookup) -> list[str]:
    choices = {str(value) for value, _label in getattr(lookup.field, "flatchoices", ())}
    if not choices or not lookup.is_equality:
        return []
    known = choices | ({""} if lookup.field.blank else set())
    return [value for value in lookup.values if value not in known]


def _unreadable(label: str, value: str) -> str:
    return _("%(label)s: “%(value)s” cannot be read.") % {"label": label, "value": shown(value)}


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) <= 200

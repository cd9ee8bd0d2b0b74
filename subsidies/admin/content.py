"""The pages on which staff edit what a call asks, part by part, by forms that need no JavaScript."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common import journal
from subsidies.call_problems import UNITS
from subsidies.content import PERIOD_NAMES, USUAL_PERIODS, CallContent
from subsidies.content_forms import CorrectionsForm, DraftPartForm, PanelForm, PeriodForm, PledgeForm, formset_for
from subsidies.content_places import Spot, children_of, spot
from subsidies.content_words import LIST_TITLES, PARTS, PERIOD_LABELS
from subsidies.editing import edit
from subsidies.enums import VersionState
from subsidies.models import CallVersion
from subsidies.rule_forms import JoinForm, TestRows, grouped, initial_of, joined
from subsidies.rule_words import can_be_read, rule_words

Change = Callable[[dict[str, Any]], None]
MARKED = (
    "materials",
    "sections",
    "check_items",
    "score_items",
    "panel",
    "periods",
    "pledge",
)  # conditions are marked one by one
PLAIN_PARTS = ("panel", "periods", "pledge")
MOST_ROWS = 1000


class Link(NamedTuple):
    label: str
    href: str


class Part(ABC):
    """What a page of the editor shows and how it saves; `forms` are all of them, for errors and media."""

    template = "admin/subsidies/callversion/plain_part.html"

    def __init__(self, version: CallVersion, place: str, data: Any) -> None:
        self.version, self.place, self.data = version, place, data
        self.content = version.parsed
        self.build()

    @abstractmethod
    def build(self) -> None:
        """Make the forms from `data`, or from what stands in the version."""

    @abstractmethod
    def is_valid(self) -> bool:
        """Whether every form can be read."""

    @abstractmethod
    def change(self, content: dict[str, Any]) -> None:
        """Put what was entered into `content`."""

    @abstractmethod
    def context(self) -> dict[str, Any]:
        """What the template shows."""

    @property
    def title(self) -> str:
        return str(PARTS[self.place])

    @property
    def back(self) -> str:
        return ""

    def _mark_form(self) -> DraftPartForm | None:
        if self.place not in MARKED:
            return None
        initial = {"is_draft_part": self.place in self.content.draft_parts}
        return DraftPartForm(self.data, initial=initial, prefix="part")

    def _mark(self, content: dict[str, Any], form: DraftPartForm | None) -> None:
        if form is not None:
            others = [name for name in content.get("draft_parts", ()) if name != self.place]
            content["draft_parts"] = [*others, self.place] if form.cleaned_data["is_draft_part"] else others


class ListPart(Part):
    template = "admin/subsidies/callversion/list_part.html"

    def build(self) -> None:
        found = spot(self.version.content, self.place)
        assert found is not None
        self.spot: Spot = found
        rows = [row | {"origin": str(row.get(found.id_name, ""))} for row in found.rows]
        self.rows: Any = formset_for(found.name)(self.data, initial=_as_sent(rows, self.data), prefix="rows")
        self.rows.id_name, self.rows.fixed_ids = found.id_name, _published_ids(self.version, self.place)
        self.rows.looks_at = _things_to_look_at(self.content)
        self.mark = self._mark_form()

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in (self.rows, *filter(None, [self.mark])))

    def change(self, content: dict[str, Any]) -> None:
        there = spot(content, self.place)
        if there is None:
            raise ValidationError(_("Somebody has deleted what this belongs to."), code="gone")
        there.owner[there.name] = self.rows.merged(there.rows)
        self._mark(content, self.mark)

    def context(self) -> dict[str, Any]:
        rows = [(form, self._links(form)) for form in self.rows.forms]
        return {"formset": self.rows, "rows": rows, "mark": self.mark}

    @property
    def title(self) -> str:
        if self.place in PARTS:
            return str(PARTS[self.place])
        return _place_title(self.spot)

    @property
    def back(self) -> str:
        return self.spot.above

    def _links(self, form: Any) -> list[Link]:
        """Of a row that is stored: the pages of what it holds."""
        origin = form.initial.get("origin")
        if not origin:
            return []
        return [
            Link(_held_words(child, form.initial, self.content), self._address(f"{self.place}/{origin}/{child}"))
            for child in children_of(self.spot.name, form.initial)
        ]

    def _address(self, place: str) -> str:
        return reverse("admin:subsidies_callversion_part", args=[self.version.pk, place])


class RulePart(Part):
    template = "admin/subsidies/callversion/rule_part.html"

    def build(self) -> None:
        found = spot(self.version.content, self.place)
        assert found is not None
        self.spot = found
        self.rule = found.owner.get(found.name)
        parts = grouped(self.rule) if can_be_read(self.rule, self.content) else None
        self.is_deep = parts is None
        tests = [initial_of(each, self.content) for each in parts.tests] if parts else []
        if self.data is not None:
            tests = tests[: _stored_count(self.data)]
        self.join = JoinForm(self.data, initial={"join": parts.join if parts else "all"}, prefix="join")
        kwargs = {"content": self.content}
        self.rows: Any = TestRows(self.data, initial=tests, prefix="rows", form_kwargs=kwargs)

    def is_valid(self) -> bool:
        return self.join.is_valid() and self.rows.is_valid()

    def change(self, content: dict[str, Any]) -> None:
        there = spot(content, self.place)
        if there is None:
            raise ValidationError(_("Somebody has deleted what this belongs to."), code="gone")
        rule = joined(self.join.cleaned_data["join"], self.rows.numbered())
        if rule is None and self.is_deep:
            return
        there.owner.pop(there.name, None)
        if rule is not None:
            there.owner[there.name] = rule

    def context(self) -> dict[str, Any]:
        words = rule_words(self.rule, self.content) if self.rule else ""
        return {"formset": self.rows, "join": self.join, "words": words, "is_deep": self.is_deep}

    @property
    def title(self) -> str:
        return _place_title(self.spot)

    @property
    def back(self) -> str:
        return self.spot.above


class PeriodsPart(Part):
    def build(self) -> None:
        stored = self.version.content.get("periods", {})
        self.forms = {
            name: PeriodForm(self.data, initial={"unit": UNITS[0], **stored.get(name, _usual(name))}, prefix=name)
            for name in PERIOD_NAMES
        }
        initial = {"most_corrections": self.content.most_corrections}
        self.corrections = CorrectionsForm(self.data, initial=initial, prefix="corrections")
        self.mark = self._mark_form()

    def is_valid(self) -> bool:
        return all(form.is_valid() for _title, form in self._titled())

    def change(self, content: dict[str, Any]) -> None:
        given = {name: form.cleaned_data for name, form in self.forms.items()}
        stored = content.get("periods", {})
        content["periods"] = {
            name: told
            for name, told in given.items()
            if told["length"] is not None and (name in stored or told != _usual(name))
        }
        content["most_corrections"] = self.corrections.cleaned_data["most_corrections"]
        self._mark(content, self.mark)

    def context(self) -> dict[str, Any]:
        return {"titled_forms": self._titled()}

    def _titled(self) -> list[tuple[str, Any]]:
        periods = [(str(PERIOD_LABELS[name]), form) for name, form in self.forms.items()]
        return [("", self.mark), *periods, (_("Corrections"), self.corrections)]


def _usual(name: str) -> dict[str, Any]:
    """Shown where nothing is set, for the periods that are not five working days after the first."""
    return dataclasses.asdict(USUAL_PERIODS[name]) if name in USUAL_PERIODS else {}


class PanelPart(Part):
    def build(self) -> None:
        self.form = PanelForm(self.data, initial=PanelForm.initial_of(self.content), prefix="panel")
        self.mark = self._mark_form()

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in (self.form, *filter(None, [self.mark])))

    def change(self, content: dict[str, Any]) -> None:
        content |= self.form.told()
        self._mark(content, self.mark)

    def context(self) -> dict[str, Any]:
        return {"titled_forms": [("", self.mark), (_("Expert panel and site visit"), self.form)]}


class PledgePart(Part):
    def build(self) -> None:
        self.form = PledgeForm(self.data, initial=self.version.content)
        self.mark = self._mark_form()

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in (self.form, *filter(None, [self.mark])))

    def change(self, content: dict[str, Any]) -> None:
        content |= self.form.cleaned_data
        self._mark(content, self.mark)

    def context(self) -> dict[str, Any]:
        return {"titled_forms": [("", self.mark), (_("Pledge"), self.form)]}


def part_at(version: CallVersion, place: str, data: Any) -> Part:
    """Http404 where there is no such place."""
    if place == "periods":
        return PeriodsPart(version, place, data)
    if place == "panel":
        return PanelPart(version, place, data)
    if place == "pledge":
        return PledgePart(version, place, data)
    found = spot(version.content, place)
    if found is None:
        raise Http404
    return (RulePart if found.is_rule else ListPart)(version, place, data)


def part_view(model_admin: Any, request: HttpRequest, version: CallVersion, place: str) -> HttpResponse:
    if version.state != VersionState.DRAFT or not model_admin.has_change_permission(request, version):
        raise PermissionDenied
    part = part_at(version, place, request.POST if request.method == "POST" else None)
    refusals: list[str] = []
    if request.method == "POST" and part.is_valid():
        try:
            _save(request, part)
        except ValidationError as error:
            refusals = error.messages
            version.refresh_from_db(fields=["version"])
        else:
            messages.success(request, _("Saved."))
            return redirect(request.path if "_continue" in request.POST else _address(version, part.back))
    context = {
        **model_admin.admin_site.each_context(request),
        **part.context(),
        "opts": model_admin.opts,
        "title": part.title,
        "subtitle": str(version.call),
        "version": version,
        "back_url": _address(version, part.back),
        "refusals": refusals,
    }
    has_errors = bool(refusals) or (request.method == "POST" and not part.is_valid())
    return TemplateResponse(request, part.template, context, status=400 if has_errors else 200)


def _save(request: HttpRequest, part: Part) -> None:
    seen = request.POST.get("seen_version", "")
    with journal.acting(by=request.user, source="admin", reason=part.title):
        edit(part.version, part.change, seen=int(seen[:9]) if seen.isdecimal() else None, by=request.user)  # type: ignore[arg-type]


def _address(version: CallVersion, place: str) -> str:
    if place:
        return reverse("admin:subsidies_callversion_part", args=[version.pk, place])
    return reverse("admin:subsidies_callversion_change", args=[version.pk])


def _as_sent(rows: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """The stored rows in the order in which the page that was sent had them: others may have changed the list since."""
    if data is None:
        return rows
    stored = {row["origin"]: row for row in reversed(rows)}
    origins = [data.get(f"rows-{place}-origin", "") for place in range(_stored_count(data))]
    return [stored.get(origin, {"origin": origin}) for origin in origins]


def _stored_count(data: Any) -> int:
    told = data.get("rows-INITIAL_FORMS", "")
    return min(int(told[:4]), MOST_ROWS) if told.isdecimal() else 0


def _published_ids(version: CallVersion, place: str) -> frozenset[str]:
    """Ids that a published version of the call has in the same place."""
    published = version.call.current_version()
    found = spot(published.content, place) if published else None
    return frozenset(found.ids()) if found else frozenset()


def _things_to_look_at(content: CallContent) -> tuple[tuple[str, str], ...]:
    fields = ((field.id, f"{field.id} · {field.label}") for field in content.fields())
    materials = ((material.code, f"{material.code} · {material.name}") for material in content.materials)
    return (*fields, *materials)


def _held_words(child: str, row: Any, content: CallContent) -> str:
    if child in ("rule", "required_when"):
        words = rule_words(row.get(child), content) if row.get(child) else _("none")
        return _("%(name)s: %(words)s") % {"name": LIST_TITLES[child], "words": words}
    return _("%(name)s (%(count)d)") % {"name": LIST_TITLES[child], "count": len(row.get(child) or ())}


def _place_title(place: Spot) -> str:
    return _("%(name)s: %(words)s") % {"name": place.owner_id, "words": LIST_TITLES[place.name]}


def parts_of(version: CallVersion, problems: list[Any]) -> list[dict[str, Any]]:
    """The editor's first page: each part with how much it holds and what is wrong with it."""
    content = version.content
    return [
        {
            "name": name,
            "label": label,
            "href": reverse("admin:subsidies_callversion_part", args=[version.pk, name]),
            "count": None if name in PLAIN_PARTS else len(content.get(name, ())),
            "is_draft": name in version.parsed.draft_parts,
            "problems": [problem for problem in problems if problem.part == name],
        }
        for name, label in PARTS.items()
        if name != "call"
    ]

"""The parts of a base on its page, in the order of the paper form."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bases import permissions
from bases.admin.forms import EquipmentForm, PictureForm, figure_choices
from bases.models import (
    Base,
    BaseFigure,
    BaseMedia,
    BasePicture,
    BaseTitle,
    Equipment,
    PilotLine,
    SafetyPermit,
    Service,
)
from bases.models.verification import VERIFICATION
from common.admin_tools import PartOptions

PROVENANCE = ("source", *VERIFICATION)
SAID_ANEW = {*PROVENANCE, "dated_on"}


class SourcedInline(PartOptions, admin.StackedInline):
    """Where a row comes from anybody may say who edits it; that it was checked, the bureau alone."""

    short_lists = ("source", "verified_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source", "verified_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Base | None = None) -> tuple[str, ...]:
        return () if permissions.can_verify(request.user) else VERIFICATION  # type: ignore[arg-type]


class PilotLineInline(SourcedInline):
    model = PilotLine
    fields = [
        ("name", "process"),
        ("capacity", "capacity_unit", "batch_size"),
        ("hazard_class", "trl_min", "trl_max", "started_on"),
        PROVENANCE,
    ]


class EquipmentInline(SourcedInline):
    model = Equipment
    form = EquipmentForm
    fields = [
        ("name", "model", "maker", "origin"),
        ("category", "bought_on", "original_value_yuan", "quantity"),
        ("location", "is_shareable", "fee", "state"),
        "specifications",
        PROVENANCE,
    ]


class ServiceInline(SourcedInline):
    model = Service
    fields = [
        ("type", "title"),
        ("description",),
        ("deliverables", "prerequisites", "qualification"),
        ("price_min_yuan", "price_max_yuan", "price_unit", "is_negotiable", "lead_time_days"),
        PROVENANCE,
    ]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "description":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TitleInline(SourcedInline):
    model = BaseTitle
    fields = [
        ("name_zh", "level", "programme"),
        ("issuer", "document_number", "issued_on"),
        ("valid_until", "status"),
        PROVENANCE,
    ]


class PermitInline(SourcedInline):
    model = SafetyPermit
    fields = [("name", "number", "issuer"), ("issued_on", "valid_until"), PROVENANCE]


class FigureFormSet(forms.BaseInlineFormSet):
    """The base is saved first and may have taken rows away: a source or verification written here is said anew."""

    def save_existing(self, form: Any, obj: BaseFigure, commit: bool = True) -> Any:
        if not (SAID_ANEW & {*form.changed_data} or BaseFigure.objects.filter(pk=obj.pk).exists()):
            return obj
        obj.say_anew(*form.changed_data)
        return super().save_existing(form, obj, commit)

    def delete_existing(self, obj: BaseFigure, commit: bool = True) -> None:
        if BaseFigure.objects.filter(pk=obj.pk).exists():
            super().delete_existing(obj, commit)


class FigureInline(SourcedInline):
    model = BaseFigure
    formset = FigureFormSet
    verbose_name_plural = _("sources of figures")
    fields = [("field", "source", "dated_on"), VERIFICATION, ("note_zh", "note_en")]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "field":
            return forms.ChoiceField(label=db_field.verbose_name, choices=figure_choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class PictureInline(PartOptions, admin.StackedInline):
    model = BasePicture
    form = PictureForm
    short_lists = ("source",)
    readonly_fields = ("preview",)
    fields = [("preview", "upload"), ("alt_zh", "alt_en"), ("credit", "source"), ("line", "taken_on")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("small")

    def get_formset(self, request: HttpRequest, obj: Base | None = None, **kwargs: Any) -> Any:
        """The lines of this base alone, and who sends the picture."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        if "line" in formset.form.base_fields:
            lines = PilotLine.objects.filter(base=obj)
            field = formset.form.base_fields["line"]
            field.queryset = lines
            field.choices = [("", "—"), *((line.pk, str(line)) for line in lines)]
        formset.form.user = request.user
        return formset

    @admin.display(description=_("picture"))
    def preview(self, picture: BasePicture) -> str:
        if not picture.small_id:
            return ""
        address = reverse("base_picture", args=[picture.small.public_id])
        return format_html('<img class="desk-picture" src="{}" alt="{}">', address, picture.alt)


class MediaInline(PartOptions, admin.StackedInline):
    model = BaseMedia
    short_lists = ("source",)
    fields = [("kind", "title", "url"), ("published_on", "source")]


PARTS = [
    FigureInline,
    PilotLineInline,
    EquipmentInline,
    ServiceInline,
    TitleInline,
    PermitInline,
    PictureInline,
    MediaInline,
]

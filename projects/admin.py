from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bases.models import Base
from bases.models.verification import VERIFICATION
from common.admin_tools import PartOptions, ScopedAdmin, VersionedForm
from common.admin_transfer import TransferAdmin
from common.admin_vouched import labels_of_parts, tell_what_was_lost
from common.calendar import shanghai_today
from common.journal_words import ACTIONS
from common.models import Source
from common.slugs import free_slug
from projects import permissions, workflow
from projects.codes import next_code
from projects.enums import Precision, Stage, Withholdable
from projects.exporting import export_rows
from projects.importing import ProjectImport
from projects.line import dated
from projects.models import Project, ProjectOutcome, ProjectPartner, ProjectStep

ACTIONS.update(
    {f"stage_{stage.value}": format_lazy(gettext_lazy("Stage: {stage}"), stage=stage.label) for stage in Stage}
)


class WithheldField(forms.MultipleChoiceField):
    """Kept as words separated by spaces."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        chosen = super().clean(value)
        return " ".join(word for word in Withholdable.values if word in chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or ""), data)


class ProjectForm(VersionedForm):
    withheld_fields = WithheldField(
        label=gettext_lazy("confidential fields"),
        choices=Withholdable,
        required=False,
        help_text=gettext_lazy("Never shown outside the bureau."),
    )

    user: User  # set by the admin

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._narrow("base", Q(pk__in=Base.objects.for_staff(self.user).values("pk")))
        if not self.user.acts_for_whole_city():
            self._narrow("division", Q(pk__in=self.user.divisions()))
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made from the name.")

    def _narrow(self, name: str, own: Q) -> None:
        if name in self.fields:
            field: Any = self.fields[name]
            field.queryset = field.queryset.filter(own | Q(pk=getattr(self.instance, f"{name}_id")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"base", "division"} <= set(cleaned) and not self._is_own_place(cleaned):
            raise ValidationError(_("Choose a base or the county of your own place."), code="place")
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name_zh"):
            cleaned["slug"] = self.instance.slug or free_slug(Project, cleaned.get("name_en", ""), cleaned["name_zh"])
        return cleaned

    def _is_own_place(self, cleaned: dict[str, Any]) -> bool:
        division = cleaned["division"]
        return permissions.is_own_place(self.user, cleaned["base"], division and division.pk)


class StageForm(forms.Form):
    """One step on the way from laboratory to industry."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"))
    happened_on = forms.DateField(label=gettext_lazy("Date"), required=False, widget=AdminDateWidget)
    precision = forms.ChoiceField(
        label=gettext_lazy("Date known by"), required=False, choices=[("", "—"), *Precision.choices]
    )
    source = forms.ModelChoiceField(label=gettext_lazy("Source"), queryset=Source.objects.all())
    note_zh = forms.CharField(label=gettext_lazy("Note (Chinese)"), required=False, max_length=200)
    note_en = forms.CharField(label=gettext_lazy("Note (English)"), required=False, max_length=200)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = workflow.next_stages(project.stage)
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in stages]  # type: ignore[attr-defined]

    def clean_stage(self) -> Stage:
        return Stage(self.cleaned_data["stage"])


class NamedAutocomplete(AutocompleteSelect):
    """Draws the row it stands for without asking the database for its name again."""

    known: tuple[str, str] = ("", "")

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        key, label = self.known
        if not key or list(value) != [key]:
            return super().optgroups(name, value, attr)
        return [(None, [self.create_option(name, key, label, True, 0)], 0)]


class PartFormSet(forms.BaseInlineFormSet):
    """A changed part takes the verification of the very project that this page saves."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.instance.project = self.instance


class PartnerFormSet(PartFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk:
            organisation = form.instance.organisation
            form.fields["organisation"].widget.widget.known = (str(organisation.pk), str(organisation))


class PartnerInline(PartOptions, admin.StackedInline):
    model = ProjectPartner
    formset = PartnerFormSet
    fields = [("organisation", "role")]
    autocomplete_fields = ["organisation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organisation":
            kwargs["widget"] = NamedAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OutcomeInline(PartOptions, admin.StackedInline):
    model = ProjectOutcome
    formset = PartFormSet
    short_lists = ("source",)
    fields = [("kind", "text_zh", "text_en"), ("happened_on", "source")]


class StepInline(PartOptions, admin.TabularInline):
    """Read only: a step is recorded by its own form and never changed."""

    model = ProjectStep
    fields = ("stage", "date_as_known", "source", "note_zh")
    readonly_fields = fields
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source")

    @admin.display(description=gettext_lazy("date"))
    def date_as_known(self, step: ProjectStep) -> str:
        return dated(step.happened_on, step.precision)

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Project)
class ProjectAdmin(TransferAdmin, ScopedAdmin):
    form = ProjectForm
    importer = ProjectImport
    export_rows = staticmethod(export_rows)
    may_edit = staticmethod(permissions.can_edit)
    is_public = staticmethod(lambda project: project.is_public)
    change_form_template = "admin/projects/change_form.html"

    list_display = ["code", "name_zh", "base", "stage", "stage_date", "is_public"]
    list_display_links = ["code", "name_zh"]
    list_select_related = ["base"]
    list_filter = ["stage", "is_public", "industry", "division"]
    sortable_by = ["code"]
    search_fields = ["code"]
    search_help_text = gettext_lazy("Name, code, keyword, or the first letters of the pinyin")
    ordering = ["code"]
    inlines = [PartnerInline, StepInline, OutcomeInline]
    autocomplete_fields = ["base", "verified_by"]
    readonly_fields = ["code", "is_demo", "stage", "stage_date", "has_passed"]
    fieldsets = [
        (gettext_lazy("Name"), {"fields": ["code", ("name_zh", "name_en"), "slug", "is_demo"]}),
        (gettext_lazy("Where it is done"), {"fields": [("base", "is_own_pilot"), "division"]}),
        (gettext_lazy("Technology"), {"fields": [("industry", "technology_field"), ("trl_in", "trl_out"), "keywords"]}),
        (gettext_lazy("Pilot"), {"fields": [("investment_yuan", "started_on", "ended_on")]}),
        (gettext_lazy("Texts"), {"fields": ["summary_zh", "summary_en"]}),
        (gettext_lazy("What is public"), {"fields": ["is_public", "withheld_fields"]}),
        (gettext_lazy("Source and verification"), {"fields": ["source", VERIFICATION]}),
        (gettext_lazy("Stage"), {"fields": [("stage", "stage_date", "has_passed")]}),
    ]

    # ------------------------------------------------------------ rights
    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        name, options = fieldsets[0]
        own = {"fields": [field for field in options["fields"] if field not in ("code", "is_demo")]}
        return [(name, own), *fieldsets[1:-1]]

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> list[str]:
        fixed = list(self.readonly_fields)
        if obj is not None:
            fixed.append("slug")
        if not permissions.can_publish(request.user):  # type: ignore[arg-type]
            fixed += permissions.FOR_THE_BUREAU
        if not permissions.can_verify(request.user):  # type: ignore[arg-type]
            fixed += VERIFICATION
        return fixed

    def get_form(self, request: HttpRequest, obj: Project | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        """What the public has read stays; a record without a step may go."""
        if obj is None or obj.is_public or obj.stage:
            return False
        return super().has_delete_permission(request, obj) and self.may_edit_row(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("base")

    # ------------------------------------------------------------ list
    @admin.display(description=gettext_lazy("stage reached on"))
    def stage_date(self, project: Project) -> str:
        return dated(project.stage_on, project.stage_precision)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False  # type: ignore[attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    # ------------------------------------------------------------ saving
    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        if not change:
            obj.code = next_code(shanghai_today().year)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            tell_what_was_lost(request, [*_lost(form.instance), *labels_of_parts(formsets)])

    # ------------------------------------------------------------ pages
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.stage_view)
        return [path("<path:object_id>/stage/", view, name="projects_project_stage"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        project = kwargs.get("obj")
        if project is not None and self.has_change_permission(request, project) and workflow.next_stages(project.stage):
            context |= {"stage_url": reverse("admin:projects_project_stage", args=[project.pk])}
        return super().render_change_form(request, context, *args, **kwargs)

    def stage_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        project = self.get_object(request, unquote(object_id))
        if project is None:
            raise Http404
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        form = StageForm(project, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._recorded(request, project, form):
            return redirect("admin:projects_project_change", project.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record a stage"),
            "subtitle": str(project),
            "form": form,
            "media": self.media + form.media,
            "project": project,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/projects/stage.html", context, status=400 if form.errors else 200)

    def _recorded(self, request: HttpRequest, project: Project, form: StageForm) -> bool:
        try:
            with self.acting(request):
                moved = workflow.record_stage(project, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
            return False
        messages.success(request, _("The stage is recorded."))
        tell_what_was_lost(request, _lost(moved))
        return True


def _lost(project: Project) -> list[str]:
    return Project.labels_of_lost(project.lost)

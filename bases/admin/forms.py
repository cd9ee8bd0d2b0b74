from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bases import pictures
from bases.codes import validate_code
from bases.enums import Action
from bases.models import Base, BasePicture, Equipment
from bases.models.change import REVIEWED_FIELDS
from bases.models.provenance import FIGURES
from common.admin_tools import LONGEST_REASON, VersionedForm
from common.slugs import free_slug
from common.texts import clean_text

PARTS_OF_A_SPECIFICATION = ("name", "value", "unit")


class PlacedForm(forms.ModelForm):
    """Whoever acts for one county or park chooses among the own places; `user` is set by the admin."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_bound_to_place = not self.user.acts_for_whole_city()
        if self.is_bound_to_place:
            self.divisions, self.parks = self.user.divisions(), self.user.parks()
            self._narrow("division", self.divisions)
            self._narrow("park", self.parks)

    def clean_name_zh(self) -> str:
        name = clean_text(self.cleaned_data["name_zh"])
        twin = Base.objects.holding_names().filter(name_zh=name).exclude(pk=self.instance.pk).first()
        if twin and not self.instance.is_demo:
            words = {"name": name, "code": twin.code}
            raise ValidationError(_("The base %(code)s is called “%(name)s” already.") % words, code="name")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_bound_to_place and {"division", "park"} & set(self.fields) and not self._is_own_place(cleaned):
            raise ValidationError(_("Choose your own county or park."), code="place")
        return cleaned

    def _narrow(self, name: str, own: set[str]) -> None:
        if name in self.fields:
            present = getattr(self.instance, f"{name}_id")
            field: Any = self.fields[name]
            field.queryset = field.queryset.filter(Q(pk__in=own) | Q(pk=present))

    def _is_own_place(self, cleaned: dict[str, Any]) -> bool:
        division = cleaned.get("division", self.instance.division)
        park = cleaned.get("park", self.instance.park)
        return bool((division and division.pk in self.divisions) or (park and park.pk in self.parks))


class BaseForm(PlacedForm, VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it is made from the name.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name_zh"):
            cleaned["slug"] = free_slug(Base, cleaned.get("name_en", ""), cleaned["name_zh"])
        return cleaned


class ProposeForm(PlacedForm):
    """New values of the reviewed fields of a listed base."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Base
        fields = REVIEWED_FIELDS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not set(self.changed_data) - {"reason"}:
            raise ValidationError(_("Change at least one of the fields."), code="nothing")
        return cleaned

    def proposed_values(self) -> dict[str, Any]:
        """As the workflow keeps them: keys of related rows by their primary key."""
        chosen = {name: self.cleaned_data[name] for name in self.changed_data if name in REVIEWED_FIELDS}
        return {name: getattr(value, "pk", value) for name, value in chosen.items()}


class MoveForm(forms.Form):
    """What a move needs besides the decision to make it."""

    def __init__(self, action: Action, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NEEDED.get(action, ()):
            self.fields[name] = MOVE_FIELDS[name]()

    def clean_into(self) -> Base:
        code = self.cleaned_data["into"].strip().upper()
        validate_code(code)
        base = Base.objects.filter(code=code).first()
        if base is None:
            raise ValidationError(_("No base has the code %(code)s.") % {"code": code}, code="unknown")
        return base


def _reason() -> forms.Field:
    return forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


def _rectify_until() -> forms.Field:
    return forms.DateField(label=_("Rectify until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _into() -> forms.Field:
    return forms.CharField(label=_("Code of the base it becomes part of"), max_length=24)


MOVE_FIELDS = {"reason": _reason, "rectify_until": _rectify_until, "into": _into}
NEEDED: dict[Action, tuple[str, ...]] = {
    Action.SEND_BACK: ("reason",),
    Action.WARN: ("reason", "rectify_until"),
    Action.SUSPEND: ("reason",),
    Action.REMOVE: ("reason",),
    Action.MERGE: ("into", "reason"),
    Action.DECLINE_CHANGE: ("reason",),
}


class SpecificationsField(forms.CharField):
    """Rows of name, value and unit, one a line: Volume | 500 | L."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(str(row.get(part, "")) for part in PARTS_OF_A_SPECIFICATION) for row in value)

    def to_python(self, value: Any) -> Any:
        return [self._row(line) for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    @staticmethod
    def _row(line: str) -> dict[str, str]:
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        if len(parts) not in (2, 3) or not all(parts[:2]):
            raise ValidationError(
                _("Write each line as name | value | unit, for example: volume | 500 | L."), code="form"
            )
        return dict(zip(PARTS_OF_A_SPECIFICATION, [*parts, ""][:3], strict=True))


class EquipmentForm(forms.ModelForm):
    specifications = SpecificationsField(
        label=gettext_lazy("specifications"), required=False, help_text=gettext_lazy("One a line: name | value | unit.")
    )

    class Meta:
        model = Equipment
        exclude: list[str] = []


class PictureForm(forms.ModelForm):
    """`user` is set by the admin. What is sent is drawn here and kept when the form is saved."""

    upload = forms.FileField(
        label=gettext_lazy("picture file"),
        required=False,
        help_text=gettext_lazy(
            "JPG, PNG or WebP, at most 20 MB. It is drawn anew: place, time and camera are not kept."
        ),
        widget=forms.FileInput(attrs={"accept": pictures.RULES.accept}),
    )

    user: User
    sizes: tuple[pictures.Drawn, pictures.Drawn] | None = None

    class Meta:
        model = BasePicture
        exclude: list[str] = []

    def clean_upload(self) -> Any:
        sent = self.cleaned_data["upload"]
        if sent:
            self.sizes = pictures.drawn(sent, sent.name)
        elif not self.instance.pk:
            raise ValidationError(_("Choose a picture file."), code="required")
        return sent

    def save(self, commit: bool = True) -> BasePicture:
        if self.sizes is None:
            return super().save(commit)
        return pictures.keep(self.instance, self.sizes, by=self.user)


def figure_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((name, str(getattr(Base._meta.get_field(name), "verbose_name", name))) for name in FIGURES)]

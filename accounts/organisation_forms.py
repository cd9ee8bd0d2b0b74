"""Forms of joining and administering an organisation; the rules themselves stand in the verbs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.enums import FIRM_ROLES, FOUNDED_KINDS, MembershipRole, OrganisationKind
from accounts.models import Organisation
from common.file_checks import MEGABYTE, FileRules
from common.models import Division
from common.money import YUAN_PER_WAN, wan_to_yuan
from common.texts import clean_text

LICENCE_RULES = FileRules(formats=("pdf", "jpg", "png"), largest_bytes=10 * MEGABYTE, most_pages=10)
ROLES = [(role.value, role.label) for role in FIRM_ROLES]
ELSEWHERE = "elsewhere"
KINDS = [(kind.value, kind.label) for kind in FOUNDED_KINDS]


def add_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """Beside the field it is about, or above the form where the form has no such field."""
    for name, errors in error.update_error_dict({}).items():
        form.add_error(name if name in form.fields else None, errors)


class CreditCodeFormField(forms.CharField):
    """Normalised and checked down to its last character."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unified social credit code"))
        kwargs.setdefault("help_text", _("18 digits and capitals, as on the business licence."))
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        code = credit_code.normalise(super().clean(value))
        credit_code.validate(code)
        return code


class WanField(forms.CharField):
    """Typed and shown in 万元, yuan inside."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = format(value / YUAN_PER_WAN, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return wan_to_yuan(text) if text else None


class ThenElsewhere(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        yield ELSEWHERE, _("Not in Chenzhou")


class RegisteredInField(forms.ModelChoiceField):
    """Nothing is chosen beforehand; None for whoever says that it is elsewhere."""

    iterator = ThenElsewhere

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Registered in"))
        kwargs.setdefault("empty_label", _("Choose"))
        required = _("Choose the county or district of the registered address, or “Not in Chenzhou”.")
        kwargs.setdefault("error_messages", {"required": required})
        super().__init__(Division.objects.all(), **kwargs)

    def clean(self, value: Any) -> Any:
        return None if value == ELSEWHERE else super().clean(value)


class LicenceField(forms.FileField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Business licence"))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": LICENCE_RULES.accept}))
        super().__init__(**kwargs)


class CodeForm(forms.Form):
    code = CreditCodeFormField()


class FoundForm(forms.Form):
    credit_code = CreditCodeFormField()
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=OrganisationKind.ENTERPRISE)
    name_zh = forms.CharField(
        label=_("Chinese name"), max_length=120, help_text=_("In full, exactly as on the business licence.")
    )
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    registered_division = RegisteredInField(
        help_text=_("The county or district of the registered address; it leads to the unit that recommends."),
    )

    def clean_name_zh(self) -> str:
        return clean_text(self.cleaned_data["name_zh"]).strip()


class AskForm(forms.Form):
    code = forms.CharField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Message to the administrators"),
        max_length=300,
        required=False,
        help_text=_("Who you are and what you will do, such as “research department, pilot project …”."),
    )


class ClaimForm(forms.Form):
    code = CreditCodeFormField(widget=forms.HiddenInput)
    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)
    licence = LicenceField()


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=MembershipRole.MEMBER)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=MembershipRole.MEMBER)


class VerificationForm(forms.Form):
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, help_text=_("Exactly as on the licence."))
    code = CreditCodeFormField()
    licence = LicenceField()

    def clean_name_zh(self) -> str:
        return clean_text(self.cleaned_data["name_zh"]).strip()


class OrganisationForm(forms.ModelForm):
    """Without the fields that the licence fixes once it is with the bureau."""

    registered_capital_yuan = WanField(label=_("Registered capital (10,000 yuan)"), required=False)

    class Meta:
        model = Organisation
        fields = [
            "kind",
            "name_zh",
            "name_en",
            "credit_code",
            "registered_division",
            "registered_address",
            "operating_division",
            "operating_address",
            "park",
            "established_on",
            "legal_representative",
            "registered_capital_yuan",
        ]
        widgets = {"established_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, closed: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in closed:
            del self.fields[name]
        if kind := self.fields.get("kind"):
            kind.choices = KINDS  # type: ignore[attr-defined]
        if code := self.fields.get("credit_code"):
            code.required = True

    def _post_clean(self) -> None:
        """The verb checks the row that it has locked; this one here is left as it was read."""

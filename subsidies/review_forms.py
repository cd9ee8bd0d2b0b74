"""Small forms of experts, and of applicants about experts."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.models import Organisation
from subsidies.concerned import Concerned
from subsidies.enums import DeclineReason, InterestKind
from subsidies.models import AvoidedExpert

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AcceptForm(forms.Form):
    is_impartial = forms.BooleanField(
        label=_(
            "I have no bond to the applicant, the partners or the base: I neither work nor worked there within three "
            "years, hold no share, advise none of them, and am in no dispute with them. I keep what I read to myself."
        ),
        error_messages={"required": _("Only who declares to be impartial can review.")},
    )


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why you decline"), choices=DeclineReason.choices, widget=forms.RadioSelect, required=True
    )
    bound_to = forms.ChoiceField(
        label=_("To whom you are bound"),
        required=False,
        help_text=_("Kept with your declared interests, so that you are not drawn for this organisation again."),
    )
    note = forms.CharField(
        label=_("Note for the bureau"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, concerned: list[Concerned], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.organisation.pk): each.organisation for each in concerned}
        names = [(key, str(organisation)) for key, organisation in self.organisations.items()]
        self.fields["bound_to"].choices = [("", _("Nobody, or I do not say")), *names]  # type: ignore[attr-defined]

    def clean_bound_to(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["bound_to"])


class AbsenceForm(forms.Form):
    begins_on = forms.DateField(label=_("First day"), widget=DAY)
    ends_on = forms.DateField(label=_("Last day"), widget=DAY)


class InterestForm(forms.Form):
    organisation = forms.CharField(
        label=_("Organisation"), max_length=160, help_text=_("Its full name or its unified social credit code.")
    )
    kind = forms.ChoiceField(label=_("What binds you"), choices=InterestKind.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def clean_organisation(self) -> Organisation:
        typed = self.cleaned_data["organisation"].strip()
        by_name = Q(name_zh=typed) | Q(name_en=typed)
        found = Organisation.objects.filter(by_name | Q(credit_code=credit_code.normalise(typed))).first()
        if found is None:
            raise forms.ValidationError(
                _("No organisation of this name or code is in the registry. Tell the bureau, which can enter it.")
            )
        return found


class AvoidForm(forms.ModelForm):
    class Meta:
        model = AvoidedExpert
        fields = ["name", "employer", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False  # an empty row is nobody; the verb asks for name and reason together

    def _post_clean(self) -> None:
        """The verb checks the whole list, and says it in one sentence."""

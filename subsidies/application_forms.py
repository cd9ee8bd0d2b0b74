"""Small forms around an application; its own form is data, see subsidies.section_form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common.language_marks import MarkedSelect
from projects.models import Project
from subsidies.appealing import LONGEST_GROUNDS
from subsidies.drafting import LONGEST_NAME, projects_for
from subsidies.enums import PleaKind
from subsidies.models import Call
from subsidies.permissions import startable
from subsidies.workflow import LONGEST_REASON


class StartForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Firm"),
        widget=MarkedSelect,
        empty_label=None,
        error_messages={"invalid_choice": _("Choose a firm for which you may start applications.")},
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Project of the registry"),
        widget=MarkedSelect,
        required=False,
        empty_label=_("Not in the registry: I give its name below"),
        help_text=_("What the registry knows of the project is filled in."),
    )
    project_name = forms.CharField(
        label=_("Name of the project"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Only for a project that is not in the registry."),
    )

    def __init__(self, *args: Any, call: Call, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.firms = startable(user)
        firms, projects = Organisation.objects.filter(pk__in=self.firms), projects_for(self.firms, call)
        self.fields["organisation"].queryset = firms  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    project_name = forms.CharField(label=_("Name of the project"), max_length=LONGEST_NAME)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
        help_text=_("It is kept with the record."),
    )


class AppealForm(forms.Form):
    text = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST_GROUNDS)


class PleaForm(forms.Form):
    kind = forms.ChoiceField(label=_("What you ask for"), choices=PleaKind)
    text = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST_GROUNDS)


class SignForm(forms.Form):
    """`key` names the signature, so that a second click signs nothing twice."""

    pledge = forms.BooleanField(
        label=_("The unit confirms this pledge"),
        error_messages={"required": _("Confirm the pledge: without it nothing can be submitted.")},
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

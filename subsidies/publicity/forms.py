"""The form for an objection, and for a lead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.sign_up import ProofOfWorkField
from common.language_marks import MarkedSelect
from subsidies.enums import ObjectionKind
from subsidies.models import NoticeEntry
from subsidies.publicity.objecting import LONGEST_GROUNDS, RULES, Objector

PURPOSE = "objection"


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in given if each]


class EntryField(forms.ModelChoiceField):
    def label_from_instance(self, entry: NoticeEntry) -> str:
        return f"{entry.position}. {entry.application.organisation.name_zh} · {entry.application.project_name}"


class ObjectionForm(forms.Form):
    """`takes_objections` is False after the last day: what comes then can be left as a lead alone."""

    entry = EntryField(
        NoticeEntry.objects.none(), label=_("What it is about"), empty_label=_("Choose"), widget=MarkedSelect
    )
    kind = forms.ChoiceField(label=_("Who objects"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name of the unit, or your own"),
        max_length=200,
        required=False,
        help_text=_("Needed for an objection. Nobody but those who handle it sees it."),
    )
    contact = forms.CharField(label=_("Telephone or address"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("If you wish to be told when it has been answered.")
    )
    text = forms.CharField(
        label=_("What you object to, and why"), max_length=LONGEST_GROUNDS, widget=forms.Textarea(attrs={"rows": 8})
    )
    letter = forms.FileField(label=_("Letter under the stamp of the unit"), required=False)
    evidence = ManyFilesField(label=_("Evidence"), required=False)
    captcha = ProofOfWorkField(label=_("Check against automatic sending"), required=False, purpose=PURPOSE)

    def __init__(self, *args: Any, entries: Any, takes_objections: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ObjectionKind.choices if takes_objections else [(ObjectionKind.LEAD.value, ObjectionKind.LEAD.label)]
        self.fields["entry"].queryset = entries  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        needed = {"letter": _("Needed from a unit."), "evidence": _("Needed from a person.")}
        for name, words in needed.items():
            self.fields[name].help_text = f"{words} {RULES.in_words}"
            self.fields[name].widget.attrs["accept"] = RULES.accept

    @property
    def is_lead(self) -> bool:
        return bool(self.cleaned_data["kind"] == ObjectionKind.LEAD)

    def objector(self) -> Objector:
        return Objector(**{name: self.cleaned_data[name] for name in Objector._fields})

"""What is filled in about a public notice, and what is said when one is given back."""

from typing import Any

from django import forms
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from subsidies.models import Application, Call, PublicNotice
from subsidies.publicity.reading import ready_for_notice
from subsidies.publicity.writing import Texts, usual_contacts
from subsidies.workflow import LONGEST_REASON


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


def _title(call_name: str, language: str) -> str:
    """A proposal, to be changed at will."""
    with override(language):
        return gettext("%(call)s: projects proposed for support") % {"call": call_name} if call_name else ""


class ChooseCallForm(forms.Form):
    call = forms.ModelChoiceField(Call.objects.none(), label=_("call"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = Call.objects.published()  # type: ignore[attr-defined]


class ListField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, application: Application) -> str:
        return f"{application} · {application.organisation} · {application.project_name}"


class NoticeForm(forms.Form):
    applications = ListField(
        Application.objects.none(),
        label=_("list"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What was approved under the call and stands in no other notice; all, or some."),
    )
    title_zh = forms.CharField(label=_("Chinese title"), max_length=200)
    title_en = forms.CharField(label=_("English title"), max_length=300, required=False)
    text_zh = forms.CharField(label=_("text (Chinese)"), max_length=4000, required=False, widget=_area(6))
    text_en = forms.CharField(label=_("text (English)"), max_length=6000, required=False, widget=_area(4))
    business_contact = forms.CharField(
        label=_("contact for the matter"), max_length=200, help_text=_("An office and its telephone, no mobile phone.")
    )
    discipline_contact = forms.CharField(label=_("contact of the discipline office"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, call: Call, notice: PublicNotice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ready_for_notice(call, notice).select_related("organisation").defer("data", "touched")
        self.fields["applications"].queryset = offered  # type: ignore[attr-defined]
        self.initial = self._of(notice) if notice else self._usual(call)

    @staticmethod
    def _of(notice: PublicNotice) -> dict[str, Any]:
        given = {name: getattr(notice, name) for name in (*Texts._fields, "version")}
        return given | {"applications": list(notice.entries.values_list("application", flat=True))}

    def _usual(self, call: Call) -> dict[str, Any]:
        business, discipline = usual_contacts(call)
        ready = self.fields["applications"].queryset.values_list("pk", flat=True)  # type: ignore[attr-defined]
        given = {"business_contact": business, "discipline_contact": discipline, "applications": list(ready)}
        return given | {"title_zh": _title(call.name_zh, "zh-hans"), "title_en": _title(call.name_en, "en")}

    def texts(self) -> Texts:
        return Texts(**{name: self.cleaned_data[name] for name in Texts._fields})


class GiveBackForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=LONGEST_REASON, widget=_area(3))

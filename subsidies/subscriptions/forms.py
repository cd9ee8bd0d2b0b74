"""What anyone fills in to be sent news."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import captcha
from accounts.sign_up import ProofOfWork
from subsidies.enums import Topic

PURPOSE = "subscribe"


class OptionalProof(forms.CharField):
    """Empty without JavaScript, which cleans to ""; what is sent must be a solution of ours."""

    widget = ProofOfWork(PURPOSE, is_optional=True)

    def clean(self, value: Any) -> str:
        if not value:
            return ""
        captcha.spend(str(value), PURPOSE)
        return "solved"


class ChoiceForm(forms.Form):
    """Without a topic nothing is sent any more."""

    topics = forms.MultipleChoiceField(
        label=_("What to send"), choices=Topic.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    language = forms.ChoiceField(label=_("In which language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def chosen(self) -> tuple[list[Topic], str]:
        return [Topic(value) for value in self.cleaned_data["topics"]], self.cleaned_data["language"]


class SubscribeForm(ChoiceForm):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    captcha = OptionalProof(label=_("Check against automatic sending"), required=False)
    field_order = ["email", "topics", "language", "captcha"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"topics": Topic.values, "language": get_language()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["topics"].required = True
        self.fields["topics"].error_messages["required"] = _("Choose at least one topic.")

    @property
    def is_solved(self) -> bool:
        return bool(self.cleaned_data.get("captcha"))

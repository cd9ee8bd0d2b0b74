from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User
from accounts.models.tokens import LONGEST_LIFE_DAYS, USUAL_LIFE_DAYS
from common import sms


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "phone"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel"}),
        }


class TokenForm(forms.ModelForm):
    days = forms.IntegerField(
        label=_("Valid for (days)"), min_value=1, max_value=LONGEST_LIFE_DAYS, initial=USUAL_LIFE_DAYS
    )

    class Meta:
        model = ApiToken
        fields = ["name"]


class PreferencesForm(forms.ModelForm):
    """Channels for what is neither duty nor decision; text messages only where the site can send any."""

    class Meta:
        model = User
        fields = ["language", "wants_email", "wants_sms", "phone"]
        labels = {
            "wants_email": _("Also send me by e-mail what is neither duty nor decision"),
            "wants_sms": _("Also send me a text message"),
        }
        help_texts = {"wants_email": ""}
        widgets = {"phone": forms.TextInput(attrs={"autocomplete": "tel"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_staff:
            self.fields["language"].help_text = _("The desk speaks it too.")
        if not sms.is_available():
            del self.fields["wants_sms"], self.fields["phone"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("wants_sms") and not cleaned.get("phone"):
            self.add_error("phone", _("Give the number that text messages go to."))
        return cleaned

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User
from accounts.models.tokens import LONGEST_LIFE_DAYS, USUAL_LIFE_DAYS


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

"""The form of the sign-up: allauth's, with the full name and a check that a browser does by itself."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import captcha
from accounts.models import User


class ProofOfWork(forms.Widget):
    """Works while the form is filled in and tells screen readers when it is done; see static/js/sign-up.js."""

    use_fieldset = True

    def __init__(self, purpose: str = captcha.SIGN_UP, *, is_optional: bool = False) -> None:
        super().__init__()
        self.purpose, self.is_optional = purpose, is_optional

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """A fresh challenge each time: what was sent does not come back."""
        context = {
            "name": name,
            "challenge": captcha.challenge(self.purpose),
            "worker": static("vendor/altcha/pbkdf2.js"),
            "is_sign_up": self.purpose == captcha.SIGN_UP,
            "is_optional": self.is_optional,
        }
        return render_to_string("accounts/proof_of_work.html", context)

    def id_for_label(self, id_: str | None) -> str:
        return ""


class ProofOfWorkField(forms.CharField):
    """What is solved for one `purpose` opens no other form."""

    def __init__(self, *args: Any, purpose: str = captcha.SIGN_UP, **kwargs: Any) -> None:
        super().__init__(*args, widget=ProofOfWork(purpose), **kwargs)
        self.purpose = purpose

    def clean(self, value: Any) -> str:
        captcha.spend(str(value or ""), self.purpose)
        return ""


class SignUpForm(SignupForm):
    name = forms.CharField(
        label=_("Full name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As your colleagues know you: the administrators of your organisation see it."),
    )
    captcha = ProofOfWorkField(label=_("Check against automatic sign-up"), required=False)
    field_order = ["name", "email", "password1", "password2", "captcha"]

    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account costs a hash too, so that time tells nothing."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = get_language() or user.language
        user.save(update_fields=["name", "language"])

"""What is filled in about a meeting: who sits in it, what it decides on each application, and how it is released."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.holders import holders
from accounts.organisation_forms import WanField
from common.calendar import shanghai_today
from subsidies.enums import DeferralReason, MeetingKind, Verdict
from subsidies.meetings import Member
from subsidies.models import Budget, Call, Decision, Meeting, MeetingMember
from subsidies.workflow import LONGEST_REASON

CHOOSE = ("", _("Choose"))
PLACES = 9  # lines for members on the form


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60})


# ---------------------------------------------------------------- the meeting
class MeetingForm(forms.Form):
    call = forms.ModelChoiceField(Call.objects.none(), label=_("call"))
    kind = forms.ChoiceField(label=_("kind"), choices=MeetingKind.choices)
    held_on = forms.DateField(label=_("held on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=_("place"), max_length=200, required=False)
    budget = forms.ModelChoiceField(
        Budget.objects.none(),
        label=_("budget"),
        required=False,
        help_text=_("Left empty, that of the call's scheme and year. A later year's is for what was carried over."),
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        budgets = Budget.objects.select_related("scheme")
        if meeting:
            del self.fields["call"]
            budgets = budgets.filter(scheme=meeting.call.scheme_id)
            self.initial = {name: getattr(meeting, name) for name in ("kind", "held_on", "place", "budget")}
        else:
            self.fields["call"].queryset = Call.objects.published()  # type: ignore[attr-defined]
            self.fields["held_on"].initial = shanghai_today()
        self.fields["budget"].queryset = budgets  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a person", "name"), max_length=80, required=False)
    post = forms.CharField(label=_("post"), max_length=80, required=False)
    user = forms.TypedChoiceField(label=_("account"), required=False, coerce=int, empty_value=None)
    is_chair = forms.BooleanField(label=_("in the chair"), required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[Any, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("name") and any(told.get(name) for name in ("post", "user", "is_chair")):
            self.add_error("name", ValidationError(_("Give the name.")))
        return told


MemberFormSet = forms.formset_factory(MemberForm, extra=PLACES, max_num=30, validate_max=True)


def members_formset(data: Any, members: Iterable[MeetingMember] = ()) -> Any:
    """The people are read once for all lines."""
    people: list[tuple[Any, str]] = [("", "—")]
    people += [(person.pk, str(person)) for person in holders("subsidies.view_meeting").order_by("name", "pk")]
    rows = [
        {name: getattr(row, name) for name in ("name", "post", "is_chair")} | {"user": row.user_id} for row in members
    ]
    return MemberFormSet(data, prefix="members", initial=rows, form_kwargs={"people": people})


def members_of(formset: Any) -> list[Member]:
    users = {person.pk: person for person in holders("subsidies.view_meeting")}
    return [
        Member(told["name"], told["post"], users.get(told["user"]), told["is_chair"])
        for told in (form.cleaned_data for form in formset)
        if told.get("name")
    ]


# ---------------------------------------------------------------- what is done on its page
class ProposeForm(forms.Form):
    applications = forms.TypedMultipleChoiceField(
        label=_("applications, in the order of their totals"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, awaiting: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].choices = awaiting  # type: ignore[attr-defined]
        self.fields["applications"].initial = [key for key, _words in awaiting]


class StageForm(forms.Form):
    verdict = forms.ChoiceField(label=_("decision"), choices=[CHOOSE, *Verdict.choices])
    amount_yuan = WanField(label=_("amount in 10,000 yuan"), required=False, max_length=30)
    deferral = forms.ChoiceField(
        label=_("why it is deferred"), choices=[("", "—"), *DeferralReason.choices], required=False
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=LONGEST_REASON,
        required=False,
        widget=_area(),
        help_text=_(
            "Needed for a refusal, a deferral, and an approval below the least total of the call. "
            "The applicant reads it once it is released."
        ),
    )
    appeal_route = forms.CharField(
        label=_("route of appeal"),
        max_length=LONGEST_REASON,
        required=False,
        widget=_area(),
        help_text=_(
            "Needed for a refusal and a deferral: office, address, hours. The last day is computed at the release."
        ),
    )

    def __init__(self, *args: Any, decision: Decision, route: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("verdict", "amount_yuan", "deferral", "reason", "appeal_route")
        self.initial = {name: getattr(decision, name) for name in names}
        self.initial["appeal_route"] = decision.appeal_route or route
        if decision.application.call.amount_yuan is not None:
            del self.fields["amount_yuan"]

    def clean(self) -> dict[str, Any]:
        """What does not belong to the decision is left out, as where the choice was changed."""
        told = super().clean() or self.cleaned_data
        if told.get("verdict") != Verdict.APPROVE:
            told.pop("amount_yuan", None)
        return told


class RecuseForm(forms.Form):
    member = forms.TypedChoiceField(label=_("member"), coerce=int)
    reason = forms.CharField(label=_("reason"), max_length=500)

    def __init__(
        self,
        *args: Any,
        members: Iterable[MeetingMember],
        suggested: tuple[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {row.pk: row for row in members}
        self.fields["member"].choices = [CHOOSE, *((key, str(row)) for key, row in self.members.items())]  # type: ignore[attr-defined]
        if suggested:
            self.initial = dict(zip(("member", "reason"), suggested, strict=True))

    def clean_member(self) -> MeetingMember:
        return self.members[self.cleaned_data["member"]]


class TakeOffForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=LONGEST_REASON, widget=_area())


class ReleaseForm(forms.Form):
    minutes_number = forms.CharField(
        label=_("number of the minutes"),
        max_length=60,
        help_text=_("Complete the number, such as 郴科纪要〔2026〕3号."),
    )

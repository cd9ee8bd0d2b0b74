"""The page of an application that waits at its recommending unit: read only but for the way to another unit."""

from functools import cached_property, partial
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from common.components import Clock as DrawnClock
from subsidies import clocks, permissions, recommending, redirecting, timing
from subsidies.admin.case_forms import reason_field
from subsidies.admin.offers import Offer
from subsidies.admin.queue import time_left
from subsidies.models import Application, Recommendation
from subsidies.timeline import Happening, steps_of


def clock_of(application: Application) -> DrawnClock | None:
    """Of the unit that it waits at."""
    clock = clocks.current_clock(application, application.steps.all())
    return timing.drawn([clock])[0][1] if clock and clock.length else None


class UnitChoice(forms.ModelChoiceField):
    """With what each has left of its quota; a unit without any may be looked at, and is refused."""

    def __init__(self, application: Application) -> None:
        units = redirecting.possible_units(application)
        super().__init__(
            Organisation.objects.filter(pk__in=[unit.pk for unit in units]),
            label=gettext_lazy("Recommending unit"),
            empty_label=gettext_lazy("Choose"),
        )
        used = recommending.used_by_unit(application.call)
        most = application.call.quota_per_recommender
        own = application.organisation.recommender_id
        self.choices = [
            ("", gettext_lazy("Choose")),
            *((unit.pk, _choice_words(unit, used.get(unit.pk, 0), most, is_own=unit.pk == own)) for unit in units),
        ]


def _choice_words(unit: Organisation, used: int, most: int | None, *, is_own: bool) -> str:
    told = [str(unit)]
    if most is not None:
        left = recommending.Quota(used, most).left
        told.append(_("%(left)d of %(most)d recommendations left") % {"left": left, "most": most})
    if is_own:
        told.append(_("unit of the firm"))
    return " · ".join(told)


class RedirectForm(forms.Form):
    reason = reason_field(gettext_lazy("Reason; both units and the firm read it"))
    field_order = ("unit", "reason")

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoice(application)
        firm = application.organisation
        if firm.recommender_id != application.recommender_id:
            self.initial["unit"] = firm.recommender_id
        self.order_fields(self.field_order)


class WaitingBoard:
    def __init__(self, application: Application, user: User) -> None:
        self.application, self.user = application, user
        self.address = reverse("admin:subsidies_applicationatunit_changelist")

    @property
    def title(self) -> str:
        return self.application.project_name

    @cached_property
    def clock(self) -> DrawnClock | None:
        return clock_of(self.application)

    @cached_property
    def time_left(self) -> str:
        return time_left(self.application.call)

    @cached_property
    def quota(self) -> recommending.Quota | None:
        unit = self.application.recommender
        return recommending.quota(self.application.call, unit) if unit else None

    @property
    def is_elsewhere(self) -> bool:
        """The firm has another unit by now."""
        own = self.application.organisation.recommender_id
        return own is not None and own != self.application.recommender_id

    @cached_property
    def sees_way(self) -> bool:
        return permissions.sees_deliberation(self.user, self.application)

    @property
    def happenings(self) -> list[Happening]:
        return steps_of(self.application)

    @cached_property
    def prepared(self) -> Recommendation | None:
        """That there is one, and since when: what it says is the unit's own affair until it is decided."""
        return recommending.prepared_opinion(self.application) if self.sees_way else None

    @cached_property
    def can_redirect(self) -> bool:
        return permissions.can_redirect(self.user, self.application)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        if not self.can_redirect:
            return {}
        offer = Offer(
            gettext_lazy("Redirect to another unit"),
            lambda form: redirecting.redirect(self.application, by=self.user, **form.cleaned_data),
            gettext_lazy("Redirected: both units and the firm are told."),
            partial(RedirectForm, self.application),
            gettext_lazy(
                "The unit's time begins anew. An opinion prepared at the old unit is kept and does not count any more. "
                "The unit of the firm itself stays as it is on the page of the firm."
            ),
        )
        return {"redirect": offer}


def board_of(key: int, user: User) -> WaitingBoard:
    """As it is now, be it that it has moved on meanwhile."""
    rows = Application.objects.defer("data", "touched")
    rows = rows.select_related("organisation__recommender", "organisation__registered_division", "recommender", "call")
    return WaitingBoard(rows.get(pk=key), user)

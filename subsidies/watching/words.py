"""An alert as a sentence, with the names its facts stand for."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common.templatetags.chenzhou import shanghai_date
from common.texts import listed
from subsidies.enums import AlertKind
from subsidies.models import Alert, Call, Expert


class Sentences:
    """For a page of alerts: four queries for all."""

    def __init__(self, alerts: Iterable[Alert]) -> None:
        facts = [alert.facts for alert in alerts]
        self.firms = Organisation.objects.in_bulk({key for each in facts for key in each.get("firms", [])})
        self.calls = Call.objects.in_bulk({each["call"] for each in facts if "call" in each})
        self.people = User.objects.in_bulk({each["person"] for each in facts if "person" in each})
        experts = {each["expert"] for each in facts if "expert" in each}
        self.experts = Expert.objects.select_related("user").in_bulk(experts)

    def of(self, alert: Alert) -> str:
        facts = alert.facts
        if alert.kind == AlertKind.DEVICE:
            firms = listed(str(self.firms.get(key, "")) for key in facts["firms"])
            words = _(
                "%(firms)s applied under %(call)s, and their people signed in from the same device (%(address)s)."
            )
            return words % {"firms": firms, "call": self.calls.get(facts["call"], ""), "address": facts["address"]}
        if alert.kind == AlertKind.SCORES:
            words = _(
                "%(expert)s lay %(points)s points from the mean of the others, "
                "on the same side of all %(panels)d panels."
            )
            return words % {**facts, "expert": self.experts.get(facts["expert"], "")}
        words = _("%(person)s made %(changes)d changes to cases in the night of %(night)s.")
        night = shanghai_date(date.fromisoformat(facts["night"]))
        return words % {**facts, "person": self.people.get(facts["person"], ""), "night": night}

"""One device, two firms: people of different firms that apply under one call sign in from the same one."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from allauth.usersessions.models import UserSession

from accounts.enums import FIRM_ROLES
from accounts.models import Membership
from subsidies.enums import WRITING, AlertKind
from subsidies.models import Application
from subsidies.watching.found import Found

Device = tuple[str, str]


def shared_devices(since: datetime) -> Iterator[Found]:
    """Same network address and same browser; three queries. Offices and consultants share rooms: a person judges."""
    calls = _calls_by_firm()
    for device, firms in _firms_by_device(since).items():
        for first, second in combinations(sorted(firms), 2):
            for call in sorted(calls[first] & calls[second]):
                facts = {"call": call, "firms": [first, second], "address": device[0], "browser": device[1][:200]}
                yield Found(AlertKind.DEVICE, f"{call}:{first}:{second}", facts)


def _firms_by_device(since: datetime) -> dict[Device, set[int]]:
    people: dict[Device, set[int]] = defaultdict(set)
    for ip, browser, person in UserSession.objects.filter(last_seen_at__gte=since).values_list(
        "ip", "user_agent", "user"
    ):
        people[ip, browser].add(person)
    together = {device: found for device, found in people.items() if len(found) > 1}
    firms: dict[int, set[int]] = defaultdict(set)
    everybody = set().union(*together.values())
    rows = Membership.objects.filter(user__in=everybody, role__in=FIRM_ROLES)
    for person, firm in rows.values_list("user", "organisation"):
        firms[person].add(firm)
    return {device: set().union(*(firms[person] for person in found)) for device, found in together.items()}


def _calls_by_firm() -> dict[int, set[int]]:
    calls: dict[int, set[int]] = defaultdict(set)
    for firm, call in Application.objects.exclude(state__in=WRITING).values_list("organisation", "call").distinct():
        calls[firm].add(call)
    return calls

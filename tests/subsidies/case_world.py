"""A small bureau with a few applications, for walks at random; see case_moves, award_moves, case_model, invariants."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import Organisation, User
from projects.models import ProjectPartner
from subsidies import submitting
from subsidies.enums import State
from subsidies.models import Application, Budget, Call
from tests.factories import ProjectFactory
from tests.factories_decision import AMOUNT, ExpertFactory, budget_for, staff
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, SchemeFactory, firm, person_of
from tests.subsidies.desk import Unit, unit_of
from tests.subsidies.signing import PDF, put_file
from tests.turned_clock import Clock

PANEL = {"size": 2, "reserves": 1, "least": {}}
OFFICES = {
    PersonKind.BUREAU_CLERK: 2,
    PersonKind.SECTION_HEAD: 3,
    PersonKind.BUREAU_LEADER: 2,
    PersonKind.FINANCE: 3,
}


class Firm(NamedTuple):
    signatory: User
    lead: User
    unit: Unit
    office: Organisation  # of the unit


class World(NamedTuple):
    """Two or three of each office, so that four eyes can be asked for and denied.

    The last of `keys` is about the same thing as the first, by another firm; it is a draft to begin with.
    """

    call: Call
    budget: Budget
    clerks: list[User]
    heads: list[User]
    leaders: list[User]
    finance: list[User]
    firms: dict[int, Firm]
    clock: Clock

    @property
    def keys(self) -> list[int]:
        return list(self.firms)

    @property
    def twins(self) -> tuple[int, int]:
        return self.keys[0], self.keys[-1]

    @property
    def offices(self) -> tuple[list[User], ...]:
        return self.clerks, self.heads, self.leaders, self.finance

    def unit_at(self, application: Application) -> Unit:
        """That of the office it waits at, which another firm may have begun with."""
        return next(firm.unit for firm in self.firms.values() if firm.office.pk == application.recommender_id)

    def read_people_anew(self) -> None:
        """Their rights are kept with the objects."""
        for office in self.offices:
            office[:] = [User.objects.get(pk=person.pk) for person in office]


def small_world(clock: Clock, applications: int, approved: int = 0, awards: int = 2) -> World:
    """So many that are submitted, then those that await their public notice; `awards` is what the budget holds."""
    scheme = SchemeFactory(report_years=1)
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=200)}
    call = CallFactory(scheme=scheme, number_prefix="ZS", **times, content={**SMALL_CONTENT, "panel": PANEL})
    for _number in range(6):
        ExpertFactory()
    project = ProjectFactory()
    budget = budget_for(call, AMOUNT * awards)
    return World(
        call,
        budget,
        *([staff(kind) for _number in range(count)] for kind, count in OFFICES.items()),
        firms=dict(
            [
                _submitted(call, organisation=partner_of(project), project=project, project_name=project.name_zh),
                *(_submitted(call) for _number in range(applications - 1)),
                *(_drafted(call, state=State.PUBLICITY_READY) for _number in range(approved)),
                _drafted(call, organisation=partner_of(project), project_name=project.name_zh),
            ]
        ),
        clock=clock,
    )


def partner_of(project: Any) -> Organisation:
    organisation = firm()
    ProjectPartner.objects.create(project=project, organisation=organisation)
    return organisation


def _drafted(call: Call, **fields: Any) -> tuple[int, Firm]:
    application = ApplicationFactory(call=call, **fields)
    put_file(application, "A01", PDF + str(application.pk).encode())  # the same file twice would be a hit
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)
    office = application.recommender
    assert office is not None
    return application.pk, Firm(person_of(application.organisation), lead, unit_of(application), office)


def _submitted(call: Call, **fields: Any) -> tuple[int, Firm]:
    key, people = _drafted(call, **fields)
    submitting.submit(Application.objects.get(pk=key), people.signatory)
    return key, people


# ---------------------------------------------------------------- moves
Attempt = Callable[[World, Application, int], Any]  # the number chooses who and what


class NothingThere(Exception):
    """There is no seat, notice or payment to try the move on."""


def there(found: Any) -> Any:
    if found is None:
        raise NothingThere
    return found


def state_of(key: int) -> str:
    return str(Application.objects.values_list("state", flat=True).get(pk=key))

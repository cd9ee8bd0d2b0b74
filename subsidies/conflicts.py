"""Why an expert cannot sit on a panel: one small function for each reason; see also subsidies.conflict_facts."""

from collections.abc import Callable, Iterable

from subsidies.conflict_facts import ApplicationFacts, Bodies, ExpertFacts, Facts, facts_of
from subsidies.enums import ExclusionReason, ExpertState

Pair = tuple[int, int]  # keys of an expert and an application
Reasons = tuple[ExclusionReason, ...]


def not_active(person: ExpertFacts, about: ApplicationFacts) -> bool:
    expert = person.expert
    return expert.state != ExpertState.ACTIVE or bool(expert.integrity_note) or not expert.user.is_active


def absent(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return any(first <= about.last_day and last >= about.first_day for first, last in person.absences)


def employer(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return _works_for(person, about.applicant)


def partner(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return _works_for(person, about.partners)


def host_base(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return _works_for(person, about.host)


def interest(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return not person.bound_to.isdisjoint(about.concerned)


def named(person: ExpertFacts, about: ApplicationFacts) -> bool:
    """A namesake stays out too, since nothing in the answers tells who is meant; see subsidies.namesakes."""
    is_meant = is_by_name(person, about) and person.expert.pk not in about.namesakes
    return is_meant or not person.works_for.names.isdisjoint(about.named)


def is_by_name(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return person.name in about.named


def took_part(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return person.expert.user_id in about.hands


def avoided(person: ExpertFacts, about: ApplicationFacts) -> bool:
    """An employer beside the name tells namesakes apart; where the register knows none, the name is enough."""
    employers = person.works_for.names
    return any(
        named.name == person.name
        and (not named.employer or not employers or any(_is_part(named.employer, each) for each in employers))
        for named in about.avoided
    )


def declined(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return person.expert.pk in about.declined_by


def load(person: ExpertFacts, about: ApplicationFacts) -> bool:
    return capacity(person, about) < 1


RULES: dict[ExclusionReason, Callable[[ExpertFacts, ApplicationFacts], bool]] = {
    ExclusionReason.NOT_ACTIVE: not_active,
    ExclusionReason.ABSENT: absent,
    ExclusionReason.EMPLOYER: employer,
    ExclusionReason.PARTNER: partner,
    ExclusionReason.HOST_BASE: host_base,
    ExclusionReason.INTEREST: interest,
    ExclusionReason.NAMED: named,
    ExclusionReason.TOOK_PART: took_part,
    ExclusionReason.AVOIDED: avoided,
    ExclusionReason.DECLINED: declined,
    ExclusionReason.LOAD: load,
}
# What keeps a member away however far the review has come; the rest is only asked when a seat is given.
LASTING: Reasons = (
    ExclusionReason.NOT_ACTIVE,
    ExclusionReason.EMPLOYER,
    ExclusionReason.PARTNER,
    ExclusionReason.HOST_BASE,
    ExclusionReason.INTEREST,
    ExclusionReason.NAMED,
    ExclusionReason.TOOK_PART,
    ExclusionReason.AVOIDED,
)


def reasons_among(facts: Facts) -> dict[Pair, Reasons]:
    """For every expert and every application; an empty tuple is an expert who can be drawn."""
    return {
        (expert, application): tuple(reason for reason, holds in RULES.items() if holds(person, about))
        for application, about in facts.applications.items()
        for expert, person in facts.experts.items()
    }


def reasons_for(experts: Iterable[int], applications: Iterable[int]) -> dict[Pair, Reasons]:
    """The same for keys, as the database has it now."""
    return reasons_among(facts_of(experts, applications))


def lasting_reasons(expert: int, application: int) -> Reasons:
    """Why somebody who has a seat must not take or keep it."""
    found = reasons_for([expert], [application])[expert, application]
    return tuple(reason for reason in found if reason in LASTING)


def capacity(person: ExpertFacts, about: ApplicationFacts) -> int:
    """Seats the expert can take yet: by the own limit, and by that of the call for the reviews under it."""
    opened = person.open_by_call
    left = person.expert.most_open - opened.total()
    of_call = about.application.call_version.parsed.panel.most_open
    if of_call:
        left = min(left, of_call - opened[about.application.call_id])
    return max(left, 0)


def _works_for(person: ExpertFacts, bodies: Bodies) -> bool:
    mine = person.works_for
    return not (mine.keys.isdisjoint(bodies.keys) and mine.names.isdisjoint(bodies.names))


def _is_part(one: str, other: str) -> bool:
    return one in other or other in one

"""What goes into a draw, frozen before its seed is made: who can be drawn for what, by code and number alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from subsidies.conflict_facts import ApplicationFacts, ExpertFacts, Facts, facts_of
from subsidies.conflicts import Pair, Reasons, capacity, is_by_name, reasons_among
from subsidies.content import Panel
from subsidies.draw_procedure import VERSION
from subsidies.models import Application, Expert
from subsidies.named import answers_to
from subsidies.once import plain_name


class Wanted(NamedTuple):
    """Seats to be given on one panel; `seated` have one already, or had one."""

    application: Application
    seats: int
    least: Mapping[str, int]
    reserves: int
    seated: frozenset[int] = frozenset()

    @classmethod
    def whole(cls, application: Application) -> "Wanted":
        panel: Panel = application.call_version.parsed.panel
        return cls(
            application, panel.size, {kind: count for kind, count in panel.least.items() if count}, panel.reserves
        )


class Pool(NamedTuple):
    """The register as one draw sees it."""

    facts: Facts
    reasons: dict[Pair, Reasons]
    wanted: list[Wanted]

    def candidates(self, wanted: Wanted) -> list[ExpertFacts]:
        key = wanted.application.pk
        return [
            person
            for person in self.facts.experts.values()
            if person.expert.pk not in wanted.seated and not self.reasons[person.expert.pk, key]
        ]

    def about(self, wanted: Wanted) -> ApplicationFacts:
        return self.facts.applications[wanted.application.pk]


def pool_for(wanted: Iterable[Wanted]) -> Pool:
    """The whole register against these applications: the same queries however large both are.

    Experts of the demonstration stay out where an application is real.
    """
    rows = sorted(wanted, key=lambda each: str(each.application.number))
    register = Expert.objects.order_by("code")
    if not all(each.application.is_demo for each in rows):
        register = register.filter(is_demo=False)
    facts = facts_of(register.values_list("pk", flat=True), [each.application.pk for each in rows])
    return Pool(facts, reasons_among(facts), rows)


def inputs_of(pool: Pool) -> dict[str, Any]:
    """No name of a person or a firm, and nothing by which an expert is known but the code."""
    chosen = {each.application.number: pool.candidates(each) for each in pool.wanted}
    people = {person.expert.code: person for rows in chosen.values() for person in rows}
    about = pool.about(pool.wanted[0])  # all of one call
    return {
        "version": VERSION,
        "experts": [_of_expert(people[code], about, most=len(pool.wanted)) for code in sorted(people)],
        "applications": [
            {
                "number": each.application.number,
                "seats": each.seats,
                "least": dict(each.least),
                "reserves": each.reserves,
                "candidates": {
                    person.expert.code: fit(person, pool.about(each)) for person in chosen[each.application.number]
                },
            }
            | _lifted(chosen[each.application.number], pool.about(each))
            for each in pool.wanted
        ],
    }


def _lifted(chosen: Iterable[ExpertFacts], about: ApplicationFacts) -> dict[str, Any]:
    """How many are let in though the application names somebody of their name, by how that is known."""
    bases = Counter(about.namesakes[person.expert.pk] for person in chosen if is_by_name(person, about))
    return {"namesakes": dict(sorted(bases.items()))} if bases else {}


def _of_expert(person: ExpertFacts, about: ApplicationFacts, *, most: int) -> dict[str, Any]:
    return {
        "code": person.expert.code,
        "kind": person.expert.kind,
        "open": person.open_by_call.total(),
        "capacity": min(capacity(person, about), most),
    }


def fit(person: ExpertFacts, about: ApplicationFacts) -> int:
    """Whether the industry of the project, or without a project that of the answers, is among the expert's fields."""
    fields, project = person.expert.fields.all(), about.application.project
    if project is not None:
        return int(project.industry in fields)
    typed = answers_to("project.industry", about.application)
    return int(any(plain_name(name) in typed for field in fields for name in (field.name_zh, field.name_en) if name))


def exclusions_of(pool: Pool) -> list[dict[str, Any]]:
    """Whoever cannot be drawn, application by application, each with every reason."""
    return [
        {
            "application": each.application.number,
            "expert": person.expert.code,
            "reasons": [reason.value for reason in pool.reasons[person.expert.pk, each.application.pk]],
        }
        for each in pool.wanted
        for person in pool.facts.experts.values()
        if pool.reasons[person.expert.pk, each.application.pk] and person.expert.pk not in each.seated
    ]

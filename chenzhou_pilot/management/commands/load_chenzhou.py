import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Organisation
from bases.codes import next_code as next_base_code
from bases.enums import State
from bases.models import Base, BaseFigure, BaseTitle, Industry, PilotLine
from chenzhou_pilot.claims import FACTS
from chenzhou_pilot.loading import FactLoader
from common import journal, versions
from common.models import Division, Park, Source
from projects.codes import next_code as next_project_code
from projects.enums import PartnerRole, Precision, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner, ProjectStep
from projects.workflow import MoveRefused, record_stage
from subsidies.models import Policy, PolicyClause, Scheme

SOURCE = "command:load_chenzhou"
REGISTRY_YEAR = 2024  # the year the facts were published; it stands in the codes

Place = TypeVar("Place", Division, Park)
Row = TypeVar("Row")


class Command(BaseCommand):
    help = "Load the published facts about Chenzhou's bases and projects; what people have changed since is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing: `prepare` loads into an empty registry alone, so half of one would stay half."""
        facts = json.loads(FACTS.read_text(encoding="utf-8"))
        acting = journal.acting(source=SOURCE, reason=facts["about"])
        with transaction.atomic(), versions.at_the_end(), acting, override("zh-hans"):
            lines = Facts(facts).load().lines()
        for line in lines:
            self.stdout.write(line)


class Facts:
    """One pass over the facts, in the order their rows refer to each other."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.loader = FactLoader(SOURCE)

    def load(self) -> Any:
        self.published_on = date.fromisoformat(self.facts["source"]["published_on"])
        self.source = self._source()
        self.divisions = {row["code"]: self._place(Division, row) for row in self.facts["divisions"]}
        self.parks = {row["code"]: self._place(Park, row) for row in self.facts["parks"]}
        self.industries = {row["slug"]: self._industry(row) for row in self.facts["industries"]}
        self.organisations = {row["slug"]: self._organisation(row) for row in self.facts["organisations"]}
        self.bases = {row["slug"]: self._base(row) for row in self.facts["bases"]}
        for row in self.facts["projects"]:
            self._project(row)
        self._policy(dict(self.facts["policy"]))
        return self.loader.report

    def _source(self) -> Source | None:
        row = self.facts["source"]
        values = {"title_en": row["title_en"], "published_on": self.published_on}
        return self.loader.put(Source, {"title_zh": row["title_zh"]}, values)

    def _place(self, model: type[Place], row: dict[str, Any]) -> Place | None:
        return self.loader.put(model, *_identified("code", row))

    def _industry(self, row: dict[str, Any]) -> Industry | None:
        return self.loader.put(Industry, *_identified("slug", row))

    def _organisation(self, row: dict[str, Any]) -> Organisation | None:
        return self.loader.put(Organisation, *_identified("slug", row), once={"is_published": True})

    def _base(self, row: dict[str, Any]) -> Base | None:
        names = ("kind", "name_zh", "name_en", "site_zh", "site_en", "summary_zh", "summary_en")
        values = {name: row[name] for name in names} | {"source": self.source}
        values |= {"division": self.divisions.get(row["division"]), "park": self.parks.get(row["park"])}
        base = self.loader.put(
            Base,
            {"slug": row["slug"]},
            values | {"host": self.organisations.get(row["host"])} | self._lists(row),
            once={"state": State.LISTED},
            create=lambda given: Base.objects.create(code=next_base_code(REGISTRY_YEAR), **given),
        )
        self._source_of_host(base, row["host"])
        for title in row.get("titles", []):  # those known by their exact names; what else is known is in the summary
            values = {"level": title["level"], "programme": title["programme"], "source": self.source}
            self.loader.put(BaseTitle, {"base": base, "name_zh": title["name_zh"]}, values)
        for line in row.get("lines", []):
            self.loader.put(PilotLine, {"base": base, "name": line["name"]}, {"source": self.source})
        return base

    def _lists(self, row: dict[str, Any]) -> dict[str, list[Any]]:
        return {
            "industries": _those_left(self.industries, row["industries"]),
            "tenants": _those_left(self.organisations, row["tenants"]),
        }

    def _source_of_host(self, base: Base | None, slug: str | None) -> None:
        for host in self.facts["organisations"]:
            if host["slug"] == slug:
                values = {"source": self.source, "dated_on": self.published_on}
                values |= {name: host.get(name, "") for name in ("note_zh", "note_en")}
                self.loader.put(BaseFigure, {"base": base, "field": "host"}, values)

    def _project(self, row: dict[str, Any]) -> None:
        values = {"name_zh": row["name_zh"], "name_en": row["name_en"], "base": self.bases[row["base"]]}
        project = self.loader.put(
            Project,
            {"slug": row["slug"]},
            values | {"industry": self.industries[row["industry"]], "source": self.source},
            once={"is_public": True},
            create=lambda given: Project.objects.create(code=next_project_code(REGISTRY_YEAR), **given),
        )
        if project is None:
            return
        partners = [self._partner(project, slug) for slug in row["organisations"]]
        steps = [self._step(project, step) for step in row["steps"]]
        outcomes = [self._outcome(project, outcome) for outcome in row["outcomes"]]
        self.loader.tell_others(project.partners.select_related("organisation"), partners, of=project)
        self.loader.tell_others(project.steps.all(), steps, of=project)
        self.loader.tell_others(project.outcomes.all(), outcomes, of=project)

    def _partner(self, project: Project, slug: str) -> ProjectPartner | None:
        """The facts do not say who leads."""
        partner = {"project": project, "organisation": self.organisations[slug]}
        return self.loader.put(ProjectPartner, partner, {}, once={"role": PartnerRole.PARTNER})

    def _outcome(self, project: Project, row: dict[str, Any]) -> ProjectOutcome | None:
        values = {"kind": row["kind"], "text_en": row["text_en"], "source": self.source}
        return self.loader.put(ProjectOutcome, {"project": project, "text_zh": row["text_zh"]}, values)

    def _step(self, project: Project, row: dict[str, Any]) -> ProjectStep | None:
        """A step is never changed, so a difference is told alone."""
        told = {
            "happened_on": date.fromisoformat(row["on"]) if row["on"] else None,
            "precision": Precision(row["precision"]) if row["on"] else "",
            "source": self.source,
            "note_zh": row.get("note_zh", ""),
            "note_en": row.get("note_en", ""),
        }
        lookup = {"project": project, "stage": Stage(row["stage"])}
        return self.loader.put(ProjectStep, lookup, {}, once=told, create=self._record_step)

    def _record_step(self, given: dict[str, Any]) -> ProjectStep | None:
        project, stage = given["project"], given["stage"]
        try:
            record_stage(**given, by=None)
        except MoveRefused as refusal:
            self.loader.tell(_("%(what)s: %(reason)s") % {"what": project, "reason": " ".join(refusal.messages)})
            return None
        return project.steps.get(stage=stage)

    def _policy(self, row: dict[str, Any]) -> None:
        schemes, clauses = row.pop("schemes"), row.pop("clauses")
        row["issued_in"] = date.fromisoformat(row["issued_in"])
        policy = self.loader.put(Policy, *_identified("slug", {**row, "source": self.source}))
        if policy is None:
            return
        clause = None
        for told in clauses:  # the title is all that is published of the wording
            clause = self.loader.put(PolicyClause, {"policy": policy, "number": told["number"]}, _texts(told))
        for scheme in schemes:
            amount = Decimal(scheme["amount_yuan"]) if scheme["amount_yuan"] else None
            values = {**scheme, "amount_yuan": amount, "policy": policy, "clause": clause}
            self.loader.put(Scheme, *_identified("slug", values))


def _identified(name: str, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What tells the row from others, and the rest of it."""
    return {name: row[name]}, {key: value for key, value in row.items() if key != name}


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("text_zh", "text_en")}


def _those_left(rows: Mapping[str, Row | None], slugs: list[str]) -> list[Row]:
    return [row for slug in slugs if (row := rows[slug]) is not None]

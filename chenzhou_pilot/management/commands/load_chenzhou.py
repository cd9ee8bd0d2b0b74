import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import override

from accounts.models import Organisation
from bases.codes import next_code as next_base_code
from bases.enums import State
from bases.models import Base, BaseFigure, Industry
from chenzhou_pilot.loading import FactLoader
from common import journal
from common.models import Division, Park, Source
from projects.codes import next_code as next_project_code
from projects.enums import PartnerRole, Precision, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner
from projects.workflow import record_stage
from subsidies.models import Policy, Scheme

FACTS = Path(__file__).resolve().parents[2] / "data" / "chenzhou.json"
SOURCE = "command:load_chenzhou"
REGISTRY_YEAR = 2024  # the year the facts were published; it stands in the codes


class Command(BaseCommand):
    help = "Load the published facts about Chenzhou's bases and projects; what people have changed since is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = json.loads(FACTS.read_text(encoding="utf-8"))
        with transaction.atomic(), journal.acting(source=SOURCE, reason=facts["about"]), override("zh-hans"):
            report = Facts(facts).load()
        for line in report.lines():
            self.stdout.write(line)


class Facts:
    """One pass over the facts, in the order their rows refer to each other."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.loader = FactLoader(SOURCE)

    def load(self) -> Any:
        self.source = self._source()
        self._places()
        self.industries = self._industries()
        self.organisations = self._organisations()
        self.bases = {row["slug"]: self._base(row) for row in self.facts["bases"]}
        for row in self.facts["projects"]:
            self._project(row)
        self._policy(dict(self.facts["policy"]))
        return self.loader.report

    def _source(self) -> Source:
        row = self.facts["source"]
        values = {"title_en": row["title_en"], "published_on": date.fromisoformat(row["published_on"])}
        return self.loader.put(Source, {"title_zh": row["title_zh"]}, values)

    def _places(self) -> None:
        for model, rows in ((Division, self.facts["divisions"]), (Park, self.facts["parks"])):
            for row in rows:
                values = {name: value for name, value in row.items() if name != "code"}
                self.loader.put(model, {"code": row["code"]}, values)

    def _industries(self) -> dict[str, Industry]:
        return {
            row["slug"]: self.loader.put(
                Industry, {"slug": row["slug"]}, {"name_zh": row["name_zh"], "name_en": row["name_en"]}
            )
            for row in self.facts["industries"]
        }

    def _organisations(self) -> dict[str, Organisation]:
        return {
            row["slug"]: self.loader.put(
                Organisation,
                {"slug": row["slug"]},
                {name: value for name, value in row.items() if name != "slug"},
                is_published=True,
            )
            for row in self.facts["organisations"]
        }

    def _base(self, row: dict[str, Any]) -> Base:
        values = {name: row[name] for name in ("kind", "name_zh", "name_en", "site_zh", "site_en")}
        values |= {"summary_zh": row["summary_zh"], "summary_en": row["summary_en"]}
        values |= {"division_id": row["division"], "park_id": row["park"], "source": self.source}
        host = self.organisations.get(row["host"])
        values["host"] = host
        is_new = not Base.objects.filter(slug=row["slug"]).exists()
        once = {"code": next_base_code(REGISTRY_YEAR), "state": State.LISTED} if is_new else {}
        base = self.loader.put(Base, {"slug": row["slug"]}, values, **once)
        if is_new:
            self._relate(base, row)
        if host and host.note_zh:
            self._note_on_host(base, host)
        return base

    def _relate(self, base: Base, row: dict[str, Any]) -> None:
        base.industries.set([self.industries[slug] for slug in row["industries"]])
        base.tenants.set([self.organisations[slug] for slug in row["tenants"]])

    def _note_on_host(self, base: Base, host: Organisation) -> None:
        values: dict[str, Any] = {"source": self.source, "dated_on": self.source.published_on}
        values |= {"note_zh": host.note_zh, "note_en": host.note_en}
        self.loader.put(BaseFigure, {"base": base, "field": "host"}, values)

    def _project(self, row: dict[str, Any]) -> None:
        values = {"name_zh": row["name_zh"], "name_en": row["name_en"], "base": self.bases[row["base"]]}
        values |= {"industry": self.industries[row["industry"]], "source": self.source}
        is_new = not Project.objects.filter(slug=row["slug"]).exists()
        once = {"code": next_project_code(REGISTRY_YEAR), "is_public": True} if is_new else {}
        project = self.loader.put(Project, {"slug": row["slug"]}, values, **once)
        for slug in row["organisations"]:  # the facts do not say who leads
            organisation = self.organisations[slug]
            self.loader.put(
                ProjectPartner, {"project": project, "organisation": organisation}, {}, role=PartnerRole.PARTNER
            )
        for outcome in row["outcomes"]:
            values = {"kind": outcome["kind"], "text_en": outcome["text_en"], "source": self.source}
            self.loader.put(ProjectOutcome, {"project": project, "text_zh": outcome["text_zh"]}, values)
        if is_new:
            self._steps(project, row["steps"])

    def _steps(self, project: Project, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            record_stage(
                project,
                Stage(step["stage"]),
                by=None,
                happened_on=date.fromisoformat(step["on"]) if step["on"] else None,
                precision=Precision(step["precision"]) if step["on"] else "",
                source=self.source,
                note_zh=step.get("note_zh", ""),
                note_en=step.get("note_en", ""),
            )

    def _policy(self, row: dict[str, Any]) -> None:
        schemes = row.pop("schemes")
        slug = row.pop("slug")
        row["issued_in"] = date.fromisoformat(row["issued_in"])
        policy = self.loader.put(Policy, {"slug": slug}, {**row, "source": self.source})
        for scheme in schemes:
            scheme = dict(scheme)
            scheme["amount_yuan"] = Decimal(scheme["amount_yuan"]) if scheme["amount_yuan"] else None
            self.loader.put(Scheme, {"slug": scheme.pop("slug")}, {**scheme, "policy": policy})

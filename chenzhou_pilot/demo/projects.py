"""Synthetic projects: record number n of a seed is the same whenever the same bases stand behind it."""

from collections.abc import Sequence
from random import Random

from bases.codes import compose
from chenzhou_pilot.demo.bases import YEAR
from chenzhou_pilot.demo.days import days, moment
from chenzhou_pilot.demo.numbers import one_of, seeded, up_to, yuan
from chenzhou_pilot.demo.places import Named, Place
from chenzhou_pilot.demo.tables import Row, SearchTable, Table
from chenzhou_pilot.demo.texts import Text, document, joined, known, often, paragraph, sounds
from chenzhou_pilot.demo.vocabulary import AIMS, MARK, MATERIALS, OUTCOMES, PROCESSES, PROJECT_CLAUSES
from projects.codes import DEMO_PREFIX
from projects.enums import LINE, PASSED_OR_LATER, OutcomeKind, PartnerRole, Precision, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner, ProjectSearch, ProjectStep

DESCRIPTION = 70  # characters
ALONE = 0.1  # run by the enterprise itself
STAGES = [str(stage) for stage in (*LINE, Stage.PILOT, Stage.PILOT, Stage.STOPPED, "")]
PASSED = {str(stage) for stage in PASSED_OR_LATER}
KINDS = [OutcomeKind.PROCESS.value, OutcomeKind.PRODUCT.value]

PROJECT = Table(
    Project,
    "id code slug base_id is_own_pilot division_id industry_id trl_in trl_out investment_yuan started_on ended_on "
    "stage stage_on stage_precision has_passed "
    "name_zh name_en name_pinyin technology_field summary_zh keywords is_public is_demo created_at updated_at",
)
SEARCH = SearchTable(ProjectSearch, "project_id document")
STEPS = Table(ProjectStep, "project_id stage happened_on precision created_at")
OUTCOME_ROWS = Table(ProjectOutcome, "project_id kind text_zh happened_on")
PARTNERS = Table(ProjectPartner, "project_id organisation_id role")

Step = tuple[str, str]  # stage and day


class Projects:
    """`bases` are the keys of the bases that host them."""

    def __init__(
        self,
        seed: int,
        places: list[Place],
        industries: list[Named],
        organisations: list[Named],
        bases: Sequence[int],
    ) -> None:
        self.seed = seed
        self.divisions = [place.division for place in places if place.division]
        self.industries = industries
        self.organisations = organisations
        self.bases = bases

    def rows(self, serial: int, key: int) -> dict[Table, list[Row]]:
        """The rows of project number `serial`, whose own key is to be `key`."""
        random = seeded(self.seed, "project", serial)
        material, process = often(random, MATERIALS), often(random, PROCESSES)
        name = known(f"{MARK}·{material}{process}{one_of(random, AIMS)}")
        field, keywords = known(process), joined([known(material), known(process)], " ")
        summary = paragraph(random, PROJECT_CLAUSES, DESCRIPTION)
        code = compose(DEMO_PREFIX, YEAR, serial)
        lead = one_of(random, self.organisations) if random.random() < 0.25 else None
        started_on, reached_on, ended_on = days(random, 3)
        steps = _steps(one_of(random, STAGES), started_on, reached_on)
        own = (f"demo pilot project {serial:07d}", code.lower().replace("-", " "))
        words = [name.tokens, *own, field.tokens, summary.tokens, keywords.tokens]
        words += [known(lead.name_zh).tokens] if lead else []
        facts = (f"demo-project-{serial:07d}", *self._facts(random), started_on, ended_on, *_state(steps))
        return {
            PROJECT: [(key, code, *facts, *_written(serial, name, field, summary, keywords))],
            SEARCH: [(key, document(words, name.text))],
            STEPS: [(key, stage, day, Precision.DAY.value, moment(serial)) for stage, day in steps],
            OUTCOME_ROWS: _outcomes(random, key, steps),
            PARTNERS: [(key, lead.id, PartnerRole.LEAD.value)] if lead else [],
        }

    def _facts(self, random: Random) -> Row:
        """From base_id to investment_yuan."""
        alone = not self.bases or random.random() < ALONE
        lowest = 3 + up_to(random, 3)
        return (
            *((None, True, one_of(random, self.divisions)) if alone else (one_of(random, self.bases), False, None)),
            *(one_of(random, self.industries).id, lowest, min(9, lowest + up_to(random, 3)), yuan(random, 3000)),
        )


def _steps(stage: str, started_on: str, reached_on: str) -> list[Step]:
    """The way to `stage`, through the pilot where it leads there; none for a stage that is not yet published."""
    if not stage:
        return []
    if stage == Stage.LABORATORY:
        return [(stage, started_on)]
    pilot = (Stage.PILOT.value, started_on)
    return [pilot] if stage == Stage.PILOT else [pilot, (stage, reached_on)]


def _state(steps: list[Step]) -> Row:
    """stage, stage_on, stage_precision and has_passed, as projects.workflow leaves them."""
    if not steps:
        return ("", None, "", None)
    stage, day = steps[-1]
    return (stage, day, Precision.DAY.value, stage in PASSED)


def _written(serial: int, name: Text, field: Text, summary: Text, keywords: Text) -> Row:
    return (
        *(name.text, f"Demo pilot project {serial:07d}", sounds(name.text)[0], field.text, summary.text, keywords.text),
        *(True, True, moment(serial), moment(serial)),
    )


def _outcomes(random: Random, key: int, steps: list[Step]) -> list[Row]:
    if not steps or steps[-1][0] not in PASSED or random.random() < 0.5:
        return []
    pattern = one_of(random, OUTCOMES)
    text = pattern.replace("{material}", often(random, MATERIALS)).replace("{process}", often(random, PROCESSES))
    return [(key, one_of(random, KINDS), f"{MARK}：{text}", steps[-1][1])]

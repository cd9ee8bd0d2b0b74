"""Synthetic bases: record number n of a seed is always the same."""

from random import Random
from typing import Any, NamedTuple

from bases.codes import DEMO_PREFIX, compose
from bases.enums import EquipmentCategory, Kind, LeadType, Openness, ServiceType, State
from bases.models import Base, BaseSearch, Equipment, Service
from chenzhou_pilot.demo.days import days, moment
from chenzhou_pilot.demo.numbers import one_of, seeded, up_to, yuan
from chenzhou_pilot.demo.places import Named, Place
from chenzhou_pilot.demo.tables import Row, SearchTable, Table
from chenzhou_pilot.demo.texts import Text, document, joined, known, often, paragraph, sounds
from chenzhou_pilot.demo.vocabulary import (
    BASE_CLAUSES,
    BASE_FORMS,
    EQUIPMENT,
    MARK,
    MATERIALS,
    PROCESSES,
    RARE_CLAUSE,
    RARE_WORDS,
    SERVICES,
)

YEAR = 2026
DESCRIPTION = 500  # characters
MOST_OF_A_PART = 2
RARELY = 0.02

BASE = Table(
    Base,
    "id code slug kind state division_id park_id lead_type host_id trl_min trl_max area_m2 total_investment_yuan "
    "equipment_value_yuan staff_total staff_technical staff_qualified founded_on listed_on openness "
    "name_zh name_en name_pinyin site_zh summary_zh keywords is_demo created_at updated_at",
)
SEARCH = SearchTable(BaseSearch, "base_id document")
INDUSTRIES = Table(Base.industries.through, "base_id industry_id")
EQUIPMENT_ROWS = Table(
    Equipment, "base_id name model category original_value_yuan quantity specifications is_shareable"
)
SERVICE_ROWS = Table(Service, "base_id type title description price_min_yuan price_max_yuan lead_time_days")


class Texts(NamedTuple):
    name: Text
    site: Text
    summary: Text
    keywords: Text


class Bases:
    def __init__(self, seed: int, places: list[Place], industries: list[Named], organisations: list[Named]) -> None:
        self.seed = seed
        self.places = places
        self.industries = industries
        self.organisations = organisations

    def rows(self, serial: int, key: int) -> dict[Table, list[Row]]:
        """The rows of base number `serial`, whose own key is to be `key`."""
        random = seeded(self.seed, "base", serial)
        place = one_of(random, self.places)
        texts = self._texts(random, place)
        industries = self._industries(random)
        equipment, services = self._equipment(random, key), self._services(random, key)
        code = compose(DEMO_PREFIX, YEAR, serial)
        own = (f"demo pilot base {serial:07d}", code.lower().replace("-", " "))
        words = [texts.name.tokens, *own, texts.keywords.tokens, texts.site.tokens, texts.summary.tokens]
        words += [known(text).tokens for row in industries for text in (row.name_zh, row.name_en)]
        words += [known(text).tokens for row in equipment for text in row[1:3]]
        words += [known(row[2]).tokens for row in services]
        return {
            BASE: [(key, code, *self._figures(random, serial, place), *self._written(texts, serial))],
            SEARCH: [(key, document(words, texts.name.text))],
            INDUSTRIES: [(key, row.id) for row in industries],
            EQUIPMENT_ROWS: equipment,
            SERVICE_ROWS: services,
        }

    def _texts(self, random: Random, place: Place) -> Texts:
        material, process = often(random, MATERIALS), often(random, PROCESSES)
        return Texts(
            known(f"{MARK}·{place.name}{material}{process}{one_of(random, BASE_FORMS)}"),
            known(f"{MARK}·{place.name}产业园{1 + up_to(random, 8)}号厂房"),
            self._summary(random),
            joined([known(material), known(process)], " "),
        )

    def _figures(self, random: Random, serial: int, place: Place) -> Row:
        staff = 5 + up_to(random, 120)
        founded_on, listed_on = days(random, 2)
        lowest = 3 + up_to(random, 3)
        return (
            *(f"demo-base-{serial:07d}", one_of(random, KINDS), State.LISTED.value, place.division, place.park),
            *(
                one_of(random, LEADS),
                one_of(random, self.organisations).id,
                lowest,
                min(9, lowest + 1 + up_to(random, 3)),
            ),
            *(f"{300 + up_to(random, 20000)}.00", yuan(random, 20000), yuan(random, 8000)),
            *(staff, up_to(random, staff), up_to(random, staff), founded_on, listed_on, one_of(random, OPENNESS)),
        )

    def _written(self, texts: Texts, serial: int) -> Row:
        return (
            *(texts.name.text, f"Demo pilot base {serial:07d}", sounds(texts.name.text)[0], texts.site.text),
            *(texts.summary.text, texts.keywords.text, True, moment(serial), moment(serial)),
        )

    def _summary(self, random: Random) -> Text:
        if random.random() >= RARELY:
            return paragraph(random, BASE_CLAUSES, DESCRIPTION)
        rare = known(RARE_CLAUSE.replace("{word}", often(random, RARE_WORDS)))
        return paragraph(random, BASE_CLAUSES, DESCRIPTION, rare)

    def _industries(self, random: Random) -> list[Named]:
        first, second = one_of(random, self.industries), one_of(random, self.industries)
        return sorted({first, second}, key=lambda row: row.slug)

    def _equipment(self, random: Random, key: int) -> list[Row]:
        return [
            (
                *(key, often(random, EQUIPMENT), f"D{up_to(random, 40):02d}", one_of(random, CATEGORIES)),
                *(yuan(random, 300), 1 + up_to(random, 3), "[]", random.random() < 0.7),
            )
            for _ in range(up_to(random, MOST_OF_A_PART))
        ]

    def _services(self, random: Random, key: int) -> list[Row]:
        return [self._service(random, key) for _ in range(up_to(random, MOST_OF_A_PART))]

    def _service(self, random: Random, key: int) -> Row:
        title = f"{often(random, MATERIALS)}{often(random, SERVICES)}"
        lowest, highest = sorted((1 + up_to(random, 20), 1 + up_to(random, 20)))
        prices = (f"{lowest}0000.00", f"{highest}0000.00")
        return (key, one_of(random, SERVICE_TYPES), title, f"{MARK}：{title}服务", *prices, 5 + up_to(random, 60))


def _values(choices: Any) -> list[str]:
    return [str(value) for value in choices.values]


KINDS = [Kind.SPECIALISED.value, Kind.SPECIALISED.value, Kind.PUBLIC.value]
LEADS = _values(LeadType)
OPENNESS = [Openness.OPEN.value, Openness.OPEN.value, Openness.LIMITED.value, Openness.INTERNAL.value]
CATEGORIES = _values(EquipmentCategory)
SERVICE_TYPES = _values(ServiceType)

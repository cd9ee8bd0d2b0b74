"""Everybody who has to do with an award, each at a browser of their own, on the days that a test chooses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation, User
from subsidies.models import Application, Expert
from tests.browser.walkers import Walker, let_in
from tests.factories import DivisionFactory
from tests.factories_accounts import OrganisationFactory, user_of_kind
from tests.factories_subsidies import firm, person_of

FIRMS = ("示例甲新材料有限公司", "示例乙新能源有限公司", "示例丙循环科技有限公司")


class Town:
    def __init__(self, arrive: Callable[..., Walker], clock: Any, folder: Path) -> None:
        self.arrive, self.clock, self.folder = arrive, clock, folder
        self.people: dict[Walker, User] = {}
        self.seen: set[str] = set()
        self.papers = 0

    def settled(self) -> "Town":
        """Once its first day has come."""
        kinds = PersonKind
        self.clerk, self.second_clerk = self.lives(kinds.BUREAU_CLERK), self.lives(kinds.BUREAU_CLERK)
        self.head, self.second_head = self.lives(kinds.SECTION_HEAD), self.lives(kinds.SECTION_HEAD)
        self.chief, self.finance = self.lives(kinds.BUREAU_LEADER), self.lives(kinds.FINANCE)
        self.anybody = self._with(self.arrive())
        self.unit: Organisation = OrganisationFactory(
            kind=OrganisationKind.GOVERNMENT, registered_division=DivisionFactory(), name_zh="示例县科技局"
        )
        self.officer = self.comes(person_of(self.unit, MembershipRole.OFFICER))
        self.leader = self.comes(person_of(self.unit, MembershipRole.LEADER))
        self.firms = [firm(name_zh=name, recommender=self.unit) for name in FIRMS]
        self.administrators = [self.comes(person_of(own)) for own in self.firms]
        return self

    def lives(self, kind: str) -> Walker:
        return self.comes(user_of_kind(kind))

    def comes(self, person: User) -> Walker:
        walker = self._with(self.arrive(person))
        self.people[walker] = person
        return walker

    def _with(self, walker: Walker) -> Walker:
        walker.seen = self.seen
        return walker

    def experts(self, registered: list[Expert]) -> dict[User, Walker]:
        return {expert.user: self.comes(expert.user) for expert in registered}

    def wakes(self, moment: str) -> None:
        """The clock stands at that moment in Shanghai; sessions last for a working day, so everybody signs in anew."""
        self.clock.move_to(f"{moment}+08:00")
        for walker, person in self.people.items():
            let_in(walker.tab.context, person, walker.site)

    def administrator_of(self, application: Application) -> Walker:
        return self.administrators[self.firms.index(application.organisation)]

    def paper(self, name: str) -> str:
        """A file of one page; no two are alike."""
        self.papers += 1
        document = pikepdf.new()
        document.add_blank_page(page_size=(595, 842 + self.papers))
        document.save(self.folder / name)
        return str(self.folder / name)

    def problems(self) -> list[str]:
        return [problem for walker in (*self.people, self.anybody) for problem in walker.problems]

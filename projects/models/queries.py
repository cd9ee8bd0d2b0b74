from typing import TYPE_CHECKING, Self

from django.db.models import Q

from common.models.journalled import JournalledQuerySet
from common.search import matching

if TYPE_CHECKING:
    from accounts.models import User


class ProjectQuerySet(JournalledQuerySet):
    def on_public_site(self) -> Self:
        return self.filter(is_public=True)

    def real(self) -> Self:
        return self.filter(is_demo=False)

    def found_by(self, query: str) -> Self:
        return matching(self, query)

    def for_staff(self, user: "User") -> Self:
        """Rows `user` may see in the admin: the bureau all, a county or park officer those of the own place."""
        if not user.has_perm("projects.view_project"):
            return self.none()
        if user.acts_for_whole_city():
            return self
        places = user.divisions()
        return self.filter(
            Q(base__division__in=places) | Q(base__park__in=user.parks()) | Q(base=None, division__in=places)
        )

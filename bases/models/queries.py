from typing import TYPE_CHECKING, Self

from django.db.models import Q

from bases.enums import HAS_LEFT, IN_REGISTRY, ON_PUBLIC_SITE
from common.models.journalled import JournalledQuerySet
from common.search import matching

if TYPE_CHECKING:
    from accounts.models import User


class BaseQuerySet(JournalledQuerySet):
    def on_public_site(self) -> Self:
        return self.filter(state__in=ON_PUBLIC_SITE)

    def in_registry(self) -> Self:
        return self.filter(state__in=IN_REGISTRY)

    def real(self) -> Self:
        return self.filter(is_demo=False)

    def holding_names(self) -> Self:
        """Those whose Chinese names no other base may take."""
        return self.real().exclude(state__in=HAS_LEFT)

    def found_by(self, query: str) -> Self:
        return matching(self, query)

    def for_staff(self, user: "User") -> Self:
        """Rows `user` may see in the admin: the bureau all, a county or park officer those of the own place."""
        if not user.has_perm("bases.view_base"):
            return self.none()
        if user.acts_for_whole_city():
            return self
        return self.filter(Q(division__in=user.divisions()) | Q(park__in=user.parks()))

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.admin_lookups import NamingChangeList

MOST_PAGES = 2_000


class UncountedChangeList(NamingChangeList):
    """Reads one row more than it shows, so it knows whether there is a next page without counting."""

    is_uncounted = True

    def get_results(self, request: HttpRequest) -> None:
        rows = self._rows(request)
        has_next = len(rows) > self.list_per_page
        if not rows:
            self.refuse_unknown_rows()
        self.result_list: Any = rows[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False
        self.paginator = None
        self.next_href = self._href(self.page_num + 1) if has_next and self.page_num < MOST_PAGES else ""
        self.previous_href = self._href(self.page_num - 1) if self.page_num > 1 else ""

    def _rows(self, request: HttpRequest) -> list[Any]:
        if 1 <= self.page_num <= MOST_PAGES:
            first = (self.page_num - 1) * self.list_per_page
            rows = list(self.queryset[first : first + self.list_per_page + 1])
            if rows or self.page_num == 1:
                return rows
        messages.warning(request, _("The list has no such page. It starts again from the first one."))
        raise IncorrectLookupParameters

    def _href(self, page: int) -> str:
        return self.get_query_string({PAGE_VAR: page})

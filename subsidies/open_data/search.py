"""Keeps the words an award is found by in step: firm, project, base, scheme, document number."""

from typing import Any

from django.db.models import QuerySet

from common.search import search_document
from common.search_upkeep import BATCH
from subsidies.models import Award, AwardSearch
from subsidies.open_data.awards import base_of, project_of

READ_TOGETHER = ("organisation", "scheme", "project__base")


def index_award(award: Award) -> None:
    """Write the search document in the caller's transaction."""
    _write([AwardSearch(award=award, document=award_document(award))])


def index_awards(awards: QuerySet[Award]) -> None:
    """The same for many, in batches, as when a name that they show has changed."""
    batch: list[AwardSearch] = []
    for award in awards.select_related(*READ_TOGETHER).iterator(chunk_size=BATCH):
        batch.append(AwardSearch(award=award, document=award_document(award)))
        if len(batch) == BATCH:
            _write(batch)
            batch = []
    _write(batch)


def award_document(award: Any) -> str:
    """Only what its page shows: a project or a base that is not public cannot be found either."""
    project, base = project_of(award), base_of(award)
    named = [award.project_name, award.organisation.name_zh]
    more = [award.organisation.name_en, award.scheme.name_zh, award.scheme.name_en, award.document_number]
    if project:
        more += [project.name_zh, project.name_en, project.code]
    if base:
        named.append(base.name_zh)
        more += [base.name_en, base.code]
    return search_document(*named, *more, pinyin_of=named)


def _write(rows: list[AwardSearch]) -> None:
    AwardSearch.objects.bulk_create(rows, update_conflicts=True, unique_fields=["award"], update_fields=["document"])

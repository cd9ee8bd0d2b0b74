"""Keeps the words a case is found by in step: names, base and the answers of the last signature."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from common.search import search_document
from common.search_upkeep import BATCH
from subsidies.models import Application, ApplicationSearch

READ_TOGETHER = ("organisation", "project__base")


def index_case(application: Application, data: Mapping[str, Any]) -> None:
    """Write the search document in the caller's transaction; `data` are the answers as they were signed."""
    _write([ApplicationSearch(application=application, document=case_document(application, data))])


def index_cases(applications: QuerySet) -> None:
    """The same for many that were signed before, in batches, as when a name that they show has changed."""
    signed = applications.filter(search__isnull=False).select_related(*READ_TOGETHER).defer("data", "touched")
    batch: list[ApplicationSearch] = []
    for row in signed.prefetch_related("submissions").iterator(chunk_size=BATCH):
        last = max(row.submissions.all(), key=lambda submission: submission.round)
        batch.append(ApplicationSearch(application=row, document=case_document(row, last.snapshot["data"])))
        if len(batch) == BATCH:
            _write(batch)
            batch = []
    _write(batch)


def case_document(application: Any, data: Mapping[str, Any]) -> str:
    firm, project = application.organisation, application.project
    base = project.base if project else None
    named = [application.project_name, firm.name_zh]
    more = [firm.name_en, firm.credit_code]
    if project:
        more += [project.name_zh, project.name_en, project.code]
    if base:
        named.append(base.name_zh)
        more += [base.name_en, base.code]
    return search_document(*named, *more, *_texts(data), pinyin_of=named)


def _texts(value: Any) -> Iterator[str]:
    """What was typed, wherever it stands in the answers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _write(rows: Iterable[ApplicationSearch]) -> None:
    ApplicationSearch.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["application"], update_fields=["document"]
    )

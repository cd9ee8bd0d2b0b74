"""The files of a dataset, streamed as the rows come: CSV, JSON and Excel, and a description of all of them."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from common.api import to_json
from common.calendar import shanghai_today
from common.sheet_writing import Sheet, xlsx_chunks
from common.spreadsheet import CSV_TYPE, XLSX_TYPE, csv_pieces
from subsidies.open_data.awards import public_awards
from subsidies.open_data.datasets import AWARDS, DATASETS, SOURCE, Dataset

ROWS_A_CHUNK = 250
JSON_TYPE = "application/json"
ORGANISATION_ID = "chenzhou-pilot:science-bureau"


class Format(NamedTuple):
    name: str
    content_type: str
    chunks: Callable[[Dataset], Iterator[bytes]]


# ---------------------------------------------------------------- one dataset
def csv_chunks(dataset: Dataset) -> Iterator[bytes]:
    """Columns under their technical names; the description stands in datapackage.json."""
    return (piece.encode() for piece in csv_pieces([field.name for field in dataset.fields], dataset.rows()))


def xlsx_file(dataset: Dataset) -> Iterator[bytes]:
    """The rows, and a second sheet that says what they are."""
    columns = [field.name for field in dataset.fields]
    about = [
        (_("Title"), dataset.title),
        (_("Description"), dataset.description),
        (_("Source"), SOURCE),
        (_("Licence"), f"{settings.OPEN_DATA_LICENCE} {settings.OPEN_DATA_LICENCE_URL}".strip()),
        (_("As of"), shanghai_today()),
        *((field.name, field.description) for field in dataset.fields),
    ]
    sheets = [
        Sheet(str(dataset.title)[:31], columns, dataset.rows()),
        Sheet(_("About the data")[:31], (_("Field"), _("Description")), about),
    ]
    return xlsx_chunks(sheets)


def json_chunks(dataset: Dataset) -> Iterator[bytes]:
    names = [field.name for field in dataset.fields]
    yield to_json(described(dataset, shanghai_today()))[:-1] + b',"rows":['
    yield from _joined(dict(zip(names, row, strict=True)) for row in dataset.rows())
    yield b"]}"


def _joined(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    between = b""
    while batch := list(islice(rows, ROWS_A_CHUNK)):
        yield between + b",".join(to_json(row) for row in batch)
        between = b","


def described(dataset: Dataset, day: date) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "title": str(dataset.title),
        "description": str(dataset.description),
        "licence": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL or None},
        "source": str(SOURCE),
        "as_of": day.isoformat(),
        "fields": _fields(dataset),
    }


def _fields(dataset: Dataset) -> list[dict[str, str]]:
    return [{"name": field.name, "type": field.type, "description": str(field.description)} for field in dataset.fields]


FORMATS = {
    each.name: each
    for each in (
        Format("csv", CSV_TYPE, csv_chunks),
        Format("json", JSON_TYPE, json_chunks),
        Format("xlsx", XLSX_TYPE, xlsx_file),
    )
}


# ---------------------------------------------------------------- all of them
def datapackage() -> dict[str, Any]:
    """As Frictionless Data describes a package: https://datapackage.org/"""
    licence = {"name": settings.OPEN_DATA_LICENCE, "path": settings.OPEN_DATA_LICENCE_URL}
    return {
        "name": "chenzhou-pilot",
        "title": _("Open data · Chenzhou Pilot"),
        "created": shanghai_today().isoformat(),
        "homepage": settings.SITE_URL + reverse("subsidies:open_data"),
        "licenses": [{name: value for name, value in licence.items() if value}],
        "sources": [{"title": str(SOURCE)}],
        "resources": [_resource(dataset) for dataset in DATASETS.values()],
    }


def _resource(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "title": str(dataset.title),
        "description": str(dataset.description),
        "path": settings.SITE_URL + reverse("subsidies:open_data_file", args=[dataset.name, "csv"]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": _fields(dataset), "missingValues": [""]},
    }


# ---------------------------------------------------------------- as 360Giving shapes grants
GRANT_COLUMNS = (
    *("id", "project_name", "amount_yuan", "awarded_on", "document_number", "scheme__slug", "scheme__name_zh"),
    *("organisation__slug", "organisation__name_zh", "revoked_on", "division_code"),
)


def grant_chunks() -> Iterator[bytes]:
    """Awards in the shape of the 360Giving standard; its prefix of publishers is not claimed."""
    package = {"license": settings.OPEN_DATA_LICENCE_URL or settings.OPEN_DATA_LICENCE, "title": str(AWARDS.title)}
    yield to_json(package | {"modified": shanghai_today().isoformat()})[:-1] + b',"grants":['
    rows = public_awards().real().order_by("awarded_on", "id").values(*GRANT_COLUMNS)
    yield from _joined(_grant(row) for row in rows.iterator(chunk_size=1000))
    yield b"]}"


def _grant(row: dict[str, Any]) -> dict[str, Any]:
    description = f"{row['scheme__name_zh']} {row['document_number']}".strip()
    return {
        "id": f"chenzhou-pilot:award:{row['id']}",
        "title": row["project_name"],
        "description": description,
        "currency": "CNY",
        "amountAwarded": float(row["amount_yuan"]),
        "awardDate": row["awarded_on"].isoformat(),
        "status": "Cancelled" if row["revoked_on"] else "Active",
        "recipientOrganization": [
            {
                "id": f"chenzhou-pilot:organisation:{row['organisation__slug']}",
                "name": row["organisation__name_zh"],
            }
        ],
        "fundingOrganization": [{"id": ORGANISATION_ID, "name": "郴州市科学技术局"}],
        "grantProgramme": [{"code": row["scheme__slug"], "title": row["scheme__name_zh"]}],
        "beneficiaryLocation": [{"geoCode": row["division_code"]}] if row["division_code"] else [],
        "dataSource": settings.SITE_URL + reverse("subsidies:open_data"),
    }

"""The limit: a WSGI function, one connection, one statement, the fastest writer of JSON."""

import os
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import psycopg2

LIST = """
SELECT base.slug, base.code, base.kind, base.state, base.name_zh, base.name_en, base.site_zh, base.site_en,
       base.lead_type, base.openness, base.trl_min, base.trl_max, base.area_m2, base.total_investment_yuan,
       base.public_funding_yuan, base.equipment_value_yuan, base.staff_total, base.listed_on, base.left_on,
       base.verified_on, base.is_demo, base.updated_at,
       division.code AS division_code, division.name_zh AS division_name_zh, division.name_en AS division_name_en,
       park.code AS park_code, park.name_zh AS park_name_zh, park.name_en AS park_name_en,
       (SELECT json_agg(json_build_object('slug', field.slug, 'name_zh', field.name_zh, 'name_en', field.name_en)
               ORDER BY field.slug)::text
          FROM bases_base_industries tag JOIN bases_industry field ON field.id = tag.industry_id
         WHERE tag.base_id = base.id) AS industries
  FROM bases_base base
  LEFT JOIN common_division division ON division.code = base.division_id
  LEFT JOIN common_park park ON park.code = base.park_id
 WHERE base.state IN ('listed', 'change_pending', 'warned', 'suspended', 'removed')
   AND base.division_id = %(division)s AND base.kind = %(kind)s AND base.code > %(after)s
 ORDER BY base.code LIMIT 26
"""
OWN = (
    *("slug", "code", "kind", "state", "name_zh", "name_en", "site_zh", "site_en", "lead_type", "openness", "trl_min"),
    *("trl_max", "area_m2", "total_investment_yuan", "public_funding_yuan", "equipment_value_yuan", "staff_total"),
    *("listed_on", "left_on", "verified_on", "is_demo", "updated_at"),
)
PLACE = ("code", "name_zh", "name_en")


def connect() -> Any:
    url = urlsplit(os.environ["DATABASE_URL"])
    return psycopg2.connect(
        host=url.hostname,
        port=url.port or 5432,
        user=url.username,
        password=unquote(url.password or "") or None,
        dbname=url.path.lstrip("/"),
    )


connection = connect()
connection.autocommit = True


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    with connection.cursor() as cursor:
        cursor.execute(LIST, {"division": None, "kind": None, "after": "", **asked})
        rows = cursor.fetchall()
    found = [_row(row) for row in rows[:25]]
    following = found[-1]["code"] if len(rows) > 25 else None
    body = orjson.dumps({"results": found, "next": following}, default=_written, option=orjson.OPT_UTC_Z)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(OWN, values, strict=False))
    division, park, industries = values[-7:-4], values[-4:-1], values[-1]
    row["division"] = dict(zip(PLACE, division, strict=True)) if division[0] else None
    row["park"] = dict(zip(PLACE, park, strict=True)) if park[0] else None
    row["industries"] = orjson.Fragment(industries or "[]")
    return row


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(type(value).__name__)

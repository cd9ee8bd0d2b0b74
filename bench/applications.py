"""Firms with complete drafts of one call, made in bulk: what the numbering bench and the rush begin with."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone

from accounts import tokens
from accounts.credit_code import check_digit
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from common import journal
from common.models import Division, StoredFile
from common.models.files import ScanState
from subsidies.content import BY_FIRM, CallContent, FormField
from subsidies.enums import SchemeKind, VersionState
from subsidies.models import Application, ApplicationFile, Call, CallVersion, Policy, Scheme

CONTENT = Path(__file__).resolve().parent.parent / "subsidies" / "data" / "award_content.json"
SAMPLES: dict[str, Any] = {
    "text": "新材料中试",
    "long_text": "年产百吨级中试线连续运行，产品指标稳定，已在郴州建成生产线并投产。" * 8,
    "yes_no": True,
    "integer": 12,
    "decimal": "12.5",
    "money": "9000000.00",
    "date": "2025-06-30",
    "year": 2025,
    "trl": 7,
    "email": "contact@example.org",
    "phone": "0735-2368000",
    "credit_code": "91431025DEM000081C",
}


class Draft(NamedTuple):
    """A complete application, its signatory, and the token with which the signatory's program comes."""

    application: Application
    signatory: User
    token: str


def open_call(opens_at: datetime, closes_at: datetime) -> Call:
    """Under the award's delivered content."""
    policy = Policy.objects.create(slug="rush", name_zh="政策")
    scheme = Scheme.objects.create(
        policy=policy,
        slug="rush",
        name_zh="奖补",
        kind=SchemeKind.FLAT,
        amount_yuan=Decimal("2000000.00"),
        is_once_per_project=True,
    )
    publisher = User.objects.create_user("publisher@example.org")
    published = {"published_at": timezone.now(), "published_by": publisher}
    call: Call = Call.objects.create(
        scheme=scheme,
        slug="rush",
        year=2026,
        name_zh="申报批次",
        opens_at=opens_at,
        closes_at=closes_at,
        recommend_closes_at=closes_at,
        amount_yuan=scheme.amount_yuan,
        **published,
    )
    content = json.loads(CONTENT.read_text("utf-8"))
    CallVersion.objects.create(call=call, number=1, content=content, state=VersionState.PUBLISHED, **published)
    return call


def drafts(call: Call, count: int, *, with_tokens: bool = True) -> list[Draft]:
    """One firm, one signatory and one complete draft each."""
    division, _new = Division.objects.get_or_create(code="431025", defaults={"name_zh": "临武县"})
    unit = Organisation.objects.create(kind=OrganisationKind.GOVERNMENT, name_zh="县科技局")
    with journal.bulk("create", Organisation, "bench", User, Membership, Application, ApplicationFile):
        firms = Organisation.objects.bulk_create(_firm(n, unit, division) for n in range(count))
        people = User.objects.bulk_create(User(email=f"firm{n}@example.org", password="!") for n in range(count))
        Membership.objects.bulk_create(
            Membership(user=person, organisation=firm, role=MembershipRole.ADMINISTRATOR)
            for person, firm in zip(people, firms, strict=True)
        )
        version = call.current_version()
        assert version is not None
        data = answers(version.parsed)
        applications = Application.objects.bulk_create(
            Application(
                call=call,
                call_version=version,
                organisation=firm,
                recommender=unit,
                project_name=f"中试项目{firm.pk}",
                data=data,
                started_by=person,
            )
            for person, firm in zip(people, firms, strict=True)
        )
        _put_files(applications, version.parsed)
    pairs = zip(applications, people, strict=True)
    return [Draft(row, person, _token(person) if with_tokens else "") for row, person in pairs]


def _token(person: User) -> str:
    return tokens.issue(person, name="rush", days=1)[1]


def _firm(number: int, unit: Organisation, division: Division) -> Organisation:
    code = f"91431025BEN{number:06d}"  # beside the demo firms, which load_demo has put there
    return Organisation(
        kind=OrganisationKind.ENTERPRISE,
        name_zh=f"郴州公司{number}",
        slug=f"rush-{number}",
        credit_code=code + check_digit(code),
        registered_division=division,
        recommender=unit,
        verified_at=timezone.now(),
    )


def _put_files(applications: list[Application], content: CallContent) -> None:
    codes = [material.code for material in content.materials if material.must == BY_FIRM or material.required_when]
    pairs = [(application, code) for application in applications for code in codes]
    stored = StoredFile.objects.bulk_create(_stored(*pair) for pair in pairs)
    ApplicationFile.objects.bulk_create(
        ApplicationFile(application=application, material=code, file=file, added_by=application.started_by)
        for (application, code), file in zip(pairs, stored, strict=True)
    )


def _stored(application: Application, code: str) -> StoredFile:
    """A row without bytes: a submission reads the hash alone."""
    return StoredFile(
        content=f"00/rush-{application.pk}-{code}",
        name=f"{code}.pdf",
        media_type="application/pdf",
        size=1_000_000,
        sha256=f"{application.pk:032x}{int(code[1:]):032x}",
        scan_state=ScanState.CLEAN,
        scanned_at=timezone.now(),
        uploaded_by=application.started_by,
    )


def answers(content: CallContent) -> dict[str, Any]:
    return {field.id: answer(field) for field in content.fields()}


def answer(field: FormField) -> Any:
    if field.type == "choice":
        return field.options[0].value
    if field.type == "table":
        return [dict(_cells(field)) for _row in range(3)]
    return 4 if field.id.endswith("_before") else SAMPLES[field.type]


def _cells(field: FormField) -> Iterator[tuple[str, Any]]:
    for column in field.columns:
        yield column.id, answer(column)

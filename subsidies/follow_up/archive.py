"""The archive package of a case: one ZIP with everything that stands on record, that verifies without this portal.

Fixed formats alone: JSON for data, PDF for the form and the receipts, the files as they were sent, one page of HTML.
manifest.json names each with its SHA-256. It follows DA/T 85-2019 (政务服务事项电子文件归档规范) in spirit and
claims no conformity. The package is internal: it has the names of experts and officers, and never an account number.

Of an objection it holds what became of it: kind, days, answer, consequence, who answered. Who objected, the grounds
and the evidence stay in the portal, with those who may handle them: whoever takes the package may have decided on the
case. An HMAC over all four, and the SHA-256 of each piece of evidence, prove later what lay before the bureau. A lead
without a name is no part of a case.

A package of the first format verifies still, by the names that lived on then. A seal is compared with a package of its
own time: what later formats have added is under the digest of later packages.
"""

import hashlib
import hmac
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import journal
from common.encryption import SealedField
from common.journal_values import canonical, json_value
from common.models import JournalEntry, StoredFile
from common.texts import listed
from subsidies import permissions
from subsidies.awarding.papers import document_pdf
from subsidies.enums import DocumentState, ObjectionKind
from subsidies.follow_up.archive_index import Line, index_of
from subsidies.models import (
    Appeal,
    Application,
    Award,
    AwardDocument,
    AwardEntry,
    BudgetEntry,
    ChairNote,
    CheckResult,
    CorrectionItem,
    FollowUpFile,
    IntegrityPlea,
    NoticeEntry,
    Objection,
    Payment,
    RemedyFile,
    Repayment,
    ScoreSheet,
    VisitDocument,
    VisitOfficer,
    VisitPhoto,
)
from subsidies.printing import form_pdf, receipt_pdf
from subsidies.workflow import MoveRefused

logger = logging.getLogger(__name__)
FORMAT = "chenzhou-case-archive/2"
CHUNK = 1 << 16
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same content gives the same bytes
# What goes on after a case is closed, and so is not under the digest that is kept with it.
LIVING = (
    "data/application.json",
    "data/steps.json",
    "data/journal.json",
    "data/integrity_entries.json",
    "data/integrity_pleas.json",
    "data/site_checks.json",
    "data/site_check_records.json",
    "data/site_check_officers.json",
    "index.html",
)
LIVING_FOLDERS = ("forms/", "site-checks/")


class Part(NamedTuple):
    """A file of the package: its bytes, or the stored file they are read from."""

    name: str
    content: bytes | StoredFile
    title: str | Promise = ""  # for the index


# ---------------------------------------------------------------- who and what for
def can_archive(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.make_archive") and permissions.is_impartial(user, application)


def open_archive(application: Application, *, by: User) -> Iterator[bytes]:
    """The ZIP in pieces; that it was taken is journalled before the first one. PermissionDenied, MoveRefused."""
    if not can_archive(by, application):
        raise PermissionDenied
    require_files(application)
    return recorded(application, by=by)


def recorded(application: Application, *, by: User | None = None) -> Iterator[bytes]:
    """Without asking who: for the command, which the journal names as the way in."""
    with journal.acting(by=by):
        journal.record("archive", application, {})
    return streamed(application)


def require_files(application: Application) -> None:
    """MoveRefused where a stored file has no content: a package once begun could only break off, or seal a gap."""
    missing = [stored for _name, stored, _title in _stored(application) if not _is_there(stored)]
    if missing:
        logger.error("files %s have no content", [stored.pk for stored in missing])
        message = _(
            "The content of these files is missing: %(names)s. Ask the system administrator to restore them from the "
            "backup, then try again. Nothing was done."
        )
        names = sorted({stored.name for stored in missing})
        raise MoveRefused(message % {"names": listed(names)}, code="no_content")


def _is_there(stored: StoredFile) -> bool:
    return bool(stored.content.storage.exists(str(stored.content.name)))


def file_name(application: Application) -> str:
    """〔number〕-archive.zip: the number of the case names the package for good."""
    return f"{application.number}-archive.zip"


# ---------------------------------------------------------------- what is in it
@dataclass
class Record:
    """Tables of the case as JSON, and which rows were read, for the extract of the journal."""

    application: Application
    seen: set[tuple[str, str]] = field(default_factory=set)

    def table(self, name: str, rows: QuerySet[Any]) -> Part:
        content = pretty([self.described(row) for row in rows])
        return Part(f"data/{name}.json", content, rows.model._meta.verbose_name_plural or "")

    def described(self, row: Model) -> dict[str, Any]:
        """Every field but sealed ones and those the journal hides; people by their names."""
        self.seen.add((row._meta.label_lower, str(row.pk)))
        hidden = getattr(row, "journal_hidden", ())
        fields = [each for each in row._meta.concrete_fields if not _is_sealed(each) and each.name not in hidden]
        return {each.name: self._value(row, each) for each in fields}

    def _value(self, row: Model, each: Any) -> Any:
        if each.related_model is User:
            person = getattr(row, each.name)
            return {"id": person.pk, "name": str(person)} if person else None
        return json_value(each.value_from_object(row))


def _is_sealed(each: Any) -> bool:
    return isinstance(each, SealedField)


def _objections(record: Record) -> Iterator[dict[str, Any]]:
    rows = Objection.objects.filter(entry__application=record.application).exclude(kind=ObjectionKind.LEAD)
    for objection in rows.order_by("pk").prefetch_related("files__file"):
        evidence = [
            {"sha256": each.file.sha256, "size": each.file.size, "is_letter": each.is_letter}
            for each in objection.files.all()
        ]
        yield record.described(objection) | {"sealed": sealed_digest(objection), "evidence": evidence}


def sealed_digest(objection: Objection) -> str:
    """HMAC-SHA256, under the objection's own secret key, over who objected and why: proves it, and tells nothing."""
    said = {name: getattr(objection, name) for name in ("name", "contact", "email", "text")}
    return hmac.new(objection.key.bytes, canonical(said), hashlib.sha256).hexdigest()


def parts_of(application: Application) -> Iterator[Part]:
    """Data, forms, files and journal; the index and the manifest are made while they are packed."""
    record = Record(application)
    yield Part("data/application.json", pretty(record.described(application)), _("Application"))
    for submission in application.submissions.select_related("signed_by").order_by("round"):
        # The very bytes under the digest that the receipt carries.
        data, paper = f"data/submissions/{submission.round}.json", f"forms/receipt-{submission.round}.pdf"
        yield Part(data, canonical(submission.snapshot), _("What was signed"))
        yield Part(paper, receipt_pdf(submission), _("Receipt"))
    if application.submissions.exists():
        yield Part("forms/form.pdf", form_pdf(application), _("Application form"))
    for document in AwardDocument.objects.filter(awards__application=application, state=DocumentState.ISSUED):
        yield Part("forms/award-document.pdf", document_pdf(document), _("Award document"))
    for name, rows in tables_of(application):
        yield record.table(name, rows)
    yield Part("data/objections.json", pretty(list(_objections(record))), Objection._meta.verbose_name_plural or "")
    yield from (Part(*row) for row in _stored(application))
    yield Part("data/journal.json", pretty(_journal_of(record)), _("Extract of the journal"))


def _stored(application: Application) -> Iterator[tuple[str, StoredFile, str | Promise]]:
    """Those whose bytes are read from the folder of files."""
    for stored in files_of(application):
        yield f"files/{stored.sha256}/{stored.name}", stored, stored.name
    for photo in VisitPhoto.objects.filter(visit__site_check__application=application).select_related("file"):
        yield f"site-checks/{photo.key}.jpg", photo.file, photo._meta.verbose_name or ""
    for stored in _papers_of_checks(application):
        yield f"site-checks/{stored.sha256}/{stored.name}", stored, stored.name


def tables_of(application: Application) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Named as the rows are; a new kind of record of a case belongs here."""
    own = {"application": application}
    yield "steps", application.steps.all()
    yield "recommendations", application.recommendations.all()
    yield "redirections", application.redirections.all()
    yield "checks", application.checks.all()
    yield "check_results", CheckResult.objects.filter(check_of__application=application)
    yield "hits", application.hits.all()
    yield "corrections", application.corrections.all()
    yield "correction_items", CorrectionItem.objects.filter(correction__application=application)
    yield "assignments", application.assignments.all()
    yield "score_sheets", ScoreSheet.objects.filter(assignment__application=application)
    yield "chair_notes", ChairNote.objects.filter(assignment__application=application)
    yield "namesakes", application.namesakes.all()
    yield "visits", application.visits.filter(site_check=None)
    yield "visit_officers", VisitOfficer.objects.filter(visit__application=application, visit__site_check=None)
    yield "site_checks", application.site_checks.all()
    yield "site_check_records", application.visits.exclude(site_check=None)
    yield "site_check_officers", VisitOfficer.objects.filter(visit__site_check__application=application)
    yield "decisions", application.decisions.all()
    yield "appeals", Appeal.objects.filter(decision__application=application)
    yield "notice_entries", NoticeEntry.objects.filter(**own)
    yield "award_documents", AwardDocument.objects.filter(awards__application=application)
    yield "award_entries", AwardEntry.objects.filter(**own)
    yield "awards", Award.objects.filter(**own)
    yield "payee_accounts", application.payee_accounts.all()
    yield "payments", Payment.objects.filter(award__application=application)
    yield "ledger", BudgetEntry.objects.filter(**own)
    yield "reports", application.reports.all()
    yield "recoveries", application.recoveries.all()
    yield "repayments", Repayment.objects.filter(recovery__application=application)
    yield "integrity_entries", application.integrity_entries.all()
    yield "integrity_pleas", IntegrityPlea.objects.filter(entry__source=application)
    yield "letters", application.letters.all()


def files_of(application: Application) -> list[StoredFile]:
    """Each content once: of the application, the recommendation, the visits, the award document and the reports."""
    keys = set(application.files.values_list("file", flat=True))
    keys |= set(application.recommendations.exclude(letter=None).values_list("letter", flat=True))
    keys |= set(application.visits.filter(site_check=None).exclude(photos=None).values_list("photos__file", flat=True))
    papers = VisitDocument.objects.filter(visit__application=application, visit__site_check=None)
    keys |= set(papers.values_list("file", flat=True))
    signed = AwardDocument.objects.filter(awards__application=application).exclude(signed_copy=None)
    keys |= set(signed.values_list("signed_copy", flat=True))
    keys |= set(FollowUpFile.objects.filter(report__application=application).values_list("file", flat=True))
    return _once_each(keys)


def _papers_of_checks(application: Application) -> list[StoredFile]:
    """What the officers of site checks and the firm have filed."""
    found = VisitDocument.objects.filter(visit__site_check__application=application)
    sent = RemedyFile.objects.filter(check_of__application=application)
    return _once_each({*found.values_list("file", flat=True), *sent.values_list("file", flat=True)})


def _once_each(keys: set[int]) -> list[StoredFile]:
    by_content = {row.sha256: row for row in StoredFile.objects.filter(pk__in=keys).order_by("-pk")}
    return [by_content[digest] for digest in sorted(by_content)]


def _journal_of(record: Record) -> list[dict[str, Any]]:
    kinds: dict[str, list[str]] = {}
    for kind, key in record.seen:
        kinds.setdefault(kind, []).append(key)
    found = []
    for kind in sorted(kinds):
        rows = JournalEntry.objects.filter(object_type=kind, object_id__in=kinds[kind]).select_related("actor")
        found += [Record(record.application).described(row) for row in rows.order_by("pk")]
    return sorted(found, key=lambda row: str(row["id"]).zfill(20))


def pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


# ---------------------------------------------------------------- packing
class Packed(NamedTuple):
    """A line of the manifest."""

    name: str
    sha256: str
    size: int


class Pieces:
    """What zipfile writes to; pieces are taken away as they come, so the package is never whole in memory."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> Iterator[bytes]:
        waiting, self.waiting = self.waiting, []
        yield from waiting


def streamed(application: Application) -> Iterator[bytes]:
    """Each part hashed as it goes by; the index and the manifest come last."""
    pieces, packed, lines = Pieces(), [], []
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[call-overload]
        for part in parts_of(application):
            digest, size = hashlib.sha256(), 0
            with package.open(zipfile.ZipInfo(part.name, FIXED_TIME), "w", force_zip64=True) as target:
                for chunk in _chunks(part):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                    yield from pieces.taken()
            packed.append(Packed(part.name, digest.hexdigest(), size))
            lines.append(Line(part.title, *packed[-1], is_empty=part.content == pretty([])))
        index = index_of(application, lines)
        packed.append(Packed("index.html", hashlib.sha256(index).hexdigest(), len(index)))
        package.writestr(zipfile.ZipInfo("index.html", FIXED_TIME), index)
        package.writestr(zipfile.ZipInfo("manifest.json", FIXED_TIME), manifest_of(application, packed))
    yield from pieces.taken()


def _chunks(part: Part) -> Iterator[bytes]:
    if isinstance(part.content, bytes):
        yield part.content
        return
    with part.content.content.open("rb") as source:
        yield from source.chunks(CHUNK)


def manifest_of(application: Application, packed: list[Packed]) -> bytes:
    return pretty(
        {
            "format": FORMAT,
            "case": application.number,
            "made_at": timezone.now().isoformat(),
            "files": [each._asdict() for each in packed],
            "digest": digest_of(packed),
        }
    )


def digest_of(packed: Iterable[Packed]) -> str:
    """SHA-256 over a line for each file that does not live on, by name: its hash, two spaces, its name.

    The PDFs are drawn anew each time, from what stands under the digest.
    """
    kept = sorted(each for each in packed if each.name not in LIVING and not each.name.startswith(LIVING_FOLDERS))
    return hashlib.sha256("".join(f"{each.sha256}  {each.name}\n" for each in kept).encode()).hexdigest()


def digest_now(application: Application) -> str:
    """Of what the case holds now, packed nowhere."""
    return digest_of(_hashed(part) for part in parts_of(application) if not part.name.startswith("forms/"))


def _hashed(part: Part) -> Packed:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(part):
        digest.update(chunk)
        size += len(chunk)
    return Packed(part.name, digest.hexdigest(), size)

"""The receipt and the application form (A02) as PDF, in the reader's language."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.calendar import SHANGHAI
from common.pdf import PdfDocument
from subsidies.answers import shown, shown_rows
from subsidies.content import FormField
from subsidies.models import Application, Submission
from subsidies.receipts import CheckedReceipt, checked, in_groups
from subsidies.snapshots import Snapshot, answers_digest, snapshot_of

LONG = 60  # characters, beyond which a value stands below its label


def receipt_pdf(submission: Submission) -> bytes:
    receipt, snapshot = checked(submission), submission.snapshot
    title = _("Receipt of an application")
    document = PdfDocument(title, receipt.number, _("Receipt code %(code)s") % {"code": receipt.code_in_groups})
    document.heading(title, _("Chenzhou Municipal Science and Technology Bureau"))
    document.rows(_receipt_rows(receipt, submission))
    document.section(_("Signed"))
    files = len(snapshot["files"])
    document.text(
        ngettext("%(count)d file, and all answers of the form.", "%(count)d files, and all answers of the form.", files)
        % {"count": files}
    )
    document.text(_("SHA-256 of what was signed:"))
    document.fixed(receipt.digest_in_groups)
    document.text(_("SHA-256 of the answers alone, as at the foot of a form A02 printed from them:"))
    document.fixed(in_groups(answers_digest(snapshot), 8))
    document.section(_("Check"))
    document.text(
        _("Whoever holds this receipt can check it at %(address)s or with the square below.")
        % {"address": receipt.check_address}
    )
    document.qr(receipt.check_address)
    return document.render()


def _receipt_rows(receipt: CheckedReceipt, submission: Submission) -> list[tuple[str, str]]:
    return [
        (_("Number"), receipt.number),
        (_("Call"), receipt.call.name),
        (_("Applicant"), receipt.applicant),
        (_("Unified social credit code"), submission.snapshot["organisation"]["credit_code"] or "—"),
        (_("Project"), submission.snapshot["project_name"]),
        (_("Recommending unit"), submission.snapshot["organisation"]["recommender"] or "—"),
        (_("Signed by"), str(submission.signed_by)),
        (_("Signature"), str(receipt.signature)),
        (_("Received at"), to_the_second(receipt.signed_at)),
    ]


def form_pdf(application: Application) -> bytes:
    """The answers as they stand, with their whole digest on every page; the receipt of a signature names it too."""
    snapshot = snapshot_of(application)
    digest = answers_digest(snapshot)
    title = _("Application form")
    foot = _("SHA-256 of the answers %(digest)s") % {"digest": in_groups(digest, 8)}
    document = PdfDocument(title, application.number or application.project_name, foot)
    document.heading(application.call.name, f"A02 {title}")
    document.rows(_head_rows(application, snapshot))
    for section in application.call_version.parsed.sections:
        document.section(section.title)
        for field in section.fields:
            _put_answer(document, field, snapshot["data"].get(field.id))
    _put_files(document, application, snapshot)
    _put_pledge(document, application, digest)
    return document.render()


def _head_rows(application: Application, snapshot: Snapshot) -> list[tuple[str, str]]:
    return [
        (_("Number"), application.number or _("given when it is submitted")),
        (_("Project"), snapshot["project_name"]),
        (_("Applicant"), snapshot["organisation"]["name"]),
        (_("Unified social credit code"), snapshot["organisation"]["credit_code"] or "—"),
        (_("Recommending unit"), snapshot["organisation"]["recommender"] or "—"),
    ]


def _put_answer(document: PdfDocument, field: FormField, value: object) -> None:
    words = shown(field, value)
    if field.type == "table" and words:
        document.text(field.label)
        document.table([column.label for column in field.columns], shown_rows(field, value))
    elif len(words) > LONG or "\n" in words:
        document.long_value(field.label, words)
    else:
        document.rows([(field.label, words or "—")])


def _put_files(document: PdfDocument, application: Application, snapshot: Snapshot) -> None:
    if not snapshot["files"]:
        return
    document.section(_("Files"))
    rows = [[file["material"], file["name"], in_groups(file["sha256"][:16], 8)] for file in snapshot["files"]]
    document.table([_("Material"), _("File"), _("SHA-256, beginning")], rows)


def _put_pledge(document: PdfDocument, application: Application, digest: str) -> None:
    document.section(_("Pledge"))
    document.text(application.call_version.parsed.pledge or "—")
    document.blanks(_("Seal of the unit"), _("Legal representative"), _("Date"))
    document.text(_("SHA-256 of these answers:"))
    document.fixed(in_groups(digest, 8))


def to_the_second(moment: datetime) -> str:
    """In Shanghai, with its offset, since a receipt may be read anywhere."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S (UTC+8)")

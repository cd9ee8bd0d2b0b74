"""The award document as paper: PDF and printable page, each with the square that leads to its public check."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.calendar import shanghai_day
from common.money import capital
from common.pdf import PdfDocument
from common.templatetags.chenzhou import shanghai_date, yuan
from subsidies.awarding.listing import Listed, is_intact, rows_of, total_of
from subsidies.enums import DocumentState
from subsidies.models import Award, AwardDocument
from subsidies.receipts import in_groups

OFFICIAL = "zh-hans"  # an official document is written in Chinese, whoever prints it
CODE_LETTERS = 32


class Row(NamedTuple):
    """`revoked_on` is what has become of an award since."""

    listed: Listed
    revoked_on: date | None


class Paper(NamedTuple):
    """All that stands on the document, and nothing else is shown to whoever checks it."""

    document: AwardDocument
    issued_on: date
    rows: list[Row]
    total: Decimal
    is_intact: bool  # the stored list still has the digest of the paper

    @property
    def total_in_capitals(self) -> str:
        return capital(self.total)

    @property
    def digest_in_groups(self) -> str:
        return in_groups(self.document.digest, 8)

    @property
    def check_path(self) -> str:
        return reverse("subsidies:award_checked", args=[self.document.check_code.hex])

    @property
    def check_address(self) -> str:
        """For QR codes and paper."""
        return f"{settings.SITE_URL}{self.check_path}"


def paper_of(document: AwardDocument) -> Paper:
    """Of an issued document; one query for the awards that were revoked since."""
    assert document.issued_at is not None, "held by awarddocument_issued_is_whole"
    revoked = dict(
        Award.objects.filter(document=document)
        .exclude(revoked_on=None)
        .values_list("application__number", "revoked_on")
    )
    rows = [Row(listed, revoked.get(listed.number)) for listed in rows_of(document)]
    return Paper(document, shanghai_day(document.issued_at), rows, total_of(document), is_intact(document))


def by_code(typed: str) -> AwardDocument | None:
    """The issued document with this check code, however it was typed. One query, none for what cannot be one."""
    code = plain_code(typed)
    rows = AwardDocument.objects.filter(state=DocumentState.ISSUED).select_related("call")
    found: AwardDocument | None = rows.filter(check_code=UUID(hex=code)).first() if code else None
    return found


def plain_code(typed: str) -> str:
    """Hexadecimal digits alone, in lower case; "" for what is no code."""
    code = "".join(typed.split()).replace("-", "").lower()
    return code if len(code) == CODE_LETTERS and all(letter in "0123456789abcdef" for letter in code) else ""


def document_pdf(document: AwardDocument) -> bytes:
    paper = paper_of(document)
    with translation.override(OFFICIAL):
        foot = _("SHA-256 of the list %(digest)s") % {"digest": paper.digest_in_groups}
        pdf = PdfDocument(document.title, document.number, foot)
        pdf.heading(document.title, f"{issuers()}  {document.number}")
        if document.text:
            pdf.text(document.text)
        pdf.section(_("List of awards"))
        pdf.table(*_table(paper))
        total = _("Total: %(amount)s (%(capital)s)")
        pdf.text(total % {"amount": yuan(paper.total), "capital": paper.total_in_capitals})
        pdf.text(shanghai_date(paper.issued_on))
        pdf.section(_("Check"))
        words = _("Whoever holds this document can check it at %(address)s or with the square below.")
        pdf.text(words % {"address": paper.check_address})
        pdf.qr(paper.check_address)
        return pdf.render()


def _table(paper: Paper) -> tuple[list[str], list[list[str]]]:
    head = [_("No."), _("Firm"), _("Project"), _("Amount")]
    return head, [_cells(row.listed) for row in paper.rows]


def _cells(listed: Listed) -> list[str]:
    return [str(listed.position), listed.firm, f"{listed.project}\n{listed.number}", yuan(listed.amount_yuan)]


def issuers() -> str:
    """The document is a joint one."""
    return _("Chenzhou Municipal Science and Technology Bureau, Chenzhou Municipal Finance Bureau")

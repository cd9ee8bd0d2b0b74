from io import BytesIO
from typing import NamedTuple

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.models import StoredFile
from common.pdf import PdfDocument
from subsidies.awarding.papers import document_pdf, paper_of
from subsidies.awarding.signed_copies import take_in
from subsidies.models import AwardDocument
from tests.subsidies.awarding.people import People, cleared, drafted, issued, people
from tests.subsidies.awarding.raw import refuses
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    who: People
    document: AwardDocument


def make_world() -> World:
    who = people()
    return World(who, issued(who, *cleared()))


who, document = parts(World)


def pdf(*lines, square=""):
    made = PdfDocument("扫描件", "扫描件")
    for line in lines:
        made.text(line)
    if square:
        made.qr(square)
    return SimpleUploadedFile("scan.pdf", made.render(), "application/pdf")


def scan_of(document):
    """As a flat-bed scanner makes it: a picture, a little askew, with losses."""
    page = pypdfium2.PdfDocument(document_pdf(document))[0].render(scale=2.2).to_pil().convert("RGB")
    turned: Image.Image = page.rotate(2, expand=True, fillcolor="white")
    buffer = BytesIO()
    turned.save(buffer, "JPEG", quality=70)
    return SimpleUploadedFile("扫描件.jpg", buffer.getvalue(), "image/jpeg")


def test_the_paper_that_was_printed_finds_its_document(who, document):
    other = issued(who, *cleared(), serial=2)
    printed = SimpleUploadedFile("signed.pdf", document_pdf(other), "application/pdf")

    found = take_in(printed, by=who.clerk)

    assert (found.pk, found.signed_copy.name) == (other.pk, "signed.pdf")
    assert AwardDocument.objects.get(pk=document.pk).signed_copy is None


def test_so_does_a_scan_that_is_a_little_askew(who, document):
    assert take_in(scan_of(document), by=who.clerk).pk == document.pk


def test_without_a_square_the_person_chooses(who, document):
    with refuses("square"):
        take_in(pdf("签章页"), by=who.clerk)
    assert not StoredFile.objects.exists()

    assert take_in(pdf("签章页"), by=who.clerk, chosen=document).pk == document.pk


def test_a_square_that_names_another_document_is_told(who, document):
    other = issued(who, *cleared(), serial=2)

    with refuses("other"):
        take_in(pdf("x", square=paper_of(document).check_address), by=who.clerk, chosen=other)


@pytest.mark.parametrize(
    "square",
    [
        "https://example.invalid/award-check/zz/",
        "https://example.invalid/award-check/" + "0" * 32 + "/",
        "javascript:alert(1)",
        "https://example.invalid/?next=/award-check/" + "0" * 32 + "/",
    ],
)
def test_other_squares_are_as_none(who, document, square):
    with refuses("square"):
        take_in(pdf("x", square=square), by=who.clerk)


def test_a_document_that_is_not_issued_takes_none(who):
    draft = drafted(who, *cleared(), serial=2)

    with refuses("state"):
        take_in(pdf("签章页"), by=who.clerk, chosen=draft)


def test_who_does_not_prepare_documents_takes_in_none_and_a_broken_file_is_refused(who, document):
    with pytest.raises(PermissionDenied):
        take_in(pdf("签章页"), by=who.finance, chosen=document)
    with pytest.raises(ValidationError):
        take_in(SimpleUploadedFile("scan.pdf", b"<html>", "application/pdf"), by=who.clerk, chosen=document)
    assert not StoredFile.objects.exists()

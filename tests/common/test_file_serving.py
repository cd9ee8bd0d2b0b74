import io

import pytest
from django.utils import timezone
from PIL import Image

from common.file_serving import FileNotShown, can_preview, file_response, may_show
from common.files import FileRules, receive
from common.models import ScanState
from tests.factories_accounts import UserFactory
from tests.factories_files import jpg, pdf, png, xlsx

pytestmark = pytest.mark.django_db

ALL = FileRules(("pdf", "jpg", "png", "xlsx"))
CLOSED = "default-src 'none'; style-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def stored_file(content=None, name="a.pdf", scan=ScanState.NOT_SCANNED):
    stored = receive(content or pdf(), name, UserFactory(), ALL)
    if scan != ScanState.NOT_SCANNED:
        stored.scan_state, stored.scanned_at = scan, timezone.now()
        stored.save()
    return stored


def test_a_file_comes_as_an_attachment_in_which_nothing_runs():
    content = pdf()

    answer = file_response(stored_file(content))

    assert b"".join(answer.streaming_content) == content
    answer.close()
    assert dict(answer.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(content)),
        "Content-Disposition": 'attachment; filename="a.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": CLOSED,
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        (
            "中试总结 报告.pdf",
            "attachment; filename*=utf-8''%E4%B8%AD%E8%AF%95%E6%80%BB%E7%BB%93%20%E6%8A%A5%E5%91%8A.pdf",
        ),
        ("it's; filename=x.pdf", 'attachment; filename="it\'s; filename=x.pdf"'),
    ],
)
def test_names_are_written_as_rfc_6266_wants_them(name, disposition):
    answer = file_response(stored_file(name=name))
    answer.close()

    assert answer["Content-Disposition"] == disposition


def test_the_web_server_hands_out_the_bytes_where_it_is_told_to(settings):
    settings.FILES_INTERNAL_LOCATION = "/private-files/"
    stored = stored_file()

    answer = file_response(stored)

    assert answer.content == b""
    assert answer["X-Accel-Redirect"] == f"/private-files/{stored.content.name}"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer["Content-Security-Policy"] == CLOSED


@pytest.mark.parametrize(
    ("scan", "in_production", "elsewhere"),
    [
        (ScanState.CLEAN, True, True),
        (ScanState.NOT_SCANNED, False, True),
        (ScanState.INFECTED, False, False),
    ],
)
def test_production_shows_clean_files_alone_and_nobody_an_infected_one(settings, scan, in_production, elsewhere):
    stored = stored_file(scan=scan)
    code = "infected" if scan == ScanState.INFECTED else "not_scanned"
    for settings.PRODUCTION, expected in ((True, in_production), (False, elsewhere)):
        assert may_show(stored) == expected
        assert [outcome(stored, inline) for inline in (False, True)] == [200 if expected else code] * 2


def outcome(stored, inline):
    try:
        answer = file_response(stored, inline=inline)
    except FileNotShown as error:
        return error.code
    answer.close()
    return answer.status_code


def test_lost_bytes_are_told_in_a_sentence(folder):
    stored = stored_file()
    (folder / stored.content.name).unlink()

    with pytest.raises(FileNotShown) as caught:
        file_response(stored)

    assert caught.value.code == "no_content"


# ---------------------------------------------------------------- previews
def opened(answer):
    return Image.open(io.BytesIO(answer.content))


def test_a_picture_is_shown_drawn_anew_without_its_words():
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    exif[0x0112] = 6  # held upright: the long side becomes the height

    answer = file_response(stored_file(jpg((3000, 1000), exif=exif), "a.jpg"), inline=True)

    shown = opened(answer)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("image/jpeg", "inline")
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == (CLOSED, "nosniff")
    assert shown.height == 1600
    assert shown.width == pytest.approx(1600 / 3, abs=1)
    assert dict(shown.getexif()) == {}
    assert b"script" not in answer.content


def test_a_picture_that_lets_through_is_shown_on_white():
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")

    shown = opened(file_response(stored_file(file.getvalue(), "seal.png"), inline=True))

    assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_each_page_of_a_pdf_is_drawn_and_no_other():
    stored = stored_file(pdf(2))

    assert opened(file_response(stored, inline=True, page=2)).width == 1400
    for page in (0, 3, -1):
        with pytest.raises(FileNotShown) as caught:
            file_response(stored, inline=True, page=page)
        assert caught.value.code == "no_preview"


def test_tables_are_not_drawn():
    stored = stored_file(xlsx(), "a.xlsx")

    assert not can_preview(stored)
    assert can_preview(stored_file(png(), "a.png"))
    with pytest.raises(FileNotShown):
        file_response(stored, inline=True)

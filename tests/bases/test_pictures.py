"""Pictures of a base: drawn anew, described, sourced, and shown from this site alone."""

import io
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import override_settings
from PIL import Image

from accounts.enums import PersonKind
from bases import pictures
from bases.enums import State
from bases.models import BasePicture, PilotLine
from common.file_places import path_of
from common.models import ScanState, StoredFile
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.factories import BaseFactory, SourceFactory
from tests.factories_accounts import user_of_kind
from tests.factories_files import pdf, picture
from tests.factories_pictures import PictureFactory

pytestmark = pytest.mark.django_db

SIZE = (2400, 1800)
PLACE = {0x8825: {1: "N", 2: (25.0, 47.0, 0.0), 3: "E", 4: (113.0, 0.0, 0.0)}, 0x010F: "Camera of a person"}


def exif():
    told = Image.Exif()
    for tag, value in PLACE.items():
        if isinstance(value, dict):
            told.get_ifd(tag).update(value)
        else:
            told[tag] = value
    return told


FORMS = [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")]


@pytest.mark.parametrize(("form", "extension"), FORMS)
def test_what_is_kept_are_two_drawn_sizes_without_a_word_of_the_original(form, extension):
    sent = picture(form, SIZE, exif=exif())

    sizes = pictures.drawn(sent, f"line.{extension}")

    assert [(size.width, size.height) for size in sizes] == [(1600, 1200), (640, 480)]
    for size in sizes:
        with Image.open(io.BytesIO(size.content)) as kept:
            assert (kept.format, dict(kept.getexif())) == ("JPEG", {})
        assert b"Camera of a person" not in size.content
    assert StoredFile.objects.count() == 0


REFUSED = [
    ("line.jpg", pdf(), "format"),
    ("line.jpg", picture("PNG", SIZE), "disguised"),
    ("line.gif", picture("GIF", SIZE), "format"),
    ("line.webp", picture("WEBP", SIZE)[:400], "picture_broken"),
    ("line.webp", picture("WEBP", SIZE) + b"<script>", "two_kinds"),
    ("line.png", picture("PNG", (399, 100)), "small"),
    ("line.jpg", b"", "empty"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[f"{row[0]}-{row[2]}" for row in REFUSED])
def test_what_is_no_sound_picture_of_some_size_is_refused(name, content, code):
    with pytest.raises(ValidationError) as refused:
        pictures.drawn(content, name)

    assert refused.value.code == code


def new_row(base, **fields):
    told = {"alt_zh": "一号线", "alt_en": "Line one", "credit": "某公司", "source": str(SourceFactory().pk)}
    management = {"pictures-TOTAL_FORMS": "1"}
    return management | {
        f"pictures-0-{name}": value for name, value in {"base": str(base.pk), **told, **fields}.items()
    }


def sent(content=None, name="line.png"):
    return SimpleUploadedFile(name, picture("PNG", SIZE) if content is None else content)


def test_an_officer_puts_a_picture_to_a_base_of_the_own_county_in_the_desk():
    base = BaseFactory()
    line = PilotLine.objects.create(base=base, name="一号线")
    officer = staff(PersonKind.COUNTY_OFFICER)
    client = client_of(officer)
    url = change_url(base)

    answer = client.post(url, filled(client, url, **new_row(base, upload=sent(), line=str(line.pk))))

    row = BasePicture.objects.get()
    assert (answer.status_code, row.base, row.line, row.alt_en) == (302, base, line, "Line one")
    assert (row.large_width, row.small_width, row.large.uploaded_by) == (1600, 640, officer)
    assert client.get(url).content.decode().count('class="desk-picture"') == 1


@pytest.mark.parametrize(
    "fields",
    [{"upload": None}, {"alt_zh": ""}, {"alt_en": ""}, {"credit": ""}, {"source": ""}, {"line": "0"}],
    ids=["file", "alt_zh", "alt_en", "credit", "source", "line of another base"],
)
def test_a_picture_without_its_words_its_source_or_its_file_is_refused(fields):
    base = BaseFactory()
    client = client_of(staff())
    url = change_url(base)

    answer = client.post(url, filled(client, url, **new_row(base, **{"upload": sent(), **fields})))

    assert (answer.status_code, BasePicture.objects.count(), StoredFile.objects.count()) == (200, 0, 0)


def test_a_new_file_takes_the_place_of_the_old_one_and_a_deleted_picture_takes_its_files_along(
    django_capture_on_commit_callbacks,
):
    row = PictureFactory()
    before = [path_of(stored.content.name) for stored in (row.large, row.small)]
    sizes = pictures.drawn(picture("PNG", SIZE), "line.png")

    with django_capture_on_commit_callbacks(execute=True):
        pictures.keep(row, sizes, by=staff())
    after = [path_of(stored.content.name) for stored in StoredFile.objects.all()]
    assert ([path.exists() for path in before], [path.exists() for path in after]) == ([False] * 2, [True] * 2)

    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert (StoredFile.objects.count(), [path.exists() for path in after]) == (0, [False] * 2)


def test_whoever_may_not_edit_the_base_puts_no_picture_to_it():
    sizes = pictures.drawn(picture("PNG", SIZE), "line.png")
    row = BasePicture(base=BaseFactory(), alt_zh="图", alt_en="Picture", credit="某", source=SourceFactory())

    for person in (user_of_kind("finance"), user_of_kind("county_officer", division="431022")):
        with pytest.raises(PermissionDenied):
            pictures.keep(row, sizes, by=person)

    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("field", ["alt_zh", "alt_en", "credit"])
def test_the_database_keeps_no_picture_without_its_words(field):
    with pytest.raises(IntegrityError, match="base_picture_is_described"):
        PictureFactory(**{field: ""})


def test_the_page_shows_the_picture_with_its_size_words_and_source_from_this_site_alone(client):
    row = PictureFactory(source=SourceFactory(title_en="Visit of May"), credit="Some firm")

    html = client.get(f"/en/bases/{row.base.slug}/").content.decode()

    image = re.search(r"<img src=\"(/pictures/[^\"]+)\"[^>]*>", html)
    large, small = f"/pictures/{row.large.public_id}/", f"/pictures/{row.small.public_id}/"
    assert image[1] == small
    for told in (f'srcset="{small} 640w, {large} 1600w"', 'width="1600" height="1200"', 'alt="Pilot line one"'):
        assert told in image[0]
    assert "Picture: Some firm" in html
    assert "Source 1: Visit of May" in html
    assert re.findall(r'<img[^>]+(?:src|srcset)="https?:', html) == []
    answer = client.get(small)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        *(200, "image/jpeg"),
        "public, max-age=3600",
    )
    assert answer.content == Path(path_of(row.small.content.name)).read_bytes()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (None, 404),
        (PersonKind.ENTERPRISE, 404),
        (PersonKind.BUREAU_CLERK, 200),
        (PersonKind.COUNTY_OFFICER, 200),
    ],
)
def test_the_picture_of_a_base_that_is_not_public_is_for_its_own_staff(client, kind, status):
    row = PictureFactory(base__state=State.DRAFT)
    asking = client if kind is None else client_of(staff(kind))

    assert asking.get(f"/pictures/{row.large.public_id}/").status_code == status


@pytest.mark.parametrize("state", [ScanState.NOT_SCANNED, ScanState.INFECTED])
def test_a_picture_that_has_not_passed_the_scan_is_not_shown(client, state, settings):
    settings.PRODUCTION = True
    row = PictureFactory()
    StoredFile.objects.filter(pk=row.small.pk).update(scan_state=state, scanned_at=row.small.uploaded_at)

    html = client.get(f"/bases/{row.base.slug}/", secure=True).content.decode()

    assert "/pictures/" not in html
    assert client.get(f"/pictures/{row.small.public_id}/", secure=True).status_code == 404


@override_settings(FILES_INTERNAL_LOCATION="/private-files/")
def test_the_web_server_hands_the_picture_out_where_it_can(client):
    row = PictureFactory()

    answer = client.get(f"/pictures/{row.small.public_id}/")

    assert answer["X-Accel-Redirect"] == f"/private-files/{row.small.content.name}"
    assert answer["Content-Disposition"].startswith("inline")


def test_the_api_tells_of_pictures_with_their_sources(client):
    row = PictureFactory(base__slug="one", source=SourceFactory(title_zh="走访"))

    whole = client.get("/api/v1/bases/one/?fields=pictures,sources").json()

    assert whole["pictures"] == [
        {
            "alt_zh": "一号中试线",
            "alt_en": "Pilot line one",
            "credit": "某公司",
            "taken_on": None,
            "line": None,
            "width": 1600,
            "height": 1200,
            "url": f"http://testserver/pictures/{row.large.public_id}/",
            "source": 1,
        }
    ]
    assert [source["title_zh"] for source in whole["sources"]] == ["走访"]


@pytest.mark.parametrize("number", [1, 3])
def test_pictures_cost_the_same_queries_for_one_and_for_three(client, django_assert_num_queries, number):
    base = BaseFactory()
    for _ in range(number):
        PictureFactory(base=base)

    with django_assert_num_queries(20):
        assert client.get(f"/bases/{base.slug}/").status_code == 200

"""Files of one's own application by API."""

import hashlib
import io
import uuid
from copy import deepcopy

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole
from common.models import IdempotentRequest, StoredFile
from common.models.files import ScanState
from subsidies.api.private_schema import AttachmentDescribed
from subsidies.enums import State
from subsidies.models import ApplicationFile
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.desk import ask_for_correction, in_check
from tests.subsidies.signing import PDF, put_file

pytestmark = pytest.mark.django_db


def pdf(title="营业执照"):
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.docinfo["/Title"] = title
    document.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.fixture
def own():
    return firm()


@pytest.fixture
def writer(own):
    return Caller(person_of(own, MembershipRole.MEMBER))


@pytest.fixture
def application(own):
    return ApplicationFactory(organisation=own)


def files_of(application):
    return f"applications/{application.public_id}/attachments/"


def test_a_file_is_put_to_its_material(application, writer):
    content = pdf()

    answer = writer.send_file(files_of(application), "A01", content, "执照.pdf")

    stored = StoredFile.objects.get()
    path = f"/api/v1/{files_of(application)}{stored.public_id}/"
    assert (answer.status_code, answer["Location"]) == (201, path)
    assert answer.json() == {
        "id": str(stored.public_id),
        "material": "A01",
        "name": "执照.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "pages": 1,
        "sha256": hashlib.sha256(content).hexdigest(),
        "scan_state": "not_scanned",
        "added_at": application.files.get().added_at.isoformat().replace("+00:00", "Z"),
        "url": f"http://testserver{path}",
        "notes": [],
    }
    assert set(answer.json()) == set(AttachmentDescribed().fields)
    assert stored.uploaded_by == writer.user


def test_the_list_tells_the_files_that_are_there_and_one_can_be_asked_for(application, writer):
    first, second = put_file(application, "A18", b"%PDF-1.4 b"), put_file(application, "A01")

    rows = writer.get(files_of(application)).json()["results"]

    assert [row["id"] for row in rows] == [str(second.file.public_id), str(first.file.public_id)]
    assert writer.client.get(rows[0]["url"]).json() == rows[0]


def test_a_repeated_upload_keeps_one_file_and_answers_the_same_bytes(application, writer):
    first = writer.send_file(files_of(application), "A01", pdf(), "执照.pdf", "k-1")
    again = writer.send_file(files_of(application), "A01", pdf(), "执照.pdf", "k-1")

    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert (StoredFile.objects.count(), ApplicationFile.objects.count()) == (1, 1)


def test_another_file_under_the_same_key_is_refused(application, writer):
    writer.send_file(files_of(application), "A01", pdf(), "执照.pdf", "k-1")

    other = writer.send_file(files_of(application), "A01", pdf("另一份"), "执照.pdf", "k-1")

    assert problem(other) == (422, "idempotency_key_reused")
    assert StoredFile.objects.count() == 1


# ---------------------------------------------------------------- the bytes
def content_of(application, row):
    return f"{files_of(application)}{row.file.public_id}/content/"


def opens(caller, application, row):
    answer = caller.get(content_of(application, row))
    assert b"".join(answer) != b""  # read to its end, which closes the file
    return answer.status_code


@pytest.mark.parametrize("accept", ["", "application/pdf", "application/json"])
def test_the_bytes_come_by_token_with_the_headers_of_the_page(application, writer, client, accept):
    row = put_file(application, "A01")
    client.force_login(writer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("subsidies:file_download", args=[application.public_id, row.file.public_id]))

    answer = writer.get(content_of(application, row), **({"accept": accept} if accept else {}))

    assert (answer.status_code, b"".join(answer)) == (200, b"".join(page)) == (200, PDF)
    for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options"):
        assert answer[name] == page[name]
    assert answer["Cache-Control"] == "no-store"


def test_bytes_of_others_and_confidential_ones_for_readers_are_as_absent_as_random_ones(own, writer):
    content = deepcopy(SMALL_CONTENT)
    next(each for each in content["materials"] if each["code"] == "A12")["is_confidential"] = True
    application = ApplicationFactory(organisation=own, call=CallFactory(content=content))
    row, confidential = put_file(application, "A01"), put_file(application, "A12", b"%PDF-1.4 audit")
    stranger, reader = Caller(person_of(firm())), Caller(person_of(own, MembershipRole.READER))

    assert [opens(caller, application, row) for caller in (reader, stranger, Caller())] == [200, 404, 401]
    assert [opens(caller, application, confidential) for caller in (writer, reader)] == [200, 404]
    random = reader.get(f"{files_of(application)}{uuid.uuid4()}/content/")
    assert problem(random) == problem(reader.get(content_of(application, confidential)))


def test_an_infected_file_is_not_handed_out_by_api_either(application, writer):
    row = put_file(application, "A01")
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=ScanState.INFECTED, scanned_at=timezone.now())

    assert problem(writer.get(content_of(application, row))) == (409, "infected")


def test_the_very_same_file_without_a_key_is_told_to_be_there(application, writer):
    writer.send_file(files_of(application), "A01", pdf(), "执照.pdf")

    assert problem(writer.send_file(files_of(application), "A01", pdf(), "又一份.pdf")) == (409, "same")
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"MZ\x90\x00" + b"x" * 100, "执照.pdf", "disguised"),
        (b"", "执照.pdf", "validation"),
        (b"x" * 9, "a.exe", "format"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_nothing_is_kept(application, writer, content, name, kind):
    answer = writer.send_file(files_of(application), "A01", content, name, "k-1")

    assert problem(answer) == (400, kind)
    assert (StoredFile.objects.count(), IdempotentRequest.objects.count()) == (0, 0)


@pytest.mark.parametrize("material", ["A17", "A99"])
def test_a_material_that_is_not_asked_of_the_firm_is_refused(application, writer, material):
    assert problem(writer.send_file(files_of(application), material, pdf(), "a.pdf")) == (400, "unknown")


def test_a_full_material_takes_no_more(application, writer):
    for number in range(3):
        put_file(application, "A01", f"%PDF-1.4 {number}".encode())

    assert problem(writer.send_file(files_of(application), "A01", pdf(), "a.pdf")) == (409, "most_files")


def test_a_reader_puts_and_takes_nothing(application, own):
    reader, row = Caller(person_of(own, MembershipRole.READER)), put_file(application, "A01")

    assert reader.send_file(files_of(application), "A01", pdf(), "a.pdf").status_code == 403
    assert reader.delete(f"{files_of(application)}{row.file.public_id}/").status_code == 403
    assert application.files.count() == 1


def test_a_file_is_taken_out(application, writer):
    row = put_file(application, "A01")

    answer = writer.delete(f"{files_of(application)}{row.file.public_id}/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert writer.get(files_of(application)).json() == {"results": []}
    assert writer.delete(f"{files_of(application)}{row.file.public_id}/").status_code == 404


def test_a_file_of_another_application_is_as_absent_as_a_random_one(application, writer, own):
    other = put_file(ApplicationFactory(organisation=own), "A01")

    answer = writer.get(f"{files_of(application)}{other.file.public_id}/")
    random = writer.get(f"{files_of(application)}{uuid.uuid4()}/")

    assert (answer.status_code, answer.content) == (404, random.content)


def test_in_a_correction_only_the_listed_materials_are_open(own, writer):
    application = in_check(organisation=own)
    row = put_file(application, "A18")
    ask_for_correction(application, materials=["A01"])

    assert writer.send_file(files_of(application), "A01", pdf(), "a.pdf").status_code == 201
    assert problem(writer.send_file(files_of(application), "A18", pdf(), "a.pdf")) == (422, "not_editable")
    assert problem(writer.delete(f"{files_of(application)}{row.file.public_id}/")) == (422, "not_editable")


def test_after_the_signature_nothing_changes(own, writer):
    application = ApplicationFactory(organisation=own, state=State.RECOMMENDATION)

    assert problem(writer.send_file(files_of(application), "A01", pdf(), "a.pdf")) == (409, "state")


def test_what_is_no_form_of_parts_is_refused(application, writer):
    address = f"/api/v1/{files_of(application)}"

    assert writer.post(files_of(application), {"material": "A01"}).status_code == 415
    for body in (b"", b"--x\r\n", b"rubbish"):
        answer = writer.client.post(address, body, content_type="multipart/form-data; boundary=x")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    without = writer.client.post(address, body, content_type="multipart/form-data")
    assert problem(without) == (400, "multipart")
    assert list(writer.client.post(address, {"material": "A01"}).json()["errors"]) == ["file"]


def test_more_than_any_file_may_have_is_refused_before_it_is_read(application, writer):
    answer = writer.client.post(
        f"/api/v1/{files_of(application)}", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=2**31
    )

    assert problem(answer) == (413, "about:blank")


def test_the_list_costs_the_same_at_any_length(application, writer, django_assert_num_queries):
    put_file(application, "A01")
    with django_assert_num_queries(5):  # token, person, roles, application, files
        writer.get(files_of(application))
    put_file(application, "A01", b"%PDF-1.4 b")
    put_file(application, "A18", b"%PDF-1.4 c")
    with django_assert_num_queries(5):
        writer.get(files_of(application))

import io
import json
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole
from accounts.models import User
from common.files import receive
from common.models import JournalEntry, ScanState, StoredFile, Upload
from subsidies import attachments
from subsidies.drafting import save_answers
from subsidies.enums import State
from subsidies.material_groups import groups_of
from subsidies.models import Application, ApplicationFile, Correction, CorrectionItem, Submission
from subsidies.views.attachments import upload as upload_view
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_files import docx, jpg, pdf, png
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of
from tests.worlds import parts

pytestmark = pytest.mark.django_db

OFFSET = {"HTTP_UPLOAD_OFFSET": "0"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONFIDENTIAL = {
    **SMALL_CONTENT,
    "materials": [
        *SMALL_CONTENT["materials"],
        {
            "code": "A05",
            "name_zh": "中试原始记录",
            "name_en": "Batch records",
            "is_confidential": True,
            "most_pages": 2,
        },
    ],
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


class World(NamedTuple):
    draft: Application
    writer: User


def make_world() -> World:
    draft = ApplicationFactory(call=CallFactory(content=CONFIDENTIAL))
    return World(draft, person_of(draft.organisation, MembershipRole.MEMBER))


draft, writer = parts(World)


def everything_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def signed(application):
    facts = {"snapshot": {"data": {}}, "digest": "0" * 64, "receipt_code": uuid4().hex, "signed_by": UserFactory()}
    return Submission.objects.create(application=application, round=0, **facts)


def in_correction(*codes):
    application = ApplicationFactory(call=CallFactory(content=CONFIDENTIAL), state=State.CORRECTION)
    days = {"due_on": "2027-01-08", "grace_until": "2027-01-12"}
    correction = Correction.objects.create(application=application, round=1, asked_by=UserFactory(), **days)
    CorrectionItem.objects.create(correction=correction, field="investment_yuan", reason="不一致")
    for code in codes:
        CorrectionItem.objects.create(correction=correction, material=code, reason="不清晰")
    signed(application)
    return application


@contextmanager
def refused(code, kind=ValidationError):
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code


# ---------------------------------------------------------------- putting files to materials
def test_a_writer_of_the_firm_puts_a_file_to_a_material(draft, writer):
    content = jpg()

    row = attachments.add(draft, "A01", content, "执照.jpg", writer)

    assert (row.application, row.material, row.file.size, row.added_by) == (draft, "A01", len(content), writer)
    assert JournalEntry.objects.filter(action="attach", object_id=str(row.pk)).count() == 1


@pytest.mark.parametrize("role", [MembershipRole.READER, MembershipRole.BASE_OPERATOR])
def test_readers_and_strangers_may_not(folder, draft, role):
    for person in (person_of(draft.organisation, role), person_of(firm()), UserFactory()):
        with pytest.raises(PermissionDenied):
            attachments.add(draft, "A01", pdf(), "a.pdf", person)

    assert everything_in(folder) == []


def test_each_material_has_rules_of_its_own(draft, writer):
    with refused("format"):
        attachments.add(draft, "A12", jpg(), "a.jpg", writer)
    with refused("size"):
        attachments.add(draft, "A01", pdf() + b"\n" * (6 << 20), "a.pdf", writer)
    with refused("pages"):
        attachments.add(draft, "A05", pdf(3), "a.pdf", writer)
    with refused("unknown"):
        attachments.add(draft, "A99", pdf(), "a.pdf", writer)
    with refused("unknown"):  # the recommending unit's letter
        attachments.add(draft, "A17", pdf(), "a.pdf", writer)

    assert attachments.add(draft, "A18", docx(), "a.docx", writer).file.media_type.endswith("wordprocessingml.document")
    assert attachments.add(draft, "A05", pdf(2), "a.pdf", writer).file.pages == 2


def test_the_same_file_twice_and_one_too_many_are_refused_and_leave_nothing(folder, draft, writer):
    for size in (1, 2, 3):
        attachments.add(draft, "A01", png((size, 1)), "a.png", writer)
        if size == 1:
            with refused("same"):
                attachments.add(draft, "A01", png((1, 1)), "other name.png", writer)
    with refused("most_files"):
        attachments.add(draft, "A01", png((4, 1)), "a.png", writer)

    assert len(everything_in(folder)) == 3
    assert attachments.add(draft, "A18", pdf(), "a.pdf", writer).material == "A18"


@pytest.mark.parametrize("state", [each for each in State if each not in (State.DRAFT, State.CORRECTION)])
def test_outside_a_draft_and_a_correction_nothing_changes(state):
    application = ApplicationFactory(state=state)
    writer = person_of(application.organisation)

    with refused("state", MoveRefused):
        attachments.add(application, "A01", pdf(), "a.pdf", writer)


def test_during_a_correction_the_listed_materials_alone_are_open():
    application = in_correction("A12")
    writer = person_of(application.organisation)

    assert attachments.add(application, "A12", pdf(), "a.pdf", writer).material == "A12"
    with refused("closed"):
        attachments.add(application, "A01", pdf(), "a.pdf", writer)


# ---------------------------------------------------------------- taking them out
def test_a_file_nobody_has_signed_goes_altogether(folder, draft, writer, django_capture_on_commit_callbacks):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)

    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(row, writer)

    assert (ApplicationFile.objects.count(), StoredFile.objects.count(), everything_in(folder)) == (0, 0, [])


def test_a_file_of_a_signed_application_is_taken_out_of_force_and_never_away(folder):
    application = in_correction("A12")
    writer = person_of(application.organisation)
    row = attachments.add(application, "A12", pdf(), "a.pdf", writer)

    attachments.remove(row, writer)
    attachments.remove(row, writer)

    row.refresh_from_db()
    assert (row.removed_by, row.removed_at is not None, len(everything_in(folder))) == (writer, True, 1)
    assert list(application.files.in_force()) == []
    assert attachments.add(application, "A12", pdf(), "a.pdf", writer).pk != row.pk


def test_a_file_that_another_application_has_too_keeps_its_bytes(
    folder, draft, writer, django_capture_on_commit_callbacks
):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)
    again = ApplicationFactory(organisation=draft.organisation)
    ApplicationFile.objects.create(application=again, material="A01", file=row.file, added_by=writer)

    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(row, writer)

    assert (StoredFile.objects.count(), len(everything_in(folder))) == (1, 1)


def test_only_who_may_write_may_take_out(draft, writer):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)

    with pytest.raises(PermissionDenied):
        attachments.remove(row, person_of(draft.organisation, MembershipRole.READER))


# ---------------------------------------------------------------- who opens what
@pytest.fixture
def batch_record():
    """A confidential file of a submitted application."""
    application = ApplicationFactory(call=CallFactory(content=CONFIDENTIAL), state=State.FORM_CHECK)
    stored = receive(
        pdf(2),
        "批记录.pdf",
        application.started_by,
        attachments.rules_of(application.call_version.parsed.material("A05")),
    )
    return ApplicationFile.objects.create(
        application=application, material="A05", file=stored, added_by=application.started_by
    )


def opens(client, person, row, name="file_download"):
    client.force_login(person, backend=BACKEND)
    answer = client.get(reverse(f"subsidies:{name}", args=[row.application.public_id, row.file.public_id]))
    assert b"".join(answer) != b""  # read to its end, which closes the file
    return answer.status_code


def test_a_confidential_file_opens_to_writers_and_to_those_who_decide(client, batch_record):
    application = batch_record.application
    allowed = [
        person_of(application.organisation, MembershipRole.MEMBER),
        person_of(application.recommender, MembershipRole.OFFICER),
        user_of_kind("bureau_clerk"),
        user_of_kind("section_head"),
    ]
    refused_people = [person_of(application.organisation, MembershipRole.READER), user_of_kind("finance")]

    assert [opens(client, person, batch_record) for person in allowed] == [200] * 4
    assert [opens(client, person, batch_record) for person in refused_people] == [404] * 2
    assert application in type(application).objects.visible_to(refused_people[0])


@pytest.mark.parametrize("scan", [ScanState.CLEAN, ScanState.INFECTED], ids=["looked at", "not shown"])
def test_staff_are_led_back_from_a_file_to_the_case_and_the_firm_to_its_page(client, batch_record, scan):
    application = batch_record.application
    StoredFile.objects.filter(pk=batch_record.file_id).update(scan_state=scan, scanned_at=timezone.now())
    page = reverse("subsidies:file_preview", args=[application.public_id, batch_record.file.public_id])
    case = f"{reverse('admin:subsidies_application_change', args=[application.pk])}#place-A05"
    own = f"{application.get_absolute_url()}#material-A05"
    people = {
        person_of(application.recommender, MembershipRole.OFFICER): case,
        user_of_kind("bureau_clerk"): case,
        user_of_kind("section_head"): case,
        person_of(application.organisation, MembershipRole.MEMBER): own,
    }

    for person, back in people.items():
        client.force_login(person, backend=BACKEND)
        answer = client.get(page)
        assert answer.content.decode().count(f'href="{back}"') == 2  # the crumb and the button
        assert client.get(back).status_code == 200


def test_another_firms_file_is_as_absent_as_a_random_one(client, draft, writer):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)
    own = attachments.add(
        ApplicationFactory(organisation=(other := firm())), "A01", pdf(), "b.pdf", stranger := person_of(other)
    )
    client.force_login(stranger, backend=BACKEND)

    def bodies(name, *rest, method="get"):
        pairs = [
            (draft.public_id, row.file.public_id),
            (uuid4(), uuid4()),
            (own.application.public_id, row.file.public_id),
        ]
        return {
            getattr(client, method)(reverse(f"subsidies:{name}", args=[*pair, *rest])).status_code for pair in pairs
        }

    assert bodies("file_download") == {404}
    assert bodies("file_preview") == {404}
    assert bodies("file_page", 1) == {404}
    assert bodies("file_remove", method="post") == {404}
    for application in (draft.public_id, uuid4()):
        assert client.post(reverse("subsidies:file_add", args=[application, "A01"])).status_code == 404
        assert client.post(reverse("subsidies:upload_begin", args=[application, "A01"])).status_code == 404
    assert ApplicationFile.objects.count() == 2


def test_an_infected_file_opens_to_nobody_and_says_why(client, draft, writer):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=ScanState.INFECTED, scanned_at=timezone.now())

    assert opens(client, writer, row) == 409
    assert opens(client, writer, row, "file_preview") == 409


# ---------------------------------------------------------------- the page's groups
def test_groups_tell_rules_files_and_what_is_missing(draft, writer, django_assert_num_queries):
    attachments.add(draft, "A18", pdf(), "a.pdf", writer)

    with django_assert_num_queries(1):
        groups = {each.material.code: each for each in groups_of(draft, writer)}

    assert {code: each.is_missing for code, each in groups.items()} == {
        "A01": True, "A12": False, "A17": False, "A18": False, "A05": True,
    }  # fmt: skip
    assert {code: each.is_open for code, each in groups.items()} == {
        "A01": True, "A12": True, "A17": False, "A18": True, "A05": True,
    }  # fmt: skip
    [line] = groups["A18"].files
    assert (line.format, line.may_open, line.may_preview, line.may_remove, line.is_waiting) == (
        "PDF",
        True,
        True,
        True,
        True,
    )


def test_a_reader_sees_the_names_and_may_change_nothing(draft, writer):
    attachments.add(draft, "A05", pdf(), "a.pdf", writer)

    groups = {
        each.material.code: each for each in groups_of(draft, person_of(draft.organisation, MembershipRole.READER))
    }

    [line] = groups["A05"].files
    assert (line.may_open, line.may_remove, groups["A05"].is_open) == (False, False, False)


def test_an_infected_file_leaves_its_material_missing(draft, writer):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=ScanState.INFECTED, scanned_at=timezone.now())

    [group] = [each for each in groups_of(draft, writer) if each.material.code == "A01"]
    assert (group.is_missing, group.files[0].is_infected, group.files[0].may_open) == (True, True, False)


# ---------------------------------------------------------------- by form
def test_several_files_come_by_a_plain_form_and_each_is_told(client, draft, writer):
    client.force_login(writer, backend=BACKEND)
    sent = [
        SimpleUploadedFile("一.pdf", pdf()),
        SimpleUploadedFile("二.pdf", b"<html>"),
        SimpleUploadedFile("三.png", png()),
    ]

    answer = client.post(reverse("subsidies:file_add", args=[draft.public_id, "A01"]), {"file": sent})

    assert answer.headers["Location"].endswith(f"/applications/{draft.public_id}/#material-A01")
    assert sorted(draft.files.values_list("file__name", flat=True)) == ["一.pdf", "三.png"]
    told = [(message.level_tag, message.message[:4]) for message in answer.wsgi_request._messages]
    assert [level for level, _text in told] == ["success", "error", "success"]


def test_a_form_without_a_file_says_so(client, draft, writer):
    client.force_login(writer, backend=BACKEND)

    answer = client.post(reverse("subsidies:file_add", args=[draft.public_id, "A01"]))

    assert [message.level_tag for message in answer.wsgi_request._messages] == ["error"]


def test_a_reader_gets_403_and_a_get_changes_nothing(client, draft, writer):
    row = attachments.add(draft, "A01", pdf(), "a.pdf", writer)
    remove = reverse("subsidies:file_remove", args=[draft.public_id, row.file.public_id])
    client.force_login(person_of(draft.organisation, MembershipRole.READER), backend=BACKEND)

    assert client.post(remove).status_code == 403
    assert client.post(reverse("subsidies:upload_begin", args=[draft.public_id, "A01"])).status_code == 403
    assert client.get(remove).status_code == 405
    assert ApplicationFile.objects.count() == 1


def test_a_preview_shows_page_by_page(client, draft, writer):
    row = attachments.add(draft, "A12", pdf(2), "审计.pdf", writer)
    page = reverse("subsidies:file_preview", args=[draft.public_id, row.file.public_id])
    client.force_login(writer, backend=BACKEND)

    assert "/pages/2/" in client.get(f"{page}?page=2").content.decode()
    assert [client.get(f"{page}?page={number}").status_code for number in ("0", "3", "x", "9" * 9)] == [404] * 4
    picture = client.get(reverse("subsidies:file_page", args=[draft.public_id, row.file.public_id, 2]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")


# ---------------------------------------------------------------- piece by piece
@pytest.fixture
def sender(client, draft, writer):
    client.force_login(writer, backend=BACKEND)
    return Sender(client, draft)


class Sender:
    def __init__(self, client, application):
        self.client = client
        self.begin_at = reverse("subsidies:upload_begin", args=[application.public_id, "A12"])

    def begin(self, name="审计.pdf", size=0):
        body = json.dumps({"name": name, "size": size})
        return self.client.post(self.begin_at, body, content_type="application/json")

    def part(self, href, offset, content):
        headers = {"Upload-Offset": str(offset)}
        return self.client.put(href, content, content_type="application/octet-stream", headers=headers)


def test_a_file_comes_in_parts_goes_on_where_it_stands_and_arrives(sender, draft):
    content = pdf(9)
    begun = sender.begin(size=len(content))
    href = begun.json()["href"]

    first = sender.part(href, 0, content[:700])
    repeated = sender.part(href, 0, content[:700])
    stands = sender.client.get(href).json()
    early = sender.client.post(href)
    last = sender.part(href, 700, content[700:])
    done = sender.client.post(href)
    again = sender.client.post(href)

    assert [each.status_code for each in (begun, first, repeated, early, last, done, again)] == [
        201, 200, 409, 409, 200, 201, 404,
    ]  # fmt: skip
    assert (repeated.json()["received"], stands["received"], early.json()["received"]) == (700, 700, 700)
    assert done.json()["name"] == "审计.pdf"
    assert draft.files.get().file.pages == 9


@pytest.mark.parametrize("offset", ["", "-1", "1.0", "x", "٣", "9" * 20, "0, 0"])
def test_a_part_with_a_hostile_offset_is_refused(sender, offset):
    href = sender.begin(size=100).json()["href"]

    assert sender.part(href, offset, b"x").status_code == 400
    assert Upload.objects.get().received == 0


def test_a_part_that_was_cut_off_on_the_way_is_refused(sender, draft, writer):
    href = sender.begin(size=100).json()["href"]
    request = WSGIRequest({"REQUEST_METHOD": "PUT", "CONTENT_LENGTH": "9", "wsgi.input": io.BytesIO(b"12345")} | OFFSET)
    request.user = writer

    answer = upload_view(request, draft.public_id, "A12", UUID(href.split("/")[-2]))

    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "part")
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '{"name": 1, "size": 1}', '{"name": "a.pdf", "size": true}', '{"name": "a.pdf"}', "x" * 9000],
)
def test_an_announcement_that_is_none_is_refused(sender, body):
    answer = sender.client.post(sender.begin_at, body, content_type="application/json")

    assert (answer.status_code, Upload.objects.count()) == (400, 0)


def test_a_refused_file_says_why_and_what_to_do(sender, draft):
    href = sender.begin(size=6).json()["href"]
    sender.part(href, 0, b"<html>")

    answer = sender.client.post(href)

    assert (answer.status_code, answer.json()["code"]) == (400, "disguised")
    assert draft.files.count() == 0


def test_an_upload_is_stopped_by_its_owner_and_found_by_nobody_else(sender, draft, client):
    href = sender.begin(size=100).json()["href"]
    elsewhere = href.replace("A12", "A01")
    assert sender.client.get(elsewhere).status_code == 404

    client.force_login(person_of(draft.organisation), backend=BACKEND)
    assert [client.get(href).status_code, client.delete(href).status_code] == [404, 404]
    client.force_login(Upload.objects.get().uploaded_by, backend=BACKEND)
    assert client.delete(href).status_code == 204
    assert Upload.objects.count() == 0


def test_who_loses_the_right_meanwhile_cannot_go_on(sender, draft):
    href = sender.begin(size=100).json()["href"]
    for membership in draft.organisation.memberships.all():
        membership.is_active = False
        membership.save()

    assert sender.part(href, 0, b"x").status_code == 404


def test_a_file_knows_which_answers_it_came_to(draft, writer):
    saved = save_answers(draft, {"contact_name": "王工"}, draft.version, writer).application

    row = attachments.add(saved, "A01", SimpleUploadedFile("a.pdf", pdf()), "a.pdf", writer)

    assert row.answers_version == saved.version == 2

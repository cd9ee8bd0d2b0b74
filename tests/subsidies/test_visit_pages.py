"""The pages of a visit, as a telephone with and without scripts sends to them."""

from typing import NamedTuple
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.enums import PersonKind
from accounts.models import User
from common.files import receive
from common.models import StoredFile
from subsidies import visit_documents, visit_photos, visiting
from subsidies.models import SiteVisit, VisitDocument
from tests.factories_accounts import user_of_kind
from tests.factories_files import jpg, pdf
from tests.subsidies.desk import clerk
from tests.subsidies.test_visiting import DAY, concluded, crew_of, planned, written
from tests.worlds import parts

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SCRIPT = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


class World(NamedTuple):
    visit: SiteVisit


def make_world() -> World:
    return World(planned())


(visit,) = parts(World)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def officer(visit) -> Client:
    return client_of(crew_of(visit)[0])


def at(visit: SiteVisit, more: str = "") -> str:
    return f"/visits/{visit.key}/{more}"


def typed(**fields):
    same = {"version": "1", "visited_on": DAY.isoformat(), "place": "临武县一号车间", "met": "张工"}
    return {**same, "findings": "设备运行正常", "is_as_applied": "yes", **fields}


def sent(content=None, name="现场.jpg"):
    return SimpleUploadedFile(name, content or jpg())


# ---------------------------------------------------------------- reading
def test_an_officer_gets_the_form_and_others_of_the_bureau_read(visit, officer):
    assert officer.get(at(visit)).context["is_open"] is True
    assert client_of(clerk()).get(at(visit)).context["is_open"] is False
    assert client_of(user_of_kind(PersonKind.BUREAU_LEADER)).get(at(visit)).status_code == 200


@pytest.mark.parametrize(
    "kind", [PersonKind.COUNTY_OFFICER, PersonKind.ENTERPRISE, PersonKind.EXPERT, PersonKind.FINANCE]
)
def test_for_others_a_visit_is_as_absent_as_a_random_one(visit, kind):
    client = client_of(user_of_kind(kind))

    assert client.get(at(visit)).status_code == 404
    assert client.get(f"/visits/{uuid4()}/").status_code == 404


def test_a_concluded_visit_is_read_alone():
    visit = concluded()

    page = client_of(crew_of(visit)[0]).get(at(visit))

    assert page.context["is_open"] is False
    assert "设备运行正常" in page.content.decode()
    assert "<form" not in page.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("photos", [1, 3])
def test_the_page_costs_the_same_however_many_photographs_there_are(visit, officer, photos, django_assert_num_queries):
    for _number in range(photos):
        visit_photos.add(visit, by=crew_of(visit)[0], key=uuid4(), content=jpg(), name="a.jpg")

    with django_assert_num_queries(15):
        officer.get(at(visit))


# ---------------------------------------------------------------- a plain form
def test_a_plain_form_keeps_the_record_and_its_photographs(visit, officer):
    answer = officer.post(at(visit), {**typed(), "photo_key": str(uuid4()), "photos": [sent(), sent(name="二.jpg")]})

    visit.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, at(visit))
    assert (visit.met, visit.is_as_applied, visit.version, visit.photos.count()) == ("张工", True, 2, 2)


def test_a_plain_form_sent_twice_brings_everything_once(visit, officer):
    key = str(uuid4())
    for _time in range(2):
        officer.post(at(visit), {**typed(), "photo_key": key, "photos": [sent()]})

    visit.refresh_from_db()
    assert (visit.version, visit.photos.count()) == (2, 1)


def test_a_bad_photograph_is_named_and_the_record_kept(visit, officer, in_english):
    page = officer.post(f"/en{at(visit)}", {**typed(), "photos": [sent(pdf(), "图纸.pdf")]}, follow=True)

    visit.refresh_from_db()
    assert (visit.version, visit.photos.count()) == (2, 0)
    told = '<span lang="zh-Hans">图纸</span>.pdf: Files of this kind are not taken here. Send JPG, PNG.'
    assert told in page.content.decode()


def test_what_was_typed_stays_when_it_is_refused(visit, officer):
    answer = officer.post(at(visit), typed(place=""))

    assert answer.status_code == 400
    assert "设备运行正常" in answer.content.decode()


def test_what_another_wrote_is_shown_beside_what_was_typed_and_can_be_written_over(visit, officer):
    _one, other = crew_of(visit)
    visiting.write(visit, by=other, version=1, written=written("乙所见"))

    page = officer.post(at(visit), typed(findings="甲所见"))
    again = officer.post(at(visit), typed(findings="甲所见", version=page.context["form"]["version"].value()))

    visit.refresh_from_db()
    assert page.status_code == 409
    for words in ("甲所见", "乙所见"):
        assert words in page.content.decode()
    assert (again.status_code, visit.findings) == (302, "甲所见")


# ---------------------------------------------------------------- a script
def test_a_script_is_answered_in_json_and_a_repetition_the_same(visit, officer):
    first = officer.post(at(visit), typed(), headers=SCRIPT)
    again = officer.post(at(visit), typed(), headers=SCRIPT)

    assert (first.status_code, first.json()) == (200, {**typed(), "version": 2})
    assert again.json() == first.json()


def test_a_script_is_told_what_another_wrote(visit, officer):
    visiting.write(visit, by=crew_of(visit)[1], version=1, written=written("乙所见"))

    answer = officer.post(at(visit), typed(findings="甲所见"), headers=SCRIPT)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (answer.json()["stored"]["findings"], answer.json()["stored"]["version"]) == ("乙所见", 2)


@pytest.mark.parametrize(
    "fields", [{"place": ""}, {"visited_on": "昨天"}, {"version": "0"}, {"is_as_applied": "maybe"}]
)
def test_a_script_is_told_what_is_wrong(visit, officer, fields):
    answer = officer.post(at(visit), typed(**fields), headers=SCRIPT)

    visit.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], visit.version) == (400, "invalid", 1)


def test_a_photograph_comes_under_the_key_of_the_telephone_and_once(visit, officer):
    key = str(uuid4())
    sending = {"key": key, "caption": "反应釜", "taken_at": "2026-11-28T04:00:00.000Z"}
    first = officer.post(at(visit, "photos/"), {**sending, "photo": sent()}, headers=SCRIPT)
    again = officer.post(at(visit, "photos/"), {**sending, "photo": sent()}, headers=SCRIPT)

    photo = visit.photos.get()
    assert first.json() == {"key": key, "href": at(visit, f"photos/{key}/"), "caption": "反应釜"}
    assert again.json() == first.json()
    assert photo.taken_at.isoformat() == "2026-11-28T04:00:00+00:00"


@pytest.mark.parametrize(
    "taken_at", ["", "gestern", "2026-11-28T04:00:00", "0001-01-01T00:00:00Z", "2026-13-01T00:00:00Z"]
)
def test_a_clock_that_says_nothing_sensible_is_not_believed(visit, officer, taken_at):
    sending = {"key": str(uuid4()), "taken_at": taken_at, "photo": sent()}

    assert officer.post(at(visit, "photos/"), sending, headers=SCRIPT).status_code == 200
    assert visit.photos.get().taken_at is None


@pytest.mark.parametrize("sending", [{}, {"key": "x", "photo": None}, {"key": str(uuid4())}])
def test_a_photograph_without_content_or_key_is_refused(visit, officer, sending):
    filled = {name: sent() if name == "photo" else value for name, value in sending.items()}

    assert officer.post(at(visit, "photos/"), filled, headers=SCRIPT).status_code == 400
    assert visit.photos.count() == 0


def test_somebody_who_is_no_officer_sends_nothing(visit):
    other = client_of(clerk())

    statuses = [
        other.post(at(visit), typed(), headers=SCRIPT).status_code,
        other.post(at(visit, "photos/"), {"key": str(uuid4()), "photo": sent()}, headers=SCRIPT).status_code,
        other.post(at(visit, "sign/")).status_code,
        other.post(at(visit, "conclude/")).status_code,
    ]

    assert statuses == [403, 403, 403, 403]


# ---------------------------------------------------------------- photographs and signatures
def test_a_photograph_is_served_to_those_who_see_the_visit_alone(visit, officer):
    photo = visit_photos.add(visit, by=crew_of(visit)[0], key=uuid4(), content=jpg(), name="a.jpg")
    address = at(visit, f"photos/{photo.key}/")

    answer = officer.get(address)

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    assert client_of(user_of_kind(PersonKind.COUNTY_OFFICER)).get(address).status_code == 404
    assert officer.get(at(planned(), f"photos/{photo.key}/")).status_code == 404
    assert Client().get(address).status_code == 302


def test_officers_sign_on_their_own_telephones(visit, officer):
    officer.post(at(visit), typed())
    officer.post(at(visit, "sign/"))
    assert officer.get(at(visit)).context["has_signed"] is True

    client_of(crew_of(visit)[1]).post(at(visit, "sign/"))

    visit.refresh_from_db()
    assert visit.state == "concluded"


def test_a_photograph_is_taken_out_on_the_page(visit, officer):
    photo = visit_photos.add(visit, by=crew_of(visit)[0], key=uuid4(), content=jpg(), name="a.jpg")

    officer.post(at(visit, f"photos/{photo.key}/remove/"))

    assert visit.photos.count() == 0


# ---------------------------------------------------------------- without a network
def test_the_worker_is_for_officers_of_an_open_visit_and_lies_beside_its_page(visit, officer):
    answer = officer.get(at(visit, "worker.js"))

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert "Service-Worker-Allowed" not in answer
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert client_of(clerk()).get(at(visit, "worker.js")).status_code == 404


def test_a_concluded_visit_has_no_worker():
    visit = concluded()

    assert client_of(crew_of(visit)[0]).get(at(visit, "worker.js")).status_code == 404


def test_the_sign_out_of_who_has_kept_a_page_leads_to_its_removal_and_no_other(visit, officer):
    other = client_of(crew_of(visit)[0])
    officer.get(at(visit, "worker.js"))

    assert officer.post("/accounts/logout/")["Location"] == "/accounts/signed-out/"
    assert other.post("/accounts/logout/")["Location"] == "/"
    assert "js/forget-device" in officer.get("/accounts/signed-out/").text


# ---------------------------------------------------------------- documents
def paper(name="清单.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf())


def test_an_officer_files_documents_and_takes_one_out_again(visit, officer):
    officer.post(at(visit, "documents/"), {"documents": [paper(), paper("测量.pdf", pdf(2))]})

    rows = list(visit.documents.all())
    assert [row.file.name for row in rows] == ["清单.pdf", "测量.pdf"]
    assert "清单.pdf" in officer.get(at(visit)).text
    for client in (officer, client_of(clerk())):
        answer = client.get(at(visit, f"documents/{rows[0].file.public_id}/"))
        assert (answer.status_code, b"".join(answer.streaming_content)[:5]) == (200, b"%PDF-")
    officer.post(at(visit, f"documents/{rows[0].file.public_id}/remove/"))
    assert (visit.documents.get(), StoredFile.objects.count()) == (rows[1], 1)


def test_what_is_no_document_is_refused_with_the_reason(visit, officer):
    sent = [paper("现场.jpg", jpg()), paper("坏.pdf", b"not a paper")]

    page = officer.post(at(visit, "documents/"), {"documents": sent}, follow=True)
    nothing = officer.post(at(visit, "documents/"), follow=True)

    assert visit.documents.count() == 0
    assert ("现场.jpg" in page.text, "坏.pdf" in page.text) == (True, True)
    assert "请先选择文件" in nothing.text


def test_a_document_ends_the_signatures_and_the_same_one_is_taken_once(visit, officer):
    one, other = crew_of(visit)[:2]
    visiting.write(visit, by=one, version=1, written=written())
    visiting.sign(visit, by=other)
    content = pdf()

    for _each in range(2):
        officer.post(at(visit, "documents/"), {"documents": paper(content=content)})

    assert visit.documents.count() == 1
    assert not visit.officers.filter(signed_at__isnull=False).exists()


def test_others_add_and_remove_no_document(visit, officer):
    officer.post(at(visit, "documents/"), {"documents": paper()})
    row = visit.documents.get()
    other = client_of(clerk())

    assert other.post(at(visit, "documents/"), {"documents": paper("二.pdf")}).status_code == 403
    assert other.post(at(visit, f"documents/{row.file.public_id}/remove/")).status_code == 403
    assert visit.documents.get() == row


def test_a_concluded_record_takes_and_loses_no_document():
    visit = concluded()
    by = crew_of(visit)[0]
    stored = receive(pdf(), "清单.pdf", by, visit_documents.RULES)

    client_of(by).post(at(visit, "documents/"), {"documents": paper()})

    assert visit.documents.count() == 0
    with pytest.raises(DatabaseError, match="never changes once concluded"), transaction.atomic():
        VisitDocument.objects.create(visit=visit, file=stored, added_by=by)

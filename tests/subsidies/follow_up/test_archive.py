import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.file_places import path_of
from common.language_marks import HAN
from common.models import JournalEntry, StoredFile
from subsidies import visit_documents
from subsidies.enums import ObjectionKind, ObjectionState, PleaKind, State
from subsidies.follow_up import archive, closing, reports
from subsidies.models import Application, CaseSeal, IntegrityEntry, IntegrityPlea, Objection
from subsidies.publicity import answering
from subsidies.publicity.objecting import Objector, object_to
from subsidies.workflow import MoveRefused
from tests.factories_checks import drawn, officers_of
from tests.factories_decision import staff
from tests.factories_files import pdf
from tests.factories_follow_up import accepted, being_recovered
from tests.factories_publicity import listed, objected
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.calls import client_for
from tests.subsidies.publicity.desk import paper
from tests.worlds import parts
from tools import verify_archive

pytestmark = pytest.mark.django_db
PROOF = pdf()


class World(NamedTuple):
    paid: Application
    lead: User


def make_world() -> World:
    paid = ApplicationFactory(state=State.PAID)
    reports.lay_out(paid)
    return World(paid, person_of(paid.organisation, MembershipRole.PROJECT_LEAD))


paid, lead = parts(World)


@pytest.fixture
def application(paid, lead):
    """With a file that is stored anew for each test: some take its content away."""
    reports.attach(paid.reports.first(), PROOF, "纳税证明.pdf", by=lead)
    return paid


def packed(application):
    return b"".join(archive.streamed(application))


def opened(application):
    return zipfile.ZipFile(io.BytesIO(packed(application)))


def kept(tmp_path, content):
    place = tmp_path / "case.zip"
    place.write_bytes(content)
    return str(place)


def test_the_package_holds_data_and_files_and_says_so_in_the_manifest(application):
    package = opened(application)
    names = package.namelist()
    manifest = json.loads(package.read("manifest.json"))

    assert names[-2:] == ["index.html", "manifest.json"]
    assert [each["name"] for each in manifest["files"]] == names[:-1]
    for each in manifest["files"]:
        content = package.read(each["name"])
        assert (each["sha256"], each["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    stored = application.reports.first().files.get().file
    assert package.read(f"files/{stored.sha256}/纳税证明.pdf") == PROOF
    assert {"data/application.json", "data/decisions.json", "data/ledger.json", "data/reports.json"} <= set(names)
    assert [row["year"] for row in json.loads(package.read("data/reports.json"))] == [
        row.year for row in application.reports.all()
    ]


def test_the_index_says_in_chinese_what_each_file_is_whoever_takes_the_package(application, in_english):
    package = opened(application)
    html = package.read("index.html").decode()

    lines = re.findall(r'<tr><td>([^<]+)</td><td><a href="([^"]+)">', html)
    assert [unquote(address) for _title, address in lines] == package.namelist()[:-2]
    told = {address: title for title, address in lines}
    assert told["data/steps.json"] == "申报的流转"
    assert told["data/journal.json"] == "操作日志摘录"
    assert all(HAN.search(title) for title in told.values())
    assert "无记录" in html


def test_the_extract_of_the_journal_is_of_this_case_alone(application):
    other = ApplicationFactory(state=State.PAID)

    rows = json.loads(opened(application).read("data/journal.json"))

    assert rows
    assert ("subsidies.application", str(application.pk)) in {(row["object_type"], row["object_id"]) for row in rows}
    assert ("subsidies.application", str(other.pk)) not in {(row["object_type"], row["object_id"]) for row in rows}


def test_the_verifier_finds_nothing_wrong_with_a_whole_package(application, tmp_path, capsys):
    place = kept(tmp_path, packed(application))

    assert verify_archive.main(place) == 0
    assert verify_archive.main(place, archive.digest_now(application)) == 0
    assert verify_archive.main(place, "0" * 64) == 1
    assert application.number in capsys.readouterr().out


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "manifest"])
def test_the_verifier_finds_every_kind_of_harm(application, tmp_path, harm, capsys):
    whole, out = opened(application), io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "data/ledger.json":
                if harm == "missing":
                    continue
                content = content.replace(b"2000000.00", b"3000000.00") if harm == "changed" else content
            if name == "manifest.json" and harm == "manifest":
                told = json.loads(content)
                told["files"] = [each for each in told["files"] if each["name"] != "data/ledger.json"]
                content = json.dumps(told).encode()
            package.writestr(name, content)
        if harm == "added":
            package.writestr("data/more.json", b"[]")

    assert verify_archive.main(kept(tmp_path, out.getvalue())) == 1
    assert capsys.readouterr().out.splitlines()


def test_what_is_no_package_is_said_to_be_none(tmp_path):
    assert verify_archive.main(kept(tmp_path, b"PK nothing")) == 1


def test_the_verifier_needs_nothing_but_python_and_is_short():
    source = Path(verify_archive.__file__).read_text("utf-8")
    assert len(source.splitlines()) < 100
    assert {line.split()[1] for line in source.splitlines() if line.startswith("import ")} == {
        "hashlib",
        "json",
        "sys",
        "zipfile",
    }


def test_clerks_and_the_discipline_office_take_it_and_that_is_journalled(application):
    for kind in (PersonKind.BUREAU_CLERK, PersonKind.DISCIPLINE):
        answer = client_for(staff(kind)).post(f"/admin/subsidies/application/{application.pk}/archive/")
        content = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert f"{application.number}-archive.zip" in answer["Content-Disposition"]
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None

    assert JournalEntry.objects.filter(action="archive", object_id=str(application.pk)).count() == 2


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.BUREAU_LEADER])
def test_others_take_no_package(application, kind):
    with pytest.raises(PermissionDenied):
        archive.open_archive(application, by=staff(kind))
    address = f"/admin/subsidies/application/{application.pk}/archive/"
    assert client_for(staff(kind)).post(address).status_code == 403
    assert client_for(staff()).get(address).status_code == 405


def test_where_a_file_is_missing_no_package_is_begun_and_the_page_says_which(application):
    without_content("纳税证明.pdf")
    clerk = client_for(staff())

    answer = clerk.post(f"/admin/subsidies/application/{application.pk}/archive/", follow=True)

    assert answer.redirect_chain == [(f"/admin/subsidies/application/{application.pk}/change/", 302)]
    assert [str(message) for message in answer.context["messages"]] == [
        "以下文件的内容缺失：纳税证明.pdf。请联系系统管理员从备份中恢复文件，然后重试。本次未作任何处理。"
    ]
    assert (answer.status_code, JournalEntry.objects.filter(action="archive").count()) == (200, 0)


def test_where_a_file_is_missing_the_command_says_so_and_writes_nothing(application, tmp_path, in_english):
    without_content("纳税证明.pdf")

    with pytest.raises(CommandError, match=re.escape(MISSING)):
        call_command("archive_case", application.number, str(tmp_path))

    assert (list(tmp_path.iterdir()), JournalEntry.objects.filter(action="archive").count()) == ([], 0)


def test_a_case_is_not_sealed_while_one_of_its_files_is_missing(application, in_english):
    for report in application.reports.all():
        accepted(report)
    without_content("纳税证明.pdf")

    with pytest.raises(MoveRefused, match=re.escape(MISSING)):
        closing.close(application, by=staff())

    application.refresh_from_db()
    assert (application.state, CaseSeal.objects.count()) == (State.PAID, 0)


def test_papers_of_site_checks_are_looked_for_too(paid, in_english):
    check = drawn(paid)
    visit_documents.add(check.visit, by=officers_of(check)[0], content=pdf(1), name="现场清单.pdf")

    visit_documents.add(check.visit, by=officers_of(check)[0], content=pdf(2), name="设备照片.pdf")

    archive.require_files(check.application)
    without_content("现场清单.pdf")
    without_content("设备照片.pdf")

    with pytest.raises(MoveRefused, match="现场清单.pdf, 设备照片.pdf"):
        archive.require_files(check.application)
    with translation.override("zh-hans"), pytest.raises(MoveRefused, match="现场清单.pdf、设备照片.pdf"):
        archive.require_files(check.application)


def without_content(name):
    path_of(StoredFile.objects.get(name=name).content.name).unlink()


MISSING = (
    "The content of these files is missing: 纳税证明.pdf. Ask the system administrator to restore them from the "
    "backup, then try again. Nothing was done."
)


def test_the_command_writes_the_package_once(application, tmp_path):
    call_command("archive_case", application.number, str(tmp_path), verbosity=0)

    assert verify_archive.main(str(tmp_path / archive.file_name(application))) == 0
    with pytest.raises(FileExistsError):
        call_command("archive_case", application.number, str(tmp_path))
    with pytest.raises(CommandError):
        call_command("archive_case", "ZSBZ-0000", str(tmp_path))


def test_the_digest_is_the_same_as_long_as_nothing_changes_and_another_after(application):
    first = archive.digest_now(application)
    assert archive.digest_now(application) == first == json.loads(opened(application).read("manifest.json"))["digest"]

    being_recovered(application)

    assert archive.digest_now(application) != first


def test_a_seal_neither_changes_nor_goes(application):
    seal = CaseSeal.objects.create(application=application, digest="0" * 64, sealed_by=staff())
    with pytest.raises(Exception, match="append-only"):
        seal.delete()


def test_no_table_of_a_case_is_forgotten(application):
    """A model that points at a case stands in the package, or here with its reason."""
    left_out = {
        "ApplicationFile",  # its content is among the files, its place in the snapshot
        "ApplicationGuest",
        "ApplicationSearch",
        "AvoidedExpert",
        "BaseAnswer",  # follows from the answers, which are in the snapshot
        "CaseSeal",
        "Comment",  # the firm's own affair
        "CrossCheckKey",
        "GuestInvitation",
        "Submission",
    }
    packed_models = {rows.model.__name__ for _name, rows in archive.tables_of(application)}
    pointing = {
        relation.related_model.__name__
        for relation in type(application)._meta.related_objects
        if relation.related_model is not type(application)
    }
    assert pointing - packed_models - left_out == set()
    assert set(verify_archive.LIVING) == set(archive.LIVING)


# ---------------------------------------------------------------- objections, pleas, the award document
OBJECTOR = Objector(ObjectionKind.PERSON, "金丝雀异议人", "13900007777", "canary@example.com")


def objected_to(application):
    entry = listed(application).entries.select_related("notice").get()
    return object_to(entry, OBJECTOR, text="金丝雀理由", evidence=[paper("金丝雀证据.pdf")]).objection


def test_the_package_says_what_became_of_an_objection_and_nothing_of_who_objected():
    application = ApplicationFactory(state=State.PUBLICITY_READY)
    objection = objected_to(application)
    file = objection.files.get().file
    answering.dismiss(objection, by=staff(PersonKind.SECTION_HEAD), answer="经核实不属实")

    package = opened(application)

    (row,) = json.loads(package.read("data/objections.json"))
    objection.refresh_from_db()
    assert (row["kind"], row["state"], row["answer"]) == ("person", "dismissed", "经核实不属实")
    assert row["answered_by"]["name"] == str(objection.answered_by)
    assert row["evidence"] == [{"sha256": file.sha256, "size": file.size, "is_letter": False}]
    assert row["sealed"] == archive.sealed_digest(objection)
    everything = b"".join(name.encode() + package.read(name) for name in package.namelist())
    for canary in ("金丝雀", "13900007777", "canary@example.com", str(objection.key), objection.code_digest):
        assert canary.encode() not in everything
        assert json.dumps(canary).strip('"').encode() not in everything


def test_the_seal_of_an_objection_proves_who_objected_and_why(application):
    objection = objected_to(ApplicationFactory(state=State.PUBLICITY_READY))
    first = archive.sealed_digest(objection)

    objection.name = "另一人"

    assert archive.sealed_digest(objection) != first
    assert archive.sealed_digest(Objection.objects.get(pk=objection.pk)) == first


def test_a_lead_without_a_name_is_no_part_of_the_case():
    application = ApplicationFactory(state=State.PUBLICITY)
    entry = application.notice_entries.select_related("notice").get()
    objected(entry, kind=ObjectionKind.LEAD, state=ObjectionState.KEPT, due_on=None, text="金丝雀线索")

    assert json.loads(opened(application).read("data/objections.json")) == []


def test_the_package_holds_the_award_document_as_pdf_and_the_pleas(application, tmp_path):
    entry = IntegrityEntry.objects.create(
        source=application,
        organisation=application.organisation,
        name=application.organisation.name_zh,
        basis="依据",
        listed_on=shanghai_today(),
    )
    IntegrityPlea.objects.create(
        entry=entry, kind=PleaKind.APPEAL, text="申辩理由", made_by=person_of(application.organisation)
    )

    package = opened(application)

    assert package.read("forms/award-document.pdf").startswith(b"%PDF")
    assert [row["text"] for row in json.loads(package.read("data/integrity_pleas.json"))] == ["申辩理由"]
    assert verify_archive.main(kept(tmp_path, packed(application)), archive.digest_now(application)) == 0


def test_a_case_before_the_award_holds_no_award_document():
    application = ApplicationFactory(state=State.CLEARED)

    assert "forms/award-document.pdf" not in opened(application).namelist()


def test_the_papers_of_a_visit_are_under_the_digest_and_those_of_a_site_check_beside_it(paid, tmp_path):
    check = drawn(paid)
    application, by = check.application, officers_of(check)[0]
    first = archive.digest_now(application)
    listed = visit_documents.add(check.visit, by=by, content=pdf(), name="清单.pdf").file
    assert archive.digest_now(application) == first

    visit = application.visits.create(key=uuid4(), visited_on=shanghai_today(), place="车间", planned_by=by)
    visit.officers.create(user=by)
    filed = visit_documents.add(visit, by=by, content=pdf(2), name="测量.pdf").file

    names = opened(application).namelist()
    assert {f"site-checks/{listed.sha256}/清单.pdf", f"files/{filed.sha256}/测量.pdf"} <= set(names)
    assert archive.digest_now(application) != first
    assert verify_archive.main(kept(tmp_path, packed(application)), archive.digest_now(application)) == 0


# ---------------------------------------------------------------- the first format
FIRST = {
    "data/application.json": b'{"number": "KJ20260001"}\n',
    "data/awards.json": b"[]\n",
    "files/ab/a.pdf": b"%PDF-1.4\n",
    "forms/form.pdf": b"%PDF-1.7\n",
    "index.html": b"<!doctype html>\n",
}
FIRST_DIGEST = "a45d1e53818483d39f49168b738db1c38a606320327a892a55f9f6021accee35"  # as the first format sealed it


def first_format(tmp_path, **added):
    files = {**FIRST, **added}
    rows = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in files.items()
    ]
    told = {"format": "chenzhou-case-archive/1", "case": "KJ20260001", "files": rows, "digest": FIRST_DIGEST}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
        package.writestr("manifest.json", json.dumps(told))
    return kept(tmp_path, out.getvalue())


def test_a_package_sealed_under_the_first_format_verifies_still(tmp_path):
    assert verify_archive.main(first_format(tmp_path), FIRST_DIGEST) == 0


def test_nothing_is_added_to_a_package_of_the_first_format_by_the_names_of_a_later_one(tmp_path):
    place = first_format(tmp_path, **{"site-checks/later.jpg": b"later", "data/site_checks.json": b"[]"})

    assert verify_archive.main(place, FIRST_DIGEST) == 1

"""What experts see and do on their pages, and what they never see."""

import io
from typing import NamedTuple

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from accounts.models import User
from common.file_previews import page_image
from common.files import FileRules, receive
from subsidies.content import CallContent, FormField
from subsidies.enums import SheetState, State
from subsidies.models import Application, ApplicationFile, Assignment, ScoreSheet
from subsidies.review_file import is_contact, without_contacts
from subsidies.snapshots import snapshot_of
from tests.factories_accounts import UserFactory
from tests.factories_decision import seat
from tests.factories_files import jpg, pdf, xlsx
from tests.factories_subsidies import SMALL_ANSWERS, SMALL_CONTENT, ApplicationFactory, CallFactory, put
from tests.subsidies.panel import expert_of, kept, seats, signed_by_the_firm, signs, under_review
from tests.worlds import parts

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ANY = FileRules(("pdf", "jpg", "xlsx"))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


class World(NamedTuple):
    application: Application
    own: Assignment


def make_world() -> World:
    application = under_review(members=2)
    return World(application, seats(application)[0])


application, own = parts(World)


@pytest.fixture
def expert(client, own) -> User:
    user = expert_of(own)
    client.force_login(user, backend=BACKEND)
    return user


def at(name, own, *more):
    return reverse(f"subsidies:{name}", args=[own.pk, *more])


def with_files(unsigned: tuple[str, bytes] = ("", b""), **contents: tuple[str, bytes]):
    """An application under review with these files, signed by the firm; its only seat, and the rows by material.

    `unsigned` lies beside A01 and is in no signature.
    """
    content = {
        **SMALL_CONTENT,
        "materials": [*SMALL_CONTENT["materials"], {"code": "A02", "name_zh": "申报书（盖章）"}],
    }
    application = ApplicationFactory(call=CallFactory(content=content), state=State.REVIEW)
    by = application.started_by
    rows = {
        code: ApplicationFile.objects.create(
            application=application, material=code, file=receive(sent, name, by, ANY), added_by=by
        )
        for code, (name, sent) in contents.items()
    }
    if unsigned[0]:
        late = receive(unsigned[1], unsigned[0], by, ANY)
        ApplicationFile.objects.create(application=application, material="A01", file=late, added_by=by)
    snapshot = snapshot_of(application)
    snapshot["files"] = [file for file in snapshot["files"] if file["name"] != unsigned[0]]
    signed_by_the_firm(application, snapshot=snapshot)
    return seat(application), rows


# ---------------------------------------------------------------- the file
def test_the_answers_come_without_the_contacts_of_the_firm(client):
    own = seats(under_review(data={**SMALL_ANSWERS, "contact_phone": "0735-2888888"}))[0]
    client.force_login(expert_of(own), backend=BACKEND)

    page = client.get(at("review_application", own))

    assert page.status_code == 200
    labels = [answer.label for _title, answers in page.context["sections"] for answer in answers]
    assert labels == [
        *("是否企业自主开展", "中试总投入", "中试前技术成熟度", "中试后技术成熟度", "中试结果概述"),
        *("在郴有生产线", "累计销售", "专利", "发票"),
    ]
    for hidden in ("李工", "0735-2888888"):
        assert hidden not in page.content.decode()


@pytest.mark.parametrize(
    ("field", "is_one"),
    [
        ({"type": "phone", "label_zh": "传真"}, True),
        ({"type": "email", "label_zh": "信箱"}, True),
        ({"type": "text", "label_zh": "联系人"}, True),
        ({"type": "text", "label_zh": "代表", "prefill": "organisation.legal_representative"}, True),
        ({"type": "text", "label_zh": "项目法定代表人姓名"}, True),
        ({"type": "text", "label_zh": "人", "label_en": "Contact person"}, True),
        ({"type": "text", "label_zh": "单位名称", "prefill": "organisation.name_zh"}, False),
        ({"type": "long_text", "label_zh": "工艺路线"}, False),
    ],
)
def test_one_rule_says_what_is_a_contact(field, is_one):
    assert is_contact(FormField.of({"id": "x", **field})) is is_one


def test_contacts_are_left_out_of_tables_and_an_empty_section_goes():
    columns = [{"id": "name", "type": "text", "label_zh": "姓名"}, {"id": "tel", "type": "phone", "label_zh": "电话"}]
    team = {"id": "team", "type": "table", "label_zh": "成员", "columns": columns}
    phone = {"id": "phone", "type": "phone", "label_zh": "电话"}
    content = CallContent.from_json(
        {
            "sections": [
                {"id": "a", "title_zh": "甲", "fields": [phone]},
                {"id": "b", "title_zh": "乙", "fields": [team]},
            ]
        }
    )

    reduced = without_contacts(content)

    assert [section.id for section in reduced.sections] == ["b"]
    assert [column.id for column in reduced.sections[0].fields[0].columns] == ["name"]


def test_what_the_firm_wrote_after_the_signature_is_not_shown(client, own, expert):
    signed_by_the_firm(own.application, round=1, snapshot={**snapshot_of(own.application), "data": {"trl_after": 9}})

    html = client.get(at("review_application", own)).content.decode()

    assert ("9 级" in html, "7 级" in html) == (True, False)


def test_materials_are_those_signed_and_never_the_stamped_form(client):
    own, rows = with_files(
        unsigned=("后补.jpg", jpg()),
        A01=("执照.pdf", pdf(2)),
        A02=("申报书.pdf", pdf()),
        A18=("销售.xlsx", xlsx()),
    )
    client.force_login(expert_of(own), backend=BACKEND)

    page = client.get(at("review_application", own))

    shown = {
        each.code: [(file.row.file.name, file.is_drawn) for file in each.files] for each in page.context["materials"]
    }
    assert shown == {"A01": [("执照.pdf", True)], "A18": [("销售.xlsx", False)]}
    assert "/applications/" not in page.content.decode().split("<main")[1].split("</main>")[0]
    for code in ("A02", "A18"):
        assert client.get(at("review_file_preview", own, rows[code].file.public_id)).status_code == 404
        assert client.get(at("review_file_page", own, rows[code].file.public_id, 1)).status_code == 404


def test_a_page_is_a_picture_with_the_code_of_the_expert_across_it(client, time_machine):
    own, rows = with_files(A01=("执照.pdf", pdf(2)))
    client.force_login(expert_of(own), backend=BACKEND)
    time_machine.move_to("2026-11-28T04:00:00Z", tick=False)
    file = rows["A01"].file

    answer = client.get(at("review_file_page", own, file.public_id, 2))

    plain = page_image(file, 2)
    marked = page_image(file, 2, f"{own.expert.code}  2026-11-28 12:00  {own.application.number}")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    assert answer.content == marked
    assert plain is not None
    assert _different(answer.content, plain) > 0.02
    assert client.get(at("review_file_page", own, file.public_id, 3)).status_code == 404


def _different(one: bytes, other: bytes) -> float:
    """The share of pixels that differ visibly."""
    difference = ImageChops.difference(*(Image.open(io.BytesIO(each)).convert("L") for each in (one, other)))
    counts = difference.histogram()
    return sum(counts[24:]) / sum(counts)


def test_the_original_is_handed_to_no_expert(client):
    own, rows = with_files(A01=("执照.pdf", pdf()))
    client.force_login(expert_of(own), backend=BACKEND)
    args = [own.application.public_id, rows["A01"].file.public_id]

    statuses = {
        name: client.get(reverse(f"subsidies:{name}", args=[*args, *more])).status_code
        for name, more in {"file_download": [], "file_preview": [], "file_page": [1]}.items()
    }

    assert statuses == {"file_download": 404, "file_preview": 404, "file_page": 404}


def test_the_preview_turns_the_pages(client):
    own, rows = with_files(A01=("执照.pdf", pdf(2)))
    client.force_login(expert_of(own), backend=BACKEND)
    preview = at("review_file_preview", own, rows["A01"].file.public_id)

    assert (
        at("review_file_page", own, rows["A01"].file.public_id, 2) in client.get(f"{preview}?page=2").content.decode()
    )
    assert [client.get(f"{preview}?page={page}").status_code for page in ("0", "3", "x")] == [404, 404, 404]


@pytest.mark.parametrize("name", ["review_application", "score_sheet", "score_sheet_print"])
def test_another_experts_seat_is_as_absent_as_a_random_one(client, application, expert, name):
    other = seats(application)[1]

    assert client.get(at(name, other)).status_code == 404
    assert client.get(reverse(f"subsidies:{name}", args=[987654])).status_code == 404


def test_the_file_closes_with_the_review_and_the_own_sheet_stays(client, application, own, expert):
    for each in seats(application):
        signs(each)

    assert client.get(at("review_application", own)).status_code == 403
    assert client.get(at("score_sheet", own)).status_code == 200


# ---------------------------------------------------------------- the sheet
def test_the_sheet_shows_the_bands_and_what_was_kept(client, own, expert, in_english):
    kept(own, "59", "", "待补充")

    page = client.get("/en" + at("score_sheet", own).removeprefix("/en"))

    (item,) = page.context["items"]
    assert [(words, band.text) for words, band in item.bands] == [
        ("60–100", "Meets the requirements"),
        ("0 to below 60", "Does not"),
    ]
    assert (item.points, str(page.context["total"]), page.context["most"]) == ("59", "59.00", 100)
    assert "待补充" in page.content.decode()


def test_keeping_and_signing_are_two_buttons(client, own, expert):
    typed = {"points-S1": "80.5", "comment-S1": "数据完整", "opinion": "同意"}

    client.post(at("score_sheet", own), {**typed, "save": "1"})
    draft = ScoreSheet.objects.get()
    answer = client.post(at("score_sheet", own), {**typed, "points-S1": "81", "sign": "1"})

    signed = ScoreSheet.objects.get()
    assert (draft.state, draft.scores["S1"]) == (SheetState.DRAFT, {"points": "80.5", "comment": "数据完整"})
    assert (answer.status_code, answer.url) == (302, at("score_sheet", own))
    assert (signed.state, str(signed.total)) == (SheetState.SIGNED, "81.00")


def test_a_refused_signature_keeps_what_was_typed_and_names_each_place(client, own, expert, in_english):
    answer = client.post(at("score_sheet", own), {"points-S1": "10", "opinion": "", "sign": "1"})

    assert answer.status_code == 400
    assert [(each.item, each.part) for each in answer.context["problems"]] == [("S1", "comment"), ("", "comment")]
    html = answer.content.decode()
    assert 'href="#comment-S1"' in html
    assert 'href="#opinion"' in html
    assert ScoreSheet.objects.get().scores["S1"]["points"] == "10"


def test_a_signed_sheet_is_read_and_printed_and_no_longer_written(client, application, own, expert):
    signs(own, "80", comment="数据完整")

    page = client.get(at("score_sheet", own))
    paper = client.get(at("score_sheet_print", own))
    client.post(at("score_sheet", own), {"points-S1": "10", "opinion": "改", "save": "1"})

    assert page.templates[0].name == "subsidies/score_sheet_signed.html"
    for html in (page.content.decode(), paper.content.decode()):
        assert ScoreSheet.objects.get().digest in html
        assert "80.00 / 100" in html
    assert str(ScoreSheet.objects.get().total) == "80.00"


def test_others_appear_once_the_review_is_closed_and_without_names(client, application, own, expert):
    second = seats(application)[1]
    second.expert.user.name = "评委乙"
    second.expert.user.save()
    third = seat(application)
    put(application, sheets_needed=3)
    signs(second, "71.5", opinion="另一位的意见")
    for signs_next in (own, third):
        assert "另一位的意见" not in client.get(at("score_sheet", own)).content.decode()
        signs(signs_next)

    html = client.get(at("score_sheet", own)).content.decode()

    assert "另一位的意见" in html
    assert "71.50" in html
    for hidden in ("评委乙", second.expert.code, third.expert.code):
        assert hidden not in html


def test_revising_opens_the_form_again_and_dropping_closes_it(client, application, own, expert):
    signs(own, "70")

    client.post(at("score_sheet_revise", own), {"reason": "看漏检测报告"})
    form = client.get(at("score_sheet", own))
    client.post(at("score_sheet_drop", own))

    assert form.templates[0].name == "subsidies/score_sheet.html"
    assert "看漏检测报告" in form.content.decode()
    assert client.get(at("score_sheet", own)).templates[0].name == "subsidies/score_sheet_signed.html"


def test_the_chair_is_asked_for_the_note_on_the_page(client):
    application = under_review(members=2, panel={"widest_spread": "20"})
    chair, other = seats(application)
    client.force_login(expert_of(chair), backend=BACKEND)
    signs(chair, "90")
    assert client.get(at("score_sheet", chair)).context["wants_note"] is False
    assert client.get(at("score_sheet", chair)).context["others"] is None
    signs(other, "60")
    page = client.get(at("score_sheet", chair))
    assert page.context["wants_note"] is True
    assert [str(sheet.total) for sheet in page.context["others"]] == ["60.00"]

    client.post(at("review_note", chair), {"text": "对成熟度看法不同"})

    application.refresh_from_db()
    assert application.state == State.REVIEWED
    assert "对成熟度看法不同" in client.get(at("score_sheet", chair)).content.decode()


def test_experts_give_their_second_factor_where_it_is_required(client, own, expert, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    answer = client.get(at("score_sheet", own))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/2fa/")


def test_a_person_without_the_role_gets_no_further(client, own, expert):
    expert.groups.clear()

    assert client.get(at("score_sheet", own)).status_code == 403


def test_a_stranger_sees_no_seat(client, own):
    client.force_login(UserFactory(), backend=BACKEND)

    assert client.get(at("score_sheet", own)).status_code == 404


# ---------------------------------------------------------------- queries
FILE_QUERIES, SHEET_QUERIES, SIGNED_QUERIES = 9, 8, 11


@pytest.mark.parametrize("members", [2, 5])
def test_the_pages_cost_the_same_however_large_the_panel(client, django_assert_num_queries, members):
    application = under_review(members=members)
    own = seats(application)[0]
    client.force_login(expert_of(own), backend=BACKEND)
    for name, queries in {"review_application": FILE_QUERIES, "score_sheet": SHEET_QUERIES}.items():
        with django_assert_num_queries(queries):
            client.get(at(name, own))
    for each in seats(application)[:-1]:
        signs(each)

    with django_assert_num_queries(SIGNED_QUERIES):
        client.get(at("score_sheet", own))

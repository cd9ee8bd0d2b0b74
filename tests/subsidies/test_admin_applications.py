import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from common import spreadsheet
from common.calendar import shanghai_day, shanghai_today
from common.countdown import working_days_left
from common.models import StoredFile
from common.models.files import ScanState
from subsidies import accepting, checking, cross_checks, recommending
from subsidies.enums import HitKind, State
from subsidies.models import (
    Application,
    CheckResult,
    CorrectionItem,
    CrossCheckHit,
    FormCheck,
    IntegrityEntry,
    Recommendation,
)
from subsidies.submitting import resubmit, submit
from tests.bases.admin_pages import client_of
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of, put
from tests.subsidies.desk import (
    ask_for_correction,
    checked,
    clerk,
    in_check,
    letter_by,
    prepared,
    section_head,
    to_recommend,
    unit_of,
)
from tests.subsidies.signing import put_file, ready, rewritten

pytestmark = pytest.mark.django_db
LIST = "/admin/subsidies/application/"
OPENED = re.compile(r'id="([a-z_]+)" aria-labelledby="do-[a-z_]+">\s*<details open>')
OFFERED = re.compile(r'name="do" value="([^"]+)"')
SMALLEST_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def url(application, more=""):
    return f"{LIST}{application.pk}/{more or 'change/'}"


def page(user, application):
    return client_of(user).get(url(application)).content.decode()


def opened(user, application):
    return [name for name in OPENED.findall(page(user, application)) if name not in ("judge", "waive")]


def offered(user, application):
    return OFFERED.findall(page(user, application))


def post(user, application, do, **fields):
    sent = {f"{do}-{name}": value for name, value in fields.items()}
    return client_of(user).post(url(application), {"do": do, **sent})


def hit_of(application, **fields):
    return CrossCheckHit.objects.create(
        application=application, kind=HitKind.INVOICE, key="123", facts={"here": "123"}, **fields
    )


# ---------------------------------------------------------------- who sees what
def test_the_offices_look_at_a_file_page_by_page_where_they_may_open_it():
    application, signatory = ready()
    row = application.files.get()
    submit(application, signatory)
    link = reverse("subsidies:file_preview", args=[application.public_id, row.file.public_id])
    officer = unit_of(application).officer

    assert f'href="{link}"' in page(officer, application)
    recommending.recommend(application, by=prepared(application).leader)
    assert [f'href="{link}"' in page(person, application) for person in (clerk(), section_head())] == [True, True]
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=ScanState.INFECTED, scanned_at=timezone.now())
    assert f'href="{link}"' not in page(officer, application)


def test_the_list_shows_each_person_the_own_desk():
    waiting, elsewhere, accepted = to_recommend(), to_recommend(), ApplicationFactory(state=State.ACCEPTANCE)
    draft = ApplicationFactory()

    def shown(user):
        text = client_of(user).get(LIST).content.decode()
        return [each for each in (waiting, elsewhere, accepted, draft) if each.project_name in text]

    assert shown(unit_of(waiting).officer) == [waiting]
    assert shown(clerk()) == [accepted]
    assert shown(user_of_kind(PersonKind.FINANCE)) == [accepted]


@pytest.mark.parametrize("more", ["change/", "history/", "letter/1/"])
def test_another_units_application_is_as_absent_as_a_random_one(more):
    application = to_recommend()
    client = client_of(person_of(firm().recommender, MembershipRole.OFFICER))

    theirs = client.get(url(application, more))
    random = client.get(f"{LIST}987654/{more}")

    assert theirs.status_code == random.status_code
    assert theirs.status_code in (302, 404)


def test_a_visitor_signs_in_first_and_an_applicant_is_refused():
    application = to_recommend()

    assert Client().get(url(application)).status_code == 302
    assert client_of(person_of(application.organisation)).get(url(application)).status_code == 403


def test_nothing_can_be_added_changed_or_deleted_by_hand():
    application = in_check()
    client = client_of(section_head())

    assert client.get(f"{LIST}add/").status_code in (302, 403, 404)
    assert client.post(url(application), {"project_name": "改名"}).status_code == 404
    assert client.post(url(application, "delete/"), {"post": "yes"}).status_code in (302, 403)
    assert Application.objects.get().project_name == application.project_name


def test_the_answers_shown_are_the_signed_ones_and_not_what_is_being_written():
    application, signatory = ready()
    rewritten(application, contact_name="签字时的联系人")
    submit(application, signatory)
    recommending.recommend(application, by=prepared(application).leader)
    accepting.accept(application, by=clerk())
    ask_for_correction(Application.objects.get(), fields=["contact_name"])
    current = rewritten(Application.objects.get(), contact_name="正在改的联系人")

    text = page(clerk(), current)

    assert "签字时的联系人" in text
    assert "正在改的联系人" not in text


def test_signed_files_are_linked_and_confidential_ones_only_for_those_who_decide():
    application, signatory = ready()
    submit(application, signatory)
    (row,) = application.files.all()

    text = page(unit_of(application).officer, application)

    assert f"/applications/{application.public_id}/files/{row.file.public_id}/" in text


def test_the_bureaus_check_and_hits_are_hidden_from_the_recommending_unit():
    application = in_check()
    checked(application, clerk())
    hit_of(application)

    assert 'id="hits"' in page(clerk(), application)
    assert 'id="hits"' not in page(unit_of(application).leader, application)


# ---------------------------------------------------------------- what is offered
def test_each_person_is_offered_what_is_theirs_to_do():
    application = to_recommend()
    unit = unit_of(application)
    assert offered(unit.officer, application) == ["prepare", "return"]
    assert offered(unit.leader, application) == ["prepare", "return"]

    recommending.prepare(application, by=unit.officer, opinion="recommend", text="属实", letter=letter_by(unit.officer))

    assert offered(unit.officer, application) == ["prepare", "return"]
    assert offered(unit.leader, application) == ["recommend", "prepare", "return"]


def test_a_clerk_and_a_section_head_are_offered_different_things_at_acceptance():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    assert offered(clerk(), application) == ["accept"]
    assert offered(section_head(), application) == ["accept", "refuse"]
    assert offered(user_of_kind(PersonKind.DISCIPLINE), application) == []
    assert offered(unit_of(application).leader, application) == []


def test_the_check_is_offered_to_who_began_it_and_the_confirmation_to_another():
    application, by, head = in_check(), clerk(), section_head()
    hit = hit_of(application)
    judging = [f"judge-{hit.pk}", f"waive-{hit.pk}"]
    assert offered(by, application) == ["begin", judging[0]]

    checked(application, by)
    assert offered(by, application) == ["check", "ask", "propose", judging[0]]
    cross_checks.judge(hit, by=by, judgement="harmless", reason="同号不同票")
    checking.propose(application, by=by, outcome="pass")

    assert offered(head, application) == ["confirm", "disagree", "begin", *judging]
    assert offered(user_of_kind(PersonKind.FINANCE), application) == []


def test_what_a_person_is_here_to_do_stands_open():
    application = to_recommend()
    unit = unit_of(application)
    assert opened(unit.officer, application) == ["prepare"]

    recommending.prepare(application, by=unit.officer, opinion="recommend", text="属实", letter=letter_by(unit.officer))

    assert opened(unit.officer, application) == []  # it waits for the leader
    assert opened(unit.leader, application) == ["recommend"]


@pytest.mark.parametrize(
    ("of_one_item", "proposed"),
    [("pass", "pass"), ("fail", "fail"), ("correct", None)],
    ids=["met", "not met", "to mend"],
)
def test_once_every_item_has_its_result_the_outcome_stands_ready(of_one_item, proposed):
    application, by = in_check(), clerk()
    post(by, application, "begin")
    assert opened(by, application) == ["check"]

    checked(application, by, C2=of_one_item)

    assert opened(by, application) == (["check", "propose"] if proposed else ["check"])
    chosen = re.search(r'<select name="propose-outcome".*?</select>', page(by, application), re.DOTALL)
    assert re.findall(r'value="(\w*)" selected', chosen[0]) == [proposed or ""]


def test_a_section_head_is_led_to_the_confirmation_and_not_to_taking_the_check_over():
    application, by = in_check(), clerk()
    checked(application, by)
    checking.propose(application, by=by, outcome="pass")

    assert opened(section_head(), application) == ["confirm"]


# ---------------------------------------------------------------- doing
def test_an_officer_prepares_with_a_letter_and_a_leader_recommends():
    application = to_recommend()
    unit = unit_of(application)
    letter = SimpleUploadedFile("推荐函.pdf", SMALLEST_PDF, "application/pdf")

    answer = post(unit.officer, application, "prepare", opinion="recommend", text="属实，同意推荐", letter=letter)
    assert answer.status_code == 302
    assert Recommendation.objects.get().letter.name == "推荐函.pdf"
    download = client_of(unit.leader).get(url(application, f"letter/{Recommendation.objects.get().pk}/"))
    assert (download.status_code, download["X-Content-Type-Options"]) == (200, "nosniff")
    assert download["Content-Disposition"].startswith("attachment")
    assert b"".join(download.streaming_content) == SMALLEST_PDF

    assert post(unit.leader, application, "recommend").status_code == 302
    application.refresh_from_db()
    assert application.state == State.ACCEPTANCE


def test_a_letter_that_is_no_pdf_is_refused_and_the_text_stays():
    application = to_recommend()
    letter = SimpleUploadedFile("推荐函.pdf", b"<html>hello</html>", "application/pdf")

    answer = post(
        unit_of(application).officer, application, "prepare", opinion="recommend", text="写好的意见", letter=letter
    )

    assert answer.status_code == 400
    assert "写好的意见" in answer.content.decode()
    assert not Recommendation.objects.exists()


def test_a_refusal_is_a_sentence_and_what_was_typed_stays():
    application, by = in_check(), clerk()
    checked(application, by)
    hit_of(application)

    answer = post(by, application, "propose", outcome="pass", note="拟通过，材料齐全")

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "拟通过，材料齐全" in text
    assert 'class="errorlist nonfield"' in text
    assert FormCheck.objects.get().proposal == ""


def test_the_whole_check_by_its_page():
    application, by, head = in_check(), clerk(), section_head()
    post(by, application, "begin")
    post(by, application, "check", **{"outcome-C1": "pass", "outcome-C2": "pass"})
    post(by, application, "propose", outcome="pass")

    answer = post(head, application, "confirm")

    application.refresh_from_db()
    assert (answer.status_code, application.state) == (302, State.CHECKED)
    assert FormCheck.objects.get().confirmed_by == head


def test_a_line_left_open_is_left_as_it_was():
    application, by = in_check(), clerk()
    post(by, application, "begin")
    post(by, application, "check", **{"outcome-C2": "correct", "note-C2": "与审计不一致"})

    assert list(CheckResult.objects.values_list("item", "outcome", "note")) == [("C2", "correct", "与审计不一致")]


def test_the_notes_of_the_check_stand_ready_beside_the_places_they_are_about():
    application, by = in_check(), clerk()
    checked(application, by, C2="correct")

    text = page(by, application)

    field = re.search(r'<input[^>]*name="ask-reason-investment_yuan"[^>]*>', text)
    assert field is not None
    assert 'value="与附件不符"' in field[0]
    assert 'name="ask-reason-A17"' not in text


def test_a_missing_note_is_told_at_its_row_and_the_row_leads_to_what_it_looks_at():
    application, by = in_check(), clerk()
    post(by, application, "begin")

    answer = post(by, application, "check", **{"outcome-C1": "pass", "outcome-C2": "fail", "note-C2": ""})

    rows = dict(re.findall(r'<tr id="item-(C[12])">(.*?)</tr>', answer.content.decode(), re.DOTALL))
    assert answer.status_code == 400
    assert "C2：" in rows["C2"]
    assert "errorlist" in rows["C2"]
    assert "errorlist" not in rows["C1"]
    assert re.findall(r'href="#place-(\w+)"', rows["C2"]) == ["investment_yuan", "A12"]
    assert all(f'id="place-{place}"' in answer.content.decode() for place in ("investment_yuan", "A12"))


def correction_groups(text):
    """Titles of the groups of the correction form, with the places under each."""
    table = text[text.index('<input type="hidden" name="do" value="ask">') :]
    bodies = re.findall(r"<tbody>(.*?)</tbody>", table[: table.index("</form>")], re.DOTALL)
    titles = [re.findall(r'class="row-group">([^<]*)<', each)[0] for each in bodies]
    return dict(zip(titles, [re.findall(r'name="ask-reason-(\w+)"', each) for each in bodies], strict=True))


def test_the_correction_form_shows_what_has_a_reason_first_and_the_rest_by_section():
    application, by = in_check(), clerk()
    checked(application, by, C2="correct")

    groups = correction_groups(page(by, application))

    assert groups == {
        "已写明理由": ["investment_yuan", "A12"],
        "单位与联系人": ["contact_name", "contact_phone"],
        "中试过程与结果": ["own_pilot", "trl_before", "trl_after", "summary"],
        "在郴产业化": ["line_in_city", "sales_yuan", "patents", "invoices"],
        "申报材料": ["A01", "A18"],
    }


def test_the_correction_form_says_what_else_an_answer_may_open():
    application, by = in_check(), clerk()
    checked(application, by)

    assert re.search(r'name="ask-reason-investment_yuan"[^>]*aria-describedby="([^"]+)"', page(by, application))
    assert "A12 项目专项审计报告" in re.findall(r'<span class="help"[^>]*>([^<]*)<', page(by, application))[0]


def with_stamped_form():
    form = {"code": "A02", "name_zh": "申报书（盖章）", "must": "yes"}
    return CallFactory(content={**SMALL_CONTENT, "materials": [*SMALL_CONTENT["materials"], form]})


@pytest.mark.parametrize(("item", "is_offered"), [("C2", True), ("C1", False)], ids=["an answer", "a file alone"])
def test_the_stamped_form_is_offered_for_correction_wherever_answers_open(item, is_offered):
    application, by = in_check(call=with_stamped_form()), clerk()
    checked(application, by, **{item: "correct"})

    assert ("A02" in correction_groups(page(by, application))["已写明理由"]) is is_offered


def test_a_correction_opens_what_has_a_reason_beside_it():
    application, by = in_check(), clerk()
    checked(application, by)

    answer = post(by, application, "ask", **{"reason-A01": "执照已过期", "reason-summary": "", "note": "请一次补齐"})

    application.refresh_from_db()
    assert (answer.status_code, application.state) == (302, State.CORRECTION)
    assert list(CorrectionItem.objects.values_list("field", "material", "reason")) == [("", "A01", "执照已过期")]


def test_a_hit_is_judged_and_waived_on_the_page():
    application = in_check()
    hit = hit_of(application)
    post(clerk(), application, f"judge-{hit.pk}", judgement="confirmed", reason="同一张发票")
    ends_on = (shanghai_today() + timedelta(days=30)).isoformat()

    post(section_head(), application, f"waive-{hit.pk}", reason="局长办公会同意", ends_on=ends_on)

    hit.refresh_from_db()
    assert (hit.judgement, hit.reason, str(hit.waiver_ends_on)) == ("waived", "局长办公会同意", ends_on)


@pytest.mark.parametrize("do", ["judge-{other}", "judge", "judge-x", "accept-1", "nothing", ""])
def test_what_is_not_on_the_page_is_not_found(do):
    application = in_check()
    other = hit_of(in_check())

    answer = post(clerk(), application, do.format(other=other.pk), judgement="harmless", reason="无碍")

    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.judgement == "open"


@pytest.mark.parametrize(
    ("kind", "do"),
    [(PersonKind.BUREAU_CLERK, "refuse"), (PersonKind.FINANCE, "accept"), (PersonKind.DISCIPLINE, "accept")],
)
def test_a_move_that_was_not_offered_is_refused_when_it_is_posted(kind, do):
    application = ApplicationFactory(state=State.ACCEPTANCE)

    answer = post(user_of_kind(kind), application, do, code="scope", text="不在范围")

    application.refresh_from_db()
    assert (answer.status_code, application.state) == (403, State.ACCEPTANCE)


def test_a_move_made_meanwhile_by_somebody_else_is_told_in_a_sentence():
    application = ApplicationFactory(state=State.ACCEPTANCE)
    accepting.accept(application, by=clerk())

    answer = post(section_head(), application, "refuse", code="scope", text="项目为基地建设")

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "项目为基地建设" in text


def test_a_unit_that_returns_an_application_is_led_back_to_its_queue():
    application = to_recommend()

    answer = post(unit_of(application).officer, application, "return", reason="请补充投入明细")

    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_what_the_last_signature_changed_is_shown():
    application, signatory = ready()
    submit(application, signatory)
    recommending.recommend(application, by=prepared(application).leader)
    accepting.accept(application, by=clerk())
    ask_for_correction(Application.objects.get(), materials=["A01"])
    put_file(application, "A01", b"%PDF-1.4 new", "新执照.pdf")
    resubmit(application, signatory)

    text = page(clerk(), application)

    changes = text[text.index('id="changes"') : text.index('id="hits"')]
    assert "<ins>新执照.pdf</ins>" in changes


def test_what_was_met_and_has_not_changed_since_stands_ready_after_a_correction():
    application, signatory = ready()
    submit(application, signatory)
    recommending.recommend(application, by=prepared(application).leader)
    by = clerk()
    accepting.accept(application, by=by)
    ask_for_correction(Application.objects.get(), materials=["A01"])
    put_file(application, "A01", b"%PDF-1.4 new", "新执照.pdf")
    resubmit(application, signatory)
    looks_at = {item.id: item.looks_at for item in application.call_version.parsed.check_items}

    post(by, application, "begin")

    text = page(by, Application.objects.get())
    rows = {item: text[text.index(f'id="item-{item}"') :].split("</tr>")[0] for item in looks_at}
    stands = {item for item, row in rows.items() if 'value="pass" selected' in row}
    assert ("A01" in looks_at["C1"], "A01" in looks_at["C2"]) == (True, False)
    assert stands == {"C2"}
    assert not FormCheck.objects.latest("round").results.exists()  # nothing is recorded before the clerk keeps it


# ---------------------------------------------------------------- the queue
def test_the_queue_can_be_narrowed_to_what_waits_for_me():
    waiting, begun = ApplicationFactory(state=State.ACCEPTANCE), in_check()
    proposed = in_check(project_name="球形氢氧化镍")  # like no other, so that nothing is in the way
    other, me, head = clerk(), clerk(), section_head()
    checking.begin(begun, by=other)
    checked(proposed, me)
    checking.propose(proposed, by=me, outcome="pass")
    in_correction = in_check()
    ask_for_correction(in_correction, materials=["A01"])

    def mine(user):
        text = client_of(user).get(f"{LIST}?turn=mine").content.decode()
        return [each for each in (waiting, begun, proposed, in_correction) if each.number in text]

    assert mine(me) == [waiting]
    assert mine(other) == [waiting, begun]
    assert mine(head) == [waiting, proposed]
    text = client_of(me).get(f"{LIST}?turn=applicant").content.decode()
    assert in_correction.number in text
    assert waiting.number not in text


def test_officers_wait_for_what_is_to_be_prepared_and_leaders_for_what_is_to_be_decided():
    application = to_recommend()
    unit = unit_of(application)

    def waits(user):
        return application.number in client_of(user).get(f"{LIST}?turn=mine").content.decode()

    assert (waits(unit.officer), waits(unit.leader)) == (True, False)
    recommending.prepare(application, by=unit.officer, opinion="decline", text="不符", appeal_route="向市局提出")
    assert (waits(unit.officer), waits(unit.leader)) == (False, True)


def test_the_queue_can_be_narrowed_by_time_state_county_and_call():
    late, fresh = (in_check() for _ in range(2))
    put(late, due_on=shanghai_today() - timedelta(days=1))
    put(fresh, due_on=shanghai_today() + timedelta(days=20))
    client = client_of(clerk())

    def shown(query):
        text = client.get(f"{LIST}?{query}").content.decode()
        return [each for each in (late, fresh) if each.number in text]

    assert shown("clock=overdue") == [late]
    assert shown("clock=soon") == []
    assert shown("state__exact=form_check") == [late, fresh]
    assert shown("county=431025") == [late, fresh]
    assert shown("county=431022") == []
    assert shown(f"call__id__exact={fresh.call_id}") == [fresh]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_reads_the_same_number_of_queries_however_long_it_is(rows, django_assert_num_queries):
    call = CallFactory()
    for _ in range(rows):
        hit_of(in_check(call=call), other=ApplicationFactory(state=State.CHECKED, call=call))
    client = client_of(clerk())
    client.get(LIST)

    with django_assert_num_queries(13):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("hits", [1, 3])
def test_a_case_reads_the_same_number_of_queries_however_many_hits_it_has(hits, django_assert_num_queries):
    application, by = in_check(), clerk()
    checked(application, by)
    for number in range(hits):
        CrossCheckHit.objects.create(
            application=application, kind=HitKind.INVOICE, key=str(number), facts={"here": "1"}
        )
    client = client_of(by)
    client.get(url(application))

    with django_assert_num_queries(25):
        assert client.get(url(application)).status_code == 200


def test_a_unit_reads_its_quota_its_own_deadline_and_the_days_left_above_its_queue():
    call = CallFactory(quota_per_recommender=3)
    application = to_recommend(call=call)
    recommending.recommend(application, by=prepared(application).leader)
    answer = client_of(unit_of(application).officer).get(LIST)

    (box,) = (each for each in answer.context["boxes"] if each.unit == application.recommender)

    assert (box.call, box.unit, box.quota) == (call, application.recommender, (1, 3))
    assert box.time_left == working_days_left(shanghai_today(), shanghai_day(call.recommend_closes_at))
    assert box.time_left in answer.content.decode()
    assert "1 / 3" in answer.content.decode()
    assert client_of(clerk()).get(LIST).context["boxes"] == []


def test_the_summary_table_comes_as_excel_for_the_unit_and_the_bureau_and_nobody_else():
    application = to_recommend()
    recommending.recommend(application, by=prepared(application).leader)
    address = f"{LIST}{application.call_id}/summary/{application.recommender_id}/"

    answer = client_of(unit_of(application).officer).get(address)

    rows = spreadsheet.read_xlsx(BytesIO(answer.content))
    assert [row[1] for row in rows[1:]] == [application.number]
    assert client_of(clerk()).get(address).status_code == 200
    assert client_of(unit_of(to_recommend()).officer).get(address).status_code == 404


# ---------------------------------------------------------------- hits and the integrity list
def test_the_list_of_hits_leads_to_the_case():
    hit = hit_of(in_check())
    client = client_of(clerk())

    text = client.get("/admin/subsidies/crosscheckhit/?judgement__exact=open").content.decode()
    answer = client.get(f"/admin/subsidies/crosscheckhit/{hit.pk}/change/")

    assert "123" in text
    assert answer["Location"] == f"{url(hit.application)}#hit-{hit.pk}"


def test_a_recommending_unit_sees_no_hits():
    hit = hit_of(in_check())
    client = client_of(unit_of(hit.application).officer)

    assert "123" not in client.get("/admin/subsidies/crosscheckhit/").content.decode()
    assert client.get(f"/admin/subsidies/crosscheckhit/{hit.pk}/change/").status_code == 404


def test_an_entry_of_the_integrity_list_is_kept_with_its_code_in_capitals_and_never_deleted():
    client = client_of(clerk())
    fields = {"name": "某公司", "credit_code": "91431025dem000081c", "basis": "执行案件", "listed_on": "2026-01-01"}
    fields["category"] = "authority"

    answer = client.post("/admin/subsidies/integrityentry/add/", fields)

    entry = IntegrityEntry.objects.get()
    assert (answer.status_code, entry.credit_code) == (302, "91431025DEM000081C")
    assert client.post(f"/admin/subsidies/integrityentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403

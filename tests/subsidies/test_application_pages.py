import re
from copy import deepcopy
from datetime import timedelta

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole
from common.models import StoredFile
from projects.models import ProjectPartner
from subsidies.content import STAMPED_FORM
from subsidies.enums import State
from subsidies.models import Application, ApplicationFile, ApplicationGuest, Correction, Submission
from tests.factories import ProjectFactory
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_ANSWERS, SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.desk import dated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def own():
    return firm()


@pytest.fixture
def application(own):
    return ApplicationFactory(organisation=own, data={"contact_name": "李工"})


def client_for(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def writer(own):
    return client_for(person_of(own, MembershipRole.MEMBER))


@pytest.fixture
def signatory(own):
    return client_for(person_of(own))


def page(application, name="application_detail", *more):
    return reverse(f"subsidies:{name}", args=[application.public_id, *more])


def stored(application):
    return Application.objects.get(pk=application.pk)


def attach(application, material="A01", sha256="0" * 64):
    by = application.started_by
    file = StoredFile.objects.create(
        content="00/x", name="licence.pdf", media_type="application/pdf", size=1, sha256=sha256, uploaded_by=by
    )
    return ApplicationFile.objects.create(application=application, material=material, file=file, added_by=by)


def texts(html, start, end):
    return html.split(start, 1)[1].split(end, 1)[0]


# ---------------------------------------------------------------- who sees what
PAGES = ["application_detail", "application_print", "application_history"]


@pytest.mark.parametrize("name", PAGES)
def test_people_of_the_firm_and_guests_read_and_nobody_else_does(application, own, name):
    guest = UserFactory()
    ApplicationGuest.objects.create(application=application, user=guest, let_in_by=application.started_by)
    readers = [person_of(own, MembershipRole.READER), person_of(own, MembershipRole.MEMBER), guest]
    strangers = [person_of(firm()), person_of(own, MembershipRole.BASE_OPERATOR), UserFactory()]

    assert [client_for(person).get(page(application, name)).status_code for person in readers] == [200] * 3
    assert [client_for(person).get(page(application, name)).status_code for person in strangers] == [404] * 3
    assert Client().get(page(application, name)).status_code == 302


def test_an_officer_reads_a_submitted_application_in_the_desk_and_not_here(own):
    application = ApplicationFactory(organisation=own, state=State.RECOMMENDATION)
    officer = person_of(own.recommender, MembershipRole.OFFICER)

    assert client_for(officer).get(page(application)).status_code == 404


def test_the_form_to_stamp_is_handed_out_where_it_is_sent(own, writer):
    content = deepcopy(SMALL_CONTENT)
    content["materials"].append({**content["materials"][0], "code": STAMPED_FORM})
    application = ApplicationFactory(organisation=own, call=CallFactory(content=content))

    text = writer.get(page(application)).text

    place = text[text.index(f'id="material-{STAMPED_FORM}"') :].split("</section>")[0]
    assert f'href="{page(application, "application_form")}"' in place


# ---------------------------------------------------------------- the list
def test_the_list_holds_the_applications_of_all_firms_and_those_one_is_a_guest_of(own):
    person = person_of(own)
    mine, theirs = ApplicationFactory(organisation=own), ApplicationFactory()
    let_in = ApplicationFactory()
    ApplicationGuest.objects.create(application=let_in, user=person, let_in_by=let_in.started_by)

    answer = client_for(person).get("/en/applications/")

    assert {card.application.pk for card in answer.context["cards"]} == {mine.pk, let_in.pk}
    assert theirs.project_name not in answer.text


def test_what_waits_for_the_firm_stands_first(own, writer):
    to_write = ApplicationFactory(organisation=own)
    with_the_bureau = ApplicationFactory(organisation=own, state=State.ACCEPTANCE)
    to_mend = ApplicationFactory(organisation=own, state=State.CORRECTION)

    cards = writer.get("/en/applications/").context["cards"]

    assert [card.application.pk for card in cards] == [to_mend.pk, to_write.pk, with_the_bureau.pk]


def test_a_card_tells_the_state_softly_the_deadline_and_how_far_it_is(own, writer):
    ApplicationFactory(organisation=own, data={"contact_name": "李工", "own_pilot": True})

    card = writer.get("/en/applications/").context["cards"][0]

    assert (card.answered, card.asked) == (2, 5)
    assert str(card.state.label) == "Being written"
    assert card.deadline.words.endswith("working days left")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(own, writer, django_assert_num_queries, count):
    call = CallFactory()
    for _ in range(count):
        ApplicationFactory(organisation=own, call=call)

    with django_assert_num_queries(8):
        writer.get("/en/applications/")


def test_who_belongs_to_no_firm_is_led_to_one():
    answer = client_for(UserFactory()).get("/en/applications/")

    assert reverse("accounts:join") in answer.text


# ---------------------------------------------------------------- starting
def test_a_lead_starts_an_application_with_a_new_project(own, signatory):
    call = CallFactory()

    answer = signatory.post(
        f"/en/applications/start/{call.slug}/", {"organisation": own.pk, "project": "", "project_name": "钨尾砂中试"}
    )

    begun = Application.objects.get(project_name="钨尾砂中试")
    assert (answer.status_code, answer.url) == (302, page(begun))


def test_of_project_and_name_one_is_needed_and_neither_is_called_optional(own, signatory):
    address = f"/en/applications/start/{CallFactory().slug}/"

    page_ = signatory.get(address)
    refused = signatory.post(address, {"organisation": own.pk, "project": "", "project_name": ""})

    assert "One of the two is needed." in page_.text
    assert "(optional)" not in page_.text
    assert "Give the name of the project." in refused.text
    assert Application.objects.count() == 0


def test_days_counted_into_a_year_without_a_calendar_are_marked_on_every_page(own, time_machine):
    time_machine.move_to("2030-12-20T01:00:00Z")
    call = CallFactory(opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() + timedelta(days=30))
    application, writer = ApplicationFactory(organisation=own, call=call), client_for(person_of(own))
    told = "Provisional: the calendar of holidays for that year is not yet published."

    addresses = [page(application), "/en/applications/", f"/en/firms/{own.slug}/"]

    assert [writer.get(address).text.count(told) for address in addresses] == [1, 1, 1]


def test_an_invitation_has_firm_and_project_chosen(own, signatory):
    call, project = CallFactory(), ProjectFactory(investment_yuan="9000000.00")
    ProjectPartner.objects.create(project=project, organisation=own)

    answer = signatory.get(f"/en/applications/start/{call.slug}/?project={project.pk}&organisation={own.pk}")
    assert f'<option value="{project.pk}" selected>' in answer.text

    signatory.post(f"/en/applications/start/{call.slug}/", {"organisation": own.pk, "project": project.pk})
    assert Application.objects.get().data == {"investment_yuan": "9000000.00"}


def test_the_same_project_leads_to_the_application_there_is(own, signatory, application):
    answer = signatory.post(
        f"/en/applications/start/{application.call.slug}/",
        {"organisation": own.pk, "project_name": application.project_name},
    )

    assert answer.url == page(application)
    assert Application.objects.count() == 1


def test_a_firm_and_a_project_of_others_cannot_be_chosen(own, signatory):
    call, theirs = CallFactory(), firm()
    hidden = ProjectFactory(name_zh="别人的项目", is_public=False)

    for sent in ({"organisation": theirs.pk, "project_name": "甲"}, {"organisation": own.pk, "project": hidden.pk}):
        answer = signatory.post(f"/en/applications/start/{call.slug}/", sent)
        assert answer.status_code == 200
        assert "别人的项目" not in answer.text
    assert not Application.objects.exists()


def test_a_member_is_told_who_can_begin(own, writer):
    assert "administrator or project lead" in writer.get(f"/en/applications/start/{CallFactory().slug}/").text


def test_a_closed_call_says_so_and_an_unpublished_one_is_not_there(signatory):
    closed = CallFactory(opens_at=timezone.now() - timedelta(days=30))

    assert "not open" in signatory.get(f"/en/applications/start/{closed.slug}/").text
    assert signatory.get(f"/en/applications/start/{CallFactory(published_at=None).slug}/").status_code == 404


# ---------------------------------------------------------------- a section without script
def fields_of(answer):
    """What a browser would send back of the form of answers."""
    sent = {"seen": answer.context["seen"]}
    for each in answer.context["inputs"]:
        if not each.is_open:
            continue
        sent[f"was-{each.field.id}"] = each.was
        controls = [cell for row in each.rows for cell in row] if each.is_table else [each.control]
        sent |= {cell.name: cell.value for cell in controls}
    return sent


def test_a_section_is_saved_as_a_whole_and_leads_on(application, writer):
    address = page(application, "application_section", "pilot")
    sent = fields_of(writer.get(address)) | {"answer-investment_yuan": "1,260.50", "answer-own_pilot": "yes"}

    answer = writer.post(address, sent | {"go": "next"})

    assert answer.url == page(application, "application_section", "industry")
    assert stored(application).data == {"contact_name": "李工", "investment_yuan": "12605000.00", "own_pilot": True}


def test_the_last_section_leads_to_the_materials_and_save_alone_stays(application, writer):
    address = page(application, "application_section", "industry")
    sent = fields_of(writer.get(address))

    assert writer.post(address, sent | {"go": "next"}).url == f"{page(application)}#materials"
    assert writer.post(address, sent | {"go": "stay"}).url == address


def test_what_cannot_be_read_is_kept_on_the_page_and_the_rest_is_saved(application, writer):
    address = page(application, "application_section", "pilot")
    sent = fields_of(writer.get(address)) | {"answer-investment_yuan": "about <b>nine</b>", "answer-trl_before": "4"}

    answer = writer.post(address, sent)

    assert answer.status_code == 200
    assert 'value="about &lt;b&gt;nine&lt;/b&gt;"' in answer.text
    assert 'href="#field-investment_yuan"' in texts(answer.text, 'role="alert"', "</ul>")
    assert stored(application).data == {"contact_name": "李工", "trl_before": 4}


def test_a_table_is_saved_row_by_row(application, writer):
    address = page(application, "application_section", "industry")
    sent = fields_of(writer.get(address))
    sent |= {
        "answer-patents-0-number": "ZL1",
        "answer-patents-2-number": "ZL2",
        "answer-patents-2-granted_on": "2025-01-05",
    }

    writer.post(address, sent)

    assert stored(application).data["patents"] == [{"number": "ZL1"}, {"number": "ZL2", "granted_on": "2025-01-05"}]


def test_a_page_left_as_it_was_overwrites_nothing_that_others_wrote_meanwhile(application, writer, own):
    address = page(application, "application_section", "unit")
    old_page = fields_of(writer.get(address))
    other = client_for(person_of(own))
    other.post(address, fields_of(other.get(address)) | {"answer-contact_name": "王工"})

    answer = writer.post(address, old_page | {"answer-contact_phone": "0735-2368000"})

    assert answer.status_code == 302
    assert stored(application).data == {"contact_name": "王工", "contact_phone": "0735-2368000"}


def test_two_people_writing_the_same_are_asked_and_the_answer_stands(application, writer, own):
    address = page(application, "application_section", "unit")
    old_page = fields_of(writer.get(address))
    other = client_for(person_of(own))
    other.post(address, fields_of(other.get(address)) | {"answer-contact_name": "王工"})

    question = writer.post(address, old_page | {"answer-contact_name": "赵工", "answer-contact_phone": "0735-2368000"})
    assert question.status_code == 409
    assert "王工" in question.text
    assert 'value="赵工"' in question.text
    assert stored(application).data == {"contact_name": "王工", "contact_phone": "0735-2368000"}

    asked = question.context["questions"][0]
    chosen = {"seen": question.context["seen"], "was-contact_name": asked.was, "answer-contact_name": "赵工"}
    writer.post(address, chosen | {"pick-contact_name": "theirs"})
    assert stored(application).data["contact_name"] == "王工"
    writer.post(address, chosen | {"pick-contact_name": "mine"})
    assert stored(application).data["contact_name"] == "赵工"


def test_what_was_typed_into_a_form_handed_over_meanwhile_is_kept_on_the_page(application, writer, own):
    address = page(application, "application_section", "unit")
    old_page = fields_of(writer.get(address))
    client_for(person_of(own)).post(page(application, "application_hand_over"))

    answer = writer.post(address, old_page | {"answer-contact_name": "赵工"})

    assert answer.status_code == 409
    assert "赵工" in answer.text
    assert stored(application).data == {"contact_name": "李工"}


def test_a_reader_sees_the_answers_without_inputs_and_cannot_post(application, own):
    reader = client_for(person_of(own, MembershipRole.READER))
    address = page(application, "application_section", "unit")

    answer = reader.get(address)

    assert "李工" in answer.text
    assert "answer-contact_name" not in answer.text
    assert "You may only read here: the administrator, a project lead or a member of the firm writes." in answer.text
    assert reader.post(address, {"seen": 1, "was-contact_name": "x", "answer-contact_name": "赵工"}).status_code == 403


def test_answers_of_the_registry_are_marked(own, writer):
    project = ProjectFactory(investment_yuan="9000000.00")
    application = ApplicationFactory(organisation=own, project=project, data={"investment_yuan": "9000000.00"})
    address = page(application, "application_section", "pilot")

    assert [each.field.id for each in writer.get(address).context["inputs"] if each.is_from_registry] == [
        "investment_yuan"
    ]


def test_a_section_that_the_form_does_not_have_is_not_there(application, writer):
    assert writer.get(page(application, "application_section", "no-such-section")).status_code == 404


@pytest.mark.parametrize("count", [0, 3])
def test_a_section_costs_the_same_with_and_without_comments(application, writer, django_assert_num_queries, count):
    for _ in range(count):
        application.comments.create(text="请核对", by=application.started_by, about="contact_name")

    with django_assert_num_queries(8):
        writer.get(page(application, "application_section", "unit"))


# ---------------------------------------------------------------- saved as typed
def send(client, application, answers, seen=1):
    return client.post(
        page(application, "application_answers"),
        orjson.dumps({"seen": seen, "answers": answers}),
        content_type="application/json",
    )


def test_the_script_saves_what_was_typed_and_hears_what_is_still_missing(application, writer):
    answer = send(writer, application, {"investment_yuan": "900"}).json()

    assert stored(application).data["investment_yuan"] == "9000000.00"
    assert answer["version"] == 2
    assert answer["saved"]["investment_yuan"]["shown"] == "9,000,000.00 yuan"
    assert "Pilot investment" not in answer["missing_html"]
    assert "Readiness before" in answer["missing_html"]


def test_the_script_is_told_what_cannot_be_read_and_the_rest_is_saved(application, writer):
    answer = send(writer, application, {"investment_yuan": "much", "trl_before": "4"}).json()

    assert list(answer["problems"]) == ["investment_yuan"]
    assert list(answer["saved"]) == ["trl_before"]


def test_the_script_hears_what_others_wrote_and_is_asked_about_the_same(application, writer, own):
    other = client_for(person_of(own))
    send(other, application, {"contact_name": "王工", "trl_before": "5"})

    answer = send(writer, application, {"contact_name": "赵工"}).json()

    assert answer["questions"]["contact_name"]["stored"] == "王工"
    assert answer["questions"]["contact_name"]["sent_shown"] == "赵工"
    assert {name: facts["value"] for name, facts in answer["others"].items()} == {"trl_before": "5"}


def test_an_ended_session_is_told_as_such_and_nothing_is_written(application):
    assert send(Client(), application, {"contact_name": "王工"}).status_code == 401
    assert Client().post(page(application, "application_here")).status_code == 401
    assert stored(application).data == {"contact_name": "李工"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"seen": 1}',
        b'{"seen": 1, "answers": []}',
        b'{"seen": "x", "answers": {}}',
        b'{"seen": 99, "answers": {}}',
        b'{"seen": 1, "answers": {"no_such": 1}}',
        b'{"seen": 1, "answers": {"contact_name": "\\ud800"}}',
    ],
)
def test_a_body_that_is_no_save_is_refused(application, writer, body):
    answer = writer.post(page(application, "application_answers"), body, content_type="application/json")

    assert answer.status_code == 400
    assert stored(application).version == 1


def test_a_reader_and_a_stranger_save_nothing(application, own):
    assert send(client_for(person_of(own, MembershipRole.READER)), application, {}).status_code == 403
    assert send(client_for(person_of(firm())), application, {}).status_code == 404


def test_saving_needs_the_token_of_the_page(application, own):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person_of(own), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert send(client, application, {"contact_name": "王工"}).status_code == 403


def test_people_hear_who_else_is_there_and_where(application, writer, own):
    lead = client_for(person_of(own, MembershipRole.PROJECT_LEAD))
    lead.post(page(application, "application_here"), {"section": "pilot"})

    answer = writer.post(page(application, "application_here"), {"section": "unit"}).json()

    assert [each["section"] for each in answer["others"]] == ["The pilot and its results"]
    assert writer.post(page(application, "application_here"), {"section": "<b>"}).json()["others"] == answer["others"]


# ---------------------------------------------------------------- the overview
def test_the_overview_tells_where_it_stands_what_is_missing_and_what_can_be_done(application, writer):
    answer = writer.get(page(application))

    assert str(answer.context["state"].label) == "Being written"
    assert [(part.label, part.mark, part.note) for part in answer.context["parts"]] == [
        ("Unit and contact", "done", ""),
        ("The pilot and its results", "open", ""),
        ("Industrialisation in Chenzhou", "done", ""),
        ("Materials", "open", "0 / 1"),
    ]
    assert len(answer.context["missing_steps"]) == 5
    assert (answer.context["may_hand_over"], answer.context["may_sign"], answer.context["may_withdraw"]) == (
        True,
        False,
        False,
    )


def test_the_overview_costs_a_fixed_number_of_queries(application, writer, django_assert_num_queries):
    attach(application)
    for _ in range(3):
        application.comments.create(text="请核对", by=application.started_by)

    with django_assert_num_queries(13):
        writer.get(page(application))


def test_handing_over_and_giving_back_show_in_what_has_happened(application, writer, own):
    writer.post(page(application, "application_hand_over"))
    lead = client_for(person_of(own, MembershipRole.PROJECT_LEAD))
    lead.post(page(application, "application_take_back"), {"reason": "销售数据有误"})

    events = writer.get(page(application)).context["events"]

    assert [event.words for event in events] == ["Given back to the writers", "Handed over for signature", "Begun"]
    assert events[0].reason == "销售数据有误"


def test_the_applicant_reads_bodies_and_no_names_of_officials(own, writer):
    application = ApplicationFactory(organisation=own, state=State.ACCEPTANCE)
    officer = person_of(own.recommender, MembershipRole.LEADER)
    application.steps.create(
        action="recommend", from_state="recommendation", to_state="acceptance", by=officer, reason="内部意见"
    )

    answer = writer.get(page(application))

    assert officer.name not in answer.text
    assert "内部意见" not in answer.text
    assert answer.context["events"][0].by == "the recommending unit"


def test_a_refusal_shows_its_reason(own, writer):
    application = ApplicationFactory(organisation=own, state=State.NOT_RECOMMENDED, state_reason="材料不实")
    application.steps.create(
        action="decline", from_state="recommendation", to_state="not_recommended", reason="材料不实"
    )

    answer = writer.get(page(application))

    assert "材料不实" in answer.text
    assert [stop.state for stop in answer.context["stops"]][:2] == ["done", "stopped"]


def test_a_draft_is_renamed(application, writer):
    writer.post(page(application, "application_rename"), {"project_name": "新名称"})
    assert stored(application).project_name == "新名称"

    writer.post(page(application, "application_rename"), {"project_name": ""})
    assert stored(application).project_name == "新名称"


# ---------------------------------------------------------------- comments
def test_a_comment_stands_beside_its_field_until_it_is_settled(application, writer, own):
    writer.post(page(application, "comment_add"), {"about": "contact_name", "text": "<script>请核对</script>"})
    section = page(application, "application_section", "unit")

    answer = writer.get(section)
    assert '&lt;script&gt;<span lang="zh-Hans">请核对</span>&lt;' in answer.text
    assert answer.context["inputs"][0].comments[0].text == "<script>请核对</script>"

    said = application.comments.get()
    settled = writer.post(page(application, "comment_settle", said.pk))
    assert settled.url == f"{section}#comments-contact_name"
    assert application.comments.get().settled_at is not None


def test_a_comment_of_another_application_cannot_be_settled_from_here(application, writer):
    other = ApplicationFactory()
    said = other.comments.create(text="请核对", by=other.started_by)

    assert writer.post(page(application, "comment_settle", said.pk)).status_code == 404


# ---------------------------------------------------------------- correcting
@pytest.fixture
def returned(own):
    application = ApplicationFactory(organisation=own, state=State.CORRECTION)
    attach(application)
    snapshot = {
        "data": dict(SMALL_ANSWERS),
        "files": [{"material": "A01", "sha256": "0" * 64, "name": "licence.pdf", "size": 1}],
    }
    Submission.objects.create(
        application=application,
        round=0,
        snapshot=snapshot,
        digest="0" * 64,
        receipt_code="A" * 20,
        signed_by=application.started_by,
    )
    correction = Correction.objects.create(
        application=application, round=1, asked_by=UserFactory(), due_on="2099-12-18", grace_until="2099-12-22"
    )
    correction.items.create(field="investment_yuan", reason="与审计报告不一致")
    correction.items.create(material="A01", reason="已过有效期")
    return application


def test_a_correction_shows_the_whole_list_with_reasons_and_what_is_changed_already(returned, writer):
    wanted = writer.get(page(returned)).context["wanted"]
    assert [(each.label, each.reason, each.is_changed) for each in wanted] == [
        ("Pilot investment", "与审计报告不一致", False),
        ("A01 Business licence", "已过有效期", False),
    ]

    send(writer, returned, {"investment_yuan": "950"})
    attach(returned, sha256="1" * 64)

    assert [each.is_changed for each in writer.get(page(returned)).context["wanted"]] == [True, True]


def test_a_correction_is_not_called_complete_while_its_own_list_stands(returned, writer):
    attach(returned)
    overview = writer.get(page(returned))

    assert overview.context["missing"] == []
    assert "Nothing is missing" not in overview.text
    assert send(writer, returned, {"investment_yuan": "950"}).json()["missing_html"] == ""


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-09", "Today is the last day"),
        ("2026-03-10", "Still possible until the end of 11 March 2026"),
        ("2026-03-11", "Still possible until the end of 11 March 2026"),
        ("2026-03-12", "The time is over"),
    ],
)
def test_during_the_grace_the_firm_reads_that_it_may_still_submit(returned, own, time_machine, day, words):
    dated(returned.corrections.get(), "2026-03-09", "2026-03-11")
    time_machine.move_to(f"{day}T04:00:00Z", tick=False)
    reader = client_for(person_of(own, MembershipRole.READER))

    pages = reader.get(page(returned)), reader.get("/en/applications/")

    assert (pages[0].context["deadline"].words, pages[1].context["cards"][0].deadline.words) == (words, words)


def test_who_cannot_sign_a_correction_reads_who_can(returned, writer, signatory):
    told = "When all is mended, an administrator of the firm reviews it and submits it again."

    assert told in writer.get(page(returned)).text
    assert told not in signatory.get(page(returned)).text


def test_only_the_listed_fields_are_open_with_the_reason_beside_them(returned, writer):
    answer = writer.get(page(returned, "application_section", "pilot"))

    assert [(each.field.id, each.reason) for each in answer.context["inputs"] if each.is_open] == [
        ("investment_yuan", "与审计报告不一致")
    ]
    assert "answer-trl_before" not in answer.text


def test_what_an_open_answer_makes_due_is_open_and_says_because_of_what(returned, writer):
    send(writer, returned, {"investment_yuan": "1200"})

    detail = writer.get(page(returned))

    told = "Open because of “Pilot investment”: with the answer there this is needed too."
    assert (detail.context["wanted"][-1].label, detail.context["wanted"][-1].reason) == ("A12 Special audit", told)
    assert [group.material.code for group in detail.context["materials"] if group.is_open] == ["A01", "A12"]


def test_a_field_that_an_answer_opens_is_drawn_for_the_page_at_once(own, writer):
    content = deepcopy(SMALL_CONTENT)
    content["sections"][1]["fields"][-1]["required_when"] = {"field": "own_pilot", "is": "no"}
    application = ApplicationFactory(organisation=own, state=State.CORRECTION, call=CallFactory(content=content))
    correction = Correction.objects.create(
        application=application, round=1, asked_by=UserFactory(), due_on="2099-12-18", grace_until="2099-12-22"
    )
    correction.items.create(field="own_pilot", reason="与合同不一致")

    answer = send(writer, application, {"own_pilot": "no"}).json()

    assert list(answer["opened"]) == ["summary"]
    assert 'name="answer-summary"' in answer["opened"]["summary"]
    assert "Open because of “Run by the firm itself”" in answer["opened"]["summary"]
    pilot = writer.get(page(application, "application_section", "pilot"))
    assert [each.field.id for each in pilot.context["inputs"] if each.is_open] == ["own_pilot", "summary"]


def test_posting_a_closed_field_during_a_correction_changes_nothing(returned, writer):
    address = page(returned, "application_section", "pilot")
    sent = fields_of(writer.get(address))

    answer = writer.post(address, sent | {"was-trl_before": "x", "answer-trl_before": "9"})

    assert answer.status_code == 409
    assert stored(returned).data["trl_before"] == 4


# ---------------------------------------------------------------- signing
@pytest.fixture
def ready(own):
    application = ApplicationFactory(organisation=own)
    attach(application)
    return application


def test_only_the_administrator_opens_the_page_to_sign(ready, writer, signatory):
    assert writer.get(page(ready, "application_sign")).status_code == 403
    assert signatory.get(page(ready, "application_sign")).status_code == 200


def test_a_signed_application_has_its_number_and_leads_to_the_receipt(ready, signatory):
    key = signatory.get(page(ready, "application_sign")).context["form"].initial["key"]

    answer = signatory.post(page(ready, "application_sign"), {"key": key, "pledge": "on"})
    again = signatory.post(page(ready, "application_sign"), {"key": key, "pledge": "on"})

    assert stored(ready).state == State.RECOMMENDATION
    assert stored(ready).number
    assert answer.url == again.url == page(ready, "receipt_detail", 0)
    assert ready.submissions.count() == 1


def test_without_the_pledge_nothing_is_submitted(ready, signatory):
    answer = signatory.post(page(ready, "application_sign"), {"key": "k"})

    assert answer.status_code == 200
    assert "Confirm the pledge" in answer.text
    assert stored(ready).state == State.DRAFT


def test_what_is_missing_keeps_an_application_from_being_signed(application, signatory):
    address = page(application, "application_sign")
    assert 'name="pledge"' not in signatory.get(address).text

    answer = signatory.post(address, {"key": "k", "pledge": "on"})

    assert "Something is still missing" in answer.text
    assert stored(application).state == State.DRAFT


def test_a_correction_is_signed_again_and_its_changes_are_shown(returned, signatory, writer):
    send(writer, returned, {"investment_yuan": "950"})
    review = signatory.get(page(returned, "application_sign"))
    assert [each.label for each in review.context["unchanged"]] == ["A01 Business licence"]


# ---------------------------------------------------------------- withdrawing, beginning again
def test_a_lead_withdraws_with_a_reason_and_begins_again(ready, signatory):
    address = page(ready, "application_withdraw")
    assert signatory.post(address, {"reason": " "}).status_code == 200
    assert stored(ready).state == State.DRAFT

    signatory.post(address, {"reason": "需补充试验"})
    assert stored(ready).state == State.WITHDRAWN

    answer = signatory.post(page(ready, "application_start_again"))
    again = Application.objects.get(started_from=ready)
    assert (answer.url, again.data) == (page(again), SMALL_ANSWERS)


def test_a_draft_that_was_withdrawn_shows_what_was_open_and_asks_for_nothing(application, signatory):
    signatory.post(page(application, "application_withdraw"), {"reason": "另行申报"})

    answer = signatory.get(page(application))

    assert [part.mark for part in answer.context["parts"]] == ["done", "open", "done", "open"]
    assert "still missing" not in answer.text


def test_the_first_button_leads_to_what_is_missing_and_then_to_the_signature(application, ready, signatory):
    def first_button(application):
        found = re.search(r'class="btn btn-primary" href="([^"]*)"', signatory.get(page(application)).text)
        return found and found[1]

    assert first_button(application) == f"{page(application, 'application_section', 'pilot')}#field-own_pilot"
    assert first_button(ready) == page(ready, "application_sign")


def test_a_member_may_not_withdraw(ready, writer):
    assert writer.get(page(ready, "application_withdraw")).status_code == 403
    assert writer.post(page(ready, "application_withdraw"), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("state", list(State), ids=str)
def test_every_page_opens_in_every_state(own, signatory, state):
    application = ApplicationFactory(organisation=own, state=state)
    names = [*PAGES, "application_sign", "application_withdraw"]

    statuses = {name: signatory.get(page(application, name)).status_code for name in names}

    assert statuses == dict.fromkeys(names, 200)


def test_what_an_open_call_asks_is_one_click_from_where_a_firm_starts(signatory):
    call = CallFactory()

    html = signatory.get(reverse("subsidies:application_list")).content.decode()

    assert f'<h3><a href="{call.get_absolute_url()}">' in html

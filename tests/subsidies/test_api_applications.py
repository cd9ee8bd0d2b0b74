"""One's own applications by API: whose they are, beginning, reading, writing."""

import uuid

import pytest

from accounts.enums import MembershipRole
from common.models import JournalEntry
from subsidies.api.private_schema import ApplicationRow, ApplicationWhole
from subsidies.enums import State
from subsidies.models import Application, ApplicationGuest
from tests.factories import ProjectFactory
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_subsidies import SMALL_ANSWERS, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.desk import ask_for_correction, clerk, in_check, section_head, unit_of

pytestmark = pytest.mark.django_db

LIST = "applications/"


@pytest.fixture
def own():
    return firm()


@pytest.fixture
def lead(own):
    return Caller(person_of(own, MembershipRole.PROJECT_LEAD))


@pytest.fixture
def call():
    return CallFactory(slug="award-2026")


def one(application):
    return f"{LIST}{application.public_id}/"


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


# ---------------------------------------------------------------- whose
EVERY_ADDRESS = [
    ("get", ""),
    ("patch", ""),
    ("get", "attachments/"),
    ("post", "attachments/"),
    ("get", f"attachments/{uuid.UUID(int=1)}/"),
    ("delete", f"attachments/{uuid.UUID(int=1)}/"),
    ("get", "validate/"),
    ("post", "submit/"),
    ("post", "withdraw/"),
    ("get", "history/"),
    ("get", "corrections/"),
    ("post", "corrections/"),
]


def asked(caller, method, path):
    return getattr(caller, method)(path, {}) if method in ("post", "patch") else getattr(caller, method)(path)


@pytest.mark.parametrize(("method", "path"), EVERY_ADDRESS)
def test_anothers_number_answers_byte_for_byte_as_a_random_one(lead, method, path):
    theirs = ApplicationFactory()

    answer = asked(lead, method, one(theirs) + path)
    random = asked(lead, method, f"{LIST}{uuid.uuid4()}/{path}")

    assert (answer.status_code, answer.content) == (404, random.content)
    assert dict(answer.headers) == dict(random.headers)


@pytest.mark.parametrize(("method", "path"), EVERY_ADDRESS)
def test_without_a_token_there_is_nothing(method, path):
    application = ApplicationFactory()

    assert problem(asked(Caller(), method, one(application) + path)) == (401, "about:blank")
    assert problem(asked(Caller(), "get", LIST)) == (401, "about:blank")
    assert problem(asked(Caller(), "post", LIST)) == (401, "about:blank")


def test_a_session_opens_nothing(own, client):
    client.force_login(person_of(own))

    assert client.get("/api/v1/applications/").status_code == 401


def test_the_list_holds_the_own_firms_applications_the_newest_first(own, lead):
    first, second = ApplicationFactory.create_batch(2, organisation=own)
    ApplicationFactory()

    assert numbers(lead.get(LIST)) == [str(second.public_id), str(first.public_id)]


def test_who_leaves_the_firm_sees_nothing_at_the_next_request(own, lead):
    application = ApplicationFactory(organisation=own)
    assert lead.get(one(application)).status_code == 200

    membership = lead.user.memberships.get()
    membership.is_active = False
    membership.save()

    assert lead.get(one(application)).status_code == 404
    assert numbers(lead.get(LIST)) == []


def test_a_guest_sees_the_one_application_they_are_let_in_to(own):
    guest = Caller(UserFactory())
    application, _other = ApplicationFactory.create_batch(2, organisation=own)
    ApplicationGuest.objects.create(application=application, user=guest.user, let_in_by=application.started_by)

    assert numbers(guest.get(LIST)) == [str(application.public_id)]
    assert guest.patch(one(application), {"version": 1, "answers": {"trl_after": 8}}).status_code == 200


@pytest.mark.parametrize("whose", ["officer", "leader", "clerk", "section_head"])
def test_the_api_is_the_applicants_side_alone(whose):
    application = in_check()
    staff = {"clerk": clerk, "section_head": section_head}.get(whose) or (lambda: getattr(unit_of(application), whose))
    caller = Caller(staff())

    assert numbers(caller.get(LIST)) == []
    assert caller.get(one(application)).status_code == 404


def test_the_list_turns_its_pages_and_narrows(own, lead):
    call = CallFactory(slug="award-2026")
    made = [ApplicationFactory(organisation=own, call=call) for _number in range(3)]
    ended = ApplicationFactory(organisation=own, state=State.WITHDRAWN)
    newest_first = [str(row.public_id) for row in reversed(made)]

    first = lead.get(f"{LIST}?call=award-2026&page_size=2")
    rest = lead.client.get(first.json()["next"])
    back = lead.client.get(rest.json()["previous"])

    assert (numbers(first), numbers(rest), numbers(back)) == (newest_first[:2], newest_first[2:], newest_first[:2])
    assert (first.json()["previous"], rest.json()["next"]) == (None, None)
    assert numbers(lead.get(f"{LIST}?state=withdrawn")) == [str(ended.public_id)]


@pytest.mark.parametrize("query", ["state=no", "call=a%20b", "page_size=0", "cursor=zzz", "sort=id"])
def test_a_parameter_that_is_unknown_or_wrong_is_named(lead, query):
    answer = lead.get(f"{LIST}?{query}")

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_the_list_costs_the_same_at_any_length(own, lead, django_assert_num_queries):
    ApplicationFactory(organisation=own)
    with django_assert_num_queries(4):  # token, person, roles, rows
        lead.get(LIST)
    ApplicationFactory.create_batch(3, organisation=own)
    with django_assert_num_queries(4):
        lead.get(LIST)


def test_reading_one_costs_four_queries_and_in_a_correction_one_more(own, lead, django_assert_num_queries):
    application = ApplicationFactory(organisation=own)
    with django_assert_num_queries(4):
        lead.get(one(application))
    in_correction = in_check(organisation=own)
    ask_for_correction(in_correction, fields=["trl_after"])
    with django_assert_num_queries(5):
        lead.get(one(in_correction))


def test_nothing_personal_is_kept_on_the_way(own, lead):
    assert lead.get(one(ApplicationFactory(organisation=own)))["Cache-Control"] == "no-store"


# ---------------------------------------------------------------- reading
def test_one_application_has_exactly_this_shape(own, lead, call):
    application = ApplicationFactory(organisation=own, call=call, project_name="甲")
    written = {name: getattr(application, name).isoformat().replace("+00:00", "Z") for name in MOMENTS}

    assert lead.get(one(application)).json() == {
        "id": str(application.public_id),
        "number": None,
        "state": "draft",
        "state_in_words": "Being written",
        "state_since": written["state_since"],
        "project_name": "甲",
        "call": {"slug": "award-2026", "name_zh": call.name_zh, "name_en": call.name_en},
        "call_version": 1,
        "organisation": {"slug": own.slug, "name_zh": own.name_zh, "name_en": own.name_en},
        "project": None,
        "version": 1,
        "saved_at": written["saved_at"],
        "created_at": written["created_at"],
        "first_submitted_at": None,
        "is_demo": False,
        "url": f"http://testserver/api/v1/applications/{application.public_id}/",
        "turn": "your firm",
        "next_step": "Fill in what is missing, then hand over or submit.",
        "reason": None,
        "appeal_route": None,
        "recommender": {
            "slug": own.recommender.slug,
            "name_zh": own.recommender.name_zh,
            "name_en": own.recommender.name_en,
        },
        "closes_at": call.closes_at.isoformat().replace("+00:00", "Z"),
        "answers": SMALL_ANSWERS,
        "editable": {
            "fields": [field.id for field in application.call_version.parsed.fields()],
            "materials": ["A01", "A12", "A18"],
        },
        "actions": ["withdraw"],
        "public_notice": None,
        "form_url": "http://testserver/api/v1/calls/award-2026/?version=1",
        "page_url": f"http://testserver/en/applications/{application.public_id}/",
    }


MOMENTS = ("state_since", "saved_at", "created_at")


def test_the_document_names_the_members_that_are_told(own, lead):
    application = ApplicationFactory(organisation=own)

    assert set(lead.get(one(application)).json()) == set(ApplicationWhole().fields)
    assert set(lead.get(LIST).json()["results"][0]) == set(ApplicationRow().fields)


def test_the_form_of_the_application_is_where_it_says(own, lead):
    form = lead.get(one(ApplicationFactory(organisation=own))).json()["form_url"]

    assert lead.client.get(form).json()["version"] == 1


def test_a_reader_may_change_nothing(own):
    reader, application = Caller(person_of(own, MembershipRole.READER)), ApplicationFactory(organisation=own)

    whole = reader.get(one(application)).json()

    assert (whole["editable"], whole["actions"]) == ({"fields": [], "materials": []}, [])
    assert problem(reader.patch(one(application), {"version": 1, "answers": {"trl_after": 8}})) == (403, "about:blank")


def test_the_words_are_the_applicants_and_a_reason_of_the_staff_is_their_own(own):
    administrator = Caller(person_of(own))
    application = ApplicationFactory(organisation=own, state=State.CHECKED)
    application.state_reason = "内部意见"
    application.save()

    whole = administrator.get(one(application)).json()

    assert (whole["state"], whole["state_in_words"], whole["reason"]) == ("checked", "Materials complete", None)


# ---------------------------------------------------------------- beginning
def test_an_application_begins_with_the_answers_that_are_sent(lead, own, call):
    answer = lead.post(LIST, {"call": "award-2026", "project_name": "甲", "answers": {"trl_after": 7}})

    application = Application.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/applications/{application.public_id}/")
    assert answer.json() == lead.client.get(answer["Location"]).json()
    assert (application.organisation, application.started_by) == (own, lead.user)
    assert (application.data, application.project_name) == ({"trl_after": 7}, "甲")


def test_a_project_of_the_registry_brings_what_is_known(lead, own, call):
    project = ProjectFactory(slug="fluorine", name_zh="含氟新材料", investment_yuan="9000000.00", is_own_pilot=True)
    project.partners.create(organisation=own)

    answer = lead.post(LIST, {"call": "award-2026", "project": "fluorine", "answers": {"own_pilot": False}})

    assert answer.json()["project"]["slug"] == "fluorine"
    assert answer.json()["answers"] == {"investment_yuan": "9000000.00", "own_pilot": False}


def test_a_key_makes_one_application_of_two_requests(lead, call):
    content = {"call": "award-2026", "project_name": "甲"}

    first, again = lead.post(LIST, content, "k-1"), lead.post(LIST, content, "k-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Location"]) == (first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert Application.objects.count() == 1


def test_a_second_one_for_the_same_project_is_told_of_the_first(lead, call):
    content = {"call": "award-2026", "project_name": "甲"}
    first = lead.post(LIST, content)

    second = lead.post(LIST, content)

    assert problem(second) == (409, "exists")
    assert second.json()["application"] == first["Location"]


def test_answers_that_do_not_fit_begin_nothing(lead, call):
    answers = {"trl_after": "much", "no_such": 1}
    answer = lead.post(LIST, {"call": "award-2026", "project_name": "甲", "answers": answers}, "k-1")

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == ["answers.trl_after", "answers.no_such"]
    assert Application.objects.count() == 0
    assert JournalEntry.objects.filter(object_type="subsidies.application").count() == 0


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"project_name": "甲"}, "call"),
        ({"call": "no-such", "project_name": "甲"}, "call"),
        ({"call": "award-2026"}, "project_name"),
        ({"call": "award-2026", "project_name": "x" * 161}, "project_name"),
        ({"call": "award-2026", "project_name": "甲", "organisation": "someone-elses"}, "organisation"),
        ({"call": "award-2026", "project": "someone-elses"}, "project"),
        ({"call": "award-2026", "project_name": "甲", "recommender": "x"}, "recommender"),
        ({"call": "award-2026", "project_name": "甲", "answers": [1]}, "answers"),
        ({"call": "a\x00b", "project_name": "甲"}, "call"),
    ],
)
def test_what_is_wrong_with_a_beginning_is_named(lead, call, content, wrong):
    firm(name_en="Someone Elses")
    ProjectFactory(slug="someone-elses")

    answer = lead.post(LIST, content)

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == [wrong]
    assert Application.objects.count() == 0


def test_anothers_firm_and_none_at_all_are_refused_in_the_same_words(lead, call):
    other = firm()
    answers = [
        lead.post(LIST, {"call": "award-2026", "project_name": "甲", "organisation": slug})
        for slug in (other.slug, "no-such-firm")
    ]

    assert answers[0].content == answers[1].content


def test_who_leads_in_two_firms_names_the_one(lead, own, call):
    second = firm()
    MembershipFactory(user=lead.user, organisation=second, role=MembershipRole.ADMINISTRATOR)
    content = {"call": "award-2026", "project_name": "甲"}

    assert list(lead.post(LIST, content).json()["errors"]) == ["organisation"]
    begun = lead.post(LIST, {**content, "organisation": second.slug})
    assert begun.json()["organisation"]["slug"] == second.slug


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER])
def test_a_member_begins_nothing(own, call, role):
    member = Caller(person_of(own, role))

    answer = member.post(LIST, {"call": "award-2026", "project_name": "甲", "organisation": own.slug})

    assert problem(answer) == (403, "about:blank")


# ---------------------------------------------------------------- writing
def test_answers_are_written_and_the_version_rises(own, lead):
    application = ApplicationFactory(organisation=own)

    answer = lead.patch(one(application), {"version": 1, "answers": {"trl_after": 8, "summary": None}})

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["answers"] == {**SMALL_ANSWERS, "trl_after": 8}


def test_null_takes_an_answer_out(own, lead):
    application = ApplicationFactory(organisation=own)

    answer = lead.patch(one(application), {"version": 1, "answers": {"trl_after": None}})

    assert "trl_after" not in answer.json()["answers"]


def test_two_who_write_different_fields_both_keep_their_words(own, lead):
    application, other = ApplicationFactory(organisation=own), Caller(person_of(own))

    lead.patch(one(application), {"version": 1, "answers": {"trl_after": 8}})
    late = other.patch(one(application), {"version": 1, "answers": {"contact_name": "王工"}})

    assert late.json()["answers"] == {**SMALL_ANSWERS, "trl_after": 8, "contact_name": "王工"}


def test_two_who_write_the_same_field_are_told_both_values_and_nothing_is_written(own, lead):
    application, other = ApplicationFactory(organisation=own), Caller(person_of(own))
    lead.patch(one(application), {"version": 1, "answers": {"trl_after": 8}})

    late = other.patch(one(application), {"version": 1, "answers": {"trl_after": 9, "contact_name": "王工"}})

    assert problem(late) == (409, "conflict")
    assert (late.json()["version"], late.json()["conflicts"]) == (2, {"trl_after": {"stored": 8, "sent": 9}})
    application.refresh_from_db()
    assert (application.data, application.version) == ({**SMALL_ANSWERS, "trl_after": 8}, 2)
    again = other.patch(one(application), {"version": 2, "answers": {"trl_after": 9, "contact_name": "王工"}})
    assert again.json()["answers"]["trl_after"] == 9


@pytest.mark.parametrize("version", [None, "x", -1, 1.5, 99, 2**40])
def test_a_version_that_cannot_be_is_refused(own, lead, version):
    application = ApplicationFactory(organisation=own)

    assert lead.patch(one(application), {"version": version, "answers": {"trl_after": 8}}).status_code == 400
    application.refresh_from_db()
    assert application.data == SMALL_ANSWERS


def test_a_change_needs_the_version_it_was_read_at(own, lead):
    answer = lead.patch(one(ApplicationFactory(organisation=own)), {"answers": {"trl_after": 8}})

    assert list(answer.json()["errors"]) == ["version"]


def test_one_answer_that_does_not_fit_keeps_the_others_out(own, lead):
    application = ApplicationFactory(organisation=own)
    table = [{"number": "ZL1"}, {"granted_on": "soon"}]

    answer = lead.patch(one(application), {"version": 1, "answers": {"trl_after": 8, "patents": table}})

    assert problem(answer) == (400, "validation")
    assert answer.json()["errors"] == {
        "answers.patents": ["Row 2, Granted on: Enter a date as year-month-day, such as 2026-03-09."]
    }
    application.refresh_from_db()
    assert application.version == 1


def test_a_draft_gets_another_name_with_its_answers(own, lead):
    application = ApplicationFactory(organisation=own, project_name="甲")

    answer = lead.patch(one(application), {"version": 1, "project_name": "乙", "answers": {"trl_after": 8}})

    assert (answer.json()["project_name"], answer.json()["answers"]["trl_after"]) == ("乙", 8)


def test_a_name_that_is_taken_undoes_the_answers_too(own, lead):
    call = CallFactory()
    ApplicationFactory(organisation=own, call=call, project_name="乙")
    application = ApplicationFactory(organisation=own, call=call, project_name="甲")

    answer = lead.patch(one(application), {"version": 1, "project_name": "乙", "answers": {"trl_after": 8}})

    assert problem(answer) == (409, "exists")
    application.refresh_from_db()
    assert application.data == SMALL_ANSWERS


def test_what_is_submitted_cannot_be_changed(own, lead):
    application = ApplicationFactory(organisation=own, state=State.RECOMMENDATION)

    assert problem(lead.patch(one(application), {"version": 1, "answers": {"trl_after": 8}})) == (409, "state")


def test_in_a_correction_only_what_was_listed_can_be_changed(own, lead):
    application = in_check(organisation=own)
    ask_for_correction(application, fields=["trl_after"], materials=["A12"])
    version = lead.get(one(application)).json()["version"]

    refused = lead.patch(one(application), {"version": version, "answers": {"contact_name": "王工", "trl_after": 8}})
    written = lead.patch(one(application), {"version": version, "answers": {"trl_after": 8}})

    assert problem(refused) == (422, "not_editable")
    assert list(refused.json()["errors"]) == ["answers.contact_name"]
    assert written.json()["answers"]["trl_after"] == 8
    assert written.json()["editable"] == {"fields": ["trl_after"], "materials": ["A12"]}
    assert written.json()["actions"] == ["withdraw"]

from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import verifying
from accounts.enums import MembershipRole
from common.models import StoredFile
from common.models.files import ScanState
from subsidies.drafting import rename, save_answers
from subsidies.enums import State
from subsidies.missing import hints_of, missing_of, sentences
from subsidies.models import ApplicationFile
from tests.accounts.people import licence_of
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_ANSWERS, SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.calls import client_for
from tests.subsidies.signing import put_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def attach(application, material, **facts):
    by = application.started_by
    stored = StoredFile.objects.create(
        content="00/x", name="file.pdf", media_type="application/pdf", size=1, sha256="0" * 64, uploaded_by=by, **facts
    )
    return ApplicationFile.objects.create(application=application, material=material, file=stored, added_by=by)


def complete(**facts):
    application = ApplicationFactory(**facts)
    attach(application, "A01")
    return application


def found(application):
    return [(each.code, each.section, each.place) for each in missing_of(application)]


def with_answers(**answers):
    return complete(data=SMALL_ANSWERS | answers)


def test_nothing_is_missing_of_a_complete_application():
    assert missing_of(complete()) == []


def test_an_empty_application_misses_every_required_part_in_the_order_of_the_form():
    assert found(ApplicationFactory(data={})) == [
        ("required", "unit", "contact_name"),
        ("required", "pilot", "own_pilot"),
        ("required", "pilot", "investment_yuan"),
        ("required", "pilot", "trl_before"),
        ("required", "pilot", "trl_after"),
        ("material", "", "A01"),
    ]


def test_each_missing_thing_is_a_sentence_with_a_link_to_its_place():
    application = ApplicationFactory(data=SMALL_ANSWERS | {"contact_name": ""})
    missing = missing_of(application)

    assert sentences(missing) == ["“Contact” is not filled in.", "The material A01 “Business licence” is not there."]
    assert [each.href(application, application.started_by) for each in missing] == [
        f"/en/applications/{application.public_id}/sections/unit/#field-contact_name",
        f"/en/applications/{application.public_id}/#material-A01",
    ]


def test_no_is_an_answer_and_zero_too():
    assert missing_of(with_answers(own_pilot=False, investment_yuan="0.00")) == []


def test_a_figure_out_of_its_bounds_is_missing():
    assert found(with_answers(investment_yuan="-1.00")) == [("bounds", "pilot", "investment_yuan")]


def test_readiness_after_the_pilot_is_not_below_the_one_before():
    assert found(with_answers(trl_before=7, trl_after=4)) == [("trl", "pilot", "trl_after")]
    assert found(with_answers(trl_before=7, trl_after=7)) == []


def test_a_row_of_a_table_has_its_required_cells():
    application = with_answers(patents=[{"number": "ZL1"}, {"granted_on": "2026-01-05"}])

    assert found(application) == [("row", "industry", "patents")]
    assert sentences(missing_of(application)) == ["“Patents”, row 2: “Patent number” is not filled in."]


@pytest.mark.parametrize(
    ("investment", "missing"), [("9999999.99", []), ("10000000.00", [("material", "", "A12")]), (None, None)]
)
def test_a_material_can_depend_on_an_answer(investment, missing):
    application = with_answers(investment_yuan=investment)

    assert found(application) == ([("required", "pilot", "investment_yuan")] if missing is None else missing)


def test_a_field_can_depend_on_an_answer():
    content = {**SMALL_CONTENT, "materials": []}
    fields = [
        {"id": "has_line", "type": "yes_no", "label_zh": "生产线"},
        {"id": "address", "type": "text", "label_zh": "地址", "required_when": {"field": "has_line", "is": "yes"}},
    ]
    content["sections"] = [{"id": "line", "title_zh": "产业化", "fields": fields}]
    call = CallFactory(content=content)

    assert found(ApplicationFactory(call=call, data={"has_line": True})) == [("required", "line", "address")]
    assert found(ApplicationFactory(call=call, data={"has_line": False})) == []


def test_the_recommenders_letter_is_not_the_firms_to_give():
    assert "A17" not in [each.place for each in missing_of(ApplicationFactory())]


def test_a_file_taken_out_is_missing_again():
    application = complete()
    file = application.files.get()
    file.removed_at, file.removed_by = timezone.now(), application.started_by
    file.save()

    assert found(application) == [("material", "", "A01")]


def test_an_infected_file_counts_for_nothing_and_must_go():
    application = ApplicationFactory()
    attach(application, "A01", scan_state=ScanState.INFECTED, scanned_at=timezone.now())

    assert found(application) == [("infected", "", "A01"), ("material", "", "A01")]
    attach(application, "A01")
    assert found(application) == [("infected", "", "A01")]


def test_a_firm_not_verified_yet_may_write_and_not_submit():
    assert found(complete(organisation=firm(verified_at=None))) == [("unverified", "", "")]


def test_a_firm_without_a_recommending_unit_is_told_so():
    assert found(complete(organisation=firm(recommender=None))) == [("recommender", "", "")]


def test_after_the_call_has_closed_nothing_can_be_submitted():
    call = CallFactory(opens_at=timezone.now() - timedelta(days=30))

    assert found(complete(call=call)) == [("closed", "", "")]
    assert found(complete(call=call, state=State.UNIT_REVIEW)) == [("closed", "", "")]


def test_a_field_that_is_called_like_a_column_is_told_by_its_section():
    content = deepcopy(SMALL_CONTENT)
    name = {"id": "name", "type": "text", "label_zh": "联系电话", "label_en": "Phone"}
    team = {"id": "team", "type": "table", "label_zh": "成员", "label_en": "Team", "columns": [name]}
    content["sections"][0]["fields"][1]["is_required"] = True
    content["sections"][2]["fields"].append(team)

    found_ = sentences(missing_of(complete(call=CallFactory(content=content))))

    assert found_ == ["“Unit and contact · Phone” is not filled in."]


def test_two_fields_with_one_label_are_told_apart_by_their_section():
    content = deepcopy(SMALL_CONTENT)
    phone = {"id": "leader_phone", "type": "phone", "label_zh": "联系电话", "label_en": "Phone", "is_required": True}
    content["sections"][0]["fields"][1]["is_required"] = True
    content["sections"][2]["fields"].append(phone)

    found_ = sentences(missing_of(complete(call=CallFactory(content=content))))

    assert found_ == [
        "“Unit and contact · Phone” is not filled in.",
        "“Industrialisation in Chenzhou · Phone” is not filled in.",
    ]


def test_who_administers_a_firm_that_has_sent_no_licence_is_led_to_send_it_and_others_read_who_does():
    own = firm(verified_at=None)
    application = complete(organisation=own)

    [lacking] = missing_of(application)

    assert lacking.text == "The firm is not verified: its administrator sends the licence to the bureau first."
    verification, whole = (
        f"/en/accounts/organisations/{own.slug}/verification/",
        f"/en/applications/{application.public_id}/#whole",
    )
    assert lacking.href(application, person_of(own)) == verification
    for person in (person_of(own, MembershipRole.PROJECT_LEAD), person_of(own, MembershipRole.MEMBER), UserFactory()):
        assert lacking.href(application, person) == whole
    readers = person_of(own), person_of(own, MembershipRole.PROJECT_LEAD)
    pages = [client_for(person).get(whole) for person in readers]
    assert [verification in answer.text for answer in pages] == [True, False]


def test_a_firm_whose_licence_lies_with_the_bureau_is_told_so():
    own = firm(verified_at=None, credit_code="91431000MA4L16JQ9L")
    application = complete(organisation=own)
    person = person_of(own)
    verifying.ask_verification(own, by=person, licence=licence_of(person))

    assert sentences(missing_of(application)) == [
        "The bureau has not verified the firm yet: it is comparing the licence."
    ]


def test_a_firm_without_recommending_unit_is_told_who_sets_it():
    application = complete(organisation=firm(recommender=None), recommender=None)

    assert sentences(missing_of(application)) == [
        "No recommending unit is set for the firm: the bureau sets it when it verifies the firm. "
        "Where that is done already, ask by the hotline of the call."
    ]


def test_a_correction_does_not_wait_for_the_call():
    call = CallFactory(opens_at=timezone.now() - timedelta(days=30))

    assert found(complete(call=call, state=State.CORRECTION)) == []


def test_open_comments_are_a_hint_and_no_obstacle():
    application = complete()
    application.comments.create(text="请核对", by=application.started_by)

    assert missing_of(application) == []
    assert [hint.text for hint in hints_of(application)] == ["1 comment is not settled."]


def with_stamped_form(**fields):
    form = {"code": "A02", "name_zh": "申报书（盖章）", "must": "yes"}
    call = CallFactory(content={**SMALL_CONTENT, "materials": [*SMALL_CONTENT["materials"], form]})
    application = ApplicationFactory(call=call, **fields)
    _stamp(put_file(application, "A02"), application.version)
    return application


def _stamp(row, version):
    row.answers_version = version
    row.save()


STAMPED_BEFORE = "Answers were changed after the stamped form was sent: print it anew, stamp it, replace the file."


def test_answers_that_were_changed_after_the_form_was_stamped_are_a_hint_until_it_comes_anew():
    application = with_stamped_form()
    writer = person_of(application.organisation)
    assert hints_of(application) == []

    saved = save_answers(application, {"contact_name": "王工"}, application.version, writer).application

    assert hints_of(saved) == [(STAMPED_BEFORE, "material-A02")]
    _stamp(application.files.get(), saved.version)
    assert hints_of(saved) == []


def test_another_name_of_the_project_is_a_change_of_the_form_too():
    application = with_stamped_form()

    assert hints_of(rename(application, "改了名的项目", person_of(application.organisation))) == [
        (STAMPED_BEFORE, "material-A02")
    ]


def test_the_stamped_form_is_no_hint_where_it_cannot_be_sent_anew():
    application = with_stamped_form(state=State.CORRECTION, touched={"contact_name": 9})

    assert hints_of(application) == []


def test_the_list_costs_one_query_with_the_rows_at_hand(django_assert_num_queries):
    application = type(complete()).objects.select_related("call", "call_version", "organisation").get()

    with django_assert_num_queries(1):
        missing_of(application)

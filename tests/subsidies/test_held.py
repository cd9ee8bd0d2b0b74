"""What says who applies follows the record of the firm, until it is signed."""

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.enums import MembershipRole
from subsidies.drafting import save_answers, start
from subsidies.enums import State
from subsidies.held import answers_now
from subsidies.missing import missing_of, sentences
from subsidies.models import Application
from subsidies.printing import form_pdf
from subsidies.snapshots import answers_digest, snapshot_of
from subsidies.submitting import resubmit, submit
from tests.factories_subsidies import SMALL_ANSWERS, SMALL_CONTENT, ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.desk import ask_for_correction
from tests.subsidies.signing import put_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

CODE = "91431000MA4L16JQ9L"
HELD = [
    {"id": "unit_name", "type": "text", "label_zh": "单位名称", "label_en": "Unit", "prefill": "organisation.name_zh"},
    {
        "id": "code",
        "type": "credit_code",
        "label_zh": "代码",
        "label_en": "Code",
        "prefill": "organisation.credit_code",
    },
]


@pytest.fixture
def call():
    content = deepcopy(SMALL_CONTENT)
    content["sections"][0]["fields"] += [{**field, "is_held": True, "is_required": True} for field in HELD]
    return CallFactory(content=content)


@pytest.fixture
def own():
    return firm(name_zh="郴州甲公司", credit_code=CODE)


@pytest.fixture
def lead(own):
    return person_of(own)


@pytest.fixture
def draft(call, own, lead):
    sent = {"unit_name": "别的公司", "code": "91431000MA4L0EXAM8", **SMALL_ANSWERS}
    application = start(call, own, lead, project_name="赤泥提钪中试", answers=sent)
    put_file(application, "A01")
    return application


def rename(own, name):
    own.name_zh = name
    own.save()


def test_a_draft_begins_with_the_record_whatever_was_sent(draft):
    assert (draft.data["unit_name"], draft.data["code"]) == ("郴州甲公司", CODE)


def test_it_cannot_be_typed_by_page_or_program(draft, lead):
    with pytest.raises(ValidationError, match="“Unit” follows the record of the firm and is not typed") as refusal:
        save_answers(draft, {"unit_name": "别的公司", "contact_name": "王工"}, draft.version, lead)

    assert set(refusal.value.message_dict) == {"unit_name"}
    assert Application.objects.get().data["contact_name"] == "李工"


def test_its_page_shows_it_as_text_and_says_where_it_comes_from(draft, lead):
    client = Client()
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(reverse("subsidies:application_section", args=[draft.public_id, "unit"]))

    assert "answer-unit_name" not in page.text
    assert 'name="answer-contact_name"' in page.text
    assert "郴州甲公司" in page.text
    assert "From the record of the firm." in page.text


def test_it_follows_the_record_until_it_is_signed_and_no_longer(draft, own, lead):
    rename(own, "郴州乙公司")
    draft = Application.objects.get()
    printed = answers_digest(snapshot_of(draft))

    submission = submit(draft, lead)
    rename(own, "郴州丙公司")

    assert submission.snapshot["data"]["unit_name"] == "郴州乙公司"
    assert answers_digest(submission.snapshot) == printed
    assert answers_now(Application.objects.get())["unit_name"] == "郴州乙公司"


def test_a_record_that_lacks_it_keeps_the_application_from_being_submitted(call, lead, draft):
    without = ApplicationFactory(call=call, organisation=firm(credit_code=None))
    put_file(without, "A01")

    assert sentences(missing_of(without)) == ["“Code” is missing in the record of the firm."]


@pytest.mark.parametrize(("listed", "name"), [("unit_name", "郴州乙公司"), ("contact_name", "郴州甲公司")])
def test_in_a_correction_it_follows_the_record_where_it_is_listed(call, own, lead, listed, name):
    application = ApplicationFactory(
        call=call,
        organisation=own,
        state=State.FORM_CHECK,
        data={**SMALL_ANSWERS, "unit_name": "郴州甲公司", "code": CODE},
    )
    put_file(application, "A01")
    ask_for_correction(application, fields=[listed])
    rename(own, "郴州乙公司")

    submission = resubmit(Application.objects.get(), lead)

    assert submission.snapshot["data"]["unit_name"] == name


def test_a_code_that_the_bureau_let_in_with_a_wrong_check_digit_is_taken_as_it_is(call):
    own = firm(credit_code="91431000MA4L16JQ9A")
    application = start(call, own, person_of(own, MembershipRole.PROJECT_LEAD), project_name="赤泥提钪中试")

    assert application.data["code"] == "91431000MA4L16JQ9A"


def test_the_printed_form_bears_the_record_of_today(draft, own):
    rename(own, "郴州乙公司")
    draft = Application.objects.get()

    before = form_pdf(draft)
    rename(own, "郴州丙公司")

    assert form_pdf(Application.objects.get()) != before

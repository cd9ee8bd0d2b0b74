import hashlib
import re
from io import BytesIO
from typing import NamedTuple

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import MembershipRole, PersonKind
from subsidies.enums import Action, State
from subsidies.models import Application, Submission
from subsidies.receipts import plain_code
from subsidies.snapshots import answers_digest
from subsidies.submitting import submit
from subsidies.workflow import move
from tests.conftest import journal_unlocked
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.signing import put_file, ready, rewritten
from tests.worlds import parts

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class World(NamedTuple):
    submission: Submission


def make_world() -> World:
    application, signatory = ready(project_name="赤泥提钪中试")
    return World(submit(application, signatory))


(submission,) = parts(World)


def address(name, *parts, language="zh-hans"):
    with translation.override(language):
        return reverse(f"subsidies:{name}", args=parts)


def page(name, submission, language="zh-hans"):
    return address(name, submission.application.public_id, submission.round, language=language)


def check(code, language="zh-hans"):
    return address("receipt_checked", code, language=language)


def words_of(pdf):
    return "".join(each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(pdf))


PAGES = ("receipt_detail", "receipt_pdf", "receipt_content")


# ---------------------------------------------------------------- who sees it
@pytest.mark.parametrize("name", PAGES)
def test_whoever_sees_the_application_sees_its_receipt_and_nobody_else(client, submission, name):
    application = submission.application
    people = {
        "signatory": submission.signed_by,
        "reader": person_of(application.organisation, MembershipRole.READER),
        "officer": person_of(application.recommender, MembershipRole.OFFICER),
        "officer of another unit": person_of(ApplicationFactory().recommender, MembershipRole.OFFICER),
        "another firm": person_of(ApplicationFactory().organisation),
        "clerk, before the recommendation": user_of_kind(PersonKind.BUREAU_CLERK),
        "stranger": UserFactory(),
    }
    statuses = {}
    for who, person in people.items():
        client.force_login(person, backend=BACKEND)
        statuses[who] = client.get(page(name, submission)).status_code
    client.logout()

    assert statuses == {
        "signatory": 200,
        "reader": 200,
        "officer": 200,
        "officer of another unit": 404,
        "another firm": 404,
        "clerk, before the recommendation": 404,
        "stranger": 404,
    }
    assert client.get(page(name, submission)).status_code == 302


def test_a_receipt_that_was_never_issued_is_not_found(client, submission):
    client.force_login(submission.signed_by, backend=BACKEND)

    assert client.get(address("receipt_detail", submission.application.public_id, 7)).status_code == 404


def test_the_page_of_a_receipt_says_what_was_signed(client, submission):
    client.force_login(submission.signed_by, backend=BACKEND)

    answer = client.get(page("receipt_detail", submission, "en"))

    html = answer.content.decode()
    receipt = answer.context["receipt"]
    assert receipt.is_intact
    for words in (
        "ZSBZ-2026-431025-0001",
        "赤泥提钪中试",
        receipt.code_in_groups,
        receipt.digest_in_groups,
        "执照.pdf",
    ):
        assert words in html
    assert answer.context["changes"] == []
    assert "What comes next: The unit looks at it and recommends it to the bureau." in html


def test_the_receipt_leads_an_officer_back_to_the_case_and_the_firm_to_its_page(client, submission):
    application = submission.application
    officer = person_of(application.recommender, MembershipRole.OFFICER)
    case = reverse("admin:subsidies_application_change", args=[application.pk])
    own = address("application_detail", application.public_id)

    for person, back in ((officer, case), (submission.signed_by, own)):
        client.force_login(person, backend=BACKEND)
        assert client.get(page("receipt_detail", submission)).content.decode().count(f'href="{back}"') == 2
        assert client.get(back).status_code == 200


def test_the_receipt_of_a_second_signature_says_what_it_changed(client, submission):
    application = submission.application
    move(application, Action.RETURN, by=person_of(application.recommender, MembershipRole.OFFICER), reason="请补充")
    application = Application.objects.get()
    rewritten(application, contact_name="王工")
    again = submit(application, submission.signed_by)
    client.force_login(submission.signed_by, backend=BACKEND)

    answer = client.get(page("receipt_detail", again))

    assert [(line.place, line.before, line.after) for line in answer.context["changes"]] == [
        ("contact_name", "李工", "王工")
    ]


def test_the_signed_content_has_the_digest_of_the_receipt(client, submission):
    client.force_login(submission.signed_by, backend=BACKEND)

    answer = client.get(page("receipt_content", submission))

    assert hashlib.sha256(answer.content).hexdigest() == submission.digest
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_receipt_cost_few_queries(client, submission, django_assert_num_queries):
    client.force_login(submission.signed_by, backend=BACKEND)
    client.get(page("receipt_detail", submission))

    with django_assert_num_queries(10):
        client.get(page("receipt_detail", submission))


# ---------------------------------------------------------------- on paper
def test_the_receipt_comes_by_token_as_it_comes_from_the_page(client, submission):
    application, own = submission.application, Caller(submission.signed_by)
    client.force_login(submission.signed_by, backend=BACKEND)
    by_page = client.get(page("receipt_pdf", submission, "en"))

    by_api = own.get(f"applications/{application.public_id}/receipts/0/", accept="application/pdf")

    assert words_of(by_api.content) == words_of(by_page.content)
    for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options"):
        assert by_api[name] == by_page[name]
    stranger = Caller(person_of(ApplicationFactory().organisation))
    assert own.get(f"applications/{application.public_id}/receipts/1/").status_code == 404
    assert stranger.get(f"applications/{application.public_id}/receipts/0/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_receipt_on_paper_says_the_same(client, submission, language):
    client.force_login(submission.signed_by, backend=BACKEND)

    answer = client.get(page("receipt_pdf", submission, language))

    text = re.sub(r"\s", "", words_of(answer.content))
    code = "-".join(re.findall("....", submission.receipt_code))
    for words in (
        "ZSBZ-2026-431025-0001",
        "赤泥提钪中试",
        submission.digest,
        code,
        check(submission.receipt_code, language),
    ):
        assert words in text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert client.get(page("receipt_pdf", submission, language)).content == answer.content


def test_the_form_on_paper_holds_answers_files_and_on_every_page_its_digest(client):
    application, signatory = ready(project_name="赤泥提钪中试")
    rows = [{"number": f"ZL{n:04d}", "granted_on": "2025-03-09"} for n in range(60)]
    rewritten(application, patents=rows, summary="很好。" * 1500 + "\n<b>&amp;")
    client.force_login(signatory, backend=BACKEND)

    answer = client.get(address("application_form", application.public_id))

    printed = [each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(answer.content)]
    pages = [re.sub(r"\s", "", each) for each in printed]
    text = "".join(pages)
    put_file(application, "A18", answer.content, "A02.pdf")
    digest = answers_digest(submit(application, signatory).snapshot)
    assert len(pages) > 2
    assert all(digest in each for each in pages)
    for words in ("赤泥提钪中试", "李工", "9,000,000.00", "ZL0000", "ZL0059", "<b>&amp;", "本单位承诺所填内容"):
        assert words in text


@pytest.mark.parametrize(
    "value",
    ["𠮷" * 100, "x" * 5000, "长" * 5000, "\n" * 500, "<para><font size=900>x</font>", "&#0;&bogus;", "a" * 300 + "中"],
    ids=["beyond the font", "one word", "no space", "lines", "markup", "entities", "mixed"],
)
def test_no_answer_keeps_the_form_from_being_printed(client, value):
    application, signatory = ready()
    rewritten(application, summary=value, contact_name=value, patents=[{"number": value}])
    put_file(application, "A18", b"x", f"{value[:100]}.pdf")
    client.force_login(signatory, backend=BACKEND)

    answer = client.get(address("application_form", application.public_id))

    assert len(pikepdf.open(BytesIO(answer.content)).pages) >= 1


def test_the_form_is_printed_for_those_alone_who_see_the_application(client):
    application, _signatory = ready()
    client.force_login(person_of(ApplicationFactory().organisation), backend=BACKEND)

    assert client.get(address("application_form", application.public_id)).status_code == 404


# ---------------------------------------------------------------- checked by anyone
def test_whoever_holds_the_receipt_sees_that_it_is_true_and_no_more(client, submission):
    answer = client.get(check(submission.receipt_code, "en"))

    html = answer.content.decode()
    for words in ("ZSBZ-2026-431025-0001", submission.application.organisation.name_zh, "issued by this site"):
        assert words in html
    for private in (
        "赤泥提钪中试",
        "李工",
        "执照.pdf",
        str(submission.application.public_id),
        str(submission.signed_by),
    ):
        assert private not in html
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("write", [str.lower, lambda code: f" {code[:4]}-{code[4:8]} {code[8:]} "])
def test_a_code_may_be_typed_with_spaces_hyphens_and_small_letters(client, submission, write):
    answer = client.get(address("receipt_check"), {"code": write(submission.receipt_code)})

    assert answer.status_code == 302
    assert answer.headers["Location"] == check(submission.receipt_code)


@pytest.mark.parametrize("code", ["2222-2222-2222-2222-2222", "x", "中", "a" * 500, "%00", "<script>", "-"])
def test_a_wrong_code_is_answered_kindly(client, submission, code):
    answer = client.get(check(code, "en"))

    assert answer.status_code == 404
    assert "There is no receipt with this code" in answer.content.decode()
    assert submission.digest not in answer.content.decode()


@pytest.mark.parametrize("typed", ["中文", "----", "a" * 100])
def test_what_is_no_code_is_asked_for_again(client, typed):
    answer = client.get(address("receipt_check", language="en"), {"code": typed})

    assert answer.status_code == 200
    assert "This is no receipt code" in answer.content.decode()


def test_a_digest_can_be_compared(client, submission):
    spaced = " ".join(re.findall("........", submission.digest.upper()))
    answers = [client.get(check(submission.receipt_code), {"digest": typed}) for typed in (spaced, "0" * 64, " ")]

    assert [answer.context.get("is_same") for answer in answers] == [True, False, None]


def test_a_stored_copy_that_was_changed_is_told_on_page_and_check(client, submission):
    with journal_unlocked():
        Submission.objects.update(snapshot={**submission.snapshot, "project_name": "别的"})
    client.force_login(submission.signed_by, backend=BACKEND)

    for where in (check(submission.receipt_code, "en"), page("receipt_detail", submission, "en")):
        answer = client.get(where)

        assert not answer.context["receipt"].is_intact
        assert "The stored copy is not the one that was signed" in answer.content.decode()


def test_many_checks_from_one_address_are_asked_to_wait(client, settings, submission):
    settings.RECEIPT_CHECK_RATE = "3/min"
    mine = [client.get(check("x")).status_code for _ in range(3)]

    refused = client.get(check(submission.receipt_code))
    elsewhere = client.get(check(submission.receipt_code), REMOTE_ADDR="192.0.2.7")

    assert mine == [404, 404, 404]
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert submission.digest not in refused.content.decode()
    assert elsewhere.status_code == 200


def test_the_receipt_of_a_withdrawn_application_stays_true(client, submission):
    move(submission.application, Action.WITHDRAW, by=submission.signed_by, reason="另行申报")

    assert client.get(check(submission.receipt_code)).status_code == 200
    assert Application.objects.get().state == State.WITHDRAWN


def test_codes_are_not_alike_and_cannot_be_counted_through():
    codes = set()
    for _ in range(5):
        application, signatory = ready()
        codes.add(submit(application, signatory).receipt_code)

    assert len({code[:6] for code in codes}) == len({code[-6:] for code in codes}) == 5
    assert all(plain_code(code) == code for code in codes)

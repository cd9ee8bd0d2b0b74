"""Site checks where people meet them: the desk, the firm's page, the public pages, the API."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import MembershipRole, PersonKind
from common.calendar import shanghai_today
from subsidies import visit_documents
from subsidies.enums import CheckState, State
from subsidies.follow_up import sampling, site_checks
from subsidies.follow_up.check_figures import by_year
from subsidies.models import Application, CheckRound
from tests.factories_checks import concluded, crew, drawn, officers_of, proposed
from tests.factories_decision import staff
from tests.factories_files import pdf
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.calls import client_for
from tests.subsidies.desk import section_head
from tests.worlds import parts

pytestmark = pytest.mark.django_db
NEW = "/admin/subsidies/checkround/new/"


class World(NamedTuple):
    """A paid award, and officers who can check it."""

    application: Application


def make_world() -> World:
    crew()
    return World(ApplicationFactory(state=State.PAID))


(application,) = parts(World)


def case_of(check):
    return f"/admin/subsidies/application/{check.application_id}/change/"


def page_of(check):
    return f"/en/applications/{check.application.public_id}/checks/{check.key}/"


def lead_of(check):
    return person_of(check.application.organisation, MembershipRole.PROJECT_LEAD)


def settled(check, outcome=CheckState.CLEAR):
    check = site_checks.comment(check, by=lead_of(check), text="设备当日检修")
    return site_checks.settle(check, by=section_head(), outcome=outcome, reason="已核实")


# ---------------------------------------------------------------- the desk
def test_a_clerk_proposes_a_round_on_the_desk_and_a_head_confirms_it(world):
    year, due_on = shanghai_today().year, shanghai_today() + timedelta(days=30)
    sent = {"year": year, "awarded_from": year, "awarded_until": year, "size": 1, "due_on": due_on}

    answer = client_for(staff()).post(NEW, sent)
    row = CheckRound.objects.get()
    page = f"/admin/subsidies/checkround/{row.pk}/change/"
    shown = client_for(head := section_head()).get(page)
    client_for(head).post(page, {"deed": "confirm"})

    assert (answer.status_code, answer["Location"]) == (302, page)
    assert 'value="confirm"' in shown.text
    row.refresh_from_db()
    assert (row.confirmed_by, row.checks.count()) == (head, 1)
    assert row.seed in client_for(head).get(page).text


def test_what_is_refused_stays_in_the_form_with_its_reason(world):
    year = shanghai_today().year

    answer = client_for(staff()).post(
        NEW,
        {"year": year, "awarded_from": year, "awarded_until": year, "size": 9, "due_on": "2099-01-01"},
    )

    assert answer.status_code == 400
    assert "最多可检查1项" in answer.text
    assert not CheckRound.objects.exists()


def test_who_proposed_a_round_is_offered_to_withdraw_it_alone(world):
    head = section_head()
    row = proposed(by=head)
    page = f"/admin/subsidies/checkround/{row.pk}/change/"

    shown = client_for(head).get(page).text
    client_for(head).post(page, {"deed": "confirm"})
    client_for(head).post(page, {"deed": "withdraw", "reason": "范围有误"})

    row.refresh_from_db()
    assert ('value="confirm"' in shown, 'value="withdraw"' in shown) == (False, True)
    assert (row.confirmed_at, row.withdraw_reason) == (None, "范围有误")


def test_on_the_page_of_the_case_a_head_decides_what_follows(application):
    check = concluded(drawn(application))
    site_checks.comment(check, by=lead_of(check), text="设备当日检修")
    head = section_head()

    before = client_for(head).get(case_of(check)).text
    answer = client_for(head).post(
        case_of(check),
        {
            "do": "settle_check",
            "settle_check-outcome": "grave",
            "settle_check-reason": "设备已转让",
        },
    )

    check.refresh_from_db()
    assert "设备当日检修" in before
    assert (answer.status_code, check.state, check.decided_by) == (302, CheckState.GRAVE, head)
    after = client_for(staff()).get(case_of(check)).text
    assert after.count("设备已转让") == 3  # the decision, and the forms of recovery and of the integrity list


def test_a_clerk_puts_another_officer_down_on_the_page_of_the_case(application):
    check = drawn(application)
    one, other = officers_of(check)
    third = staff()

    client_for(other).post(
        case_of(check),
        {
            "do": "replace_officer",
            "replace_officer-leaving": one.pk,
            "replace_officer-officer": third.pk,
            "replace_officer-reason": "生病",
        },
    )

    assert set(officers_of(check)) == {other, third}


def test_the_list_of_checks_asks_the_same_for_any_number(world, django_assert_num_queries):
    for _each in range(2):
        ApplicationFactory(state=State.PAID)
    sampling.confirm(proposed(size=1), by=section_head())
    client, address = client_for(staff()), reverse("admin:subsidies_sitecheck_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    sampling.confirm(proposed(size=2), by=section_head())

    with django_assert_num_queries(len(few)):
        client.get(address)


# ---------------------------------------------------------------- the firm
def test_the_firm_reads_the_findings_and_comments_once(application):
    check = concluded(drawn(application))
    lead = lead_of(check)
    follow_up = f"/en/applications/{check.application.public_id}/follow-up/"

    assert page_of(check) in client_for(lead).get(follow_up).text
    assert "生产线在运行" in client_for(lead).get(page_of(check)).text
    answer = client_for(lead).post(page_of(check), {"text": "设备当日检修"})

    check.refresh_from_db()
    assert (answer.status_code, check.comment) == (302, "设备当日检修")
    assert client_for(lead).post(page_of(check), {"text": "再说"}).status_code == 400


def test_a_check_that_is_not_concluded_and_that_of_another_firm_are_not_found(application):
    check = drawn(application)
    lead = lead_of(check)
    assert client_for(lead).get(page_of(check)).status_code == 404
    check = concluded(check)
    other = person_of(ApplicationFactory().organisation, MembershipRole.ADMINISTRATOR)

    assert client_for(other).get(page_of(check)).status_code == 404
    member = person_of(check.application.organisation, MembershipRole.MEMBER)
    assert client_for(member).get(page_of(check)).status_code == 200
    assert client_for(member).post(page_of(check), {"text": "无"}).status_code == 403


def test_the_firm_reports_what_it_has_put_right(application):
    check = concluded(drawn(application))
    lead = lead_of(check)
    site_checks.comment(check, by=lead, text="无")
    remedy_by = shanghai_today() + timedelta(days=9)
    facts = {"outcome": CheckState.RECTIFY, "reason": "账目未分开", "demand": "补建专账", "remedy_by": remedy_by}
    site_checks.settle(check, by=section_head(), **facts)

    assert "补建专账" in client_for(lead).get(page_of(check)).text
    client_for(lead).post(page_of(check), {"text": "专账已建"})

    check.refresh_from_db()
    assert (check.state, check.remedy) == (CheckState.RECTIFY, "专账已建")


def test_firm_and_bureau_open_the_papers_of_a_check_and_others_find_none(application):
    check = drawn(application)
    by = officers_of(check)[0]
    listed = visit_documents.add(check.visit, by=by, content=pdf(), name="设备清单.pdf").file
    check = concluded(check)
    lead = lead_of(check)
    site_checks.comment(check, by=lead, text="无")
    remedy_by = shanghai_today() + timedelta(days=9)
    facts = {"outcome": CheckState.RECTIFY, "reason": "账目未分开", "demand": "补建专账", "remedy_by": remedy_by}
    site_checks.settle(check, by=section_head(), **facts)
    client = client_for(lead)

    client.post(page_of(check), {"text": "专账已建", "evidence": [SimpleUploadedFile("账页.pdf", pdf())]})

    sent = check.files.get().file
    assert "设备清单.pdf" in client.get(page_of(check)).text
    assert "账页.pdf" in client.get(page_of(check)).text
    assert "账页.pdf" in client_for(staff()).get(case_of(check)).text
    told = Caller(lead).get(f"applications/{check.application.public_id}/site-checks/").json()["results"]
    assert told[0]["files"] == ["账页.pdf"]
    other = person_of(ApplicationFactory().organisation, MembershipRole.ADMINISTRATOR)
    readers = (lead, staff(), staff(PersonKind.FINANCE), other)
    for stored in (listed, sent):
        address = f"{page_of(check)}files/{stored.public_id}/"
        assert [status(client_for(person), address) for person in readers] == [200, 200, 404, 404]


def status(client, address):
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # read to its end, which closes the file
    return answer.status_code


def test_the_firm_opens_no_paper_of_a_check_whose_record_is_not_concluded(application):
    check = drawn(application)
    listed = visit_documents.add(check.visit, by=officers_of(check)[0], content=pdf(), name="清单.pdf").file

    assert client_for(lead_of(check)).get(f"{page_of(check)}files/{listed.public_id}/").status_code == 404


def test_the_api_tells_the_firm_what_its_page_tells(application):
    check = drawn(application)
    lead = lead_of(check)
    address, caller = f"applications/{check.application.public_id}/site-checks/", Caller(lead)
    assert caller.get(address).json() == {"results": []}
    check = concluded(check)

    (told,) = caller.get(address).json()["results"]

    assert (told["key"], told["state"], told["findings"]) == (str(check.key), "checking", "生产线在运行")
    assert (told["comment"], told["is_as_applied"]) == (None, True)
    assert Caller(staff(PersonKind.EXPERT)).get(address).status_code == 404


# ---------------------------------------------------------------- the public
def test_the_public_reads_counts_at_once_and_names_once_the_round_is_settled(client, application):
    check = concluded(drawn(application))
    page, file = f"/en/checks/{check.round.public_id}/", f"/en/checks/{check.round.public_id}/sample.json"
    name = check.application.award.project_name

    early = client.get("/en/checks/").text
    assert [client.get(page).status_code, client.get(file).status_code] == [404, 404]
    assert (name in early, "Settled rounds" in early) == (False, False)
    settled(check)

    assert name in client.get(page).text
    assert client.get(file).json()["seed"] == check.round.seed
    assert client.get("/en/checks/verify_sample.py").text.startswith('"""Run the sample')


def test_the_figures_of_a_year_say_how_many_were_checked_and_with_what_result(application):
    check = drawn(application)
    year = shanghai_today().year
    assert by_year() == [(year, 1, 1, 0, 0, 0, 0, 0)]
    settled(concluded(check))

    assert by_year() == [(year, 1, 1, 1, 1, 0, 0, 0)]
    assert by_year(is_demo=True) == []

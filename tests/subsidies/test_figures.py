"""The figures for those who lead: what is counted, how honest it is, and who may look."""

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from accounts.enums import PersonKind
from subsidies.enums import Action, State
from subsidies.figures.funnel import funnel
from subsidies.figures.scope import Scope
from subsidies.figures.times import median, percentile_90, step_times
from subsidies.models import ApplicationStep
from tests.factories_accounts import user_of_kind
from tests.factories_awards import AwardFactory, awarded, paid
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm

pytestmark = pytest.mark.django_db

ALL = Scope(None, None, False)
ADDRESS = "/admin/subsidies/award/figures/"
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def client_of(kind):
    client = Client()
    client.force_login(user_of_kind(kind), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def walked(application, *stops):
    """Steps by hand: (days after the Monday, state) each, whatever else the move would need."""
    before = State.UNIT_REVIEW
    for days, state in stops:
        at = MONDAY + timedelta(days=days)
        ApplicationStep.objects.create(
            application=application, action=Action.ACCEPT, from_state=before, to_state=state, at=at
        )
        before = state
    return application


# ---------------------------------------------------------------- the funnel
def test_the_funnel_counts_who_ever_came_so_far_and_who_stands_there_now():
    call = CallFactory()
    walked(ApplicationFactory(call=call, state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (1, State.ACCEPTANCE))
    walked(
        ApplicationFactory(call=call, state=State.FORM_CHECK),
        (0, State.RECOMMENDATION),
        (1, State.ACCEPTANCE),
        (2, State.FORM_CHECK),
        (3, State.CORRECTION),
        (4, State.FORM_CHECK),
    )
    ApplicationFactory(call=call)

    stations = {row.state: (row.reached, row.here) for row in funnel(ALL)}

    assert stations[State.RECOMMENDATION] == (2, 0)
    assert stations[State.ACCEPTANCE] == (2, 1)
    assert stations[State.FORM_CHECK] == (1, 1)
    assert stations[State.CHECKED] == (0, 0)


def test_a_call_a_year_and_demo_data_narrow_the_funnel():
    old, new = CallFactory(year=2025), CallFactory(year=2026)
    for call, is_demo in ((old, False), (new, False), (new, False), (new, True)):
        application = ApplicationFactory(call=call, state=State.ACCEPTANCE, is_demo=is_demo)
        walked(application, (0, State.RECOMMENDATION))

    scopes = (ALL, Scope(2025, None, False), Scope(2026, new, False), Scope(None, None, True))
    assert [funnel(scope)[0].reached for scope in scopes] == [3, 1, 2, 1]


# ---------------------------------------------------------------- the times
def test_the_time_with_the_applicant_is_not_the_bureaus():
    walked(
        ApplicationFactory(state=State.CHECKED),
        (0, State.RECOMMENDATION),
        (1, State.ACCEPTANCE),
        (2, State.FORM_CHECK),
        (4, State.CORRECTION),
        (14, State.FORM_CHECK),
        (15, State.CHECKED),
    )

    times = {row.stage: row for row in step_times(ALL)}

    assert (times[State.FORM_CHECK].ended, times[State.FORM_CHECK].median) == (1, 3)
    assert times[State.CORRECTION].median == 6  # ten days, of which four are at weekends


def test_a_stay_that_lasts_is_told_apart_and_few_cases_have_no_percentile():
    walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (1, State.ACCEPTANCE))

    times = {row.stage: row for row in step_times(ALL)}

    assert (times[State.ACCEPTANCE].ended, times[State.ACCEPTANCE].lasting) == (0, 1)
    assert times[State.ACCEPTANCE].median is None
    assert times[State.RECOMMENDATION].percentile_90 is None


def test_median_and_percentile():
    assert [median(numbers) for numbers in ([], [3], [1, 4], [5, 1, 3])] == [None, 3, 2.5, 3]
    assert percentile_90(range(1, 10)) is None
    assert percentile_90(range(1, 11)) == 9
    assert percentile_90([7] * 20) == 7


# ---------------------------------------------------------------- the page
@pytest.mark.parametrize("kind", list(PersonKind), ids=str)
def test_who_leads_pays_or_supervises_may_look_and_nobody_else(kind):
    may = kind in (PersonKind.BUREAU_LEADER, PersonKind.SECTION_HEAD, PersonKind.FINANCE, PersonKind.DISCIPLINE)
    client = Client() if kind == PersonKind.PUBLIC else client_of(kind)

    assert [client.get(address).status_code == 200 for address in (ADDRESS, f"{ADDRESS}excel/")] == [may, may]


def test_each_chart_stands_beside_a_sentence_and_a_table_with_the_same_numbers():
    walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (1, State.ACCEPTANCE))
    AwardFactory(organisation=firm(name_zh="某公司"), awarded_on=date(2025, 5, 1))
    client = client_of(PersonKind.BUREAU_LEADER)

    answer = client.get(ADDRESS)

    charts = {chart.name: chart for chart in answer.context["charts"]}
    assert list(charts) == ["funnel", "times", "years", "division", "industry", "scheme", "base", "firm", "checks"]
    assert all(chart.sentence for chart in charts.values())
    assert [cell.text for cell in charts["firm"].rows[0]] == ["某公司", 1, Decimal("2000000.00")]
    assert "2,000,000.00 元</td>" in answer.text or "2,000,000.00 元</a>" in answer.text
    html = answer.content.decode()
    drawn = re.search(r'<script id="chart-firm" type="application/json">(.*?)</script>', html)[1]
    told = json.loads(drawn)
    assert (told["labels"], told["series"]) == (["某公司"], [{"name": "下达金额", "values": [2000000.0]}])
    assert told["hrefs"] == [charts["firm"].rows[0][1].href]
    assert not re.search(r"<style|style=|\son\w+=", html.partition('id="content-main"')[2])


def test_a_table_of_noughts_has_no_chart_beside_it():
    html = client_of(PersonKind.BUREAU_LEADER).get(ADDRESS).content.decode()

    assert html.count("<section") == 9
    assert "data-chart" not in html


def test_the_page_of_an_award_leads_to_its_case_its_document_and_its_firm():
    award = awarded(organisation=firm(name_zh="某公司"))

    html = client_of(PersonKind.BUREAU_LEADER).get(f"/admin/subsidies/award/{award.pk}/change/").content.decode()

    assert "2,000,000.00 元" in html
    for place in (
        f"subsidies/application/{award.application_id}",
        f"subsidies/awarddocument/{award.document_id}",
        f"accounts/organisation/{award.organisation_id}",
    ):
        assert f'href="/admin/{place}/change/"' in html


def test_a_number_of_cases_leads_to_the_list_of_them():
    application = walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (1, State.ACCEPTANCE))
    client = client_of(PersonKind.BUREAU_LEADER)

    chart = client.get(f"{ADDRESS}?call={application.call.slug}").context["charts"][0]
    here = chart.rows[1][2]

    assert here.text == 1
    listed = client.get(here.href)
    assert [row.pk for row in listed.context["page"]] == [application.pk]


def test_the_excel_file_holds_every_table():
    AwardFactory(organisation=firm(name_zh="某公司"))

    answer = client_of(PersonKind.FINANCE).get(f"{ADDRESS}excel/")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    assert len(book.sheet_names) == 9
    assert book.get_sheet_by_index(7).to_python()[1] == ["某公司", 1, 2000000]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_queries_for_any_number_of_cases(django_assert_num_queries, rows):
    call = CallFactory()
    for _ in range(rows):
        walked(ApplicationFactory(call=call, state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (9, State.ACCEPTANCE))
        AwardFactory(scheme=call.scheme)
    client = client_of(PersonKind.BUREAU_LEADER)
    client.get(ADDRESS)

    with django_assert_num_queries(21):
        client.get(ADDRESS)


# ---------------------------------------------------------------- the cases behind a number
def world_of_figures():
    """Applications and awards in several years, of several firms, one revoked, one of an earlier document."""
    old, new = CallFactory(year=2025), CallFactory(year=2026)
    walked(ApplicationFactory(call=old, state=State.ACCEPTANCE), (0, State.RECOMMENDATION), (1, State.ACCEPTANCE))
    walked(
        ApplicationFactory(call=new, state=State.FORM_CHECK),
        (0, State.RECOMMENDATION),
        (1, State.ACCEPTANCE),
        (2, State.FORM_CHECK),
        (3, State.CORRECTION),
        (4, State.FORM_CHECK),
    )
    given = awarded()
    paid(given, "1000000.00", date(2026, 3, 1))
    awarded(organisation=given.organisation)
    AwardFactory(awarded_on=date(2025, 5, 1))
    AwardFactory(awarded_on=date(2025, 6, 1), revoked_on=date(2025, 9, 1))
    return new


@pytest.mark.parametrize("scope", ["", "?year=2025", "?year=2026", "?call={call}"])
def test_every_count_leads_to_as_many_rows(scope):
    call = world_of_figures()
    client = client_of(PersonKind.DISCIPLINE)
    charts = client.get(f"{ADDRESS}{scope.format(call=call.slug)}").context["charts"]
    cells = [(chart.name, row[0].text, cell) for chart in charts for row in chart.rows for cell in row if cell.href]
    assert cells

    for name, row, cell in cells:
        if isinstance(cell.text, int) and cell.text:
            told = client.get(cell.href).context["counted"]
            assert (name, row, told.number, len(told.rows) + told.hidden) == (name, row, cell.text, cell.text)


def test_every_sum_leads_to_the_awards_it_is_made_of():
    world_of_figures()
    client = client_of(PersonKind.FINANCE)
    years = next(chart for chart in client.get(ADDRESS).context["charts"] if chart.name == "years")

    for _year, _number, granted, paid_out, _recovered in years.rows:
        rows = client.get(granted.href).context["counted"].rows
        assert sum(award.amount_yuan for award in rows if award.revoked_on is None) == granted.text
        assert bool(client.get(paid_out.href).context["counted"].rows) == bool(paid_out.text)


def test_a_case_that_is_not_on_the_desk_is_counted_and_not_shown():
    walked(ApplicationFactory(state=State.RECOMMENDATION), (0, State.RECOMMENDATION))
    client = client_of(PersonKind.BUREAU_LEADER)
    here = client.get(ADDRESS).context["charts"][0].rows[0][2]

    told = client.get(here.href).context["counted"]

    assert (told.number, list(told.rows), told.hidden) == (1, [], 1)


@pytest.mark.parametrize("query", ["", "of=x", "of=here&value=x", "of=awarded&value=x", "of=firm&value=x"])
def test_a_number_that_is_not_among_the_figures_is_not_found(query):
    assert client_of(PersonKind.BUREAU_LEADER).get(f"{ADDRESS}cases/?{query}").status_code == 404


def test_the_cases_are_refused_to_whom_the_figures_are():
    assert client_of(PersonKind.BUREAU_CLERK).get(f"{ADDRESS}cases/?of=here&value=acceptance").status_code == 403


def test_a_list_of_cases_costs_the_same_queries_for_any_number(django_assert_num_queries):
    client = client_of(PersonKind.BUREAU_LEADER)
    walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.ACCEPTANCE))
    address = f"{ADDRESS}cases/?of=reached&value=acceptance"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.ACCEPTANCE))

    with django_assert_num_queries(len(few)):
        assert len(client.get(address).context["page"]) == 2


def test_the_money_of_a_call_is_that_of_its_own_applications():
    call = CallFactory(year=2026)
    awarded()
    AwardFactory(awarded_on=date(2026, 5, 1))
    client = client_of(PersonKind.BUREAU_LEADER)

    charts = {chart.name: chart for chart in client.get(f"{ADDRESS}?call={call.slug}").context["charts"]}

    assert (charts["years"].rows, charts["firm"].rows) == ([], [])


@pytest.mark.parametrize("page", ["", "excel/", "cases/"])
@pytest.mark.parametrize("query", ["year=zz", "year=1999", "call=no-such", "demo=zz"])
def test_a_year_or_call_that_is_not_there_is_named_and_nothing_is_counted(page, query):
    CallFactory()
    value = query.partition("=")[2]

    answer = client_of(PersonKind.BUREAU_LEADER).get(f"{ADDRESS}{page}?{query}")

    assert answer.status_code == 400
    assert [sentence.count(f"“{value}”") for sentence in answer.context_data["refusals"]] == [1]
    assert f'href="{ADDRESS}"' in answer.content.decode()


def test_a_page_of_cases_that_is_not_there_is_named():
    walked(ApplicationFactory(state=State.ACCEPTANCE), (0, State.RECOMMENDATION))
    client = client_of(PersonKind.BUREAU_LEADER)
    address = next(link for link in re.findall(r'href="([^"]*/figures/cases/[^"]*)"', client.get(ADDRESS).text))

    answer = client.get(f"{address.replace('&amp;', '&')}&page=99")

    assert (answer.status_code, answer.context_data["refusals"]) == (400, ["此列表没有第“99”页。"])

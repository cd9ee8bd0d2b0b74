"""What the bureau sees of applications that wait at recommending units, and the way to another unit from there."""

import re
from datetime import timedelta

import pytest

from accounts.enums import MembershipRole, OrganisationKind, PersonKind
from accounts.models import Organisation, VerificationRequest
from subsidies.enums import State
from subsidies.models import Recommendation, Redirection
from tests.bases.admin_pages import client_of
from tests.factories_accounts import OrganisationFactory, user_of_kind
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.desk import clerk, letter_by, prepared, section_head, to_recommend, unit_of

pytestmark = pytest.mark.django_db
LIST = "/admin/subsidies/applicationatunit/"
REASON = "企业已迁址"
QUERIES_OF_LIST, QUERIES_OF_PAGE = 11, 18


def url(application):
    return f"{LIST}{application.pk}/change/"


def listed(user, query=""):
    page = client_of(user).get(f"{LIST}{query}")
    return {row.pk for row in page.context["cl"].result_list}


def office(name="苏仙区科技局"):
    unit = OrganisationFactory(kind=OrganisationKind.GOVERNMENT, name_zh=name, name_en="")
    person_of(unit, MembershipRole.OFFICER)
    return unit


def post(user, application, **given):
    sent = {f"redirect-{name}": value for name, value in given.items()}
    return client_of(user).post(url(application), {"do": "redirect", **sent})


# ---------------------------------------------------------------- who sees what
def test_the_bureau_sees_what_waits_at_every_unit_and_nothing_else():
    first, second = to_recommend(), to_recommend()
    for state in (State.DRAFT, State.ACCEPTANCE, State.NOT_RECOMMENDED):
        ApplicationFactory(state=state)

    for kind in (PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE):
        assert listed(user_of_kind(kind)) == {first.pk, second.pk}


def test_a_unit_and_who_keeps_the_system_running_do_not_open_the_list():
    application = to_recommend()

    for user in (unit_of(application).leader, user_of_kind(PersonKind.ADMINISTRATOR)):
        for address in (LIST, url(application)):
            assert client_of(user).get(address).status_code in (403, 404)


def test_the_page_leaves_answers_files_and_the_prepared_opinion_to_the_unit():
    application = to_recommend(data={"contact_name": "李工程师"})
    prepared(application, text="本单位内部意见")

    page = client_of(section_head()).get(url(application)).content.decode()

    assert application.number in page
    assert not re.search("李工程师|本单位内部意见|推荐函", page)
    assert client_of(section_head()).get(f"/admin/subsidies/application/{application.pk}/change/").status_code == 404


def test_whoever_belongs_to_the_firm_does_not_read_how_far_its_unit_is():
    application, user = to_recommend(), clerk()
    prepared(application)
    before = client_of(user).get(url(application)).context["board"].prepared

    user.memberships.create(organisation=application.organisation, role=MembershipRole.READER)

    assert before == Recommendation.objects.get()
    assert client_of(user).get(url(application)).context["board"].prepared is None


def test_what_has_moved_on_is_not_there_any_more():
    assert client_of(section_head()).get(url(ApplicationFactory(state=State.ACCEPTANCE))).status_code == 404


def test_the_list_is_narrowed_by_unit_time_and_by_firms_that_have_moved():
    first, second = to_recommend(), to_recommend()
    second.organisation.recommender = office()
    second.organisation.save()
    head = section_head()

    assert listed(head, f"?unit={first.recommender_id}") == {first.pk}
    assert client_of(head).get(f"{LIST}?unit=abc").status_code == 400
    assert listed(head, "?firm=elsewhere") == {second.pk}
    assert listed(head, f"?q={first.number}") == {first.pk}


def test_what_is_overdue_at_its_unit_is_found_and_the_days_left_are_told(time_machine):
    application = to_recommend()
    head = section_head()
    before = listed(head, "?clock=overdue")
    page = client_of(head).get(LIST).content.decode()

    time_machine.move_to(application.call.recommend_closes_at + timedelta(days=30))

    assert before == set()
    assert re.search(r"还剩 \d+ 个工作日|\d+ working days left", page)
    assert listed(head, "?clock=overdue") == {application.pk}
    assert re.search("已截止|: over", client_of(head).get(LIST).content.decode())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_reads_the_same_number_of_queries_however_long_it_is(rows, django_assert_num_queries):
    call = CallFactory()
    for _row in range(rows):
        prepared(to_recommend(call=call))
    client = client_of(section_head())
    client.get(LIST)

    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(LIST)


@pytest.mark.parametrize("units", [1, 3])
def test_the_page_reads_the_same_number_of_queries_however_many_units_there_are(units, django_assert_num_queries):
    application = to_recommend(call=CallFactory(quota_per_recommender=2))
    for _unit in range(units):
        office(f"第{_unit}科技局")
    client = client_of(section_head())
    client.get(url(application))

    with django_assert_num_queries(QUERIES_OF_PAGE):
        client.get(url(application))


# ---------------------------------------------------------------- redirecting there
def test_a_section_head_redirects_on_the_page():
    application, unit, head = to_recommend(), office(), section_head()

    answer = post(head, application, unit=unit.pk, reason=REASON)

    application.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert application.recommender == unit


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE])
def test_who_may_only_look_is_offered_nothing_and_posts_in_vain(kind):
    application, unit, user = to_recommend(), office(), staff(kind)

    page = client_of(user).get(url(application)).content.decode()
    post(user, application, unit=unit.pk, reason=REASON)

    assert 'name="do"' not in page
    assert not Redirection.objects.exists()


def test_a_refusal_is_a_sentence_and_what_was_typed_stays():
    application, head = to_recommend(), section_head()
    empty = OrganisationFactory(kind=OrganisationKind.GOVERNMENT, name_zh="无人科技局", name_en="")

    answer = post(head, application, unit=empty.pk, reason=REASON)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert REASON in page
    assert f'value="{empty.pk}" selected' in page
    assert not Redirection.objects.exists()


def test_the_unit_of_the_firm_is_proposed_and_quota_stands_beside_each():
    application = to_recommend(call=CallFactory(quota_per_recommender=2))
    office("别的科技局")
    application.organisation.recommender = unit = office()
    application.organisation.save()

    form = client_of(section_head()).get(url(application)).context["offered"][0].form

    choices = dict(form.fields["unit"].choices)
    assert form.initial["unit"] == unit.pk
    assert list(choices)[1] == unit.pk
    assert application.recommender_id not in choices
    assert re.search("苏仙区科技局.*2.*2", choices[unit.pk])


# ---------------------------------------------------------------- when the firm gets another unit
def organisation_form(client, organisation):
    page = client.get(f"/admin/accounts/organisation/{organisation.pk}/change/")
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    return {name: value for name, value in sent.items() if value is not False}


def test_the_page_of_a_firm_says_what_still_waits_at_the_old_unit_and_leads_there():
    application = to_recommend(project_name="固态电池中试")
    other, unit = to_recommend(), office()
    client = client_of(section_head())
    address = f"/admin/accounts/organisation/{application.organisation_id}/change/"
    before = client.get(address).content.decode()

    sent = organisation_form(client, application.organisation)
    answer = client.post(address, {**sent, "recommender": unit.pk})

    page = client.get(address).content.decode()
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert Organisation.objects.get(pk=application.organisation_id).recommender == unit
    assert url(application) not in before
    assert url(application) in page
    assert url(other) not in page


def test_a_save_that_leaves_the_unit_alone_leads_back_to_the_list():
    organisation, client = firm(), client_of(section_head())
    address = f"/admin/accounts/organisation/{organisation.pk}/change/"

    answer = client.post(address, organisation_form(client, organisation))

    assert answer.headers["Location"] == "/admin/accounts/organisation/"


def test_the_page_of_a_verification_says_it_too():
    application, clerk_ = to_recommend(), clerk()
    own = application.organisation
    request = VerificationRequest.objects.create(
        organisation=own,
        name_zh=own.name_zh,
        credit_code="91431025DEM000081C",
        licence=letter_by(clerk_),
        asked_by=person_of(own),
    )
    own.recommender = office()
    own.save()

    page = client_of(clerk_).get(f"/admin/accounts/verificationrequest/{request.pk}/change/").content.decode()

    assert url(application) in page


def test_who_does_not_see_applications_reads_nothing_of_them_on_the_page_of_a_firm():
    application = to_recommend()
    application.organisation.recommender = office()
    application.organisation.save()

    for user in (user_of_kind(PersonKind.ADMINISTRATOR), unit_of(application).officer):
        page = client_of(user).get(f"/admin/accounts/organisation/{application.organisation_id}/change/")
        assert application.number not in page.content.decode()


def test_the_bureau_reads_the_opinion_that_was_set_aside_and_the_new_unit_does_not():
    application, unit = to_recommend(), office()
    old = application.recommender
    prepared(application, text="原单位拟稿")
    post(section_head(), application, unit=unit.pk, reason=REASON)
    application.refresh_from_db()
    case = f"/admin/subsidies/application/{application.pk}/change/"

    at_unit = client_of(unit_of(application).officer).get(case).content.decode()
    new = prepared(application, text="新单位意见")
    from_unit = client_of(new.leader).post(case, {"do": "recommend"})
    at_bureau = client_of(clerk()).get(case).content.decode()

    assert from_unit.status_code == 302
    assert "原单位拟稿" not in at_unit
    assert "原单位拟稿" in at_bureau
    assert str(old) in at_bureau
    assert "新单位意见" in at_bureau

"""Finding a case: by number, names and their sound, base and signed answers; nobody finds what they may not see."""

from importlib import import_module
from typing import NamedTuple

import pytest
from django.apps import apps

from accounts.enums import PersonKind
from common import journal
from subsidies.enums import State
from subsidies.models import Application, ApplicationSearch, Submission
from subsidies.snapshots import digest_of, snapshot_of
from subsidies.submitting import submit
from tests.bases.admin_pages import client_of
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import SMALL_ANSWERS, ApplicationFactory, firm, put
from tests.subsidies.desk import clerk, section_head, to_recommend, unit_of
from tests.subsidies.signing import ready, rewritten
from tests.worlds import parts

pytestmark = pytest.mark.django_db
LIST = "/admin/subsidies/application/"


def signed(application, time=0):
    snapshot = snapshot_of(application)
    Submission.objects.create(
        application=application,
        round=time,
        snapshot=snapshot,
        digest=digest_of(snapshot),
        receipt_code=f"CODE{application.pk}{time}",
        signed_by=application.started_by,
    )
    return application


class World(NamedTuple):
    case: Application


def make_world() -> World:
    base = BaseFactory(name_zh="宜章县含氟新材料中试基地")
    case = signed(
        ApplicationFactory(
            state=State.FORM_CHECK,
            project_name="六氟磷酸锂中试放大",
            organisation=firm(name_zh="郴州锂源新材料有限公司"),
            project=ProjectFactory(base=base, name_zh="电解质盐工程化"),
            data={**SMALL_ANSWERS, "contact_name": "欧阳工"},
        )
    )
    return World(case)


(case,) = parts(World)


def found(query):
    return list(Application.objects.found_by(query))


@pytest.mark.parametrize(
    "query",
    ["磷酸锂", "锂源", "含氟新材料", "电解质盐", "欧阳", "lfls", "lyxcl", "六氟磷酸锂 欧阳工", "", "  "],
)
def test_a_case_is_found_by_names_sounds_base_and_answers(case, query):
    assert found(query) == [case]


@pytest.mark.parametrize("query", ["钴酸锂", "酸磷", "欧阴", "。。", "含氟 钴"])
def test_nothing_else_is_found(case, query):
    assert found(query) == []


def test_a_case_is_found_by_its_number_and_by_the_end_of_it(case):
    assert found(case.number) == found(case.number.lower()) == found(case.number[-4:]) == found("zsbz-2026") == [case]
    assert found("9999") == []


def test_the_last_signature_counts(case):
    put(case, state=State.CORRECTION)
    case.refresh_from_db()
    rewritten(case, contact_name="司马工")
    assert found("司马") == []  # written, not signed

    signed(case, time=1)

    assert (found("司马"), found("欧阳")) == ([case], [])


def test_a_submission_is_found_at_once():
    submission = submit(*ready(project_name="稀贵金属综合回收"))

    assert found("综合回收") == found(submission.application.number) == [submission.application]


def test_new_names_of_firm_project_and_base_are_followed(case):
    for record, name in (
        (case.organisation, "郴州新锂科技有限公司"),
        (case.project, "电解液工程化"),
        (case.project.base, "宜章氟化工中试基地"),
    ):
        record.name_zh = name
        record.save()

    assert found("新锂科技") == found("电解液") == found("氟化工") == [case]
    assert found("锂源") == []


def test_experts_names_are_no_words_to_find_a_case_by(case):
    assert user_of_kind(PersonKind.EXPERT).has_perm("subsidies.view_application") is False
    assert ApplicationSearch.objects.count() == 1


def test_the_queue_finds_what_the_person_may_see_alone(case):
    elsewhere = signed(to_recommend(project_name="六氟磷酸锂二期"))

    def shown(user):
        rows = client_of(user).get(f"{LIST}?q=磷酸锂").context["cl"].result_list
        return {row.pk for row in rows}

    assert shown(clerk()) == {case.pk}
    assert shown(unit_of(elsewhere).officer) == {elsewhere.pk}


def test_every_page_of_the_desk_offers_to_find_a_case_to_those_who_see_any(case):
    for user, is_offered in ((section_head(), True), (user_of_kind(PersonKind.ADMINISTRATOR), False)):
        text = client_of(user).get("/admin/").content.decode()
        assert ('id="desk-find"' in text) == is_offered


def test_the_migration_indexes_what_was_signed_before(case):
    ApplicationSearch.objects.all().delete()
    with journal.bulk("migrate", Application, "0012"):
        import_module("subsidies.migrations.0012_case_search").fill(apps, None)

    assert found("磷酸锂") == [case]


def test_finding_is_one_query(django_assert_num_queries):
    case = ApplicationFactory(state=State.FORM_CHECK, number="ZSBZ-2026-431025-0777")

    with django_assert_num_queries(1):
        assert found("0777") == [case]


@pytest.mark.parametrize(
    "typed",
    [
        "zsbz-2026-431025-0007",
        "ZSBZ20264310250007",
        "zsbz 2026 431025 0007",
        "ＺＳＢＺ－２０２６－４３１０２５－０００７",
    ],
)
def test_a_whole_number_is_found_however_it_is_typed(typed):
    case = ApplicationFactory(state=State.FORM_CHECK, number="ZSBZ-2026-431025-0007")
    ApplicationFactory(state=State.FORM_CHECK, number="ZSBZ-2026-431025-0008")

    assert found(typed) == [case]

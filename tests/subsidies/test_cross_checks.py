import copy
import hashlib
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from subsidies import cross_checks
from subsidies.enums import HitKind, Judgement, State
from subsidies.hit_words import told
from subsidies.hits import patent_key
from subsidies.models import Call, CrossCheckHit, CrossCheckKey, IntegrityEntry
from subsidies.workflow import MoveRefused
from tests.factories import ProjectFactory
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_awarding import paid_whole
from tests.factories_awards import earlier_award
from tests.factories_subsidies import (
    SMALL_ANSWERS,
    SMALL_CONTENT,
    ApplicationFactory,
    CallFactory,
    SchemeFactory,
    firm,
    put,
)
from tests.subsidies.desk import checked, clerk, in_check, section_head
from tests.subsidies.signing import put_file
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def content():
    """The small form with its numbers marked, a product, and a table of other support."""
    marked = copy.deepcopy(SMALL_CONTENT)
    industry = marked["sections"][2]["fields"]
    for field in industry:
        if field["id"] in ("patents", "invoices"):
            field["columns"][0]["checks"] = {"patents": "patent", "invoices": "invoice"}[field["id"]]
    industry.append({"id": "product", "type": "text", "label_zh": "产品", "checks": "product"})
    columns = [{"id": "programme", "type": "text", "label_zh": "项目", "checks": "support"}]
    industry.append({"id": "other_support", "type": "table", "label_zh": "已获支持", "columns": columns})
    return marked


class World(NamedTuple):
    call: Call
    hit: CrossCheckHit


def make_world() -> World:
    call = CallFactory(content=content())
    (hit,) = cross_checks.run(submitted(call, other_support=[{"programme": "省中试专项"}]))
    return World(call, hit)


call, hit = parts(World)


def submitted(call, state=State.FORM_CHECK, *, project_name="", organisation=None, **answers):
    """Under a name like no other, unless one is given."""
    name = project_name or uuid.uuid4().hex
    given = {"organisation": organisation} if organisation else {}
    return ApplicationFactory(call=call, state=state, data={**SMALL_ANSWERS, **answers}, project_name=name, **given)


def named(application):
    """The application known to the others, with no hits of its own to look at."""
    cross_checks.run(application)
    return application


def hits(application, kind):
    return [hit for hit in cross_checks.run(application) if hit.kind == kind]


# ---------------------------------------------------------------- one check each
@pytest.mark.parametrize("name", ["六氟磷酸锂中试放大", " 六氟磷酸锂（中试）放大", "六氟磷酸锂中试放大项目"])
def test_project_finds_the_same_name_and_names_much_alike(call, name):
    other = named(submitted(call, project_name="六氟磷酸锂中试放大"))

    (hit,) = hits(submitted(call, project_name=name), HitKind.PROJECT)

    assert (hit.other, hit.facts) == (other, {"name": "六氟磷酸锂中试放大"})


def test_project_finds_the_same_row_of_the_registry_under_another_name(call):
    project = ProjectFactory()
    other = ApplicationFactory(call=call, state=State.RECOMMENDATION, project=project, project_name="甲")

    found = hits(ApplicationFactory(call=call, state=State.FORM_CHECK, project=project, project_name="乙"), "project")

    assert [hit.other for hit in found] == [other]


def test_project_leaves_other_projects_alone(call):
    named(submitted(call, project_name="六氟磷酸锂中试放大"))

    assert hits(submitted(call, project_name="稀贵金属综合回收中试"), HitKind.PROJECT) == []


@pytest.mark.parametrize("written", ["ZL202110123456.7", "CN 202110123456.7", "zl２０２１１０１２３４５６7"])
def test_patent_finds_the_number_however_it_is_written(call, written):
    other = named(submitted(call, patents=[{"number": "ZL 2021 1 0123456.7"}]))

    (hit,) = hits(submitted(call, patents=[{"number": written}]), HitKind.PATENT)

    assert (hit.key, hit.other) == ("2021101234567", other)
    assert hit.facts == {"here": written, "there": "ZL 2021 1 0123456.7"}


def test_patent_leaves_other_numbers_alone(call):
    named(submitted(call, patents=[{"number": "ZL202110123456.7"}]))

    assert hits(submitted(call, patents=[{"number": "ZL202110123457.7"}]), HitKind.PATENT) == []


def test_product_finds_the_same_product_of_another_application(call):
    other = named(submitted(call, product="电池级 LiPF6"))

    (hit,) = hits(submitted(call, product="电池级LiPF6"), HitKind.PRODUCT)

    assert (hit.key, hit.other) == ("电池级lipf6", other)


def test_invoice_finds_a_number_used_elsewhere(call):
    other = named(submitted(call, invoices=[{"number": "2443 1000"}, {"number": "111"}]))

    (hit,) = hits(submitted(call, invoices=[{"number": "24431000"}]), HitKind.INVOICE)

    assert (hit.key, hit.other) == ("24431000", other)


def test_invoice_finds_a_number_used_twice_in_the_application_itself(call):
    (hit,) = hits(submitted(call, invoices=[{"number": "111"}, {"number": " 1 1 1"}]), HitKind.INVOICE)

    assert (hit.key, hit.other) == ("111", None)


@pytest.mark.parametrize("beside_another", [True, False])
def test_the_database_keeps_one_hit_of_the_same_thing(call, beside_another):
    other = named(submitted(call, invoices=[{"number": "24431000"}]))
    numbers = ["24431000"] if beside_another else ["111", " 1 1 1"]
    (hit,) = hits(submitted(call, invoices=[{"number": number} for number in numbers]), HitKind.INVOICE)
    assert hit.other == (other if beside_another else None)

    hit.pk = None
    with pytest.raises(IntegrityError):
        hit.save(force_insert=True)


def test_support_finds_what_the_firm_declares(call):
    (hit,) = hits(submitted(call, other_support=[{"programme": "省中试专项"}]), HitKind.SUPPORT)

    assert (hit.key, hit.facts) == ("省中试专项", {"declared": "省中试专项"})


def test_support_finds_what_the_firm_received_under_another_scheme(call):
    application = submitted(call)
    award_to(application.organisation, scheme=SchemeFactory(), document_number="郴科发〔2024〕12号")

    (hit,) = hits(application, HitKind.SUPPORT)

    assert hit.facts["document_number"] == "郴科发〔2024〕12号"


@pytest.mark.parametrize("name", ["临武（氟材）公司", "临武(氟材)公司"])
def test_integrity_finds_the_name_however_its_brackets_are_written(call, name):
    application = ApplicationFactory(call=call, state=State.FORM_CHECK, organisation=firm(name_zh="临武（氟材）公司"))
    IntegrityEntry.objects.create(name=name, basis="执行案件", listed_on="2026-01-01")

    (hit,) = hits(application, HitKind.INTEGRITY)

    assert (hit.facts["by"], hit.facts["basis"]) == ("name", "执行案件")


def test_integrity_finds_the_credit_code_under_another_name(call):
    organisation = firm(credit_code="91431025DEM000081C")
    IntegrityEntry.objects.create(
        name="旧名", credit_code="91431025DEM000081C", basis="执行案件", listed_on="2026-01-01"
    )

    (hit,) = hits(ApplicationFactory(call=call, state=State.FORM_CHECK, organisation=organisation), "integrity")

    assert hit.facts["by"] == "credit_code"


@pytest.mark.parametrize("over", [{"repaired_on": "2026-02-01"}, {"ends_on": "2026-02-01"}])
def test_integrity_leaves_entries_alone_that_are_repaired_or_over(call, over):
    application = submitted(call)
    IntegrityEntry.objects.create(name=application.organisation.name_zh, basis="案", listed_on="2026-01-01", **over)

    assert hits(application, HitKind.INTEGRITY) == []


def award_to(organisation, **fields):
    given = {"project_name": "另一项目", "amount_yuan": Decimal("2000000.00"), "awarded_on": "2024-12-06"}
    return earlier_award(organisation=organisation, **{"once_key": "", **given, **fields})


def test_award_finds_the_same_support_for_the_same_project_of_the_registry(call):
    project = ProjectFactory()
    application = ApplicationFactory(call=call, state=State.FORM_CHECK, project=project)
    award_to(firm(), scheme=call.scheme, project=project)

    (hit,) = hits(application, HitKind.AWARD)

    assert hit.facts["awarded_on"] == "2024-12-06"


def test_award_finds_the_same_support_for_a_name_much_alike(call):
    award_to(firm(), scheme=call.scheme, project_name="六氟磷酸锂中试放大项目")

    assert len(hits(submitted(call, project_name="六氟磷酸锂中试放大"), HitKind.AWARD)) == 1


def test_award_leaves_revoked_ones_and_other_projects_of_the_firm_alone(call):
    application = submitted(call, project_name="六氟磷酸锂中试放大")
    award_to(application.organisation, scheme=call.scheme, project_name="稀贵金属综合回收")
    award_to(firm(), scheme=call.scheme, project_name="六氟磷酸锂中试放大", revoked_on="2025-01-01")

    assert hits(application, HitKind.AWARD) == []


def test_an_award_once_only_is_held_by_the_database_too(call):
    award_to(firm(), scheme=call.scheme, once_key="same")

    with pytest.raises(IntegrityError, match=r"award_once|once_key"):
        award_to(firm(), scheme=call.scheme, once_key="same")


# ---------------------------------------------------------------- running
@pytest.mark.parametrize("state", [State.WITHDRAWN, State.NOT_ACCEPTED, State.FORM_REJECTED, State.LAPSED])
def test_an_application_that_has_ended_is_in_nobodys_way(call, state):
    ended = submitted(call, state, invoices=[{"number": "111"}], project_name="六氟磷酸锂中试放大")
    named(ended)

    assert cross_checks.run(submitted(call, invoices=[{"number": "111"}], project_name="六氟磷酸锂中试放大")) == []


@pytest.mark.parametrize("state", [State.PAID, State.CLOSED, State.RECOVERY, State.RECOVERED])
def test_what_was_paid_for_once_stands_in_the_way_for_ever(call, state):
    paid = named(submitted(call, state, invoices=[{"number": "111"}], patents=[{"number": "ZL202110123456.7"}]))
    put_file(paid, "A18", b"report")
    application = submitted(call, invoices=[{"number": "111"}], patents=[{"number": "202110123456.7"}])
    put_file(application, "A18", b"report")

    found = cross_checks.run(application)

    assert {(hit.kind, hit.other) for hit in found} == {
        (kind, paid) for kind in (HitKind.INVOICE, HitKind.PATENT, HitKind.FILE)
    }
    assert len(cross_checks.blocking(application)) == 3


def test_a_hit_stands_in_the_way_when_the_other_is_paid_meanwhile(call):
    other = named(submitted(call, State.PAYING, invoices=[{"number": "111"}]))
    application = submitted(call, invoices=[{"number": "111"}])
    cross_checks.run(application)

    paid_whole(other)
    put(other, state=State.PAID)

    assert len(cross_checks.blocking(application)) == 1


def test_a_hit_on_an_application_that_ends_stands_in_the_way_no_longer(call):
    other = named(submitted(call, State.CORRECTION, invoices=[{"number": "111"}]))
    application = submitted(call, invoices=[{"number": "111"}])
    cross_checks.run(application)
    assert len(cross_checks.blocking(application)) == 1

    put(other, state=State.WITHDRAWN)

    assert cross_checks.blocking(application) == []


def test_an_application_that_is_being_checked_gets_the_hit_too(call):
    first = named(submitted(call, invoices=[{"number": "1-1"}]))
    second = named(submitted(call, invoices=[{"number": "11"}]))

    hit = CrossCheckHit.objects.get(application=first)

    assert (hit.other, hit.facts) == (second, {"here": "1-1", "there": "11"})
    assert len(cross_checks.run(first)) == 1


def test_an_application_that_has_passed_gets_no_hit_from_a_later_one(call):
    first = named(submitted(call, State.CHECKED, invoices=[{"number": "11"}]))
    second = named(submitted(call, invoices=[{"number": "11"}]))

    assert not first.hits.exists()
    assert second.hits.get().other == first


def test_a_hit_keeps_its_judgement_when_it_is_found_again(call):
    application = submitted(call, other_support=[{"programme": "省中试专项"}])
    (hit,) = cross_checks.run(application)
    cross_checks.judge(hit, by=clerk(), judgement="harmless", reason="支持内容不同")

    (again,) = cross_checks.run(application)

    assert (again.pk, again.judgement) == (hit.pk, Judgement.HARMLESS)


def test_an_obstacle_that_was_corrected_stands_in_the_way_no_longer(call):
    application = submitted(call, invoices=[{"number": "111"}, {"number": "111"}])
    (hit,) = cross_checks.run(application)
    cross_checks.judge(hit, by=clerk(), judgement="confirmed", reason="重复")
    application.data["invoices"].pop()

    (after,) = cross_checks.run(application)

    assert (after.facts["is_gone"], after.judgement) == (True, Judgement.CONFIRMED)
    assert cross_checks.blocking(application) == []
    application.data["invoices"].append({"number": "111"})
    cross_checks.run(application)
    assert len(cross_checks.blocking(application)) == 1


def test_keys_follow_the_answers(call):
    application = named(submitted(call, invoices=[{"number": "111"}]))
    application.data["invoices"] = [{"number": "222"}]
    cross_checks.run(application)

    assert list(CrossCheckKey.objects.filter(kind="invoice").values_list("key", flat=True)) == ["222"]


@pytest.mark.parametrize("answers", [{"invoices": [{}]}, {"invoices": []}, {"invoices": None}, {"product": " -"}])
def test_an_answer_without_a_number_is_compared_with_nothing(call, answers):
    named(submitted(call, **answers))

    assert cross_checks.run(submitted(call, **answers)) == []


def test_the_very_file_of_another_firm_is_a_hit_for_both(call, in_english):
    first, second = submitted(call), submitted(call)
    put_file(first, "A18", b"the same report", "检测报告.pdf")
    put_file(second, "A12", b"the same report", "report.pdf")
    cross_checks.run(first)

    [hit] = cross_checks.run(second)

    assert (hit.kind, hit.key, hit.other) == (HitKind.FILE, hashlib.sha256(b"the same report").hexdigest(), first)
    assert told(hit).sentence == (
        "The file “A12 report.pdf” is, byte for byte, also in another application, as “A18 检测报告.pdf”."
    )
    [back] = first.hits.all()
    assert (back.other, back.facts) == (second, {"here": "A18 检测报告.pdf", "there": "A12 report.pdf"})


def test_the_licence_of_a_firm_is_the_same_in_all_of_its_own_and_in_no_others(call):
    own = firm()
    first, second = submitted(call, organisation=own), submitted(call, organisation=own)
    for application in (first, second):
        put_file(application, "A01", b"licence of the firm")

    assert cross_checks.run(second) == []
    put_file(submitted(call), "A01", b"licence of the firm")
    assert [hit.kind for hit in cross_checks.run(second)] == [HitKind.FILE]


def test_a_file_taken_out_or_of_an_application_that_ended_is_no_hit(call):
    application = submitted(call)
    put_file(application, "A18", b"report")
    put_file(submitted(call, state=State.WITHDRAWN), "A18", b"report")
    gone = put_file(submitted(call), "A18", b"report")
    gone.removed_at, gone.removed_by = timezone.now(), gone.added_by
    gone.save()

    assert cross_checks.run(application) == []


def test_checks_read_the_same_number_of_queries_for_one_other_and_for_many(call, django_assert_num_queries):
    answers = {"invoices": [{"number": "111"}], "patents": [{"number": "1"}], "product": "甲产品"}
    application = submitted(call, project_name="六氟磷酸锂中试放大", **answers)
    put_file(application, "A18")
    cross_checks.run(application)
    queries = 14

    with django_assert_num_queries(queries):
        assert [len(list(check(application))) for check in cross_checks.CHECKS] == [0, 0, 0, 0, 0, 0, 0, 0]
    for _ in range(3):
        put_file(named(submitted(call, project_name="六氟磷酸锂中试放大", **answers)), "A18")
    with django_assert_num_queries(queries):
        assert [len(list(check(application))) for check in cross_checks.CHECKS] == [3, 3, 3, 3, 3, 0, 0, 0]


@pytest.mark.parametrize(("typed", "key"), [("CNZL201", "201"), ("CN114X", "114X"), ("PCT/CN2020/1", "PCTCN20201")])
def test_the_key_of_a_patent(typed, key):
    assert patent_key(typed) == key


# ---------------------------------------------------------------- judging
def test_a_judgement_has_its_person_and_reason_and_may_be_changed(hit):
    first, second = clerk(), section_head()
    cross_checks.judge(hit, by=first, judgement="confirmed", reason="同一投入")

    changed = cross_checks.judge(hit, by=second, judgement="harmless", reason="已核对，不是同一投入")

    assert (changed.judgement, changed.judged_by, changed.reason) == ("harmless", second, "已核对，不是同一投入")


@pytest.mark.parametrize(
    ("judgement", "reason"), [("harmless", ""), ("open", "原因"), ("waived", "原因"), ("", "原因")]
)
def test_a_judgement_is_one_of_two_and_has_a_reason(hit, judgement, reason):
    with pytest.raises(MoveRefused):
        cross_checks.judge(hit, by=clerk(), judgement=judgement, reason=reason)


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.COUNTY_OFFICER])
def test_nobody_else_judges(hit, kind):
    with pytest.raises(PermissionDenied):
        cross_checks.judge(hit, by=user_of_kind(kind), judgement="harmless", reason="无碍")


def test_nobody_judges_hits_on_their_own_firm(hit):
    judge = user_of_kind(PersonKind.BUREAU_CLERK)
    MembershipFactory(user=judge, organisation=hit.application.organisation)

    with pytest.raises(PermissionDenied):
        cross_checks.judge(hit, by=judge, judgement="harmless", reason="无碍")


def test_hits_are_judged_while_the_application_is_checked_and_not_afterwards(call):
    application = in_check(call=call, data={**SMALL_ANSWERS, "other_support": [{"programme": "省中试专项"}]})
    (hit,) = cross_checks.run(application)
    put(application, state=State.WITHDRAWN)

    with pytest.raises(MoveRefused) as refusal:
        cross_checks.judge(hit, by=clerk(), judgement="harmless", reason="无碍")
    assert refusal.value.code == "state"


def test_a_waiver_has_approver_reason_and_end(hit):
    head, ends_on = section_head(), shanghai_today() + timedelta(days=30)

    waived = cross_checks.waive(hit, by=head, reason="局长办公会同意", ends_on=ends_on)

    assert (waived.judgement, waived.judged_by, waived.waiver_ends_on) == ("waived", head, ends_on)


def test_a_waiver_without_an_end_is_refused_by_the_database(hit):
    waived = cross_checks.waive(hit, by=section_head(), reason="同意", ends_on=shanghai_today())
    waived.waiver_ends_on = None

    with pytest.raises(IntegrityError, match="crosscheckhit_waiver_ends"):
        waived.save()


def test_a_waiver_does_not_end_before_it_begins(hit):
    with pytest.raises(MoveRefused):
        cross_checks.waive(hit, by=section_head(), reason="同意", ends_on=shanghai_today() - timedelta(days=1))


def test_a_clerk_approves_no_waiver(hit):
    with pytest.raises(PermissionDenied):
        cross_checks.waive(hit, by=clerk(), reason="同意", ends_on=shanghai_today())


def test_whoever_judged_the_hit_approves_no_waiver_of_it(hit):
    head = section_head()
    cross_checks.judge(hit, by=head, judgement="confirmed", reason="同一投入")
    hit.refresh_from_db()

    with pytest.raises(MoveRefused):
        cross_checks.waive(hit, by=head, reason="同意", ends_on=shanghai_today())


def test_whoever_checks_the_application_approves_no_waiver_for_it(hit):
    head = section_head()
    checked(hit.application, head)

    with pytest.raises(MoveRefused):
        cross_checks.waive(hit, by=head, reason="同意", ends_on=shanghai_today())

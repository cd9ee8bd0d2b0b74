import datetime
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from accounts.enums import OrganisationKind, PersonKind
from bases.enums import State
from bases.models import Base, BaseFigure, Equipment
from bases.models.provenance import FIGURES
from common import journal
from common.models import CalendarDay, JournalEntry
from common.models.names import field_label
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.factories import BaseFactory, DivisionFactory, EquipmentFactory, IndustryFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/bases/base/"


# ---------------------------------------------------------------- the door
def test_a_visitor_is_sent_to_the_portals_sign_in():
    answer = Client().get(LIST)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={LIST}")


def test_the_admins_own_sign_in_leads_to_the_portals():
    answer = Client().get("/admin/login/?next=/admin/bases/base/")

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next=/admin/bases/base/")


def test_the_sign_in_never_leads_to_another_site():
    answer = Client().get("/admin/login/?next=https://elsewhere.invalid/")

    assert answer["Location"] == f"{reverse('account_login')}?next=/admin/"


@pytest.mark.parametrize("kind", [PersonKind.ENTERPRISE, PersonKind.BASE_OPERATOR, PersonKind.EXPERT])
@pytest.mark.parametrize("page", ["/admin/", LIST, "/admin/login/", "/admin/jsi18n/", "/admin/autocomplete/"])
def test_whoever_is_no_staff_is_refused_and_not_sent_in_circles(kind, page):
    assert client_of(staff(kind)).get(page).status_code == 403


def test_the_desk_speaks_chinese_to_any_browser():
    answer = client_of(staff()).get("/admin/", headers={"accept-language": "en"})

    assert 'lang="zh-hans"' in answer.content.decode()


# ---------------------------------------------------------------- rows
# Who sees and edits a base of Linwu (431025), by kind of person: status of its page, whether it can be saved.
ROWS = [
    (PersonKind.BUREAU_CLERK, {}, 200, True),
    (PersonKind.SECTION_HEAD, {}, 200, True),
    (PersonKind.COUNTY_OFFICER, {"division": "431025"}, 200, True),
    (PersonKind.COUNTY_OFFICER, {"division": "431023"}, 404, False),
    (PersonKind.FINANCE, {}, 200, False),
    (PersonKind.DISCIPLINE, {}, 200, False),
    (PersonKind.ADMINISTRATOR, {}, 403, False),
]


@pytest.mark.parametrize(("kind", "place", "status", "may_save"), ROWS)
def test_each_kind_of_staff_reaches_the_rows_of_its_own_place(kind, place, status, may_save):
    base = BaseFactory(summary_zh="原文")
    client = client_of(staff(kind, **place))
    url = change_url(base)

    answer = client.get(url)
    data = filled(client, url, summary_zh="新文") if may_save else {"summary_zh": "新文", "seen_version": "1"}
    client.post(url, data)

    assert answer.status_code == status
    assert Base.objects.get(pk=base.pk).summary_zh == ("新文" if may_save else "原文")


def test_a_county_officer_finds_only_the_bases_of_the_own_county_in_the_list():
    BaseFactory(name_zh="临武的基地")
    BaseFactory(name_zh="永兴的基地", division=DivisionFactory(code="431023", name_zh="永兴县"))

    page = client_of(staff(PersonKind.COUNTY_OFFICER)).get(LIST).content.decode()

    assert "临武的基地" in page
    assert "永兴的基地" not in page


def test_a_county_officer_cannot_move_a_base_to_another_county():
    base = BaseFactory(state=State.DRAFT)
    DivisionFactory(code="431023", name_zh="永兴县")
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(base)

    answer = client.post(url, filled(client, url, division="431023"))

    assert answer.status_code == 200
    assert Base.objects.get(pk=base.pk).division_id == "431025"


def test_a_county_officer_cannot_edit_equipment_of_another_county_by_a_forged_post():
    other = BaseFactory(division=DivisionFactory(code="431023", name_zh="永兴县"))
    equipment = EquipmentFactory(base=other, name="反应釜")
    own = BaseFactory()
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(own)
    forged = {
        "equipment-TOTAL_FORMS": "1",
        "equipment-INITIAL_FORMS": "1",
        "equipment-0-id": str(equipment.pk),
        "equipment-0-base": str(own.pk),
        "equipment-0-name": "改名",
        "equipment-0-category": "general",
        "equipment-0-quantity": "1",
        "equipment-0-state": "ok",
    }

    client.post(url, filled(client, url, **forged))

    assert list(Equipment.objects.values_list("name", "base")) == [("反应釜", other.pk)]


def test_whoever_may_only_read_cannot_add_parts_by_a_forged_post():
    base = BaseFactory()
    forged = {f"{part}-{name}": "0" for part in PREFIXES for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    forged |= {"equipment-TOTAL_FORMS": "1", "equipment-0-name": "偷放的", "equipment-0-category": "general"}
    forged |= {"equipment-0-quantity": "1", "equipment-0-state": "ok", "equipment-0-base": str(base.pk)}

    client_of(staff(PersonKind.FINANCE)).post(change_url(base), forged)

    assert not Equipment.objects.exists()


PREFIXES = ["figures", "lines", "equipment", "services", "titles", "permits"]


# ---------------------------------------------------------------- fields
def test_state_and_reviewed_fields_of_a_listed_base_ignore_a_forged_post():
    base = BaseFactory(name_zh="旧名")
    client = client_of(staff(PersonKind.SECTION_HEAD))
    url = change_url(base)
    forged = {
        "state": "removed",
        "name_zh": "新名",
        "kind": "public",
        "division": "",
        "slug": "other",
        "code": "X",
        "version": "99",
    }

    answer = client.post(url, filled(client, url, **forged))

    saved = Base.objects.get(pk=base.pk)
    assert answer.status_code == 302
    assert (saved.state, saved.name_zh, saved.kind, saved.division_id) == (
        State.LISTED,
        "旧名",
        "specialised",
        "431025",
    )
    assert (saved.slug, saved.code, saved.version) == (base.slug, base.code, 1)


@pytest.mark.parametrize("state", [State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK])
def test_what_is_under_review_keeps_its_reviewed_fields_against_a_forged_post(state):
    base = BaseFactory(state=state, name_zh="旧名", address="旧址")
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(base)

    answer = client.post(url, filled(client, url, name_zh="新名", address="新址", slug="other", keywords="新词"))

    saved = Base.objects.get()
    assert (answer.status_code, saved.name_zh, saved.address, saved.slug) == (302, "旧名", "旧址", base.slug)
    assert saved.keywords == "新词"


# Who may say that a base and its figures were verified.
@pytest.mark.parametrize(
    ("kind", "verified"), [(PersonKind.COUNTY_OFFICER, None), (PersonKind.BUREAU_CLERK, datetime.date(2026, 11, 2))]
)
def test_the_bureau_alone_says_that_it_has_verified(kind, verified):
    base, office = BaseFactory(), OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    BaseFigure.objects.create(base=base, field="area_m2", source=SourceFactory())
    client = client_of(staff(kind))
    url = change_url(base)
    said = {"verified_on": "2026-11-02", "verified_by": str(office.pk)}
    forged = {f"{prefix}{name}": value for prefix in ("", "figures-0-") for name, value in said.items()}
    forged["figures-0-note_zh"] = "附注"

    client.post(url, filled(client, url, **forged))

    figure = BaseFigure.objects.get()
    assert (Base.objects.get().verified_on, figure.verified_on, figure.note_zh) == (verified, verified, "附注")


def test_a_merged_base_is_read_only():
    base = BaseFactory(state=State.MERGED, merged_into=BaseFactory(), summary_zh="原文")

    client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(base), {"summary_zh": "新文", "seen_version": "1"})

    assert Base.objects.get(pk=base.pk).summary_zh == "原文"


def test_a_save_is_one_version_and_one_journal_with_person_and_reason():
    base, industry = BaseFactory(), IndustryFactory(name_zh="有色金属")
    user = staff()
    client = client_of(user)
    url = change_url(base)

    client.post(url, filled(client, url, area_m2="1200.5", industries=[str(industry.pk)], change_reason="年度核实"))

    entries = JournalEntry.objects.filter(object_type="bases.base", actor=user).order_by("pk")
    assert Base.objects.get(pk=base.pk).version == 2
    assert [entry.changes for entry in entries] == [
        {"area_m2": [None, "1200.50"], "version": [1, 2]},
        {"industries": [[], [industry.pk]]},
    ]
    assert {(entry.source, entry.reason) for entry in entries} == {("admin", "年度核实")}


def test_saving_without_a_change_leaves_no_trace():
    base = BaseFactory()
    client = client_of(staff())
    url = change_url(base)
    before = JournalEntry.objects.count()

    answer = client.post(url, filled(client, url))

    assert answer.status_code == 302
    assert (JournalEntry.objects.count(), Base.objects.get(pk=base.pk).version) == (before, 1)


def test_equipment_with_specifications_is_added_on_the_page_of_its_base():
    base = BaseFactory()
    client = client_of(staff())
    url = change_url(base)
    row = {
        "name": "高压釜",
        "category": "special",
        "quantity": "2",
        "state": "ok",
        "specifications": "容积 | 500 | L\n温度｜300｜℃",
    }
    data = filled(client, url) | {f"equipment-0-{name}": value for name, value in row.items()}

    client.post(
        url,
        data | {"equipment-TOTAL_FORMS": "1", "equipment-0-is_shareable": "unknown", "equipment-0-base": str(base.pk)},
    )

    equipment = Equipment.objects.get()
    assert (equipment.name, equipment.quantity) == ("高压釜", 2)
    assert equipment.specifications == [
        {"name": "容积", "value": "500", "unit": "L"},
        {"name": "温度", "value": "300", "unit": "℃"},
    ]
    assert Base.objects.get(pk=base.pk).version == 2


def test_a_new_base_is_a_draft_with_code_and_address():
    DivisionFactory()
    client = client_of(staff())
    data = filled(client, f"{LIST}add/", name_zh="测试中试基地", name_en="Test Base", kind="public", division="431025")

    client.post(f"{LIST}add/", data)

    base = Base.objects.get()
    assert (base.state, base.slug, base.code[:5]) == (State.DRAFT, "test-base", "CZZS-")


@pytest.mark.parametrize(
    ("state", "status", "left"), [(State.DRAFT, 302, 0), (State.LISTED, 403, 1), (State.REMOVED, 403, 1)]
)
def test_only_a_draft_can_be_deleted(state, status, left):
    base = BaseFactory(state=state, state_reason="原因", left_on="2026-01-01")
    root = UserFactory(is_staff=True, is_superuser=True)

    answer = client_of(root).post(change_url(base, "delete"), {"post": "yes"})

    assert (answer.status_code, Base.objects.count()) == (status, left)


def test_bases_cannot_be_deleted_from_the_list():
    base = BaseFactory(state=State.DRAFT)
    root = UserFactory(is_staff=True, is_superuser=True)

    client_of(root).post(LIST, {"action": "delete_selected", "_selected_action": [base.pk], "post": "yes"})

    assert Base.objects.count() == 1


@pytest.mark.parametrize("query", ["?p=99", "?no_such_field=1", "?e=1"])
def test_an_export_is_made_from_any_page_and_refused_with_a_filter_the_list_does_not_have(query):
    BaseFactory()

    answer = client_of(staff()).post(f"{LIST}export/{query}")

    assert answer.status_code == (400 if "no_such_field" in query else 200)


@pytest.mark.parametrize("slug", ["CZZS-2024-0001-1", "czzs-2024-0001-1", "DEMO-2024-0001-1"])
def test_an_address_that_looks_like_a_code_is_refused(slug):
    base = BaseFactory(state=State.DRAFT)
    client = client_of(staff())
    url = change_url(base)

    answer = client.post(url, filled(client, url, slug=slug))

    assert (answer.status_code, Base.objects.get().slug) == (200, base.slug)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tables_of_the_desk_write_days_as_iso(language):
    BaseFactory(verified_on=datetime.date(2026, 3, 1), verified_by=OrganisationFactory())
    person = staff()
    person.language = language
    person.save(update_fields=["language"])

    page = client_of(person).get(LIST).content.decode()

    assert ">2026-03-01<" in page
    assert re.search(r">20\d\d-\d\d-\d\d \d\d:\d\d<", page)


# ---------------------------------------------------------------- two people at once
def test_a_stale_save_is_refused_and_keeps_what_was_typed():
    base = BaseFactory(summary_zh="第一版")
    mine, theirs = client_of(staff()), client_of(staff(PersonKind.SECTION_HEAD))
    url = change_url(base)
    my_data = filled(mine, url, summary_zh="我写的", keywords="我的词")
    theirs.post(url, filled(theirs, url, summary_zh="别人写的"))

    answer = mine.post(url, my_data)

    page = answer.content.decode()
    assert Base.objects.get(pk=base.pk).summary_zh == "别人写的"
    assert answer.status_code == 200
    assert ("我写的" in page, "我的词" in page, "别人写的" in page) == (True, True, True)


def test_a_conflict_tells_a_stored_no_and_a_stored_zero_from_nothing():
    base = BaseFactory(staff_total=5, alliance_member=True)
    mine, theirs = client_of(staff()), client_of(staff(PersonKind.SECTION_HEAD))
    url = change_url(base)
    my_data = filled(mine, url, staff_total="7", alliance_member="unknown")
    theirs.post(url, filled(theirs, url, staff_total="0", alliance_member="false"))

    page = mine.post(url, my_data).content.decode()

    assert ("现存：0" in page, "现存：否" in page, "现存：空" in page) == (True, True, False)


def test_the_second_save_after_a_conflict_goes_through():
    base = BaseFactory(summary_zh="第一版")
    mine, theirs = client_of(staff()), client_of(staff(PersonKind.SECTION_HEAD))
    url = change_url(base)
    my_data = filled(mine, url, summary_zh="我写的")
    theirs.post(url, filled(theirs, url, summary_zh="别人写的"))
    mine.post(url, my_data)

    mine.post(url, my_data | {"seen_version": "2"})

    saved = Base.objects.get(pk=base.pk)
    assert (saved.summary_zh, saved.version) == ("我写的", 3)


@pytest.mark.parametrize("seen", [None, "", "0", "x", "99"])
def test_a_save_that_does_not_say_what_it_has_seen_is_refused(seen):
    base = BaseFactory(summary_zh="原文")
    client = client_of(staff())
    url = change_url(base)

    client.post(url, filled(client, url, summary_zh="新文", seen_version=seen))

    assert Base.objects.get(pk=base.pk).summary_zh == "原文"


# ---------------------------------------------------------------- the public page
@pytest.mark.parametrize(("state", "is_linked"), [(State.LISTED, True), (State.DRAFT, False)])
def test_the_public_page_is_linked_as_soon_as_there_is_one(state, is_linked):
    base = BaseFactory(state=state)

    page = client_of(staff()).get(change_url(base))

    assert (page.context["absolute_url"] == base.get_absolute_url(), page.context["has_absolute_url"]) == (
        is_linked,
        is_linked,
    )


@pytest.mark.parametrize("model", [Base, CalendarDay])
def test_the_desk_leads_to_no_record_by_its_kind_and_key(model):
    kind = ContentType.objects.get_for_model(model).pk

    assert client_of(staff()).get(f"/admin/r/{kind}/1/").status_code == 404


# ---------------------------------------------------------------- history
def test_the_history_says_who_changed_what_from_what_to_what_and_why():
    base = BaseFactory(keywords="旧词")
    user = staff()
    client = client_of(user)
    url = change_url(base)
    client.post(url, filled(client, url, keywords="新词", change_reason="更正"))

    page = client.get(change_url(base, "history")).content.decode()

    assert [text in page for text in (user.name, "旧词", "新词", "更正")] == [True] * 4


def test_a_new_version_because_of_a_part_is_told_by_the_part_alone():
    base = BaseFactory()
    with journal.acting(by=staff(), source="admin"):
        BaseFigure.objects.create(base=base, field="host", source=SourceFactory())
        base.version += 1
        base.save()

    page = client_of(staff()).get(change_url(base, "history"))

    newest, *older = page.context["happenings"]
    assert [change.after for change in newest.changes if change.field == "field"] == [field_label(Base, "host")]
    assert [each.entry.action for each in older] == ["create"]


def test_the_history_keeps_parts_that_are_gone():
    base = BaseFactory()
    equipment = EquipmentFactory(base=base, name="拆除的反应釜")
    equipment.delete()

    page = client_of(staff()).get(change_url(base, "history")).content.decode()

    assert "拆除的反应釜" in page


def test_the_history_of_another_county_is_not_found():
    base = BaseFactory(division=DivisionFactory(code="431023", name_zh="永兴县"))

    assert client_of(staff(PersonKind.COUNTY_OFFICER)).get(change_url(base, "history")).status_code == 404


# ---------------------------------------------------------------- lists
def test_the_list_finds_by_code_name_and_first_letters_of_pinyin():
    base = BaseFactory(name_zh="郴州有色金属中试基地")
    BaseFactory(name_zh="别的")
    client = client_of(staff())

    def found(query):
        return [row.pk for row in client.get(LIST, {"q": query}).context["cl"].result_list]

    assert found(base.code) == [base.pk]
    assert found("有色金属") == [base.pk]
    assert found("czysjs") == [base.pk]
    assert found("无此基地") == []


def test_the_list_pages_forward_without_counting():
    BaseFactory.create_batch(51)
    client = client_of(staff())

    first = client.get(LIST).context["cl"]
    second = client.get(LIST, {"p": "2"}).context["cl"]

    assert (first.result_count, first.previous_href, first.next_href) == (50, "", "?p=2")
    assert (second.result_count, second.previous_href, second.next_href) == (1, "?p=1", "")


@pytest.mark.parametrize("page", ["3", "0", "-1", "999999999999999999999"])
def test_a_page_deep_in_nowhere_leads_back_with_a_sentence(page):
    BaseFactory()
    client = client_of(staff())

    answer = client.get(LIST, {"p": page}, follow=True)

    assert answer.status_code == 200
    assert len(answer.context["messages"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"state__exact": "listed"},
        {"industry": "metals"},
        {"verified": "old"},
        {"figures": "missing"},
        {"kind__exact": "specialised"},
        {"division__code__exact": "431025"},
    ],
)
def test_each_filter_of_the_list_finds_its_rows(query):
    base = BaseFactory(industries=[IndustryFactory(slug="metals")])
    BaseFactory(state=State.DRAFT, kind="public", division=None)

    listed = client_of(staff()).get(LIST, query).context["cl"].result_list

    assert [row.pk for row in listed] == [base.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    IndustryFactory()
    for _ in range(rows):
        BaseFactory()
    client = client_of(staff())

    client.get(LIST)  # the first page of a session notes when it was seen

    with django_assert_num_queries(8):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_base_takes_the_same_queries_for_any_number_of_parts(rows, django_assert_num_queries):
    base = BaseFactory(host=OrganisationFactory())
    for number in range(rows):
        EquipmentFactory(base=base)
        BaseFigure.objects.create(base=base, field=FIGURES[number], source=SourceFactory())
    client = client_of(staff())
    client.get(change_url(base))  # the process now knows the content type

    with django_assert_num_queries(25):
        client.get(change_url(base))

import json
import re
from copy import deepcopy
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext

from accounts.enums import PersonKind
from common.models import JournalEntry
from subsidies.admin.words import DEEDS
from subsidies.call_files import exported
from subsidies.content_forms import ROW_FORMS
from subsidies.content_words import label_of
from subsidies.default_content import default_content
from subsidies.models import Call, Policy
from subsidies.publishing import new_draft
from tests.bases.admin_pages import change_url, filled
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, SchemeFactory
from tests.subsidies.calls import client_for, draft_call
from tests.subsidies.desk import clerk, section_head

pytestmark = pytest.mark.django_db


def part(version, place):
    return reverse("admin:subsidies_callversion_part", args=[version.pk, place])


def sent(client, url, **changes):
    """The page's own form with these changes; two underscores stand for the hyphen of a name."""
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(url, filled(client, url, **named))


def content_of(call):
    return call.draft_version().content


# ---------------------------------------------------------------- the call
def test_a_new_call_of_the_award_begins_with_the_delivered_content():
    scheme, client = SchemeFactory(slug="industrialisation-award"), client_for(clerk())
    add = reverse("admin:subsidies_call_add")

    answer = sent(client, add, scheme=scheme.pk, year="2026", name_zh="2026年度申报", name_en="Call of 2026")

    call = Call.objects.get()
    assert (answer.status_code, call.slug, call.published_at) == (302, "call-of-2026", None)
    assert content_of(call) == default_content(scheme)


def test_day_and_time_of_a_date_are_named_for_who_does_not_see_them():
    page = client_for(clerk()).get(reverse("admin:subsidies_call_add")).content.decode()

    named = re.findall(r'<input[^>]*name="(\w+_at_[01])"[^>]*aria-label="([^"]+)"', page)
    label = Call._meta.get_field("opens_at").verbose_name.capitalize()
    words = [gettext("%(name)s: day"), gettext("%(name)s: time")]
    assert named[:2] == [(f"opens_at_{number}", word % {"name": label}) for number, word in enumerate(words)]
    assert len(named) == 6


def test_without_the_tick_a_call_begins_empty():
    scheme, client = SchemeFactory(slug="industrialisation-award"), client_for(clerk())

    sent(
        client,
        reverse("admin:subsidies_call_add"),
        scheme=scheme.pk,
        year="2026",
        name_zh="申报",
        begins_with_default=None,
    )

    assert content_of(Call.objects.get())["criteria"] == []


def test_a_clerk_sees_what_keeps_a_call_from_being_published_and_no_button():
    call = draft_call(opens_at=None)

    page = client_for(clerk()).get(change_url(call))

    assert [problem.part for problem in page.context["problems"]] == ["call"]
    assert [re.search(r"(\w[\w-]*)/$", href)[1] for href, _label in page.context["tools"]] == ["copy", "export"]


def test_the_head_publishes_and_the_clerk_cannot():
    call = draft_call()
    url = change_url(call, "publish")

    assert client_for(clerk()).post(url).status_code == 403
    assert client_for(section_head()).get(url).context["is_held"] is False
    assert client_for(section_head()).post(url).status_code == 302

    call.refresh_from_db()
    assert (call.amount_yuan, call.draft_version()) == (Decimal("2000000.00"), None)
    assert JournalEntry.objects.filter(action="publish", object_type="subsidies.call").count() == 1


def test_a_call_that_is_not_complete_stays_unpublished_and_says_why():
    call = draft_call(closes_at=None, recommend_closes_at=None)
    client = client_for(section_head())

    page = client.get(change_url(call, "publish"))
    client.post(change_url(call, "publish"))

    call.refresh_from_db()
    assert (page.context["is_held"], len(page.context["problems"]), call.published_at) == (True, 2, None)


def test_dates_of_a_published_call_move_by_who_publishes_alone_and_its_address_by_nobody():
    call = CallFactory()

    def readonly(user):
        page = client_for(user).get(change_url(call))
        return set(page.context["adminform"].readonly_fields)

    fixed = {"scheme", "slug", "year", "number_prefix", "published_at", "published_by"}
    fixed |= {"amount_yuan", "rate_percent", "cap_yuan"}
    assert readonly(section_head()) == fixed
    assert readonly(clerk()) == fixed | {"opens_at", "closes_at", "recommend_closes_at"}


def test_a_draft_begins_and_a_call_is_copied_from_its_page():
    call, client = CallFactory(slug="award-2026"), client_for(clerk())

    client.post(change_url(call, "draft"))
    copied = client.post(change_url(call, "copy"), {"year": "2027"})
    refused = client.post(change_url(call, "copy"), {"year": "2026"})

    fresh = Call.objects.get(slug="award-2027")
    assert call.draft_version().number == 2
    assert (copied.headers["Location"], refused.context["form"].errors != {}) == (change_url(fresh), True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_calls_costs_the_same_queries_however_long_it_is(django_assert_max_num_queries, number):
    for _n in range(number):
        CallFactory()
    client = client_for(clerk())
    client.get(reverse("admin:subsidies_call_changelist"))

    with django_assert_max_num_queries(11):
        assert client.get(reverse("admin:subsidies_call_changelist")).status_code == 200


# ---------------------------------------------------------------- as a file
def upload(client, content, name="call.json"):
    return client.post(reverse("admin:subsidies_call_import"), {"file": SimpleUploadedFile(name, content)})


def test_a_call_goes_out_as_a_file_and_comes_back_after_a_preview():
    call, client = draft_call(), client_for(clerk())

    file = client.get(change_url(call, "export"))
    preview = upload(client, file.content)
    before = Call.objects.count()
    confirmed = client.post(reverse("admin:subsidies_call_import_confirm"), {"file": preview.context["sealed"]})

    fresh = Call.objects.exclude(pk=call.pk).get()
    assert json.loads(file.content)["content"] == SMALL_CONTENT
    assert (preview.status_code, before, confirmed.headers["Location"]) == (200, 1, change_url(fresh))
    assert (content_of(fresh), fresh.published_at) == (SMALL_CONTENT, None)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000])
def test_a_file_that_is_no_call_is_refused_with_a_sentence_and_nothing_written(content):
    answer = upload(client_for(clerk()), content)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["file"])
    assert Call.objects.count() == 0


def test_a_preview_that_was_changed_is_not_imported():
    call, client = draft_call(), client_for(clerk())
    sealed = upload(client, exported(call, call.draft_version())).context["sealed"]

    client.post(reverse("admin:subsidies_call_import_confirm"), {"file": sealed[:-2] + "xx"})

    assert Call.objects.count() == 1


# ---------------------------------------------------------------- what it asks
def test_the_editor_speaks_chinese_to_the_clerk_down_to_its_marks():
    call, client = draft_call(), client_for(clerk())
    version = call.draft_version()

    fields = client.get(part(version, "sections/pilot/fields"))
    materials = client.get(part(version, "materials"))
    conditions = client.get(part(version, "criteria"))
    sections = client.get(part(version, "sections"))

    form, material = fields.context["formset"].forms[0], materials.context["formset"].forms[0]
    assert fields.context["title"] == "pilot：填报项"
    assert (form["is_required"].label, material["must"].label) == ("必填", "是否必交")
    assert dict(form.fields["type"].choices)["decimal"] == "数字"
    assert dict(form.fields["prefill"].choices)["organisation.name_en"] == "单位：英文名称"
    assert dict(material.fields["must"].choices)["yes"] == "必交"
    assert [[link.label for link in links] for _form, links in conditions.context["rows"]][1] == [
        "判断规则：“中试后技术成熟度”不低于 7 级"
    ]
    assert next(link.label for _form, links in sections.context["rows"] for link in links) == "填报项（2）"


def test_the_state_of_a_version_and_the_deed_of_publishing_are_no_dates():
    call = CallFactory()
    new_draft(call, by=clerk())

    text = client_for(clerk()).get(change_url(call)).content.decode()

    assert re.findall(r"第 \d 版</a>(（[^）]*）)", text) == ["（草稿）", "（已发布）"]
    assert str(DEEDS["publish"]) == "发布"


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, form in ROW_FORMS.items() for key in form.base_fields if key != "origin"]
)
def test_a_fault_in_a_file_is_told_with_the_labels_of_the_editor(in_english, name, key):
    label = "Unit" if key == "unit" else ROW_FORMS[name].base_fields[key].label

    assert label_of(key) == str(label)


def test_the_page_of_a_version_leads_to_its_parts_and_names_what_is_wrong():
    call = draft_call(content={**SMALL_CONTENT, "check_items": []})

    page = client_for(clerk()).get(change_url(call.draft_version()))

    wrong = {row["name"]: [problem.place for problem in row["problems"]] for row in page.context["parts"]}
    assert page.context["may_edit"] is True
    assert wrong == {
        "criteria": [], "materials": [], "sections": [], "check_items": [""], "score_items": [],
        "panel": [], "periods": [], "pledge": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "rule", [{"all": [{"any": 5}]}, {"field": "investment_yuan", "is": "at_least", "value": "x"}, 5]
)
def test_a_faulty_rule_of_an_imported_draft_is_shown_and_can_be_replaced(rule):
    content = deepcopy(SMALL_CONTENT)
    content["criteria"][0]["rule"] = rule
    version, client = draft_call(content=content).draft_version(), client_for(clerk())
    place = f"criteria/{content['criteria'][0]['id']}/rule"

    preview = client.get(reverse("admin:subsidies_callversion_preview", args=[version.pk]))
    pages = [client.get(part(version, each)) for each in ("criteria", place)]

    assert [page.status_code for page in (preview, *pages)] == [200, 200, 200]
    assert pages[1].context["words"] == "有待修正的规则"
    assert pages[1].context["is_deep"] is True


@pytest.mark.parametrize(
    "place",
    [
        "criteria",
        "criteria/E6/rule",
        "materials",
        "materials/A12/required_when",
        "sections",
        "sections/pilot/fields",
        "sections/pilot/fields/own_pilot/required_when",
        "sections/industry/fields/patents/columns",
        "check_items",
        "score_items",
        "periods",
        "pledge",
    ],
)
def test_a_page_that_is_saved_untouched_changes_nothing(place):
    call, client = draft_call(), client_for(clerk())

    answer = sent(client, part(call.draft_version(), place))

    assert answer.status_code == 302
    assert shorn(content_of(call)) == shorn(SMALL_CONTENT)


def shorn(value):
    """Without what says nothing: the values that stand for "not given"."""
    usual = {"is_draft": True, "formats": ["pdf"], "most_files": 10, "most_pages": 0, "largest_mb": 20, "longest": 0}
    usual |= {
        "most_rows": 50,
        "is_confidential": False,
        "is_required": False,
        "is_held": False,
        "unit": "working_day",
        "draft_parts": [],
    }
    usual |= {"counts_first_day": False, "looks_at": [], "must": "yes"}
    if isinstance(value, list):
        return [shorn(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: shorn(each) for name, each in value.items() if usual.get(name, ...) != each}


@pytest.mark.parametrize("place", ["nowhere", "criteria/E99/rule", "criteria/E6", "sections/unit/options", "criteria/"])
def test_a_place_that_is_not_there_is_not_found(place):
    assert client_for(clerk()).get(part(draft_call().draft_version(), place)).status_code == 404


def test_a_condition_is_added_moved_and_deleted_and_keeps_its_rule():
    call, client = draft_call(), client_for(clerk())
    new = {"rows__4__id": "E11", "rows__4__text_zh": "研发投入有据可查", "rows__4__ORDER": "1"}

    sent(client, part(call.draft_version(), "criteria"), **new, rows__0__ORDER="2", rows__1__DELETE="on")

    rows = content_of(call)["criteria"]
    assert [row["id"] for row in rows] == ["E11", "E3", "E6", "E8"]
    assert rows[0] == {"id": "E11", "text_zh": "研发投入有据可查", "is_draft": True}
    assert rows[2]["rule"] == SMALL_CONTENT["criteria"][2]["rule"]


def test_a_field_that_gets_another_id_keeps_its_columns():
    call, client = draft_call(), client_for(clerk())

    sent(client, part(call.draft_version(), "sections/industry/fields"), rows__2__id="patent_list")

    field = content_of(call)["sections"][2]["fields"][2]
    assert (field["id"], field["columns"]) == ("patent_list", SMALL_CONTENT["sections"][2]["fields"][2]["columns"])


def test_an_id_given_twice_or_wrong_is_refused_and_what_was_typed_stays():
    call, client = draft_call(), client_for(clerk())
    url = part(call.draft_version(), "criteria")

    twice = sent(client, url, rows__1__id="E3", rows__1__text_zh="改过")
    wrong = sent(client, url, rows__1__id="第五")

    assert (twice.status_code, wrong.status_code) == (400, 400)
    assert len(twice.context["formset"].non_form_errors()) == 1
    assert twice.context["formset"].forms[1]["text_zh"].value() == "改过"
    assert content_of(call) == SMALL_CONTENT


def test_an_id_that_was_published_stays():
    call, client = CallFactory(), client_for(clerk())
    draft = new_draft(call, by=clerk())

    answer = sent(client, part(draft, "materials"), rows__0__code="A01b")

    assert (answer.status_code, list(answer.context["formset"].forms[0].errors)) == (400, ["code"])


def test_two_who_edit_at_once_lose_nothing():
    call, first, second = draft_call(), client_for(clerk()), client_for(clerk())
    url = part(call.draft_version(), "criteria")
    theirs = filled(second, url, **{"rows-0-text_en": "Theirs"})
    sent(first, url, rows__4__id="E12", rows__4__text_zh="新增")

    refused = second.post(url, theirs)
    typed = refused.context["formset"].forms[0]["text_en"].value()
    again = second.post(url, theirs | {"seen_version": str(refused.context["version"].version)})

    rows = content_of(call)["criteria"]
    assert (refused.status_code, typed, again.status_code) == (400, "Theirs", 302)
    assert [(row["id"], row.get("text_en", "")) for row in rows][::4] == [("E3", "Theirs"), ("E12", "")]


def test_choices_columns_and_bands_have_pages_of_their_own():
    call, client = draft_call(), client_for(clerk())
    version = call.draft_version()
    sent(client, part(version, "sections/unit/fields"), rows__0__type="choice")
    options = {"rows__0__value": "a", "rows__0__label_zh": "甲", "rows__1__value": "b", "rows__1__label_zh": "乙"}
    sent(client, part(version, "sections/unit/fields/contact_name/options"), **options)
    sent(client, part(version, "score_items"), rows__1__id="S2", rows__1__name_zh="成效", rows__1__most="30")
    bands = {"rows__0__at_least": "20", "rows__0__text_zh": "好", "rows__1__at_least": "0", "rows__1__text_zh": "差"}

    sent(client, part(version, "score_items/S2/bands"), **bands)

    content = content_of(call)
    assert content["sections"][0]["fields"][0]["options"] == [
        {"value": "a", "label_zh": "甲"},
        {"value": "b", "label_zh": "乙"},
    ]
    assert content["score_items"][1]["bands"] == [
        {"at_least": "20", "text_zh": "好"},
        {"at_least": "0", "text_zh": "差"},
    ]


def test_a_or_b_is_written_with_rows_of_tests_money_in_ten_thousands():
    call, client = draft_call(), client_for(clerk())
    rows = {
        "join__join": "all",
        "rows__0__field": "own_pilot", "rows__0__test": "yes",
        "rows__1__group": "2", "rows__1__field": "sales_yuan", "rows__1__test": "at_least", "rows__1__value": "500.5",
        "rows__2__group": "2", "rows__2__field": "investment_yuan", "rows__2__whole": "sales_yuan",
        "rows__2__test": "at_least", "rows__2__value": "60%",
    }  # fmt: skip

    answer = sent(client, part(call.draft_version(), "criteria/E8/rule"), **rows)

    assert answer.status_code == 302
    assert content_of(call)["criteria"][3]["rule"] == {
        "all": [
            {"field": "own_pilot", "is": "yes"},
            {
                "any": [
                    {"field": "sales_yuan", "is": "at_least", "value": "5005000.00"},
                    {"share_of": ["investment_yuan", "sales_yuan"], "is": "at_least", "value": "0.6"},
                ]
            },
        ]
    }


def test_a_rule_goes_when_all_its_tests_do():
    call, client = draft_call(), client_for(clerk())

    sent(client, part(call.draft_version(), "criteria/E6/rule"), rows__0__DELETE="on", rows__1__DELETE="on")

    assert "rule" not in content_of(call)["criteria"][2]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rows__0__field": "own_pilot", "rows__0__test": "at_least", "rows__0__value": "yes"}, "__all__"),
        ({"rows__0__field": "sales_yuan", "rows__0__test": "at_least", "rows__0__value": "lots"}, "value"),
        ({"rows__0__field": "sales_yuan", "rows__0__test": "at_least"}, "__all__"),
        ({"rows__0__field": "elsewhere", "rows__0__test": "yes"}, "field"),
    ],
)
def test_a_test_that_cannot_work_is_refused_where_it_stands(changes, place):
    call, client = draft_call(), client_for(clerk())

    answer = sent(client, part(call.draft_version(), "criteria/E8/rule"), **changes)

    assert (answer.status_code, list(answer.context["formset"].forms[0].errors)) == (400, [place])
    assert content_of(call) == SMALL_CONTENT


def test_a_rule_deeper_than_the_rows_stays_until_it_is_replaced():
    deep = {"not": {"all": [{"any": [{"field": "own_pilot", "is": "yes"}]}]}}
    content = json.loads(json.dumps(SMALL_CONTENT))
    content["criteria"][3]["rule"] = deep
    call, client = draft_call(content=content), client_for(clerk())
    url = part(call.draft_version(), "criteria/E8/rule")

    sent(client, url)
    kept = content_of(call)["criteria"][3]["rule"]
    sent(client, url, rows__0__field="own_pilot", rows__0__test="no")

    assert kept == deep
    assert content_of(call)["criteria"][3]["rule"] == {"field": "own_pilot", "is": "no"}


def test_periods_pledge_and_the_mark_of_a_draft_part_are_set():
    call, client = draft_call(), client_for(clerk())
    version = call.draft_version()
    periods = {"acceptance__length": "", "correction__length": "7", "correction__unit": "calendar_day"}
    periods |= {"correction__counts_first_day": "on", "part__is_draft_part": "on"}

    sent(client, part(version, "periods"), **periods, corrections__most_corrections="1")
    sent(client, part(version, "pledge"), pledge_zh="承诺")

    content = content_of(call)
    assert "acceptance" not in content["periods"]
    assert content["periods"]["correction"] == {"length": 7, "unit": "calendar_day", "counts_first_day": True}
    assert (content["most_corrections"], content["draft_parts"], content["pledge_zh"]) == (1, ["periods"], "承诺")


def test_what_is_published_opens_no_editor_and_takes_no_post():
    version, client = CallFactory().current_version(), client_for(section_head())

    assert client.get(change_url(version)).context["may_edit"] is False
    assert client.get(part(version, "criteria")).status_code == 403
    assert client.post(part(version, "pledge"), {"pledge_zh": "x", "seen_version": "1"}).status_code == 403


def test_a_county_officer_reads_and_does_not_edit():
    draft = draft_call().draft_version()
    client = client_for(user_of_kind(PersonKind.COUNTY_OFFICER))

    assert client.get(change_url(draft)).context["may_edit"] is False
    assert client.get(part(draft, "criteria")).status_code == 403
    assert client.get(change_url(draft, "preview")).status_code == 200
    assert client.get(change_url(draft, "publish")).status_code == 403


def test_a_draft_is_seen_as_the_public_will_and_still_unpublished(client):
    call = draft_call()

    preview = client_for(clerk()).get(change_url(call.draft_version(), "preview"))

    assert (preview.status_code, preview.context["is_preview"]) == (200, True)
    assert client.get(call.get_absolute_url()).status_code == 404


def test_a_new_version_is_published_from_its_page():
    call = CallFactory()
    draft = new_draft(call, by=clerk())

    answer = client_for(section_head()).post(change_url(draft, "publish"))

    assert (answer.status_code, call.current_version()) == (302, draft)


# ---------------------------------------------------------------- policies, schemes, awards
def test_clauses_are_written_with_their_policy():
    policy, client = Policy.objects.create(slug="p", name_zh="政策"), client_for(clerk())
    clause = {"clauses__TOTAL_FORMS": "1", "clauses__0__number": "第十五条", "clauses__0__text_zh": "推动中试"}

    answer = sent(client, change_url(policy), **clause)

    assert answer.status_code == 302
    assert [(row.number, row.text_zh) for row in policy.clauses.all()] == [("第十五条", "推动中试")]

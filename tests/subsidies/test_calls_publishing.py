import copy
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import PersonKind
from subsidies import drafting
from subsidies.editing import edit
from subsidies.enums import SchemeKind, VersionState
from subsidies.models import Application, CallQuestion
from subsidies.publishing import copy_call, new_draft, publish_call, publish_version
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, SchemeFactory, firm, person_of
from tests.subsidies.calls import draft_call
from tests.subsidies.desk import clerk, section_head

pytestmark = pytest.mark.django_db


def test_publishing_takes_the_money_of_the_scheme_and_freezes_the_draft():
    call, head = draft_call(), section_head()

    published = publish_call(call, by=head)

    version = call.current_version()
    assert (published.amount_yuan, published.published_by, published.version) == (Decimal("2000000.00"), head, 2)
    assert (version.number, version.state, version.published_by) == (1, VersionState.PUBLISHED, head)


def test_a_later_change_of_the_scheme_leaves_the_call_alone():
    call = publish_call(draft_call(), by=section_head())

    call.scheme.amount_yuan = Decimal("1000000.00")
    call.scheme.save()
    call.refresh_from_db()

    assert call.amount_yuan == Decimal("2000000.00")


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.COUNTY_OFFICER, PersonKind.ENTERPRISE])
def test_only_who_may_publish_does(kind):
    call = draft_call()

    with pytest.raises(PermissionDenied):
        publish_call(call, by=user_of_kind(kind))
    assert call.draft_version() is not None


def test_a_call_without_amount_cannot_open(in_english):
    call = draft_call(scheme=SchemeFactory(kind=SchemeKind.UNPUBLISHED, amount_yuan=None))

    with pytest.raises(ValidationError) as refusal:
        publish_call(call, by=section_head())
    assert refusal.value.messages == [
        "The call: The scheme has no amount yet: no call can open until it is published and entered."
    ]


def test_a_share_of_the_cost_is_copied_with_its_cap():
    money = {"rate_percent": Decimal("15.00"), "cap_yuan": Decimal("3000000.00")}
    scheme = SchemeFactory(kind=SchemeKind.RATE, amount_yuan=None, **money)

    call = publish_call(draft_call(scheme=scheme), by=section_head())

    assert (call.amount_yuan, call.rate_percent, call.cap_yuan) == (None, *money.values())


def test_a_call_without_a_draft_or_published_already_is_refused(in_english):
    head = section_head()

    with pytest.raises(ValidationError) as without:
        publish_call(draft_call(content=False), by=head)
    with pytest.raises(ValidationError) as again:
        publish_call(CallFactory(), by=head)

    assert without.value.messages == ["The call: There is no draft of what the call asks."]
    assert again.value.messages == ["This call is published already."]


def test_a_new_version_counts_for_new_applications_and_needs_a_published_call(in_english):
    call, head = CallFactory(), section_head()
    draft = new_draft(call, by=clerk())
    changed = edit(draft, lambda content: content["criteria"].pop(), seen=1, by=clerk())

    published = publish_version(changed, by=head)

    assert (draft.number, draft.content) == (2, SMALL_CONTENT)
    assert call.current_version() == published
    with pytest.raises(ValidationError, match="published already"):
        publish_version(published, by=head)
    unpublished = draft_call()
    with pytest.raises(ValidationError, match="Publish the call itself first"):
        publish_version(unpublished.draft_version(), by=head)


def test_an_application_keeps_the_version_it_began_with():
    call, company = CallFactory(), firm()
    first, lead = call.current_version(), person_of(company)
    begun = drafting.start(call, company, lead, project_name="赤泥提钪中试")

    new = publish_version(new_draft(call, by=clerk()), by=section_head())
    drafting.save_answers(begun, {"contact_name": "李工"}, 1, lead)
    later = drafting.start(call, company, lead, project_name="尾砂制砖中试")

    assert (first.number, new.number) == (1, 2)
    assert Application.objects.get(pk=begun.pk).call_version == first
    assert later.call_version == new


def test_a_draft_with_faults_is_not_published(in_english):
    call = CallFactory()
    draft = new_draft(call, by=clerk())
    edit(draft, lambda content: content.update(pledge_zh=""), seen=1, by=clerk())

    with pytest.raises(ValidationError, match="Pledge: The Chinese text is missing"):
        publish_version(draft, by=section_head())


def test_a_call_has_one_draft_at_a_time(in_english):
    call = CallFactory()
    new_draft(call, by=clerk())

    with pytest.raises(ValidationError, match="has a draft already"):
        new_draft(call, by=clerk())
    with pytest.raises(PermissionDenied):
        new_draft(call, by=user_of_kind(PersonKind.COUNTY_OFFICER))


def test_a_draft_is_not_written_over_unseen(in_english):
    draft = new_draft(CallFactory(), by=clerk())
    edit(draft, lambda content: content.update(pledge_en="One"), seen=1, by=clerk())

    with pytest.raises(ValidationError, match="Someone else has saved") as refusal:
        edit(draft, lambda content: content.update(pledge_en="Two"), seen=1, by=clerk())
    draft.refresh_from_db()
    assert (refusal.value.code, draft.content["pledge_en"], draft.version) == ("stale", "One", 2)


def test_a_published_version_is_not_edited(in_english):
    version = CallFactory().current_version()

    with pytest.raises(ValidationError, match="begin a new draft"):
        edit(version, lambda content: content.clear(), seen=1, by=clerk())


def test_the_copy_for_another_year_keeps_what_is_asked_and_leaves_dates_and_budget_open():
    call = CallFactory(
        slug="award-2026", name_zh="2026年度申报", name_en="Call of 2026", budget_yuan=Decimal("8000000.00"),
        quota_per_recommender=3, business_hotline="0735-1",
    )  # fmt: skip
    CallQuestion.objects.create(call=call, question_zh="问", answer_zh="答")

    fresh = copy_call(call, 2027, by=clerk())

    assert (fresh.slug, fresh.year, fresh.name_zh, fresh.name_en) == (
        "award-2027",
        2027,
        "2027年度申报",
        "Call of 2027",
    )
    assert (fresh.opens_at, fresh.closes_at, fresh.budget_yuan, fresh.published_at) == (None, None, None, None)
    assert (fresh.quota_per_recommender, fresh.business_hotline, fresh.copied_from) == (3, "0735-1", call)
    assert fresh.draft_version().content == call.current_version().content
    assert [question.question_zh for question in fresh.questions.all()] == ["问"]
    assert call.questions.count() == 1


def test_a_copy_is_for_a_later_year_and_by_who_may_draft(in_english):
    call = CallFactory()

    with pytest.raises(ValidationError, match="Choose a year after"):
        copy_call(call, 2026, by=clerk())
    with pytest.raises(PermissionDenied):
        copy_call(call, 2027, by=user_of_kind(PersonKind.FINANCE))


def test_two_copies_for_one_year_have_addresses_of_their_own():
    call = CallFactory(slug="award")

    slugs = [copy_call(call, 2027, by=clerk()).slug for _n in range(2)]

    assert slugs == ["award-2027", "award-2027-2"]


def test_a_draft_is_a_copy_and_not_the_same_content():
    call = CallFactory()
    before = copy.deepcopy(call.current_version().content)

    draft = new_draft(call, by=clerk())
    draft.content["criteria"].clear()

    assert call.current_version().content == before

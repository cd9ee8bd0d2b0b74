"""The public pages of awards: what stands on them, and that nothing else can be learned there."""

import json
import re
from datetime import date

import pytest

from bases.enums import State as BaseState
from projects.models import ProjectOutcome
from subsidies.enums import DocumentState, Payer, PaymentState, RecoveryState
from subsidies.models import Award
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_awards import AwardFactory, awarded, given_to, on_document, paid, recovered
from tests.factories_subsidies import SchemeFactory, firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return BaseFactory(slug="battery", name_zh="固态电池基地", name_en="Battery Base", state=BaseState.LISTED)


def names(client, query=""):
    answer = client.get(f"/en/awards/{query}")
    assert answer.status_code == 200, answer.content
    return [card.project_name for card in answer.context["cards"]]


def refused(client, query):
    answer = client.get(f"/en/awards/{query}")
    assert answer.status_code == 400, answer.content
    return answer.content.decode()


def standing(client, award):
    card = client.get(f"/en/awards/{award.pk}/").context["card"]
    return card.standing_label, card.money


# ---------------------------------------------------------------- what is public
@pytest.mark.parametrize("state", [DocumentState.DRAFT, DocumentState.COUNTERSIGNED, DocumentState.DROPPED])
def test_an_award_is_public_from_its_document_on_and_not_before(client, state):
    on_document(state, project_name="尚未下达项目")

    assert names(client) == []
    assert client.get("/search/?q=尚未下达").context["award_cards"] == []


def test_issued_and_earlier_awards_are_public(client):
    awarded(project_name="今年", awarded_on=date(2026, 5, 1))
    AwardFactory(project_name="往年")

    assert names(client) == ["今年", "往年"]


def test_a_revoked_award_stays_with_its_date(client):
    award = AwardFactory(revoked_on=date(2026, 3, 2))

    assert standing(client, award) == ("Revoked", "Revoked on 2 March 2026")
    assert "This award was revoked on 2 March 2026." in client.get(f"/en/awards/{award.pk}/").content.decode()


def test_the_money_is_told_in_public_words(client):
    waiting, part, whole, back = (awarded() for _ in range(4))
    paid(waiting, "2000000.00", date(2026, 6, 1), state=PaymentState.PREPARED)
    paid(part, "1500000.00", date(2026, 6, 2))
    paid(whole, "1500000.00", date(2026, 6, 2))
    paid(whole, "500000.00", date(2026, 6, 9), Payer.COUNTY)
    paid(back, "2000000.00", date(2026, 6, 2))
    recovered(back, "800000.00", date(2027, 1, 8))

    assert standing(client, waiting) == ("Awarded", "No payment is recorded here yet")
    assert standing(client, part) == ("Paid in part", "1,500,000.00 yuan paid, last on 2 June 2026")
    assert standing(client, whole) == ("Paid", "Paid on 9 June 2026")
    assert standing(client, back) == (
        "Recovered",
        "Paid on 2 June 2026; 800,000.00 yuan of it came back to the city",
    )


def test_a_payment_that_the_bank_returned_is_not_paid(client):
    award = awarded()
    paid(award, "2000000.00", date(2026, 6, 1), state=PaymentState.RETURNED)

    assert standing(client, award) == ("Awarded", "No payment is recorded here yet")


@pytest.mark.parametrize("state", [RecoveryState.PROPOSED, RecoveryState.DECIDED, RecoveryState.DROPPED])
def test_a_recovery_shows_once_it_is_settled_and_never_its_reason(client, state):
    award = awarded()
    paid(award, "2000000.00", date(2026, 6, 1))
    recovered(award, "800000.00", date(2027, 1, 8), state)

    assert standing(client, award)[0] == "Paid"
    assert "金丝雀" not in client.get(f"/awards/{award.pk}/").content.decode()


# ---------------------------------------------------------------- the thread
def test_the_thread_leads_from_the_base_to_the_outcome_and_back(client, base):
    project = ProjectFactory(slug="cells", name_en="Cells", base=base)
    ProjectOutcome.objects.create(project=project, kind="award", text_zh="量产", text_en="Mass production")
    award = AwardFactory(project=project, project_name="固态电芯")

    thread = [stop[:3] for stop in client.get(f"/en/awards/{award.pk}/").context["thread"]]

    assert thread == [
        ("Base", "Battery Base", "/en/bases/battery/"),
        ("Project", "Cells", "/en/projects/cells/"),
        ("Money", "2,000,000.00 yuan", ""),
        ("Outcome", "Stage not yet published", ""),
    ]
    for address in ("/en/bases/battery/", "/en/projects/cells/"):
        assert f'href="/en/awards/{award.pk}/"' in client.get(address).content.decode(), address


def test_a_project_that_is_not_public_is_named_as_the_document_has_it_and_leads_nowhere(client, base):
    project = ProjectFactory(slug="secret", name_zh="内部代号", base=base, is_public=False)
    award = AwardFactory(project=project, project_name="公开名称")

    html = client.get(f"/awards/{award.pk}/").content.decode()

    assert "公开名称" in html
    assert "内部代号" not in html
    assert "固态电池基地" not in html
    assert "公开名称" not in client.get("/bases/battery/").content.decode()
    for query in ("?base=battery", "?q=内部代号", "?q=固态电池基地"):
        assert names(client, query) == []
    assert refused(client, "?project=secret") == refused(client, "?project=random").replace("random", "secret")


def test_a_base_that_is_not_in_the_registry_yet_is_not_told_of(client):
    hidden = BaseFactory(slug="hidden", name_zh="未入库基地", state=BaseState.BUREAU_REVIEW)
    AwardFactory(project=ProjectFactory(base=hidden), organisation=OrganisationFactory())

    assert names(client, "?division=431025") == names(client, "?q=未入库基地") == []
    assert refused(client, "?base=hidden") == refused(client, "?base=random").replace("random", "hidden")
    assert "未入库" not in client.get("/awards/").content.decode()


def test_withheld_outcomes_stay_withheld(client, base):
    project = ProjectFactory(base=base, withheld_fields="outcomes")
    ProjectOutcome.objects.create(project=project, kind="award", text_zh="金丝雀成果")
    award = AwardFactory(project=project)

    assert "金丝雀" not in client.get(f"/awards/{award.pk}/").content.decode()


# ---------------------------------------------------------------- finding
def test_each_filter_narrows_the_list(client, base):
    industry = IndustryFactory(slug="energy")
    scheme = SchemeFactory(slug="first")
    AwardFactory(
        project_name="甲", scheme=scheme, project=ProjectFactory(slug="a", base=base, industry=industry, division=None)
    )
    AwardFactory(project_name="乙", awarded_on=date(2024, 1, 1), organisation=firm(registered_division=None))

    assert names(client) == ["甲", "乙"]
    assert names(client, "?year=2024") == ["乙"]
    assert names(client, "?year=2025") == ["甲"]
    for query in ("?scheme=first", "?industry=energy", "?base=battery", "?project=a", "?division=431025"):
        assert names(client, query) == ["甲"], query
    assert "there is no “none”" in refused(client, "?scheme=none")


def test_search_finds_firm_project_base_and_document_and_the_sound_of_a_name(client, base):
    project = ProjectFactory(base=base)
    award = AwardFactory(
        project=project,
        project_name="含氟电解液",
        organisation=firm(name_zh="临武某新材料公司"),
        document_number="郴科发〔2025〕7号",
    )
    AwardFactory(project_name="别的", document_number="郴科发〔2025〕8号")

    for words in ("含氟", "临武某新材料", "固态电池", "〔2025〕7号", "hfdjy"):
        assert names(client, f"?q={words}") == ["含氟电解液"], words
    found = client.get("/en/search/?q=含氟电解液").context["award_cards"]
    assert [card.href for card in found] == [f"/en/awards/{award.pk}/"]


def test_search_follows_the_names_of_firm_project_and_base(client, base):
    project = ProjectFactory(base=base)
    award = AwardFactory(project=project)
    for record, name in ((award.organisation, "新名公司"), (project, "新名项目"), (base, "新名基地")):
        record.name_zh = name
        record.save()

        assert names(client, f"?q={name}") == [award.project_name]


@pytest.mark.parametrize("query", ["?year=soon", "?year=99999", "?scheme=a b", "?cursor=x", "?q=" + "长" * 201])
def test_a_wrong_filter_is_refused_with_a_sentence(client, query):
    answer = client.get(f"/en/awards/{query}")

    assert answer.status_code == 400
    assert "This list cannot be shown" in answer.content.decode()


def test_pages_follow_each_other(client):
    for number in range(45):
        AwardFactory(project_name=f"{number:02}", awarded_on=date(2025, 1, 1 + number // 2))

    seen, query = [], ""
    while True:
        answer = client.get(f"/awards/{query}")
        seen += [card.project_name for card in answer.context["cards"]]
        if not (query := answer.context["pager"].next_href):
            break

    assert seen == [f"{number:02}" for number in reversed(range(45))]


def test_a_page_without_any_award_says_so_kindly(client):
    html = client.get("/en/awards/").content.decode()

    assert "No award has been published yet" in html
    assert client.get("/en/awards/?q=x").context["groups"] == []


# ---------------------------------------------------------------- freshness and cost
@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_queries_for_any_number_of_awards(client, base, django_assert_num_queries, rows):
    project = ProjectFactory(base=base)
    for _ in range(rows):
        award = AwardFactory(project=project)

    with django_assert_num_queries(10):
        client.get("/awards/")
    with django_assert_num_queries(4):
        client.get(f"/awards/{award.pk}/")


def test_a_kept_page_shows_what_was_issued_paid_and_revoked_at_once(client):
    application = on_document(DocumentState.COUNTERSIGNED)
    assert names(client) == []
    kept = client.get("/en/awards/")["ETag"]

    award = given_to(application)
    assert names(client) == [award.project_name]
    assert client.get("/en/awards/")["ETag"] != kept

    assert standing(client, award)[0] == "Awarded"
    paid(award, "2000000.00", date(2026, 6, 1))
    assert standing(client, award)[0] == "Paid"
    other = awarded()
    assert standing(client, other)[0] == "Awarded"
    other.revoked_on = date(2026, 7, 1)
    other.save()
    assert standing(client, other)[0] == "Revoked"


def test_what_is_only_prepared_leaves_the_pages_as_they_are(client):
    waiting, whole = awarded(), awarded()
    paid(whole, "2000000.00", date(2026, 6, 1))
    kept = client.get("/awards/")["ETag"]

    paid(waiting, "2000000.00", date(2026, 6, 1), state=PaymentState.PREPARED)
    recovered(whole, "1.00", date(2026, 6, 1), RecoveryState.PROPOSED)

    assert client.get("/awards/", headers={"if-none-match": kept}).status_code == 304


# ---------------------------------------------------------------- for machines
def test_a_page_carries_linked_data(client):
    award = AwardFactory(
        project_name="固态<电芯>", document_number="郴科发〔2025〕7号", organisation=firm(name_zh="某公司")
    )

    html = client.get(f"/awards/{award.pk}/").content.decode()

    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert told["@type"] == "MonetaryGrant"
    assert (told["identifier"], told["name"]) == ("郴科发〔2025〕7号", "固态<电芯>")
    assert told["amount"] == {"@type": "MonetaryAmount", "currency": "CNY", "value": "2000000.00"}
    assert told["fundedItem"]["member"]["name"] == "某公司"


def test_the_feeds_name_real_awards_and_no_demo(client, settings):
    settings.SITE_URL = "https://pilot.example"
    award = AwardFactory(project_name="真实", organisation=firm(name_zh="某公司"))
    AwardFactory(project_name="演示", organisation=firm(is_demo=True))

    rss = client.get("/awards/feed.rss")
    told = client.get("/awards/feed.json").json()

    assert rss["Content-Type"].startswith("application/rss+xml")
    assert "某公司" in rss.content.decode()
    assert "演示" not in rss.content.decode()
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in told["items"]] == [f"https://pilot.example/awards/{award.pk}/"]


def test_the_sitemap_names_real_awards(client, settings):
    settings.SITE_URL = "https://pilot.example"
    award = AwardFactory()
    AwardFactory(organisation=firm(is_demo=True))

    assert "sitemap-awards.xml" in client.get("/sitemap.xml").content.decode()
    html = client.get("/sitemap-awards.xml").content.decode()
    assert re.findall(r"<loc>(.*?)</loc>", html) == [
        f"https://pilot.example/awards/{award.pk}/",
        f"https://pilot.example/en/awards/{award.pk}/",
    ]


def test_reading_an_award_never_names_people_or_codes(client):
    own = firm(
        name_zh="某公司",
        credit_code="91431025DEM000081C",
        legal_representative="金丝雀法人",
        registered_address="金丝雀路",
    )
    award = awarded(organisation=own)
    paid(award, "2000000.00", date(2026, 6, 1))

    for address in (f"/awards/{award.pk}/", "/awards/", f"/api/v1/awards/{award.pk}/", "/awards/feed.rss"):
        text = client.get(address).content.decode()
        for secret in ("金丝雀", "91431025DEM000081C", "6222", "某银行", "PZ1"):
            assert secret not in text, (address, secret)
    assert Award.objects.on_public_site().count() == 1

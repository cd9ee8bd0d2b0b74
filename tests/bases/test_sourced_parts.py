"""Equipment, lines, services, titles and permits say where they come from and who checked them."""

import re
from datetime import date

import pytest
from django.db import IntegrityError

from accounts.enums import OrganisationKind, PersonKind
from bases.models import BaseMedia, BaseTitle, Equipment, PilotLine, SafetyPermit, Service
from common import journal
from common.models import JournalEntry
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_vouched import lost_words, told, verified
from tests.factories import BaseFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY, LATER = date(2026, 5, 4), date(2026, 6, 5)
NONE, NOTE = "No source given", '<p class="note parts-note">No source given</p>'
# Each kind of part: what it needs, and what may be changed.
PARTS = {
    Equipment: ({"name": "反应釜", "category": "general"}, {"quantity": 2}),
    PilotLine: ({"name": "一号线"}, {"process": "萃取"}),
    Service: ({"type": "scale_up", "title": "放大"}, {"price_min_yuan": 100}),
    BaseTitle: ({"level": "municipal", "name_zh": "市级中试基地"}, {"issuer": "市科技局"}),
    SafetyPermit: ({"name": "安全许可"}, {"valid_until": LATER}),
}


@pytest.fixture
def office():
    return OrganisationFactory(kind=OrganisationKind.GOVERNMENT, name_en="Science Bureau")


def part(model, office=None, base=None, **values):
    said = {"source": SourceFactory(title_en="List"), "verified_on": DAY, "verified_by": office} if office else {}
    return model.objects.create(base=base or BaseFactory(), **PARTS[model][0], **said, **values)


def vouched(row):
    day = verified(row)
    return (row.source_id is not None, day)


@pytest.mark.parametrize("model", PARTS)
def test_a_changed_part_loses_its_source_and_its_verification(model, office):
    row = part(model, office)
    row.save()
    unchanged = vouched(row)
    for name, value in PARTS[model][1].items():
        setattr(row, name, value)
    row.save()

    assert (unchanged, vouched(row)) == ((True, (DAY, True)), (False, (None, False)))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"verified_on": LATER}, (False, (LATER, True))),
        ({"source": "another"}, (True, (None, False))),
        ({"source": "another", "verified_on": LATER}, (True, (LATER, True))),
    ],
)
def test_what_is_said_anew_with_the_change_stays(office, said, left):
    row = part(Equipment, office)
    row.quantity = 5
    for name, value in said.items():
        setattr(row, name, SourceFactory() if value == "another" else value)
    row.save()

    assert vouched(row) == left


def test_a_linked_paper_that_is_changed_loses_its_source():
    row = BaseMedia.objects.create(
        base=BaseFactory(), kind="paper", title="论文", url="https://example.invalid/1", source=SourceFactory()
    )
    row.url = "https://example.invalid/2"
    row.save()

    assert BaseMedia.objects.get().source is None


@pytest.mark.parametrize("model", PARTS)
def test_a_part_is_verified_on_a_day_and_by_an_office(model):
    with pytest.raises(IntegrityError, match="verified_when_and_by_whom"):
        model.objects.create(base=BaseFactory(), **PARTS[model][0], verified_on=DAY)


# ---------------------------------------------------------------- the desk
PREFIX = {Equipment: "equipment", PilotLine: "lines", Service: "services", BaseTitle: "titles", SafetyPermit: "permits"}


@pytest.mark.parametrize("model", PARTS)
@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.BUREAU_CLERK])
def test_an_officer_names_the_source_and_the_bureau_alone_verifies(model, kind, office):
    base = BaseFactory()
    part(model, base=base)
    source, client, url = SourceFactory(), client_of(staff(kind)), change_url(base)
    said = {"source": str(source.pk), "verified_on": "2026-05-04", "verified_by": str(office.pk)}

    client.post(url, filled(client, url, **{f"{PREFIX[model]}-0-{name}": value for name, value in said.items()}))

    may_verify = kind == PersonKind.BUREAU_CLERK
    row = model.objects.get()
    assert (row.source, verified(row)) == (source, (DAY, True) if may_verify else (None, False))


def test_a_firm_is_no_office_that_verifies():
    base, firm = BaseFactory(), OrganisationFactory(kind=OrganisationKind.ENTERPRISE)
    part(Equipment, base=base)
    client, url = client_of(staff()), change_url(base)
    said = {"equipment-0-verified_on": "2026-05-04", "equipment-0-verified_by": str(firm.pk)}

    answer = client.post(url, filled(client, url, **said))

    assert (answer.status_code, Equipment.objects.get().verified_on) == (200, None)


def test_whoever_changes_a_part_in_the_desk_is_told_what_it_lost(office):
    base = BaseFactory()
    row = part(Equipment, office, base=base)
    client, url = client_of(staff(PersonKind.COUNTY_OFFICER)), change_url(base)

    client.post(url, filled(client, url, **{"equipment-0-quantity": "9"}))

    assert (vouched(row), told(client)) == ((False, (None, False)), [lost_words("反应釜")])


# ---------------------------------------------------------------- the public page
def page(client, base):
    return client.get(f"/en/bases/{base.slug}/")


@pytest.mark.parametrize("model", PARTS)
def test_each_part_leads_to_its_source_with_its_verification(model, office, client):
    row = part(model, office)

    answer = page(client, row.base)

    html = answer.content.decode()
    assert [(note.title, note.note) for note in answer.context["sources"]] == [
        ("List", "verified on 4 May 2026 by Science Bureau")
    ]
    assert (html.count('aria-label="Source 1: List"'), NOTE in html) == (1, False)


@pytest.mark.parametrize("model", PARTS)
def test_parts_without_a_source_say_so_once_for_all(model, client):
    base = BaseFactory()
    for _number in range(3):
        part(model, base=base)

    assert page(client, base).content.decode().count(NONE) == 1


@pytest.mark.parametrize("model", PARTS)
def test_among_parts_with_sources_the_one_without_says_so_itself(model, office, client):
    base = BaseFactory()
    part(model, office, base=base)
    part(model, base=base)

    html = page(client, base).content.decode()

    assert (html.count(f'<span class="note">{NONE}</span>'), NOTE in html) == (1, False)


def test_a_part_that_was_verified_without_a_source_says_both(office, client):
    row = part(Equipment, office)
    row.source = None
    row.say_anew("verified_on")
    row.save()

    html = page(client, row.base).content.decode()

    assert re.findall(rf'<span class="note">({NONE}.*?)</span>', html) == [
        f"{NONE}, verified on 4 May 2026 by Science Bureau"
    ]


def test_the_journal_keeps_what_the_source_of_a_changed_title_was(office):
    row = part(BaseTitle, office)
    source, officer = row.source_id, UserFactory()
    with journal.acting(by=officer, source="admin"):
        row.status = "expired"
        row.save()

    changes = JournalEntry.objects.filter(object_type="bases.basetitle", actor=officer).get().changes
    assert (changes["source"], changes["verified_on"]) == ([source, None], ["2026-05-04", None])

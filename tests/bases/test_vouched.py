"""A source and a verification vouch for the value that stood there: whoever changes it takes them away."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import OrganisationKind, PersonKind
from bases import workflow
from bases.enums import State
from bases.models import Base, BaseFigure
from common import journal
from common.models import JournalEntry
from common.texts import listed
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import confirm, row_of, sheet, upload
from tests.factories import BaseFactory, IndustryFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory, user_of_kind

pytestmark = pytest.mark.django_db

DAY, LATER = date(2026, 5, 4), date(2026, 6, 5)
FIGURE = re.compile(r'<div class="figure-row"><dt>(.*?)</dt><dd>(.*?)</dd></div>', re.DOTALL)


@pytest.fixture
def office():
    return OrganisationFactory(kind=OrganisationKind.GOVERNMENT, name_en="Science Bureau")


@pytest.fixture
def base(office):
    """A listed base whose area and staff were published and verified, and whose record was too."""
    base = BaseFactory(area_m2=Decimal(1200), staff_total=10, verified_on=DAY, verified_by=office)
    source = SourceFactory(title_en="Annual list")
    for field in ("area_m2", "staff_total"):
        BaseFigure.objects.create(base=base, field=field, source=source, verified_on=DAY, verified_by=office)
    return Base.objects.get()


def sourced(base):
    return list(base.figures.order_by("field").values_list("field", flat=True))


def verified(row):
    row.refresh_from_db()
    return (row.verified_on, row.verified_by_id is not None)


def lost_words(*labels):
    with translation.override("zh-hans"):
        sentence = gettext(
            "Changed, so that the old source or verification no longer stands beside it: %(what)s. Enter where the new "
            "value comes from; what the bureau has checked, the bureau verifies anew."
        )
        return sentence % {"what": listed([gettext(label) for label in labels])}


def told(client):
    return [str(message) for message in client.get("/admin/").context["messages"] if message.level_tag == "warning"]


# ---------------------------------------------------------------- the model
def test_a_changed_figure_loses_its_source_alone_and_the_record_its_verification(base):
    base.area_m2 = Decimal(1500)
    base.save()

    assert (sourced(base), verified(base)) == (["staff_total"], (None, False))
    assert (base.lost_figures, base.lost) == (("area_m2",), ("verified_on", "verified_by"))


def test_the_journal_keeps_what_the_source_of_the_old_value_said(base):
    row, officer = base.figures.get(field="area_m2"), UserFactory()
    with journal.acting(by=officer, source="admin"):
        base.area_m2 = None
        base.save()

    entry = JournalEntry.objects.get(object_type="bases.basefigure", action="delete")
    assert (entry.object_id, entry.actor, entry.changes["verified_on"]) == (str(row.pk), officer, ["2026-05-04", None])
    assert entry.changes["source"] == [row.source_id, None]


@pytest.mark.parametrize("values", [{}, {"area_m2": "1200.0"}, {"state_reason": "备注"}, {"slug": "other"}])
def test_a_save_that_changes_nothing_public_takes_nothing_away(base, values):
    for name, value in values.items():
        setattr(base, name, value)
    base.save()

    assert (sourced(base), verified(base)) == (["area_m2", "staff_total"], (DAY, True))


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("trl_min", {"trl_min": 3, "trl_max": 8}),
        ("trl_min", {"trl_max": 9}),
        ("summary_zh", {"summary_en": "New"}),
        ("staff_technical", {"staff_total": 120}),
        ("staff_qualified", {"staff_total": 120}),
    ],
)
def test_a_figure_of_two_columns_loses_its_source_with_either(figure, values):
    staff = {"staff_total": 100, "staff_technical": 30, "staff_qualified": 40}
    base = BaseFactory(trl_min=3, trl_max=7, summary_zh="简介", **staff)
    BaseFigure.objects.create(base=base, field=figure, source=SourceFactory())
    for name, value in values.items():
        setattr(base, name, value)
    base.save()

    assert sourced(base) == []


def test_a_save_of_single_columns_obeys_the_same_rule(base):
    base.staff_total = 11
    base.save(update_fields=["staff_total"])

    assert (sourced(base), verified(base)) == (["area_m2"], (None, False))


@pytest.mark.parametrize(("said", "kept"), [({"verified_on": LATER}, LATER), ({}, None)])
def test_a_verification_said_in_the_same_save_stays(base, said, kept):
    base.area_m2, base.verified_on = Decimal(1500), said.get("verified_on", DAY)
    base.save()

    assert verified(base) == (kept, kept is not None)


def test_what_is_meant_anew_stays_though_it_reads_as_before(base):
    base.area_m2 = Decimal(1500)
    base.say_anew("verified_on")
    base.save()
    after_one = verified(base)
    base.area_m2 = Decimal(1600)
    base.save()

    assert (after_one, verified(base)) == ((DAY, True), (None, False))


@pytest.mark.parametrize("name", ["tenants", "co_builders", "industries"])
@pytest.mark.parametrize("is_reverse", [False, True])
def test_a_changed_list_takes_the_verification_of_the_record(base, office, name, is_reverse):
    related = IndustryFactory() if name == "industries" else OrganisationFactory()
    far = getattr(related, {"tenants": "tenancies", "co_builders": "co_built_bases", "industries": "bases"}[name])
    far.add(base) if is_reverse else getattr(base, name).set([related])
    after_adding = verified(base)
    base.verified_on, base.verified_by = DAY, office
    base.save()
    base = Base.objects.get()
    getattr(base, name).set([related])
    after_nothing = verified(base)
    far.clear() if is_reverse else getattr(base, name).clear()

    assert (after_adding, after_nothing, verified(base)) == ((None, False), (DAY, True), (None, False))


def test_a_list_set_with_a_new_verification_keeps_it(base):
    base.verified_on = LATER
    base.save()
    base.tenants.set([OrganisationFactory()])

    assert verified(base) == (LATER, True)


def test_another_source_of_a_figure_takes_its_verification(base):
    row = base.figures.get(field="area_m2")
    row.source = SourceFactory()
    row.save()

    assert verified(row) == (None, False)


def test_the_page_and_the_api_show_no_old_source_beside_a_new_number(base, client):
    base.area_m2 = Decimal(1500)
    base.save()

    rows = dict(FIGURE.findall(client.get(f"/en/bases/{base.slug}/").content.decode()))
    whole = client.get(f"/api/v1/bases/{base.slug}/").json()

    assert rows["Pilot floor area"].startswith('1,500 m²<span class="note">No source given</span>')
    assert "Annual list" in rows["Full-time staff"]
    assert (set(whole["figures"]), whole["verified_on"], whole["verified_by"]) == ({"staff_total"}, None, None)


# ---------------------------------------------------------------- the desk
def test_a_county_officer_who_changes_a_figure_is_told_what_lost_its_source(base):
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(base)

    client.post(url, filled(client, url, area_m2="1500"))

    assert (sourced(base), verified(base)) == (["staff_total"], (None, False))
    assert told(client) == [lost_words("pilot floor area (m²)", "the record as a whole")]


def test_a_source_said_anew_in_the_same_form_stays_without_the_old_verification(base):
    client, source = client_of(staff(PersonKind.COUNTY_OFFICER)), SourceFactory()
    url = change_url(base)

    client.post(url, filled(client, url, **{"area_m2": "1500", "figures-0-source": str(source.pk)}))

    row = base.figures.get(field="area_m2")
    assert (row.source, verified(row)) == (source, (None, False))
    assert told(client) == [lost_words("the record as a whole", "pilot floor area (m²)")]


def test_a_note_alone_brings_the_old_source_of_a_changed_figure_not_back(base):
    client = client_of(staff(PersonKind.COUNTY_OFFICER))
    url = change_url(base)

    client.post(url, filled(client, url, **{"area_m2": "1500", "figures-0-note_zh": "含二期"}))

    assert sourced(base) == ["staff_total"]
    assert told(client) == [lost_words("pilot floor area (m²)", "the record as a whole")]


def test_whoever_verifies_the_new_value_in_the_same_form_keeps_all(base):
    client = client_of(staff())
    url = change_url(base)
    said = {"area_m2": "1500", "verified_on": "2026-06-05", "figures-0-verified_on": "2026-06-05"}

    client.post(url, filled(client, url, **said))

    assert (verified(base.figures.get(field="area_m2")), verified(base)) == ((LATER, True), (LATER, True))
    assert told(client) == []


def test_a_row_struck_out_together_with_the_change_of_its_figure_goes_once(base):
    client = client_of(staff())
    url = change_url(base)

    answer = client.post(url, filled(client, url, **{"area_m2": "1500", "figures-0-DELETE": "on"}))

    assert (answer.status_code, sourced(base)) == (302, ["staff_total"])
    assert JournalEntry.objects.filter(object_type="bases.basefigure", action="delete").count() == 1


def test_a_save_without_a_public_change_tells_nothing(base):
    client = client_of(staff())
    url = change_url(base)

    client.post(url, filled(client, url, change_reason="核对"))

    assert (sourced(base), verified(base), told(client)) == (["area_m2", "staff_total"], (DAY, True), [])


# ---------------------------------------------------------------- proposals and moves
def test_an_approved_change_of_the_host_takes_its_source_and_tells_whoever_approves(base):
    BaseFigure.objects.create(base=base, field="host", source=SourceFactory())
    change = workflow.propose_change(
        base, by=staff(PersonKind.COUNTY_OFFICER), values={"host": OrganisationFactory().pk}, reason="更名"
    )
    proposed = (sourced(base), verified(base))
    client = client_of(staff(PersonKind.SECTION_HEAD))

    client.post(change_url(change, "approve"))

    assert proposed == (["area_m2", "host", "staff_total"], (DAY, True))
    assert (sourced(base), verified(base)) == (["area_m2", "staff_total"], (None, False))
    assert told(client) == [lost_words("host organisation", "the record as a whole")]


def test_a_move_changes_no_value_and_takes_nothing(base):
    workflow.suspend(base, by=user_of_kind("section_head"), reason="整改")

    assert (sourced(base), verified(base)) == (["area_m2", "staff_total"], (DAY, True))


# ---------------------------------------------------------------- the sheet
def test_the_preview_names_what_an_import_takes_and_the_import_takes_it(base):
    client = client_of(staff())
    lost = ["pilot floor area (m²)", "the record as a whole"]

    preview = upload(client, sheet(row_of(base, area_m2=1500)))
    untouched = (sourced(base), verified(base))
    confirm(client, preview)

    with translation.override("zh-hans"):
        assert preview.context["plan"].rows[0].lost == [gettext(label) for label in lost]
    assert untouched == (["area_m2", "staff_total"], (DAY, True))
    assert (sourced(base), verified(base)) == (["staff_total"], (None, False))


def test_an_import_that_says_the_verification_anew_keeps_it(base, office):
    client = client_of(staff())
    row = row_of(base, staff_total=11, verified_on="2026-06-05", verified_by=office.name_zh)

    confirm(client, upload(client, sheet(row)))

    assert (sourced(base), verified(base)) == (["area_m2"], (LATER, True))


def test_an_import_of_an_unchanged_sheet_takes_nothing(base):
    BaseFactory(state=State.DRAFT)
    client = client_of(staff())

    preview = upload(client, sheet(row_of(base, area_m2=1200, staff_total=10)))

    assert ([row.status for row in preview.context["plan"].rows], preview.context["sealed"]) == (["unchanged"], "")

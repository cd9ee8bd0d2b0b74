"""The short tables of the desk: every page opens, the journal is their history, the admin's own log stays empty."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from common.models import CalendarDay, JournalEntry
from tests.bases.admin_pages import change_url, client_of, filled
from tests.factories import DivisionFactory, ParkFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def calendar_day():
    return CalendarDay.objects.create(on=date(2027, 1, 1), is_working=False, document_number="国办发明电〔2026〕7号")


@pytest.mark.parametrize("make", [DivisionFactory, ParkFactory, SourceFactory, OrganisationFactory, calendar_day])
def test_list_page_save_history_and_deletion_of_each_table(make):
    row = make()
    client = client_of(UserFactory(is_staff=True, is_superuser=True))
    table = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"

    pages = [client.get(table), client.get(change_url(row)), client.get(change_url(row, "history"))]
    saved = client.post(change_url(row), filled(client, change_url(row)))
    client.post(table, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

    entry = JournalEntry.objects.filter(object_type=row._meta.label_lower).latest("pk")
    assert [page.status_code for page in (*pages, saved)] == [200, 200, 200, 302]
    assert (entry.action, entry.source, LogEntry.objects.count()) == ("delete", "admin", 0)

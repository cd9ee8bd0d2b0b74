import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from common import journal
from common.models import JournalEntry, Park

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> JournalEntry:
    park = Park.objects.create(code="high-tech", name_zh="高新区")
    park.name_zh = "国家高新区"
    with journal.acting(reason="升级"):
        park.save()
    return JournalEntry.objects.latest("pk")


def signed_in(*permissions: str) -> Client:
    user = get_user_model().objects.create(email="staff@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_whoever_may_view_the_journal_reads_it_in_words(entry):
    client = signed_in("view_journalentry")

    assert "国家高新区" in client.get(reverse("admin:common_journalentry_changelist")).text
    page = client.get(reverse("admin:common_journalentry_change", args=[entry.pk])).text
    assert "升级" in page
    assert "国家高新区" in page


@pytest.mark.parametrize(("name", "status"), [("changelist", 403), ("add", 403), ("change", 403), ("delete", 403)])
def test_staff_without_the_permission_see_no_journal(entry, name, status):
    args = [entry.pk] if name in ("change", "delete") else []

    response = signed_in("view_park").get(reverse(f"admin:common_journalentry_{name}", args=args))

    assert response.status_code == status


@pytest.mark.parametrize("name", ["add", "delete"])
def test_no_permission_lets_anyone_write_the_journal(entry, name):
    client = signed_in(*(f"{verb}_journalentry" for verb in ("view", "add", "change", "delete")))
    args = [entry.pk] if name == "delete" else []

    assert client.post(reverse(f"admin:common_journalentry_{name}", args=args)).status_code == 403
    assert client.post(reverse("admin:common_journalentry_change", args=[entry.pk]), {}).status_code == 403


def test_the_list_costs_the_same_for_any_number_of_entries(entry, django_assert_max_num_queries):
    client = signed_in("view_journalentry")
    url = reverse("admin:common_journalentry_changelist")
    client.get(url)
    for _ in range(5):
        journal.record("seen", Park(code="high-tech"), {})

    with django_assert_max_num_queries(7) as asked:
        assert client.get(url).status_code == 200

    assert not [
        query for query in asked.captured_queries if 'COUNT(*) AS "__count" FROM "common_journalentry"' in query["sql"]
    ]


def test_deleting_a_selection_records_each_row(entry):
    Park.objects.create(code="sz", name_zh="苏仙园区")
    client = signed_in("view_park", "delete_park")

    client.post(
        reverse("admin:common_park_changelist"),
        {"action": "delete_selected", "_selected_action": ["high-tech", "sz"], "post": "yes"},
    )

    deleted = JournalEntry.objects.filter(action="delete").order_by("object_id")
    assert [(entry.object_id, entry.actor.email, entry.source) for entry in deleted] == [
        ("high-tech", "staff@example.org", "admin"),
        ("sz", "staff@example.org", "admin"),
    ]

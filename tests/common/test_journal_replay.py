"""Every row rebuilt from the journal alone, and what differs named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from accounts.models import Membership
from bases.models import Base
from common import journal
from common.journal_replay import Difference, differences, replayed
from common.models import JournalEntry
from tests.conftest import journal_unlocked
from tests.factories import BaseFactory
from tests.factories_accounts import MembershipFactory

pytestmark = pytest.mark.django_db


def raw(sql: str, *parameters: object) -> None:
    """Behind the journal's back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def membership() -> Membership:
    """Changed once after it was made."""
    row = MembershipFactory(role="member")
    row.role = "administrator"
    row.save()
    return row


def test_what_is_journalled_can_be_rebuilt_from_the_journal_alone(membership):
    base = BaseFactory()

    assert replayed(Membership)[str(membership.pk)]["role"] == "administrator"
    assert replayed(Base)[str(base.pk)]["name_zh"] == base.name_zh
    assert list(differences([Membership, Base])) == []


def test_a_right_given_behind_the_journals_back_is_named(membership):
    raw("UPDATE accounts_membership SET role = 'reader' WHERE id = %s", membership.pk)

    assert list(differences([Membership])) == [
        Difference(Membership, str(membership.pk), "role", "administrator", "reader")
    ]


def test_a_row_taken_out_behind_the_journals_back_is_named_and_one_that_was_deleted_is_not(membership):
    deleted = MembershipFactory()
    deleted.delete()
    raw("DELETE FROM accounts_membership WHERE id = %s", membership.pk)

    assert list(differences([Membership])) == [Difference(Membership, str(membership.pk), "", "there", "gone")]


def test_the_command_says_that_all_is_well_or_what_is_not(membership):
    out = StringIO()
    call_command("compare_journal", stdout=out)
    assert out.getvalue() == "每一行都与日志一致。\n"

    raw("UPDATE accounts_membership SET role = 'reader' WHERE id = %s", membership.pk)
    with pytest.raises(CommandError, match="1 个值与日志不一致"):
        call_command("compare_journal", stdout=StringIO())


def test_rows_are_not_held_against_a_journal_that_is_not_whole_itself(membership):
    journal.seal()
    entry = JournalEntry.objects.order_by("pk").first()
    with journal_unlocked():
        raw("UPDATE common_journalentry SET object_type = 'nothing' WHERE id = %s", entry.pk)

    with translation.override("en"), pytest.raises(CommandError, match="not whole") as refusal:
        call_command("compare_journal")

    assert str(refusal.value).endswith(f"Entry {entry.pk} (seal 1) was changed.")

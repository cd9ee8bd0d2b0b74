"""Text that the database holds encrypted, and the keys it is read with."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.encryption import opens_under, seal, unseal
from common.resealing import Sealed, columns, needed_keys, reseal, spare_keys
from subsidies.enums import State
from subsidies.models import Objection, PayeeAccount
from tests.factories_awarding import NUMBER, account_of
from tests.factories_publicity import listed, objected
from tests.factories_subsidies import ApplicationFactory


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = ["new", "old"]


def test_what_is_sealed_reads_back_and_looks_different_every_time():
    first, second = seal("6222 0000 1234"), seal("6222 0000 1234")

    assert unseal(first) == unseal(second) == "6222 0000 1234"
    assert first != second
    assert "1234" not in first
    assert (seal(""), unseal("")) == ("", "")


def test_an_older_key_still_opens_and_a_lost_one_says_so(settings):
    settings.FIELD_KEYS = ["old"]
    token = seal("账号")
    settings.FIELD_KEYS = ["new", "old"]
    assert unseal(token) == "账号"

    settings.FIELD_KEYS = ["another"]
    with pytest.raises(ValueError, match="No key in FIELD_KEYS fits"):
        unseal(token)


@pytest.mark.django_db
def test_the_database_holds_ciphertext_and_the_model_plain_text():
    application = ApplicationFactory(state=State.AWARDED)
    account = PayeeAccount.objects.create(
        application=application,
        holder=application.organisation.name_zh,
        bank="示例银行",
        number="43001234567890",
        last_digits="7890",
        entered_by=application.started_by,
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM subsidies_payeeaccount WHERE id = %s", [account.pk])
        stored = cursor.fetchone()[0]
    assert "7890" not in stored
    assert unseal(stored) == PayeeAccount.objects.get(pk=account.pk).number == "43001234567890"
    assert str(account) == "示例银行 •••• 7890"


# ---------------------------------------------------------------- a site whose keys change
ACCOUNTS = Sealed("subsidies_payeeaccount", "number", "id")
NAMES = Sealed("subsidies_objection", "name", "id")


def stored(sealed):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sealed.column} FROM {sealed.table}")
        return cursor.fetchone()[0]


@pytest.fixture
def sealed_before(settings):
    """An account and an open objection from the time of the first key; now another one stands before it."""
    settings.FIELD_KEYS = ["old"]
    account = account_of(ApplicationFactory(state=State.AWARDED))
    objection = objected(listed(ApplicationFactory(state=State.PUBLICITY_READY)).entries.get(), name="王某")
    settings.FIELD_KEYS = ["new", "old"]
    return account, objection


def test_every_sealed_column_is_known():
    assert {(each.table, each.column) for each in columns()} == {
        ("subsidies_payeeaccount", "number"),
        *(("subsidies_objection", name) for name in ("name", "contact", "email", "text")),
        *(("subsidies_subscription", name) for name in ("token", "email")),
        ("subsidies_subscriptionrequest", "email"),
    }


@pytest.mark.django_db
def test_after_a_change_of_keys_old_values_are_read_and_new_ones_bear_the_new_key(sealed_before):
    account, objection = sealed_before

    assert PayeeAccount.objects.get().number == NUMBER
    assert Objection.objects.get(pk=objection.pk).name == "王某"
    assert (opens_under(stored(ACCOUNTS)), opens_under(seal("x"))) == (1, 0)
    assert account_of(account.application, state="entered").number == NUMBER


@pytest.mark.django_db
def test_what_may_change_is_sealed_anew_and_a_frozen_account_keeps_its_key(sealed_before, settings):
    before = stored(ACCOUNTS)

    accounts, names = reseal(ACCOUNTS), reseal(NAMES)

    assert (accounts.current, accounts.resealed, dict(accounts.kept), accounts.lost) == (0, 0, {2: 1}, 0)
    assert (names.current, names.resealed, dict(names.kept)) == (1, 1, {})
    assert stored(ACCOUNTS) == before
    assert (opens_under(stored(NAMES)), Objection.objects.get().name) == (0, "王某")
    assert (needed_keys([accounts, names]), spare_keys([accounts, names])) == ([1, 2], [])
    assert (needed_keys([names]), spare_keys([names])) == ([1], [2])
    assert reseal(NAMES).resealed == 0


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(sealed_before, capsys):
    before = stored(NAMES)

    call_command("reseal_fields", dry_run=True)

    assert stored(NAMES) == before
    assert "1, 2" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_key_that_is_missing_is_told_and_what_it_sealed_is_left_alone(sealed_before, settings):
    settings.FIELD_KEYS = ["new"]
    before = stored(NAMES)

    with pytest.raises(CommandError):
        call_command("reseal_fields")

    assert stored(NAMES) == before

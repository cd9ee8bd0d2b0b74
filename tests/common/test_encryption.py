"""Text that the database holds encrypted, and the keys it is read with."""

import pytest
from django.db import connection

from common.encryption import seal, unseal
from subsidies.enums import State
from subsidies.models import PayeeAccount
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

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Membership, Organisation, User

pytestmark = pytest.mark.django_db

PASSWORD = "a long and quiet evening"


def run(**options) -> str:
    out = StringIO()
    call_command("create_demo_accounts", stdout=out, **options)
    return out.getvalue()


def test_one_account_per_role_signs_in_with_the_printed_password():
    printed = run(password=PASSWORD)

    emails = [line.split()[0] for line in printed.splitlines()[:-1]]
    assert emails == [
        "enterprise@demo.invalid",
        "operator@demo.invalid",
        "county@demo.invalid",
        "clerk@demo.invalid",
        "head@demo.invalid",
        "finance@demo.invalid",
        "expert@demo.invalid",
        "discipline@demo.invalid",
        "admin@demo.invalid",
    ]
    assert PASSWORD in printed.splitlines()[-1]
    for email in emails:
        answer = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
        assert (email, answer.status_code, answer.url) == (email, 302, "/")


def test_a_second_run_changes_only_the_password():
    run()
    run(password=PASSWORD)

    assert (User.objects.count(), Organisation.objects.count(), Membership.objects.count()) == (9, 2, 3)
    assert User.objects.get(email="clerk@demo.invalid").check_password(PASSWORD)


def test_the_made_up_password_is_long_and_differs():
    first, second = (re.search(r"[A-Za-z0-9]+$", run().strip())[0] for _ in range(2))

    assert len(first) == 16
    assert first != second


def test_the_demo_bodies_are_marked_and_stand_in_linwu():
    run()

    assert list(Organisation.objects.order_by("slug").values_list("name_zh", "is_demo", "registered_division")) == [
        ("演示县科技局", True, "431025"),
        ("演示新材料有限公司", True, "431025"),
    ]
    for organisation in Organisation.objects.all():
        organisation.full_clean()
    assert User.objects.get(email="county@demo.invalid").divisions() == {"431025"}


def test_production_gets_no_demo_accounts(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        run()

    assert User.objects.count() == 0

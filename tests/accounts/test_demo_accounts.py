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


DESK = {
    f"{name}@demo.invalid"
    for name in ["county", "leader", "clerk", "head", "head2", "chief", "finance", "discipline", "admin"]
}
WITHOUT_FIRM = (
    "operator@demo.invalid",
    "consultant@demo.invalid",
    *(f"expert{number}@demo.invalid" for number in range(1, 11)),
)


def test_one_account_per_role_signs_in_with_the_printed_password():
    printed = run(password=PASSWORD)

    emails = [line.split()[0] for line in printed.splitlines()[:-2]]
    assert emails == [
        "enterprise@demo.invalid",
        "lead@demo.invalid",
        "member@demo.invalid",
        "reader@demo.invalid",
        "consultant@demo.invalid",
        "other@demo.invalid",
        "awarded@demo.invalid",
        "operator@demo.invalid",
        "county@demo.invalid",
        "leader@demo.invalid",
        "clerk@demo.invalid",
        "head@demo.invalid",
        "head2@demo.invalid",
        "chief@demo.invalid",
        "finance@demo.invalid",
        *[f"expert{number}@demo.invalid" for number in range(1, 11)],
        "discipline@demo.invalid",
        "admin@demo.invalid",
    ]
    assert PASSWORD in printed.splitlines()[-2]
    for email in emails:
        answer = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
        place = "/admin/" if email in DESK else "/accounts/" if email in WITHOUT_FIRM else "/applications/"
        assert (email, answer.status_code, answer.url) == (email, 302, place)


def test_a_second_run_changes_only_the_password():
    run()
    run(password=PASSWORD)

    assert (User.objects.count(), Organisation.objects.count(), Membership.objects.count()) == (27, 4, 9)
    assert User.objects.get(email="clerk@demo.invalid").check_password(PASSWORD)


def test_the_made_up_password_is_long_and_differs():
    first, second = (re.search(r"[A-Za-z0-9]+$", run().splitlines()[-2])[0] for _ in range(2))

    assert len(first) == 16
    assert first != second


def test_the_demo_bodies_are_marked_and_stand_in_linwu():
    run()

    assert list(Organisation.objects.order_by("slug").values_list("name_zh", "is_demo", "registered_division")) == [
        ("演示先行材料有限公司", True, "431025"),
        ("演示县科技局", True, "431025"),
        ("演示新材料有限公司", True, "431025"),
        ("演示另一家有限公司", True, "431025"),
    ]
    for organisation in Organisation.objects.all():
        organisation.full_clean()
    assert User.objects.get(email="county@demo.invalid").divisions() == {"431025"}


def test_production_gets_no_demo_accounts(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        run()

    assert User.objects.count() == 0


def test_the_demo_firm_can_go_the_whole_way_and_the_other_one_cannot_yet():
    run()
    run()

    firm, other = (Organisation.objects.get(slug=slug) for slug in ("demo-enterprise", "demo-other-enterprise"))
    assert (firm.is_verified, firm.recommender.slug) == (True, "demo-county-bureau")
    assert (other.is_verified, other.recommender) == (False, None)
    roles = dict(firm.memberships.values_list("user__email", "role"))
    assert roles == {
        "enterprise@demo.invalid": "administrator",
        "lead@demo.invalid": "project_lead",
        "member@demo.invalid": "member",
        "reader@demo.invalid": "reader",
        "operator@demo.invalid": "base_operator",
    }
    leader = User.objects.get(email="leader@demo.invalid")
    assert leader.roles == {firm.recommender_id: "leader"}
    assert leader.has_perm("subsidies.recommend_application")
    assert User.objects.get(email="consultant@demo.invalid").roles == {}

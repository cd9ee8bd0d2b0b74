import re
from collections import Counter
from datetime import date
from typing import NamedTuple

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from accounts import tokens
from accounts.enums import PersonKind
from accounts.models import User
from bases import workflow
from bases.enums import State
from common.models import CalendarDay, JournalEntry
from subsidies.models import Application
from tests.access.routes import all_routes
from tests.access.samples import PARAMETERS, PICTURE, subsidy_world, take_side
from tests.access.table import EVERYONE, TABLE
from tests.factories import BaseFactory, DivisionFactory, IndustryFactory, ParkFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory, user_of_kind
from tests.factories_pictures import PictureFactory
from tests.lifted import taken_back

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
MODEL = re.compile(r"admin/(\w+)/(\w+)/<path:object_id>/")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One sample of everything a route can name, in the county of the sample's officer.

    Made once: what a test does to it is taken back to here by the test's own transaction, which lies within this one.
    """
    with django_db_blocker.unblock(), taken_back():
        _sample()
        yield


def _sample():
    ParkFactory()
    base = BaseFactory(slug="sample", state=State.LISTED, industries=[IndustryFactory()])
    ProjectFactory(slug="sample", base=base, source=SourceFactory())
    pending = BaseFactory(slug="pending")
    workflow.propose_change(
        pending, by=user_of_kind(PersonKind.BUREAU_CLERK), values={"name_zh": "新名称"}, reason="更名"
    )
    PictureFactory(base=base, large__public_id=PICTURE)
    OrganisationFactory()
    tokens.issue(UserFactory(), name="sample", days=1)
    subsidy_world()
    CalendarDay.objects.create(on=date(2027, 1, 1), is_working=False, document_number="国办发明电〔2026〕1号")


def addresses():
    """Each route with its path, every parameter filled from the sample world as it now is."""
    base = _sample_key("bases", "base")
    samples = {
        "slug": "sample",
        "section": "pages",
        "action": "remove",
        "key": "no-key",
        "uidb36": "1",
        "pk": _sample_key("accounts", "apitoken"),
        "content_type_id": str(ContentType.objects.get_for_model(apps.get_model("bases", "base")).pk),
        "app_label": "bases",
        "url": "no-such-page",
        "comment_id": _sample_key("subsidies", "comment"),
        "recommendation_id": _sample_key("subsidies", "recommendation"),
        "dataset": "awards",
        "form": "csv",
        "award_id": _sample_key("subsidies", "award"),
        "call_id": _sample_key("subsidies", "call"),
        "unit_id": str(Application.objects.get(public_id=PARAMETERS["public_id"]).recommender_id),
        **PARAMETERS,
    }
    for route in all_routes():
        model = MODEL.match(route.path)
        samples["object_id"] = _sample_key(*model.groups()) if model else base
        path = route.path.replace("^", "").replace("$", "")
        yield route, "/" + PARAMETER.sub(lambda found: samples[found[1] or found[2]], path)


def _sample_key(app_label, model_name):
    model = apps.get_model(app_label, model_name)
    rows = model._base_manager.order_by("pk")
    if app_label == "bases" and model_name == "base":
        rows = rows.filter(slug="sample")
    row = rows.first()
    return str(row.pk) if row else "1"


def client_of(kind):
    """Signed in, and with a personal token, which the API alone looks at."""
    client = Client()
    if kind != PersonKind.PUBLIC:
        person = user_of_kind(kind)
        take_side(person, kind)
        client.defaults["HTTP_AUTHORIZATION"] = f"Token {tokens.issue(person, name='access', days=1)[1]}"
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


SENT_AWAY = re.compile(r"(/en)?/(accounts|admin)/login/|/admin/$")
BACK_TO_THE_RECORD = re.compile(r"/admin/\w+/\w+/[^/]+/change/$")  # where a move that was made leads too


def is_refused(answer):
    """Refusals: sign in first, not yours, not there, or sent back to the desk or the record with a sentence."""
    if answer.status_code in (301, 302):
        place, asked = answer.headers["Location"], answer.request["REQUEST_METHOD"]
        return bool(SENT_AWAY.match(place) or (asked == "GET" and BACK_TO_THE_RECORD.match(place)))
    return answer.status_code in (401, 403, 404)


def test_every_route_has_a_row_and_every_row_a_route():
    routes = Counter(route.name for route in all_routes())

    assert sorted(set(routes) - set(TABLE)) == [], "routes without a row"
    assert sorted(set(TABLE) - set(routes)) == [], "rows without a route"


class Step(NamedTuple):
    route: str
    is_refused: bool
    said: str
    policy: str
    has_written: bool


@pytest.fixture(scope="module", params=list(PersonKind), ids=str)
def walk(request, world, django_db_blocker):
    """A kind of person, and what each address answered it."""
    with django_db_blocker.unblock(), taken_back():
        return request.param, list(_steps(request.param))


def _steps(kind):
    client = client_of(kind)
    # But for the trace of who looked at personal data.
    newest = JournalEntry.objects.exclude(action="seen").order_by("-pk").values_list("pk", flat=True)
    before = newest.first()
    for route, address in addresses():
        answer = getattr(client, TABLE[route.name].method)(address)
        said = f"{route.name} {answer.status_code} {answer.headers.get('Location', '')}"
        policy = answer.headers.get("Content-Security-Policy", "")
        after = newest.first()
        yield Step(route.name, is_refused(answer), said, policy, has_written=after != before)
        if "logout" in route.name:
            client = client_of(kind)
            after = newest.first()
        before = after


def test_each_kind_of_person_gets_through_where_the_table_says_and_nowhere_else(walk):
    kind, steps = walk
    different = [step.said for step in steps if step.is_refused == (kind in TABLE[step.route].open_to)]

    assert "\n".join(different) == ""


def test_reading_never_writes(walk):
    _, steps = walk
    reading = [step for step in steps if TABLE[step.route].method == "get" and "logout" not in step.route]

    assert [step.route for step in reading if step.has_written] == []


def test_every_answer_carries_the_policy_without_inline_code(walk):
    _, steps = walk

    assert [step.route for step in steps if not _is_strict(step.policy)] == []


def _is_strict(policy):
    return any(f"default-src '{each}'" in policy for each in ("self", "none")) and "'unsafe-" not in policy


@pytest.mark.parametrize("kind", list(PersonKind), ids=str)
def test_a_refused_person_cannot_post_either(kind, world):
    client = client_of(kind)
    before = (JournalEntry.objects.count(), User.objects.count())
    different = []
    for route, address in addresses():
        if kind in TABLE[route.name].open_to or TABLE[route.name].open_to == EVERYONE:
            continue
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(address)
            is_sent_back = BACK_TO_THE_RECORD.match(answer.headers.get("Location", ""))
            if not is_refused(answer) and not is_sent_back and answer.status_code != 405:
                different.append(f"{method} {route.name} {answer.status_code}")

    assert "\n".join(different) == ""
    assert (JournalEntry.objects.count(), User.objects.count()) == before


@pytest.mark.parametrize("route", ["change", "history", "propose", "move/remove", "delete"])
def test_a_base_of_another_county_is_as_absent_as_a_random_one(world, route):
    client = client_of(PersonKind.COUNTY_OFFICER)
    elsewhere = BaseFactory(division=DivisionFactory(code="431022", name_zh="宜章县"))

    theirs = client.get(f"/admin/bases/base/{elsewhere.pk}/{route}/")
    random = client.get(f"/admin/bases/base/987654/{route}/")

    assert is_refused(theirs)
    assert theirs.status_code == random.status_code


def test_a_person_who_loses_the_role_loses_the_power_at_the_next_request(world):
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    client = Client()
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/bases/base/").status_code == 200

    clerk.groups.clear()

    assert is_refused(client.get("/admin/bases/base/"))


def test_a_stranger_without_any_group_gets_no_further_than_a_visitor_in_the_admin(world):
    client = Client()
    client.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert is_refused(client.get("/admin/"))
    assert is_refused(client.get("/admin/projects/project/"))

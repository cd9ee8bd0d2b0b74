"""Nothing that is not public yet can be learned from outside.

Every text of every case, in every state, is a canary; then a visitor reads all there is to read.
"""

import re
from collections import deque
from itertools import count
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import PersonKind
from accounts.models import Organisation, User
from common.encryption import SealedField, seal
from subsidies.enums import SINCE_APPROVAL, State
from subsidies.models import (
    Application,
    Comment,
    Correction,
    CorrectionItem,
    CrossCheckHit,
    FormCheck,
    Letter,
    Recommendation,
)
from tests.access.routes import all_routes
from tests.access.table import TABLE
from tests.conftest import journal_unlocked
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db

# What the public reads in any case.
OPEN_DATA = ("policy", "policyclause", "scheme", "call", "callversion", "callquestion")
# What becomes public with the notice and the award, and of which cases.
PUBLISHED = {
    ("subsidies.Application", "project_name"),
    ("subsidies.Award", "project_name"),
    ("subsidies.Award", "document_number"),
    ("subsidies.AwardDocument", "number"),
    ("subsidies.AwardDocument", "title"),
    ("subsidies.PublicNotice", "title_zh"),
    ("subsidies.PublicNotice", "title_en"),
    ("subsidies.PublicNotice", "text_zh"),
    ("subsidies.PublicNotice", "text_en"),
    ("subsidies.PublicNotice", "business_contact"),
    ("subsidies.PublicNotice", "discipline_contact"),
    ("subsidies.PublicNotice", "replaced_reason"),
    ("accounts.Organisation", "name_zh"),
    ("accounts.Organisation", "name_en"),
}
PUBLIC_STATES = [state for state in SINCE_APPROVAL if state != State.PUBLICITY_READY]
CANARY = re.compile(r"zq\d{5}zq")
ADDRESS = re.compile(r"""["'>](?:https?://[^/"'<>\s]+)?(/(?!static/|admin/)[^"'<>\s]*)""")
KEPT_AS_THEY_ARE = ("slug", "once_key", "digest", "final_digest", "receipt_code", "number", "key", "sha256", "content")
KEPT_AS_THEY_ARE += ("seed", "inputs_digest")  # of a draw, which is published once all is decided
MOST_PAGES = 700


class Canaries:
    """Each names the model, the field and the row it was put into."""

    def __init__(self):
        self.numbers = count(1)
        self.of = {}

    def put_into(self, rows, names):
        for row in rows:
            for field in names:
                canary = f"zq{next(self.numbers):05d}zq"
                if _written(row, field, seal(canary) if isinstance(field, SealedField) else canary):
                    self.of[canary] = (row._meta.label, field.name, row.pk)


def _written(row, field, value):
    """Whether a constraint lets the column hold words here."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row._meta.db_table} SET {field.column} = %s WHERE id = %s", [value, row.pk])
    except IntegrityError:
        return False
    return True


def texts_of(model):
    """Columns that people write words into."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in KEPT_AS_THEY_ARE
        and (field.max_length or 100) >= 9
    ]


@pytest.fixture
def canaries():
    """A case in every state with what people wrote on the way, every word of it a canary."""
    call = CallFactory(slug="open-call")
    for state in State:
        _write_about(ApplicationFactory(call=call, state=state))
    found = Canaries()
    with journal_unlocked():
        for model in apps.get_app_config("subsidies").get_models():
            if model._meta.model_name not in OPEN_DATA and not model._meta.proxy:
                found.put_into(model._base_manager.all(), texts_of(model))
        firms = Organisation.objects.filter(applications__isnull=False)
        found.put_into(firms.distinct(), [field for field in texts_of(Organisation) if field.name != "credit_code"])
        found.put_into(User.objects.all(), [field for field in texts_of(User) if field.name in ("name", "phone")])
    return found


def _write_about(application):
    person, unit = UserFactory(), application.recommender
    Comment.objects.create(application=application, text="请核对", by=person)
    Recommendation.objects.create(application=application, unit=unit, prepared_by=person)
    check = FormCheck.objects.create(application=application, round=1, checked_by=person, note="备注")
    check.results.create(item="C1", outcome="fail", note="缺页")
    CrossCheckHit.objects.create(application=application, kind="patent", key="ZL000")
    Letter.objects.create(application=application, subject="函", body="内容", sent_by=person)
    correction = Correction.objects.create(
        application=application, round=1, asked_by=person, due_on="2027-01-08", grace_until="2027-01-12"
    )
    CorrectionItem.objects.create(correction=correction, field="investment_yuan", reason="不一致")


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


def beginnings():
    """Every address that is open to all and needs no parameter."""
    for route in all_routes():
        row = TABLE.get(route.name)
        if row and PersonKind.PUBLIC in row.open_to and row.method == "get" and not re.search(r"[<(]", route.path):
            yield "/" + route.path.replace("^", "").replace("$", "")


def crawled(visitor):
    """Every answer a visitor gets by following what the site itself names; one parameter of an address at a time."""
    waiting, seen = deque(dict.fromkeys(["/", "/en/", "/sitemap.xml", *beginnings()])), set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        answer = visitor.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace")
        yield address, text
        waiting.extend(
            found for found in ADDRESS.findall(text.replace("&amp;", "&")) if found not in seen and found.count("=") < 2
        )


def test_no_word_of_a_case_that_is_not_public_is_anywhere_on_the_public_site(canaries, visitor):
    open_cases = set(Application.objects.filter(state__in=PUBLIC_STATES).values_list("pk", flat=True))
    open_firms = set(Application.objects.filter(pk__in=open_cases).values_list("organisation", flat=True))

    leaks, pages = set(), 0
    for address, text in crawled(visitor):
        pages += 1
        for canary in set(CANARY.findall(text)) & canaries.of.keys():
            model, field, key = canaries.of[canary]
            is_closed = (model == "subsidies.Application" and key not in open_cases) or (
                model == "accounts.Organisation" and key not in open_firms
            )
            if (model, field) not in PUBLISHED or is_closed:
                leaks.add((address, model, field, key))

    assert leaks == set()
    assert pages > 100


PLACES = ("/search/", "/bases/", "/projects/", "/awards/", "/api/v1/awards/", "/api/v1/bases/")


def test_a_search_for_a_word_of_a_closed_case_answers_as_for_a_word_that_is_nowhere(canaries, visitor):
    closed = set(Application.objects.exclude(state__in=PUBLIC_STATES).values_list("pk", flat=True))
    words = [
        canary
        for canary, (model, _field, key) in canaries.of.items()
        if model == "subsidies.Application" and key in closed
    ]

    assert len(words) > 20
    for place in PLACES:
        nothing = answered(visitor, place, "zq99999zq")
        assert [(place, word) for word in words[::7] if answered(visitor, place, word) != nothing] == []


def answered(visitor, place, word):
    answer = visitor.get(place, {"q": word})
    return answer.status_code, re.sub(r"nonce-\S+|csrf\S+", "", answer.content.decode().replace(word, "…"))


def test_the_address_of_a_case_answers_a_visitor_as_one_that_is_nowhere(canaries, visitor):
    pages = ("application_detail", "application_history", "application_print")
    for application in Application.objects.all():
        for page in pages:
            real, invented = (
                visitor.get(reverse(f"subsidies:{page}", args=[key])) for key in (application.public_id, uuid4())
            )
            assert (real.status_code, real.content) == (invented.status_code, invented.content)
        assert visitor.get(f"/api/v1/applications/{application.public_id}/").status_code == 401

"""The same request many times at the same moment, over the API: one row, one answer."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.models import StoredFile
from subsidies.models import Application, ApplicationFile, Submission
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.signing import ready
from tests.subsidies.test_api_attachments import pdf

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def until_done(ask):
    """As a program does it: told to come back, it waits as long as it was told, and comes back."""
    try:
        answer = ask()
        while answer.status_code == 409 and "Retry-After" in answer:
            time.sleep(int(answer["Retry-After"]))
            answer = ask()
        return answer.status_code, answer.content, answer.get("Location")
    finally:
        connection.close()


def all_at_once(ask, times=50):
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _number: until_done(ask), range(times)))


def test_fifty_beginnings_under_one_key_make_one_application():
    CallFactory(slug="award-2026")
    lead = Caller(person_of(firm()))
    content = {"call": "award-2026", "project_name": "甲"}

    answers = all_at_once(lambda: lead.post("applications/", content, "k-1"))

    assert (len(set(answers)), answers[0][0]) == (1, 201)
    assert Application.objects.count() == 1


def test_fifty_signatures_under_one_key_make_one_submission():
    application, signatory = ready()
    caller = Caller(signatory)

    answers = all_at_once(lambda: caller.post(f"applications/{application.public_id}/submit/", {"pledge": True}, "k-1"))

    assert (len(set(answers)), answers[0][0]) == (1, 201)
    assert Submission.objects.count() == 1


def test_ten_uploads_under_one_key_make_one_file():
    own = firm()
    application, writer = ApplicationFactory(organisation=own), Caller(person_of(own))
    address, content = f"applications/{application.public_id}/attachments/", pdf()

    answers = all_at_once(lambda: writer.send_file(address, "A01", content, "执照.pdf", "k-1"), times=10)

    assert (len(set(answers)), answers[0][0]) == (1, 201)
    assert (StoredFile.objects.count(), ApplicationFile.objects.count()) == (1, 1)

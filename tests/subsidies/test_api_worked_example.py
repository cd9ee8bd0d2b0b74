"""The script of docs/examples hands in a complete application for the delivered award, over HTTP and with a token."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from accounts import tokens
from common.journal_replay import differences
from common.models import Journalled
from subsidies.enums import State
from subsidies.models import Application, Submission
from tests.factories_subsidies import CallFactory, firm, person_of
from tests.subsidies.test_api_attachments import pdf

pytestmark = pytest.mark.django_db(transaction=True)

JOURNALLED = [model for model in apps.get_models() if issubclass(model, Journalled)]
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
AWARD = json.loads((ROOT / "subsidies" / "data" / "award_content.json").read_text("utf-8"))
OF_THE_FIRM = ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A15")


@pytest.fixture
def signatory():
    CallFactory(slug="award-2026", content=AWARD)
    return person_of(firm(credit_code="91431000MA4L16JQ9L"))


@pytest.fixture
def folder(tmp_path):
    for code in OF_THE_FIRM:
        (tmp_path / f"{code} 材料.pdf").write_bytes(pdf(code))
    return tmp_path


@pytest.fixture
def apply(live_server, signatory, folder):
    def run():
        command = [sys.executable, EXAMPLES / "apply.py", live_server.url, "award-2026", "含氟新材料中试"]
        command += [EXAMPLES / "answers.json", folder]
        token = tokens.issue(signatory, name="script", days=1)[1]
        environment = {**os.environ, "CHENZHOU_TOKEN": token, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    return run


def test_the_script_of_the_docs_submits_a_complete_application(apply, signatory):
    done = apply()

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    application, submission = Application.objects.get(), Submission.objects.get()
    assert (application.state, application.submitted_by) == (State.RECOMMENDATION, signatory)
    assert done.stdout.splitlines()[-1] == f"submitted: {application.number} {submission.receipt_code}"
    assert [row.material for row in application.files.order_by("material")] == list(OF_THE_FIRM)
    assert application.data["investment_yuan"] == "12605000.00"
    assert list(differences(JOURNALLED)) == []


def test_run_again_it_finds_what_it_has_done(apply):
    apply()
    again = apply()

    assert again.returncode == 0
    assert again.stdout.splitlines()[-1].startswith(f"submitted before: {Application.objects.get().number}")
    assert Submission.objects.count() == 1


def test_it_says_what_is_missing_and_goes_on_when_it_is_there(apply, folder):
    licence = (folder / "A01 材料.pdf").rename(folder.parent / "A01 材料.pdf")

    first = apply()
    licence.rename(folder / "A01 材料.pdf")
    second = apply()

    assert (first.returncode, second.returncode) == (1, 0)
    assert "A01" in first.stdout.splitlines()[-1]
    assert Application.objects.count() == 1

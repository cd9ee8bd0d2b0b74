"""What an expert gets to see of the files: pages with a mark across them, and the names of what has no pages."""

import io

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from accounts.enums import PersonKind
from common.file_previews import page_image
from common.files import FileRules, receive
from subsidies.enums import State
from subsidies.models import ApplicationFile
from tests.factories_accounts import UserFactory
from tests.factories_decision import seat, staff
from tests.factories_files import docx, pdf
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.calls import client_for
from tests.subsidies.panel import expert_of, signed_by_the_firm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

RULES = FileRules(("pdf", "docx"))


@pytest.fixture
def own():
    """A seat at an application with a PDF of two pages and a text of Word."""
    application = ApplicationFactory(state=State.REVIEW)
    for content, name in ((pdf(2), "licence.pdf"), (docx(), "report.docx")):
        stored = receive(content, name, application.started_by, RULES)
        ApplicationFile.objects.create(
            application=application, material="A01", file=stored, added_by=application.started_by
        )
    signed_by_the_firm(application)
    return seat(application)


def file_of(own, name):
    return own.application.files.get(file__name=name).file


def address(view, own, name, *more):
    return reverse(f"subsidies:{view}", args=[own.pk, file_of(own, name).public_id, *more])


def test_a_file_without_pages_is_listed_by_name_with_whom_to_ask_and_opens_nowhere(own):
    client = client_for(expert_of(own))

    text = client.get(reverse("subsidies:review_application", args=[own.pk])).text

    assert "report.docx" in text
    assert "This kind of file cannot be shown as pages. Ask the bureau if you need it." in text
    assert (address("review_file_preview", own, "licence.pdf") in text, "2 pages" in text) == (True, True)
    assert address("review_file_preview", own, "report.docx") not in text
    assert client.get(address("review_file_preview", own, "report.docx")).status_code == 404
    assert client.get(address("review_file_page", own, "report.docx", 1)).status_code == 404


def test_every_page_comes_as_a_picture_with_a_mark_across_it(own):
    client = client_for(expert_of(own))

    answers = [client.get(address("review_file_page", own, "licence.pdf", page)) for page in (1, 2, 3)]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    plain = Image.open(io.BytesIO(page_image(file_of(own, "licence.pdf"))))
    for answer in answers[:2]:
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, no-store"
        marked = Image.open(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content))
        assert marked.size == plain.size
        assert ImageChops.difference(marked, plain).getbbox() is not None


def test_the_file_itself_is_handed_to_no_expert(own):
    application = own.application
    whole = reverse("subsidies:file_download", args=[application.public_id, file_of(own, "licence.pdf").public_id])

    assert client_for(expert_of(own)).get(whole).status_code == 404


def test_nobody_else_sees_a_page_nor_the_expert_once_the_review_is_over(own):
    page = address("review_file_page", own, "licence.pdf", 1)
    other = seat(ApplicationFactory(state=State.REVIEW))
    for stranger in (UserFactory(), staff(PersonKind.SECTION_HEAD), expert_of(other)):
        assert client_for(stranger).get(page).status_code == 404

    own.application.organisation.memberships.create(user=own.expert.user, role="member")
    assert client_for(expert_of(own)).get(page).status_code == 403

"""Public notices by API: what was published, with what left the list, and nothing of a draft."""

import pytest

from accounts.enums import MembershipRole
from subsidies.api.notice_schema import PublicNoticeDescribed, PublicNoticeDetailDescribed
from subsidies.api.notices import NOTICE_FIELDS, NOTICES
from subsidies.enums import State
from subsidies.models import PublicNotice
from subsidies.publicity import answering, clearing
from tests.factories_publicity import drafted, objected
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.publicity.desk import approved, house, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody():
    return Caller()


def test_a_notice_is_told_with_its_list_and_what_was_taken_off_it(anybody):
    people = house()
    first, second = approved(2)
    notice = published(people, first, second)
    answering.uphold(
        objected(notice.entries.get(application=first)), by=people.handler, answer="属实", consequence="annul"
    )

    whole = anybody.get(f"notices/{notice.slug}/").json()

    assert set(whole) == set(NOTICE_FIELDS) == set(PublicNoticeDetailDescribed().fields)
    assert (whole["state"], whole["digest"], whole["replaced_by"]) == ("replaced", notice.digest, None)
    assert [(row["number"], row["is_removed"]) for row in whole["entries"]] == [
        (first.number, True),
        (second.number, False),
    ]


def test_notices_are_listed_by_call_and_state_and_drafts_are_absent(anybody):
    people = house()
    notice = published(people, *approved())
    draft = drafted(*approved())

    rows = anybody.get("notices/").json()["results"]

    assert [row["slug"] for row in rows] == [notice.slug]
    assert set(rows[0]) == set(NOTICES.columns) == set(PublicNoticeDescribed().fields)
    assert anybody.get(f"notices/?call={notice.call.slug}").json()["results"] == rows
    assert anybody.get("notices/?state=concluded").json()["results"] == []
    assert anybody.get("notices/?state=draft").status_code == 400
    assert anybody.get(f"notices/{draft.slug}/").status_code == 404


def test_the_final_digest_is_there_when_the_notice_is_over(anybody):
    ApplicationFactory(state=State.PUBLICITY)
    clearing.clear_due()
    notice = PublicNotice.objects.get()

    assert anybody.get(f"notices/{notice.slug}/").json()["final_digest"] == notice.final_digest


def test_the_applicant_finds_the_notice_on_page_and_in_the_api():
    (application,) = approved()
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)
    caller = Caller(lead)
    assert caller.get(f"applications/{application.public_id}/").json()["public_notice"] is None
    notice = published(house(), application)

    told = caller.get(f"applications/{application.public_id}/").json()["public_notice"]

    assert (told["slug"], told["phase"], told["ends_on"]) == (notice.slug, "running", notice.ends_on.isoformat())

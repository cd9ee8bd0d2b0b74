"""Experts who sign, and officers who write, at the same moment. Needs row locks, hence PostgreSQL."""

from decimal import Decimal
from uuid import uuid4

import pytest

from subsidies import reviewing, visit_photos, visiting
from subsidies.enums import State
from subsidies.models import ApplicationStep, ScoreSheet, SiteVisit
from tests.factories_files import jpg
from tests.subsidies.panel import expert_of, kept, seats, under_review
from tests.subsidies.test_submitting_together import told
from tests.subsidies.test_visiting import crew_of, planned, written

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def test_five_who_sign_at_once_close_the_review_once_with_all_five_totals():
    application = under_review(members=5)
    for own, points in zip(seats(application), ("60", "70", "80", "90", "100"), strict=True):
        kept(own, points)

    results = told(*(lambda own=own: reviewing.sign(own, by=expert_of(own)) for own in seats(application)))

    application.refresh_from_db()
    assert [type(result) for result in results] == [ScoreSheet] * 5
    assert (application.state, application.score) == (State.REVIEWED, Decimal("80.00"))
    assert ApplicationStep.objects.filter(action="finish_review").count() == 1


def test_one_sheet_signed_twice_at_once_is_signed_once():
    application = under_review(members=2)
    own = seats(application)[0]
    kept(own)

    results = told(*[lambda: reviewing.sign(own, by=expert_of(own))] * 4)

    assert sorted(str(type(result).__name__) for result in results) == ["ScoreSheet", "str", "str", "str"]
    assert ScoreSheet.objects.count() == 1


def test_two_officers_who_write_at_once_lose_nothing_unseen():
    visit = planned()
    one, other = crew_of(visit)

    results = told(
        lambda: visiting.write(visit, by=one, version=1, written=written("甲所见")),
        lambda: visiting.write(visit, by=other, version=1, written=written("乙所见")),
    )

    kept_one = [result for result in results if isinstance(result, SiteVisit)]
    visit.refresh_from_db()
    assert (len(kept_one), results.count("conflict")) == (1, 1)
    assert visit.findings == kept_one[0].findings


def test_a_photograph_that_comes_four_times_at_once_is_kept_once(folder):
    visit, key = planned(), uuid4()
    by = crew_of(visit)[0]

    results = told(*[lambda: visit_photos.add(visit, by=by, key=key, content=jpg(), name="a.jpg")] * 4)

    assert {result.pk for result in results} == {visit.photos.get().pk}
    assert len(list(folder.glob("*/*"))) == 1

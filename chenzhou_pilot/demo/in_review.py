"""Three cases of a call of their own that a newcomer takes from the last expert's sheet into the meeting.

Two panels have signed and of the third all but one expert; the budget of the open call then reaches for two of them.
"""

from datetime import timedelta

from django.db import transaction

from chenzhou_pilot.demo.applications import nothing_mailed, told_of
from chenzhou_pilot.demo.awarded import Cases, is_free, monday_before, passed, projects_of
from chenzhou_pilot.demo.calls import SCHEME, finished_call
from chenzhou_pilot.demo.deciding import accepted, sign
from chenzhou_pilot.demo.decision import People
from chenzhou_pilot.demo.past import morning_of
from common.calendar import shanghai_today
from subsidies.models import Call, Scheme

SLUG = "demo-award-in-review"
NAMES = {
    "name_zh": "演示：重大中试项目产业化奖补申报（评审中批次）",
    "name_en": "Demonstration: award for industrialised pilot projects, under review",
}
DAYS_BACK, DAYS_OPEN, DAYS_TO_REVIEW = 9, 5, 7


@transaction.atomic
def demo_in_review(people: People) -> Cases:
    """Those that are not there yet, moved by the verbs; the second week begins with the draw."""
    scheme = Scheme.objects.filter(slug=SCHEME).first()
    monday = monday_before(shanghai_today() - timedelta(days=DAYS_BACK))
    if scheme is None or Call.objects.filter(slug=SLUG).exists() or not is_free(scheme, monday.year):
        return []
    with nothing_mailed():
        with morning_of(monday):
            call = finished_call(scheme, SLUG, NAMES, monday, monday + timedelta(days=DAYS_OPEN))
        cases = passed(call, projects_of(told_of("in_review")), monday, people)
        with morning_of(monday + timedelta(days=DAYS_TO_REVIEW)):
            *seats, _last = accepted(call, cases, people)
            for seat in seats:
                sign(seat)
    return cases

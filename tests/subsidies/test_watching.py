"""Odd patterns that the discipline office is shown, and what it makes of them; sight of personal data is recorded."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import PersonKind
from common import journal
from common.calendar import SHANGHAI
from common.models import JournalEntry
from subsidies.enums import AlertKind, State
from subsidies.models import Alert
from subsidies.watching.looking import judge, look
from subsidies.watching.nights import night_work
from subsidies.watching.words import Sentences
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_decision import ExpertFactory, seat, signed
from tests.factories_subsidies import ApplicationFactory, CallFactory, firm, person_of

pytestmark = pytest.mark.django_db


def signs_in(person, *, ip="10.1.1.7", browser="Firefox"):
    now = timezone.now()
    UserSession.objects.create(
        user=person, ip=ip, user_agent=browser, session_key=f"{person.pk}-{ip}-{browser}", last_seen_at=now
    )


def applicants(*names):
    """One firm of each name with an application under one call, and the administrator of each."""
    call = CallFactory(name_zh="2026 年申报")
    firms = [firm(name_zh=name) for name in names]
    for each in firms:
        ApplicationFactory(call=call, organisation=each, state=State.RECOMMENDATION)
    return [person_of(each) for each in firms]


def told():
    alerts = list(Alert.objects.order_by("pk"))
    sentences = Sentences(alerts)
    return [sentences.of(alert) for alert in alerts]


# ---------------------------------------------------------------- devices
def test_two_firms_of_one_call_on_one_device_are_found_once():
    first, second = applicants("甲公司", "乙公司")
    signs_in(first)
    signs_in(second)

    assert (look(), look()) == (1, 0)
    assert told() == ["甲公司、乙公司在“2026 年申报”下均有申报，其人员从同一设备（10.1.1.7）登录。"]


def test_two_browsers_two_calls_or_two_people_of_one_firm_are_no_pattern():
    first, second = applicants("甲公司", "乙公司")
    signs_in(first)
    signs_in(second, browser="Chrome")
    other = person_of(firm(name_zh="丙公司"))  # applies under no call
    signs_in(other)
    signs_in(person_of(first.memberships.get().organisation))

    assert look() == 0


# ---------------------------------------------------------------- scores
def panels(expert, count, own, others=("70.00", "72.00")):
    for _each in range(count):
        application = ApplicationFactory(state=State.REVIEW)
        signed(seat(application, expert), own)
        for total in others:
            signed(seat(application, ExpertFactory()), total)


def test_an_expert_who_is_far_above_the_others_every_time_is_found():
    expert = ExpertFactory(user=UserFactory(name="张教授"))
    panels(expert, 5, "90.00")

    assert look() == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.facts) == (AlertKind.SCORES, {"expert": expert.pk, "panels": 5, "points": "19.00"})
    assert told()[0].endswith("与其他专家平均分相差 19.00 分，5 次评审均偏向同一侧。")


def test_four_panels_or_once_on_the_other_side_are_no_pattern():
    rare, fair = ExpertFactory(), ExpertFactory()
    panels(rare, 4, "90.00")
    panels(fair, 5, "90.00")
    panels(fair, 1, "60.00")

    assert look() == 0


# ---------------------------------------------------------------- nights
@pytest.fixture
def at_night():
    """Last night at one o'clock in Shanghai."""
    today = datetime.now(SHANGHAI).replace(hour=1, minute=0, second=0, microsecond=0)
    return today if datetime.now(SHANGHAI).hour >= 5 else today - timedelta(days=1)


def changes(person, moment, count):
    application = ApplicationFactory(state=State.FORM_CHECK)
    for _each in range(count):
        with journal.acting(by=person):
            entry = journal.record("update", application, {"project_name": ["甲", "乙"]})
        with transaction.atomic():
            JournalEntry.objects.create(
                happened_at=moment, actor=person, action="update", object_type="subsidies.application"
            )
            assert entry.pk


def test_three_changes_by_staff_in_a_night_are_found_with_the_night_they_began_in(at_night):
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    changes(clerk, at_night, 3)

    found = list(night_work(timezone.now() - timedelta(days=7)))

    night = (at_night - timedelta(days=1)).date().isoformat()
    assert [(each.kind, each.facts) for each in found] == [
        (AlertKind.NIGHT, {"person": clerk.pk, "night": night, "changes": 3})
    ]


def test_two_changes_by_day_or_by_a_firm_are_no_pattern(at_night):
    clerk, applicant = user_of_kind(PersonKind.BUREAU_CLERK), UserFactory()
    changes(clerk, at_night, 2)
    changes(clerk, at_night.replace(hour=9), 3)
    changes(applicant, at_night, 3)

    assert list(night_work(timezone.now() - timedelta(days=7))) == []


# ---------------------------------------------------------------- judging
@pytest.fixture
def alert():
    return Alert.objects.create(kind="night", key="1", facts={"person": 0, "night": "2026-11-28", "changes": 3})


def test_the_discipline_office_judges_once_and_with_a_reason(alert, client):
    officer = user_of_kind(PersonKind.DISCIPLINE)
    client.force_login(officer)
    page = f"/admin/subsidies/alert/{alert.pk}/change/"

    refused = client.post(page, {"do": "judge", "judge-judgement": "harmless", "judge-reason": ""})
    done = client.post(page, {"do": "judge", "judge-judgement": "harmless", "judge-reason": "申报截止前加班"})

    assert (refused.status_code, done.status_code) == (400, 302)
    alert.refresh_from_db()
    assert (alert.judgement, alert.judged_by, alert.reason) == ("harmless", officer, "申报截止前加班")
    assert "申报截止前加班" in client.get(page).content.decode()
    with pytest.raises(MoveRefused, match="already|已"):
        judge(alert, by=officer, judgement="followed", reason="再看")


def test_nobody_else_judges_and_no_judgement_stands_without_reason(alert):
    with pytest.raises(PermissionDenied):
        judge(alert, by=user_of_kind(PersonKind.SECTION_HEAD), judgement="harmless", reason="无")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_alert SET judgement = 'harmless' WHERE id = %s", [alert.pk])


def test_an_empty_list_says_what_will_stand_there(client):
    client.force_login(user_of_kind(PersonKind.DISCIPLINE))

    assert sentences_of(client.get("/admin/subsidies/alert/")) == [
        "迄今未发现异常情况。",
        "系统每天早晨查找三类情况：同一批次的两家企业从同一设备登录、某位专家在每次评审中评分均偏向一侧、工作人员夜间改动申报事项。"
        "发现后列在此处，由您研判。异常情况不能证明任何问题，也不会改变任何申报事项。",
    ]


def test_a_list_empty_by_its_filters_says_so_and_a_full_one_says_neither(alert, client):
    client.force_login(user_of_kind(PersonKind.DISCIPLINE))

    filtered = client.get("/admin/subsidies/alert/?kind__exact=scores")

    assert sentences_of(filtered) == ["没有符合筛选条件的异常情况。清除筛选条件即可查看全部。"]
    assert sentences_of(client.get("/admin/subsidies/alert/")) == []


def sentences_of(answer):
    form = answer.content.decode().partition('id="changelist-form"')[2].partition("</form>")[0]
    return re.findall(r"<p[^>]*>([^<]+)</p>", form)


def test_the_start_page_of_the_discipline_office_shows_what_is_open(alert, client):
    client.force_login(user_of_kind(PersonKind.DISCIPLINE))
    assert "待研判的异常情况" in client.get("/admin/").content.decode()

    client.force_login(user_of_kind(PersonKind.SECTION_HEAD))
    assert "待研判的异常情况" not in client.get("/admin/").content.decode()


# ---------------------------------------------------------------- sight
def seen():
    rows = JournalEntry.objects.filter(action="seen").order_by("pk")
    return list(rows.values_list("object_type", "object_id", "actor"))


def test_each_look_at_personal_data_is_in_the_journal(client):
    officer = user_of_kind(PersonKind.DISCIPLINE)
    application, expert, person = ApplicationFactory(state=State.FORM_CHECK), ExpertFactory(), UserFactory()
    client.force_login(officer)

    client.get(f"/admin/subsidies/application/{application.pk}/change/")
    client.get(f"/admin/subsidies/expert/{expert.pk}/change/")
    client.get(f"/admin/accounts/user/{person.pk}/change/")

    assert seen() == [
        ("subsidies.application", str(application.pk), officer.pk),
        ("subsidies.expert", str(expert.pk), officer.pk),
        ("accounts.user", str(person.pk), officer.pk),
    ]


def test_who_handles_a_case_leaves_no_trace_for_looking_at_it(client):
    application = ApplicationFactory(state=State.FORM_CHECK)
    client.force_login(user_of_kind(PersonKind.BUREAU_CLERK))

    client.get(f"/admin/subsidies/application/{application.pk}/change/")

    assert seen() == []


def test_the_mean_of_the_others_leaves_the_own_total_out():
    expert = ExpertFactory()
    panels(expert, 5, "82.00", ("70.00", "70.00", "70.00"))

    look()

    assert Decimal(Alert.objects.get().facts["points"]) == Decimal("12.00")

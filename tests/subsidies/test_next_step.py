"""From the desk straight to where the next move is made."""

import pytest

from accounts.enums import PersonKind
from subsidies.enums import State
from tests.bases.admin_pages import client_of
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.deciders import held
from tests.subsidies.desk import clerk, section_head, to_recommend, unit_of
from tests.subsidies.publicity.desk import approved, house, sent

pytestmark = pytest.mark.django_db
ADMIN = "/admin/subsidies"


def led_to(user, application):
    answer = client_of(user).get(f"{ADMIN}/application/{application.pk}/next/")
    return answer.url if answer.status_code == 302 else answer.status_code


def test_what_is_done_on_the_page_of_the_case_leads_there():
    accepting, preparing = ApplicationFactory(state=State.ACCEPTANCE), to_recommend()

    assert led_to(clerk(), accepting) == f"{ADMIN}/application/{accepting.pk}/change/"
    assert led_to(unit_of(preparing).officer, preparing) == f"{ADMIN}/application/{preparing.pk}/change/"


def test_whoever_has_nothing_to_do_is_led_to_the_case():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    assert led_to(user_of_kind(PersonKind.DISCIPLINE), application) == f"{ADMIN}/application/{application.pk}/change/"


def test_a_draw_a_notice_and_an_award_document_begin_with_their_call():
    to_draw, to_publish = ApplicationFactory(state=State.CHECKED), ApplicationFactory(state=State.PUBLICITY_READY)
    to_award = ApplicationFactory(state=State.CLEARED)

    assert led_to(clerk(), to_draw) == f"{ADMIN}/draw/new/{to_draw.call_id}/"
    assert led_to(clerk(), to_publish) == f"{ADMIN}/publicnotice/add/?call={to_publish.call_id}"
    assert led_to(clerk(), to_award) == f"{ADMIN}/awarddocument/add/?call={to_award.call_id}"


def test_a_meeting_that_nobody_has_prepared_begins_with_its_call():
    application = ApplicationFactory(state=State.REVIEWED)
    head = section_head()

    assert led_to(head, application) == f"{ADMIN}/meeting/add/?call={application.call_id}"
    meeting = held(application.call, head)
    assert led_to(head, application) == f"{ADMIN}/meeting/{meeting.pk}/change/#propose"


def test_a_notice_that_waits_for_its_publication_is_gone_to():
    people, [application] = house(), approved(1)
    notice = sent(people, application)

    assert led_to(people.publisher, application) == f"{ADMIN}/publicnotice/{notice.pk}/change/"


def test_the_page_of_the_case_says_what_is_to_be_done_elsewhere():
    application = ApplicationFactory(state=State.CHECKED)

    text = client_of(clerk()).get(f"{ADMIN}/application/{application.pk}/change/").content.decode()

    assert f'href="{ADMIN}/application/{application.pk}/next/"' in text


def test_what_is_not_on_ones_desk_is_not_found():
    application = ApplicationFactory(state=State.CHECKED)

    assert led_to(unit_of(to_recommend()).officer, application) == 404

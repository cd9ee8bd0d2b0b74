"""The desk's pages of notices and objections, as people use them."""

from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.models import JournalEntry
from subsidies.enums import NoticeState, ObjectionState
from subsidies.models import Application, Objection, PublicNotice
from subsidies.publicity import writing
from subsidies.publicity.objecting import object_to
from subsidies.turns import waiting_for
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory
from tests.factories_decision import staff
from tests.factories_publicity import objected
from tests.subsidies.calls import client_for
from tests.subsidies.publicity.desk import (
    GROUNDS,
    PERSON,
    TEXTS,
    House,
    approved,
    house,
    paper,
    published,
    sent,
    state_of,
    written,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    people: House
    application: Application
    other: Application


def make_world() -> World:
    return World(house(), *approved(2))


people, application, other = parts(World)


def page(notice):
    return reverse("admin:subsidies_publicnotice_change", args=[notice.pk])


def objection_page(objection):
    return reverse("admin:subsidies_objection_change", args=[objection.pk])


def test_an_editor_writes_and_sends_a_notice_in_the_desk(people, application, other):
    client = client_for(people.editor)
    add = reverse("admin:subsidies_publicnotice_add")
    assert str(application.call) in client.get(add).text
    form = client.get(f"{add}?call={application.call_id}")
    assert form.context["form"].initial["applications"] == [application.pk, other.pk]
    assert form.context["form"].initial["title_zh"] == f"{application.call.name_zh}：拟奖补项目公示"

    answer = client.post(
        f"{add}?call={application.call_id}",
        {
            "applications": [application.pk],
            "title_zh": "公示",
            "business_contact": "成果科 0735-2222222",
            "discipline_contact": "机关纪委 0735-3333333",
        },
    )

    notice = PublicNotice.objects.get()
    assert answer.headers["Location"] == page(notice)
    assert [entry.application for entry in notice.entries.all()] == [application]
    client.post(page(notice), {"do": "send"})
    notice.refresh_from_db()
    assert notice.state == NoticeState.REVIEW


def test_the_page_names_what_is_private_before_anybody_publishes(people, application):
    notice = sent(people, application, text_zh="电话13800138000")

    shown = client_for(people.publisher).get(page(notice)).text
    refused = client_for(people.publisher).post(page(notice), {"do": "publish"})

    assert "手机号码“13800138000”" in shown
    assert refused.status_code == 400
    assert PublicNotice.objects.get().state == NoticeState.REVIEW


def test_another_person_publishes_in_the_desk(people, application):
    notice = sent(people, application)
    assert 'name="do" value="publish"' not in client_for(people.editor).get(page(notice)).text

    client_for(people.publisher).post(page(notice), {"do": "publish"})

    assert state_of(application) == "publicity"


def test_a_draft_is_dropped_in_the_desk(people, application):
    notice = written(people, application)

    client_for(people.editor).post(reverse("admin:subsidies_publicnotice_drop", args=[notice.pk]))

    assert not PublicNotice.objects.exists()


# ---------------------------------------------------------------- objections
@pytest.fixture
def objection(people, application):
    notice = published(people, application)
    return object_to(notice.entries.get(), PERSON, text=GROUNDS, evidence=[paper()]).objection


def test_nobody_sees_who_objects_unless_asked_and_recorded(people, objection):
    client = client_for(people.handler)
    for text in (
        client.get(objection_page(objection)).text,
        client.get(reverse("admin:subsidies_objection_changelist")).text,
    ):
        for secret in (PERSON.name, PERSON.contact, PERSON.email):
            assert secret not in text
    assert GROUNDS in client.get(objection_page(objection)).text
    assert not JournalEntry.objects.filter(action="see_objector").exists()

    named = client.post(reverse("admin:subsidies_objection_objector", args=[objection.pk]))

    assert PERSON.name in named.text
    assert PERSON.contact in named.text
    assert JournalEntry.objects.get(action="see_objector").actor == people.handler
    assert "no-store" in named.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["editor", "publisher", "clerk", "discipline"])
def test_others_do_not_see_who_objects(people, objection, who):
    others = {"clerk": PersonKind.BUREAU_CLERK, "discipline": PersonKind.DISCIPLINE}
    person = getattr(people, who) if hasattr(people, who) else staff(others[who])
    client = client_for(person)

    assert client.post(reverse("admin:subsidies_objection_objector", args=[objection.pk])).status_code == 403
    shown = client.get(objection_page(objection)).text
    assert PERSON.name not in shown
    assert (GROUNDS in shown) == (who in others)


def test_the_evidence_is_handed_out_by_post_and_recorded(people, objection):
    address = reverse("admin:subsidies_objection_file", args=[objection.pk, objection.files.get().file.public_id])
    client = client_for(people.handler)
    assert client.get(address).status_code == 404

    answer = client.post(address)

    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert JournalEntry.objects.get(action="see_evidence").actor == people.handler
    assert client_for(people.editor).post(address).status_code == 403


def test_an_objection_is_answered_in_the_desk(people, application, objection):
    client_for(people.handler).post(
        objection_page(objection),
        {"do": "uphold", "uphold-consequence": "annul", "uphold-answer": "经核实属实"},
    )

    assert Objection.objects.get().state == ObjectionState.UPHELD
    assert state_of(application) == "annulled"


def test_the_list_of_objections_opens_no_seal(people, objection, django_assert_max_num_queries):
    assert Client().get(reverse("admin:subsidies_objection_changelist")).status_code == 302
    client = client_for(people.handler)
    client.get(reverse("admin:subsidies_objection_changelist"))
    with django_assert_max_num_queries(12):
        client.get(reverse("admin:subsidies_objection_changelist"))


# ---------------------------------------------------------------- whose turn
def waits_for(person, application):
    return Application.objects.filter(waiting_for(person), pk=application.pk).exists()


def test_what_was_approved_waits_for_editors_then_for_another_to_publish(people, application):
    assert waits_for(people.editor, application)

    sent(people, application)

    assert not waits_for(people.editor, application)
    assert waits_for(people.publisher, application)


def test_an_objection_waits_for_those_who_may_answer_it(people, application):
    notice = published(people, application)
    assert not waits_for(people.handler, application)

    objected(notice.entries.get())

    assert waits_for(people.handler, application)
    assert waits_for(people.leader, application)
    for person in (people.editor, people.publisher):
        assert not waits_for(person, Application.objects.get(pk=application.pk))


def test_nobody_whom_a_case_binds_is_offered_a_step_on_its_notice_and_the_page_says_why(people, application, other):
    notice = written(people, application, other)
    edit = reverse("admin:subsidies_publicnotice_edit", args=[notice.pk])
    about = f"您与{other}有利害关系：应由他人办理。"

    def shown(person):
        answer = client_for(person).get(page(notice))
        board = answer.context["board"]
        return sorted(board.offers), board.may_change, about in answer.text

    assert shown(people.editor) == (["send"], True, False)
    for person in (people.editor, people.publisher):
        MembershipFactory(user=person, organisation=other.organisation, role=MembershipRole.READER)
    assert shown(people.editor) == ([], False, True)
    for answer in (
        client_for(people.editor).get(edit, follow=True),
        client_for(people.editor).post(edit, {"title_zh": "改"}, follow=True),
    ):
        assert answer.redirect_chain == [(page(notice), 302)]
    writing.send(notice, by=people.handler)
    assert shown(people.publisher) == shown(people.editor) == ([], False, True)
    assert shown(people.leader) == ([], False, False)
    assert shown(staff(PersonKind.SECTION_HEAD)) == (["give_back", "publish"], False, False)


def test_whoever_lists_a_case_of_an_own_firm_hears_why_not(people, application, other):
    MembershipFactory(user=people.editor, organisation=other.organisation, role=MembershipRole.READER)
    bound = User.objects.get(pk=people.editor.pk)

    with pytest.raises(MoveRefused) as refusal:
        writing.draft(application.call, by=bound, applications=[application, other], texts=TEXTS)

    assert refusal.value.code == "interest"
    assert not PublicNotice.objects.exists()
    writing.draft(application.call, by=bound, applications=[application], texts=TEXTS)

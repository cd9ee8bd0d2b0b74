import pytest
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import PersonKind
from bases import workflow
from bases.enums import State
from bases.models import Base
from tests.bases.admin_pages import change_url, client_of, filled, staff
from tests.bases.test_import_bases import sentences, sheet, upload
from tests.factories import BaseFactory
from tests.factories_accounts import user_of_kind

pytestmark = pytest.mark.django_db
NAME = "石墨新材料中试基地"


@pytest.fixture
def client():
    return client_of(staff())


def in_chinese(sentence, **words):
    with translation.override("zh-hans"):
        return gettext(sentence) % words


def test_the_desk_refuses_the_name_of_another_base_and_says_which(client):
    first = BaseFactory(name_zh=NAME)

    answer = client.post(
        "/admin/bases/base/add/", filled(client, "/admin/bases/base/add/", name_zh=NAME, kind="public")
    )

    sentence = in_chinese("The base %(code)s is called “%(name)s” already.", code=first.code, name=NAME)
    assert answer.context["adminform"].form.errors == {"name_zh": [sentence]}
    assert Base.objects.get() == first


def test_a_draft_cannot_be_renamed_to_it_either(client):
    BaseFactory(name_zh=NAME)
    draft = BaseFactory(state=State.DRAFT, name_zh="另一基地")

    answer = client.post(change_url(draft), filled(client, change_url(draft), name_zh=NAME))

    assert answer.status_code == 200
    assert Base.objects.get(pk=draft.pk).name_zh == "另一基地"


def test_an_import_refuses_it_for_a_new_row_and_for_a_renamed_one(client):
    first, draft = BaseFactory(name_zh=NAME), BaseFactory(state=State.DRAFT)
    new, renamed = {"name_zh": NAME, "kind": "public"}, {"code": draft.code, "name_zh": NAME, "kind": draft.kind}

    answers = [upload(client, sheet(row)) for row in (new, renamed)]

    sentence = in_chinese("The record %(code)s has this name already.", code=first.code)
    assert [sentences(answer) for answer in answers] == [[sentence], [sentence]]


def test_a_proposed_name_is_compared_too(client):
    first, listed = BaseFactory(name_zh=NAME), BaseFactory()
    url = change_url(listed, "propose")

    answer = client.post(url, filled(client, url, name_zh=NAME, reason="更名"))

    assert (answer.status_code, first.code in answer.content.decode()) == (400, True)


def test_the_database_keeps_a_name_once():
    BaseFactory(name_zh=NAME)

    with pytest.raises(IntegrityError):
        BaseFactory(name_zh=NAME)


@pytest.mark.parametrize(
    "values", [{"is_demo": True}, {"state": State.REMOVED, "left_on": "2026-01-05", "state_reason": "评价不合格"}]
)
def test_the_name_of_a_demo_base_or_of_one_that_left_is_free(client, values):
    BaseFactory(name_zh=NAME, **values)

    answer = upload(client, sheet({"name_zh": NAME, "kind": "public"}))
    BaseFactory(name_zh=NAME)

    assert sentences(answer) == []


def test_an_approved_name_that_was_taken_meanwhile_is_refused():
    head = user_of_kind(PersonKind.SECTION_HEAD)
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    change = workflow.propose_change(BaseFactory(), by=clerk, values={"name_zh": NAME}, reason="更名")
    BaseFactory(name_zh=NAME)

    with translation.override("en"), pytest.raises(workflow.MoveRefused) as refusal:
        workflow.approve_change(change, by=head)

    assert refusal.value.messages == ["Another base has this Chinese name."]

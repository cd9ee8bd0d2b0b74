import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import PersonKind
from subsidies import accepting
from subsidies.enums import HitKind, State
from subsidies.models import CrossCheckHit, IntegrityEntry
from subsidies.workflow import MoveRefused
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.desk import clerk, section_head, unit_of

pytestmark = pytest.mark.django_db


def test_a_clerk_accepts_and_the_cross_checks_run_with_it():
    application = ApplicationFactory(state=State.ACCEPTANCE)
    IntegrityEntry.objects.create(name=application.organisation.name_zh, basis="执行案件", listed_on="2026-01-01")

    moved = accepting.accept(application, by=clerk())

    assert moved.state == State.FORM_CHECK
    assert [hit.kind for hit in CrossCheckHit.objects.all()] == [HitKind.INTEGRITY]


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.ADMINISTRATOR])
def test_nobody_else_accepts(kind):
    application = ApplicationFactory(state=State.ACCEPTANCE)

    with pytest.raises(PermissionDenied):
        accepting.accept(application, by=user_of_kind(kind))


def test_the_recommending_unit_does_not_accept():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    with pytest.raises(PermissionDenied):
        accepting.accept(application, by=unit_of(application).leader)


def test_an_application_is_accepted_once():
    application = ApplicationFactory(state=State.ACCEPTANCE)
    accepting.accept(application, by=clerk())

    with pytest.raises(MoveRefused) as refusal:
        accepting.accept(application, by=clerk())
    assert refusal.value.code == "state"


def test_a_section_head_refuses_with_a_reason_of_the_list_and_the_particulars():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    moved = accepting.refuse(application, by=section_head(), code="scope", text="项目为基地建设")

    assert moved.state == State.NOT_ACCEPTED
    assert moved.state_reason.endswith("项目为基地建设")
    assert moved.state_reason != "项目为基地建设"


@pytest.mark.parametrize(("code", "text"), [("scope", ""), ("unknown", "项目为基地建设"), ("", "项目为基地建设")])
def test_a_refusal_without_its_reason_is_none(code, text):
    application = ApplicationFactory(state=State.ACCEPTANCE)

    with pytest.raises(MoveRefused):
        accepting.refuse(application, by=section_head(), code=code, text=text)
    application.refresh_from_db()
    assert application.state == State.ACCEPTANCE


def test_a_clerk_does_not_refuse():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    with pytest.raises(PermissionDenied):
        accepting.refuse(application, by=clerk(), code="scope", text="项目为基地建设")

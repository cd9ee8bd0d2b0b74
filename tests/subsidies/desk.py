"""Applications as they lie on the desk, moved there through the verbs."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.models import StoredFile
from subsidies import checking, correcting, recommending
from subsidies.checking import Finding
from subsidies.correcting import Asked
from subsidies.enums import Opinion, Outcome, State
from subsidies.models import Application, Correction, FormCheck
from tests.factories_accounts import user_of_kind
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.triggers import lifted


class Unit(NamedTuple):
    officer: User
    leader: User


def unit_of(application: Application) -> Unit:
    """An officer and a leader of the application's recommending unit."""
    office = application.recommender
    assert office is not None
    return Unit(person_of(office, MembershipRole.OFFICER), person_of(office, MembershipRole.LEADER))


def clerk() -> User:
    return _staff(PersonKind.BUREAU_CLERK)


def section_head() -> User:
    return _staff(PersonKind.SECTION_HEAD)


def letter_by(user: User) -> StoredFile:
    file: StoredFile = StoredFile.objects.create(
        content="00/letter", name="推荐函.pdf", media_type="application/pdf", size=9, sha256="0" * 64, uploaded_by=user
    )
    return file


def to_recommend(**fields: Any) -> Application:
    application: Application = ApplicationFactory(state=State.RECOMMENDATION, **fields)
    return application


def prepared(application: Application, opinion: str = Opinion.RECOMMEND, **fields: Any) -> Unit:
    """The opinion written by an officer; the leader who is to decide."""
    unit = unit_of(application)
    given = {"text": "属实", "letter": letter_by(unit.officer), "appeal_route": "十日内向市科技局提出"}
    recommending.prepare(application, by=unit.officer, opinion=opinion, **{**given, **fields})
    return unit


def in_check(**fields: Any) -> Application:
    application: Application = ApplicationFactory(state=State.FORM_CHECK, **fields)
    return application


def checked(application: Application, by: User, **outcomes: str) -> FormCheck:
    """Every item recorded: as given by id, else as met."""
    checking.begin(application, by=by)
    items = application.call_version.parsed.check_items
    findings = {item.id: Finding(outcomes.get(item.id, Outcome.PASS), "与附件不符") for item in items}
    return checking.record(application, by=by, findings=findings)


def ask_for_correction(
    application: Application, *, fields: Iterable[str] = (), materials: Iterable[str] = (), by: User | None = None
) -> Correction:
    """An open correction, asked for by a clerk who has gone through the table; the application is read anew."""
    asker = by or clerk()
    checked(application, asker)
    items = [Asked(place, "请更正") for place in (*fields, *materials)]
    correction = correcting.ask(application, by=asker, items=items)
    application.refresh_from_db()
    return correction


def _staff(kind: PersonKind) -> User:
    user = user_of_kind(kind)
    assert isinstance(user, User)
    return user


def dated(correction: Correction, due_on: date, grace_until: date) -> None:
    """As if it had been asked for at another time: days that were told do not move earlier by themselves."""
    correction.due_on, correction.grace_until = due_on, grace_until
    with lifted("subsidies_correction_told"):
        correction.save()

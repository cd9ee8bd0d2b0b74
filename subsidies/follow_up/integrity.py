"""The integrity list: who stands on it, how one gets on it, and how one gets off it again.

It refuses nobody by itself. At the start of an application, at acceptance, at the award and at the payment it is
consulted by in_force(), and a person judges what it says.
"""

import unicodedata
from datetime import date
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MembershipRole
from accounts.holders import holders
from accounts.models import Organisation, User
from common import journal
from common.calendar import shanghai_today
from common.texts import clean_text
from subsidies.enums import PleaKind, PleaState
from subsidies.follow_up import told
from subsidies.models import Application, IntegrityEntry, IntegrityPlea
from subsidies.models.integrity import IntegrityEntryQuerySet
from subsidies.workflow import MoveRefused, given

LONGEST_GROUNDS = 4000
BEING_HANDLED = (PleaState.OPEN, PleaState.ANSWERED)


# ---------------------------------------------------------------- consulting
def in_force(organisation: Organisation, on: date | None = None) -> IntegrityEntryQuerySet:
    """Entries about this organisation on that day, today by default: by its row, its credit code or its name."""
    return about(organisation).in_force_on(on or shanghai_today())


def about(organisation: Organisation) -> IntegrityEntryQuerySet:
    """In force or not. A name is compared however its brackets are written."""
    same = Q(organisation=organisation) | Q(name__in=spellings(organisation.name_zh))
    if organisation.credit_code:
        same |= Q(credit_code=organisation.credit_code)
    return cast(IntegrityEntryQuerySet, IntegrityEntry.objects.filter(same))


def spellings(name: str) -> list[str]:
    """Brackets are written full width or half width."""
    half = unicodedata.normalize("NFKC", name).strip()
    return list({name, half, half.translate(str.maketrans("()", "（）"))})


# ---------------------------------------------------------------- entering
@transaction.atomic
def enter(
    organisation: Organisation,
    *,
    by: User,
    category: str,
    basis: str,
    ends_on: date | None = None,
    document_number: str = "",
    source: Application | None = None,
) -> IntegrityEntry:
    """From today on; the firm is told, and may appeal. PermissionDenied, MoveRefused, ValidationError."""
    entry = IntegrityEntry(
        name=organisation.name_zh,
        credit_code=organisation.credit_code or "",
        organisation=organisation,
        category=category,
        basis=given(basis, 300),
        document_number=document_number,
        source=source,
        listed_on=shanghai_today(),
        ends_on=ends_on,
    )
    return add(entry, by=by)


@transaction.atomic
def add(entry: IntegrityEntry, *, by: User) -> IntegrityEntry:
    """An entry as it is written, be it about somebody the portal does not know; who it does know is told."""
    if entry.organisation is None and entry.credit_code:
        entry.organisation = Organisation.objects.filter(credit_code=entry.credit_code).first()
    if not by.has_perm("subsidies.add_integrityentry") or _is_own(by, entry):
        raise PermissionDenied
    entry.full_clean()
    with journal.acting(by=by, action="list_integrity", reason=entry.basis):
        entry.save()
    if entry.organisation:
        told.of_entry(entry, leads_of(entry.organisation))
    return entry


def leads_of(organisation: Organisation) -> QuerySet[User]:
    leading = (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)
    rows: QuerySet[User] = User.objects.filter(
        is_active=True,
        memberships__organisation=organisation,
        memberships__is_active=True,
        memberships__role__in=leading,
    )
    return rows.distinct()


# ---------------------------------------------------------------- asking
def can_plead(user: User, organisation: Organisation) -> bool:
    """For the firm: its administrator or project lead."""
    return user.roles.get(organisation.pk) in (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)


@transaction.atomic
def plead(entry: IntegrityEntry, organisation: Organisation, *, by: User, kind: str, text: str) -> IntegrityPlea:
    """By the firm, one at a time, while the entry is in force."""
    current = _locked(entry)
    if not can_plead(by, organisation) or not about(organisation).filter(pk=current.pk).exists():
        raise PermissionDenied
    if kind not in PleaKind.values:
        raise MoveRefused(_("Choose what you ask for."))
    _refuse_unless_free(current)
    plea = IntegrityPlea(entry=current, kind=kind, text=given(text, LONGEST_GROUNDS), made_by=by)
    with journal.acting(by=by, action="plead"):
        plea.save()
    told.of_plea(plea, holders("subsidies.change_integrityentry"))
    return plea


@transaction.atomic
def propose_repair(entry: IntegrityEntry, *, by: User, reason: str) -> IntegrityPlea:
    """By the bureau itself, where what was wrong has been made good; another person confirms."""
    current = _locked(entry)
    if not can_answer(by, current):
        raise PermissionDenied
    _refuse_unless_free(current)
    told_why = given(reason)
    plea = IntegrityPlea(entry=current, kind=PleaKind.REPAIR, text=told_why, made_by=by)
    _answer(plea, by=by, is_upheld=True, answer=told_why)
    return plea


# ---------------------------------------------------------------- answering
def can_answer(user: User, entry: IntegrityEntry) -> bool:
    return user.has_perm("subsidies.change_integrityentry") and not _is_own(user, entry)


def can_confirm(user: User, plea: IntegrityPlea) -> bool:
    """Another person than the one who wrote the answer; see also integrityplea_four_eyes."""
    is_other = user.pk not in (plea.answered_by_id, plea.made_by_id)
    return is_other and user.has_perm("subsidies.confirm_integrity") and not _is_own(user, plea.entry)


@transaction.atomic
def answer(plea: IntegrityPlea, *, by: User, is_upheld: bool, answer: str) -> IntegrityPlea:
    """Proposed by a clerk; nothing changes before another person confirms it. May be written anew until then."""
    current = _locked_plea(plea)
    if not can_answer(by, current.entry):
        raise PermissionDenied
    if current.state not in BEING_HANDLED:
        raise MoveRefused(_("This has been answered already."), code="state")
    _answer(current, by=by, is_upheld=is_upheld, answer=given(answer))
    return current


def _answer(plea: IntegrityPlea, *, by: User, is_upheld: bool, answer: str) -> None:
    plea.state, plea.is_upheld, plea.answer = PleaState.ANSWERED, is_upheld, answer
    plea.answered_by, plea.answered_at = by, timezone.now()
    plea.validate_constraints()
    with journal.acting(by=by, action="answer_plea"):
        plea.save()


@transaction.atomic
def confirm(plea: IntegrityPlea, *, by: User) -> IntegrityPlea:
    """The answer is given to the firm; upheld, the entry ends today."""
    current = _locked_plea(plea)
    if not by.has_perm("subsidies.confirm_integrity") or _is_own(by, current.entry):
        raise PermissionDenied
    if current.state != PleaState.ANSWERED:
        raise MoveRefused(_("There is no answer to confirm."), code="state")
    if not can_confirm(by, current):
        raise MoveRefused(_("You wrote this answer or asked for it: another person confirms."), code="interest")
    current.state = PleaState.UPHELD if current.is_upheld else PleaState.DISMISSED
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="confirm_plea", reason=current.answer):
        current.save()
        if current.is_upheld:
            _end(current.entry, current.kind)
    if firm := _asking_firm(current):
        told.of_answered_plea(current, firm, leads_of(firm))
    return current


def _asking_firm(plea: IntegrityPlea) -> Organisation | None:
    """That of the entry, or where this bears a name alone, that of the person who asked; None for the bureau's own."""
    return plea.entry.organisation or next(iter(_own_in(plea.made_by, plea.entry)), None)


def _end(entry: IntegrityEntry, kind: str) -> None:
    day = "lifted_on" if kind == PleaKind.APPEAL else "repaired_on"
    setattr(entry, day, shanghai_today())
    entry.save()


def open_pleas_for(user: User) -> QuerySet[IntegrityPlea]:
    """What waits for this person; one query where they belong to a body: what is about it is for others.

    See also _is_own().
    """
    found = Q(pk__in=[])
    if user.has_perm("subsidies.change_integrityentry"):
        found |= Q(state=PleaState.OPEN)
    if user.has_perm("subsidies.confirm_integrity"):
        found |= Q(state=PleaState.ANSWERED) & ~Q(answered_by=user) & ~Q(made_by=user)
    rows: QuerySet[IntegrityPlea] = IntegrityPlea.objects.filter(found)
    for organisation in Organisation.objects.filter(pk__in=list(user.roles)) if user.roles else ():
        rows = rows.exclude(entry__in=about(organisation).values("pk"))
    return rows


# ---------------------------------------------------------------- rows
def _is_own(user: User, entry: IntegrityEntry) -> bool:
    return bool(_own_in(user, entry))


def _own_in(user: User, entry: IntegrityEntry) -> list[Organisation]:
    """The organisations of the person that the entry means, be it by their row, their code or their name alone."""
    own = Organisation.objects.filter(pk__in=list(user.roles))
    return [organisation for organisation in own if _means(entry, organisation)]


def _means(entry: IntegrityEntry, organisation: Organisation) -> bool:
    """Of an entry that may not be saved yet; see also about()."""
    same_code = bool(entry.credit_code) and entry.credit_code == organisation.credit_code
    is_same = same_code or entry.organisation_id == organisation.pk
    return is_same or entry.name in spellings(organisation.name_zh)


def _locked(entry: IntegrityEntry) -> IntegrityEntry:
    current: IntegrityEntry = IntegrityEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    return current


def _locked_plea(plea: IntegrityPlea) -> IntegrityPlea:
    rows = IntegrityPlea.objects.select_for_update(of=("self",)).select_related("entry__organisation")
    current: IntegrityPlea = rows.get(pk=plea.pk)
    return current


def _refuse_unless_free(entry: IntegrityEntry) -> None:
    if not entry.is_in_force_on(shanghai_today()):
        raise MoveRefused(_("This entry is not in force."), code="state")
    if entry.pleas.filter(state__in=BEING_HANDLED).exists():
        raise MoveRefused(_("Something is being handled about this entry already."), code="exists")


def warning(organisation: Organisation) -> str:
    """For the firm, at the start of an application; empty where nothing is in force. One query."""
    entry = in_force(organisation).first()
    if entry is None:
        return ""
    words = _(
        "%(firm)s stands on the integrity list since %(day)s: %(basis)s. It can apply; the bureau looks at this before "
        "it accepts, awards and pays. The page of the firm says how to appeal."
    )
    return words % {"firm": organisation, "day": entry.listed_on.isoformat(), "basis": clean_text(entry.basis)}

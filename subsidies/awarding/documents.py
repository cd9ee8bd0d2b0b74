"""The award document (下达文件): prepared by a clerk, countersigned by finance, issued by a leader, three people.

With its issue, in one transaction, the list is frozen, the awards come into being, their money is committed, and each
application moves.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.calendar import shanghai_day, shanghai_today
from common.document_numbers import normalise_document_number, year_of
from common.texts import clean_text
from subsidies import budgets
from subsidies.awarding.integrity import refuse_listed
from subsidies.awarding.listing import frozen_list
from subsidies.awarding.telling import tell_of_document, tell_of_returned_document
from subsidies.bound import refuse_bound
from subsidies.enums import Action, DocumentState, State, Verdict
from subsidies.models import Application, Award, AwardDocument, AwardEntry, Call
from subsidies.snapshots import digest_of
from subsidies.ties import know_ties
from subsidies.workflow import MoveRefused, given, move

LONGEST_TITLE, LONGEST_TEXT = 200, 4000


def to_be_listed(call: Call) -> QuerySet[Application]:
    """Cleared applications of the call that stand on no document yet."""
    on_document = AwardEntry.objects.filter(application=OuterRef("pk"), dropped_at=None)
    rows: QuerySet[Application] = Application.objects.filter(~Exists(on_document), call=call, state=State.CLEARED)
    return rows.order_by("number")


# ---------------------------------------------------------------- preparing
@transaction.atomic
def prepare(
    call: Call, *, by: User, number: str, title: str, text: str = "", applications: Iterable[Application]
) -> AwardDocument:
    """A draft with the applications in the given order. PermissionDenied, MoveRefused, ValidationError."""
    _refuse_other_than(by, "prepare_award")
    document = AwardDocument(call=call, prepared_by=by, **_words(number, title, text))
    document.validate_constraints()
    with journal.acting(by=by, action="prepare_award"):
        _save(document)
        _list(document, applications, by)
    tell_of_document(document, by)
    return document


@transaction.atomic
def change(
    document: AwardDocument, *, by: User, number: str, title: str, text: str = "", applications: Iterable[Application]
) -> AwardDocument:
    """A draft alone; whoever changes it answers for it from then on."""
    _refuse_other_than(by, "prepare_award")
    current = locked_document(document)
    _refuse_unless(current, DocumentState.DRAFT)
    refuse_bound(locked_applications(_keys(current)), by)
    for name, value in _words(number, title, text).items():
        setattr(current, name, value)
    current.prepared_by = by
    _bump(current)
    with journal.acting(by=by, action="prepare_award"):
        _save(current)
        for entry in current.entries.all():
            entry.delete()
        _list(current, applications, by)
    tell_of_document(current, by)
    return current


def _save(document: AwardDocument) -> None:
    """Of two that give one number at the same moment the second hears what it would have heard a moment later."""
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError:
        document.validate_constraints()
        raise


def _words(number: str, title: str, text: str) -> dict[str, str]:
    told, longer = clean_text(title).strip(), clean_text(text, multiline=True).strip()
    if not told or len(told) > LONGEST_TITLE:
        raise MoveRefused(_("Give a title of at most %(longest)d characters.") % {"longest": LONGEST_TITLE})
    if len(longer) > LONGEST_TEXT:
        raise MoveRefused(_("Say it in at most %(longest)d characters.") % {"longest": LONGEST_TEXT})
    normalised, this_year = normalise_document_number(number), shanghai_today().year
    if year_of(normalised) not in (this_year - 1, this_year):
        message = _("The year of the document number is %(year)d or %(before)d.")
        raise MoveRefused(message % {"year": this_year, "before": this_year - 1}, code="year")
    return {"number": normalised, "title": told, "text": longer}


def _list(document: AwardDocument, applications: Iterable[Application], by: User) -> None:
    rows = locked_applications([row.pk for row in applications])
    if not rows:
        raise MoveRefused(_("Choose the applications that the document is for."))
    for position, application in enumerate(rows, start=1):
        _refuse_unfit(document, application, by)
        entry = AwardEntry(
            document=document, application=application, position=position, amount_yuan=decided_amount(application)
        )
        entry.validate_constraints()
        entry.save()


def _refuse_unfit(document: AwardDocument, application: Application, by: User) -> None:
    if application.call_id != document.call_id:
        raise MoveRefused(_("%(application)s belongs to another call.") % {"application": application}, code="call")
    refuse_bound([application], by)
    _refuse_uncleared(application)
    refuse_listed(application)


def _refuse_uncleared(application: Application) -> None:
    if application.state != State.CLEARED:
        message = _("%(application)s is now “%(state)s”: only after its public notice can it be awarded.")
        words = {"application": application, "state": application.get_state_display()}
        raise MoveRefused(message % words, code="state")


def decided_amount(application: Application) -> Decimal:
    """Of the decision in force, which its public notice showed too."""
    decision = application.decisions.exclude(released_at=None).order_by("-pk").first()
    if decision is None or decision.verdict != Verdict.APPROVE:
        raise MoveRefused(_("%(application)s has no approval in force.") % {"application": application})
    assert decision.amount_yuan is not None, "held by decision_staged_is_whole"
    return decision.amount_yuan


# ---------------------------------------------------------------- countersigning
@transaction.atomic
def countersign(document: AwardDocument, *, by: User) -> AwardDocument:
    """For the finance bureau, by another person than the one who prepared it."""
    _refuse_other_than(by, "countersign_award")
    current = locked_document(document)
    _refuse_unless(current, DocumentState.DRAFT)
    if current.prepared_by_id == by.pk:
        raise MoveRefused(_("You prepared this document yourself: another person countersigns it."), code="person")
    for application in locked_applications(_keys(current)):
        refuse_bound([application], by)
        _refuse_uncleared(application)
        refuse_listed(application)
    current.state, current.countersigned_by = DocumentState.COUNTERSIGNED, by
    current.countersigned_at = timezone.now()
    _bump(current)
    with journal.acting(by=by, action="countersign_award"):
        current.save()
    tell_of_document(current, by)
    return current


@transaction.atomic
def send_back(document: AwardDocument, *, by: User, reason: str) -> AwardDocument:
    """To the clerk, by who countersigns or who issues."""
    if not (by.has_perm("subsidies.countersign_award") or by.has_perm("subsidies.issue_award")):
        raise PermissionDenied
    current = locked_document(document)
    _refuse_unless(current, DocumentState.COUNTERSIGNED)
    refuse_bound(locked_applications(_keys(current)), by)
    current.state, current.countersigned_by, current.countersigned_at = DocumentState.DRAFT, None, None
    _bump(current)
    told = given(reason)
    with journal.acting(by=by, action="send_back_award", reason=told):
        current.save()
    tell_of_returned_document(current, by, told)
    return current


@transaction.atomic
def drop(document: AwardDocument, *, by: User, reason: str) -> AwardDocument:
    """Its applications can stand on another document then; its number is spent."""
    _refuse_other_than(by, "prepare_award")
    current = locked_document(document)
    _refuse_unless(current, DocumentState.DRAFT, DocumentState.COUNTERSIGNED)
    refuse_bound(locked_applications(_keys(current)), by)
    current.state, current.countersigned_by, current.countersigned_at = DocumentState.DROPPED, None, None
    _bump(current)
    with journal.acting(by=by, action="drop_award", reason=given(reason)):
        current.save()
        for entry in current.entries.all():
            entry.dropped_at = timezone.now()
            entry.save()
    return current


# ---------------------------------------------------------------- issuing
@versions.at_the_end()
def issue(document: AwardDocument, *, by: User) -> AwardDocument:
    """All that is listed or nothing. The order is the database's: document, award, money, move."""
    _refuse_other_than(by, "issue_award")
    current = locked_document(document)
    _refuse_unless(current, DocumentState.COUNTERSIGNED)
    if by.pk in (current.prepared_by_id, current.countersigned_by_id):
        raise MoveRefused(
            _("You prepared or countersigned this document yourself: a third person issues it."), code="person"
        )
    applications = {row.pk: row for row in locked_applications(_keys(current))}
    entries = list(current.entries.order_by("position"))
    for entry in entries:
        entry.application = applications[entry.application_id]
        _refuse_issue(entry, by)
    _freeze(current, entries, by)
    for entry in entries:
        _award(current, entry, by)
    return current


def _refuse_issue(entry: AwardEntry, by: User) -> None:
    application = entry.application
    refuse_bound([application], by)
    _refuse_uncleared(application)
    refuse_listed(application)
    if decided_amount(application) != entry.amount_yuan:
        message = _("The amount for %(application)s was decided anew: the clerk prepares the document again.")
        raise MoveRefused(message % {"application": application}, code="amount")


def _freeze(document: AwardDocument, entries: list[AwardEntry], by: User) -> None:
    document.listed = frozen_list(document, entries)
    document.digest = digest_of(document.listed)
    document.state, document.issued_by, document.issued_at = DocumentState.ISSUED, by, timezone.now()
    _bump(document)
    with journal.acting(by=by, action="issue_award", reason=document.number):
        document.save()


def _award(document: AwardDocument, entry: AwardEntry, by: User) -> None:
    application, scheme = entry.application, document.call.scheme
    is_once = scheme.is_once_per_project or scheme.is_once_per_organisation
    assert document.issued_at is not None, "set by _freeze"
    award = Award(
        scheme=scheme,
        organisation=application.organisation,
        project=application.project,
        project_name=application.project_name,
        application=application,
        document=document,
        amount_yuan=entry.amount_yuan,
        awarded_on=shanghai_day(document.issued_at),
        document_number=document.number,
        once_key=application.once_key if is_once else "",
    )
    award.validate_constraints()
    with journal.acting(by=by, action="issue_award", reason=document.number):
        award.save()
    budgets.commit(application, by=by, note=document.number)
    move(application, Action.AWARD, by=by, reason=document.number)


# ---------------------------------------------------------------- rows and refusals
def locked_document(document: AwardDocument) -> AwardDocument:
    rows = AwardDocument.objects.select_for_update(of=("self",)).select_related("call__scheme")
    return rows.get(pk=document.pk)


def locked_applications(keys: list[int]) -> list[Application]:
    """Locked in one order whoever comes, given back in the order of `keys`, with what ties people to them."""
    rows = Application.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organisation", "call__scheme", "project"
    )
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    know_ties(found.values())
    return [found[key] for key in keys if key in found]


def _keys(document: AwardDocument) -> list[int]:
    return list(document.entries.order_by("position").values_list("application", flat=True))


def _refuse_other_than(by: User, right: str) -> None:
    if not by.has_perm(f"subsidies.{right}"):
        raise PermissionDenied


def _refuse_unless(document: AwardDocument, *states: str) -> None:
    if document.state not in states:
        message = _("The document is now “%(state)s”: this is not possible any more.")
        raise MoveRefused(message % {"state": document.get_state_display()}, code="state")


def _bump(document: AwardDocument) -> None:
    document.version += 1
    document.validate_constraints()

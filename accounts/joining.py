"""Into an organisation: entering one that is not here yet, or asking its administrators."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.enums import FOUNDED_KINDS, MembershipRole
from accounts.members import admit, locked, refuse_members, refuse_unless_administrator
from accounts.models import JoinRequest, JoinState, Membership, Organisation, User
from accounts.verbs import verb
from common.models import Division
from common.texts import clean_text

MOST_WAITING = 5  # requests to join, and organisations entered and not yet verified, of one person
ASK_AGAIN_DAYS = 7


@verb
def found_organisation(
    *,
    by: User,
    kind: str,
    credit_code: str,
    name_zh: str,
    name_en: str = "",
    registered_division: Division | None = None,
) -> Organisation:
    """Enter an organisation nobody has entered yet; its founder becomes administrator, the bureau verifies later."""
    if kind not in FOUNDED_KINDS:
        raise ValidationError({"kind": _("Offices and park committees are entered by the bureau: write to it.")})
    if _founded_and_unverified(by) >= MOST_WAITING:
        raise ValidationError(_("You have entered several organisations: wait until the bureau has verified them."))
    if in_registry(name_zh):
        raise ValidationError(
            _("The registry knows this organisation without its code: send the business licence, the bureau decides."),
            code="in_registry",
        )
    names = {"name_zh": name_zh, "name_en": name_en}
    organisation = Organisation(kind=kind, credit_code=credit_code, registered_division=registered_division, **names)
    _save_new(organisation)
    Membership.objects.create(user=by, organisation=organisation, role=MembershipRole.ADMINISTRATOR)
    return organisation


def in_registry(name_zh: str) -> Organisation | None:
    """An organisation that public sources name without a code: nobody becomes its administrator by typing the name."""
    return Organisation.objects.filter(name_zh=clean_text(name_zh).strip(), credit_code=None).first()


def _save_new(organisation: Organisation) -> None:
    """Two people may enter the same code at the same moment: the second is told so."""
    if not organisation.credit_code:
        raise ValidationError({"credit_code": _("Enter the unified social credit code of the licence.")})
    organisation.full_clean()
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise ValidationError({"credit_code": _("This organisation is here already: ask to join it.")}) from error


def _founded_and_unverified(user: User) -> int:
    return user.memberships.filter(role=MembershipRole.ADMINISTRATOR, organisation__verified_at=None).count()


def can_be_asked(organisation: Organisation) -> bool:
    return organisation.kind in FOUNDED_KINDS and organisation.administrators().exists()


@verb
def ask_to_join(organisation: Organisation, *, by: User, message: str = "") -> JoinRequest:
    """ValidationError when there is nobody who could decide: then the bureau does, by the licence."""
    organisation = locked(organisation)
    _refuse_offices(organisation)
    refuse_members(organisation, by)
    if not organisation.administrators().exists():
        raise ValidationError(
            _("Nobody administers this organisation here yet: send its business licence, and the bureau decides."),
            code="no_administrator",
        )
    if by.join_requests.filter(state=JoinState.WAITING).count() >= MOST_WAITING:
        raise ValidationError(_("Several of your requests are waiting: withdraw one first."))
    _refuse_after_refusal(organisation, by)
    request = JoinRequest(organisation=organisation, user=by, message=message)
    request.full_clean()
    request.save()
    notices.tell_join_asked(request)
    return request


def _refuse_offices(organisation: Organisation) -> None:
    if organisation.kind not in FOUNDED_KINDS:
        raise ValidationError(_("People of offices and park committees get their account from the bureau."))


def _refuse_after_refusal(organisation: Organisation, user: User) -> None:
    since = timezone.now() - timedelta(days=ASK_AGAIN_DAYS)
    declined = user.join_requests.filter(organisation=organisation, state=JoinState.DECLINED, decided_at__gt=since)
    if declined.exists():
        raise ValidationError(
            _("Your request was declined. You can ask again %(days)d days later.") % {"days": ASK_AGAIN_DAYS}
        )


@verb
def decide_join(
    request: JoinRequest, *, by: User, accept: bool, role: str = MembershipRole.MEMBER
) -> Membership | None:
    """Let the person in with `role`, or decline."""
    request = _waiting(request)
    refuse_unless_administrator(by, request.organisation)
    membership = admit(request.organisation, request.user, role) if accept else None
    _close(request, JoinState.ACCEPTED if accept else JoinState.DECLINED, by)
    notices.tell_join_decided(request, is_accepted=accept)
    return membership


@verb
def withdraw_join(request: JoinRequest, *, by: User) -> JoinRequest:
    request = _waiting(request)
    if request.user_id != by.pk:
        raise PermissionDenied
    return _close(request, JoinState.WITHDRAWN, by)


def _waiting(request: JoinRequest) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    request = rows.get(pk=request.pk)
    if request.state != JoinState.WAITING:
        raise ValidationError(_("This request is settled already."), code="state")
    return request


def _close(request: JoinRequest, state: str, by: User) -> JoinRequest:
    request.state, request.decided_by, request.decided_at = state, by, timezone.now()
    request.save()
    return request

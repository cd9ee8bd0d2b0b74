"""The bureau compares an organisation with its business licence: asking, verifying, sending back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import credit_code, notices
from accounts.enums import FIRM_ROLES, FOUNDED_KINDS, RECOMMENDING_KINDS, MembershipRole
from accounts.members import admit, locked, refuse_unless_administrator
from accounts.models import JoinState, Organisation, User, VerificationRequest, VerificationState
from accounts.permissions import can_verify, is_administrator_of
from accounts.verbs import verb
from common import journal
from common.models import Division, StoredFile
from common.models.files import ScanState
from common.texts import clean_text

MOST_CLAIMS = 3  # of one person, waiting


def waiting_request(organisation: Organisation) -> VerificationRequest | None:
    """The one its administrators have sent; claims of others are not theirs to see."""
    return organisation.verification_requests.filter(state=VerificationState.WAITING, is_claim=False).first()


def can_be_claimed(organisation: Organisation) -> bool:
    """Whoever holds the licence may ask the bureau where nobody administers, or what stands there is unverified."""
    if organisation.kind not in FOUNDED_KINDS:
        return False
    return not (organisation.is_verified and organisation.administrators().exists())


@verb
def ask_verification(
    organisation: Organisation, *, by: User, licence: StoredFile, name_zh: str = "", code: str = ""
) -> VerificationRequest:
    """By an administrator. A new name or code holds once the bureau has compared it with the licence."""
    organisation = locked(organisation)
    refuse_unless_administrator(by, organisation)
    name_zh, code = name_zh or organisation.name_zh, credit_code.normalise(code) or organisation.credit_code or ""
    is_new = (name_zh, code) != (organisation.name_zh, organisation.credit_code)
    if organisation.is_verified and not is_new:
        raise ValidationError(_("The organisation is verified. Send the licence again when name or code change."))
    return _ask(VerificationRequest(organisation=organisation, name_zh=name_zh, credit_code=code), by, licence)


@verb
def claim(organisation: Organisation, *, by: User, licence: StoredFile, code: str) -> VerificationRequest:
    """By somebody outside or without the post, who becomes administrator if the bureau finds the licence in order.

    `code` is the licence's; where the registry knows the organisation's already, it must be that one.
    """
    organisation = locked(organisation)
    code = credit_code.normalise(code)
    if organisation.credit_code not in (None, code) or not can_be_claimed(organisation):
        raise ValidationError(_("This organisation has administrators: ask them to let you in."))
    _refuse_posts(organisation, by)
    mine = VerificationRequest.objects.filter(asked_by=by, is_claim=True, state=VerificationState.WAITING)
    if mine.count() >= MOST_CLAIMS:
        raise ValidationError(_("Several of your requests are waiting: withdraw one first."))
    facts = {"name_zh": organisation.name_zh, "credit_code": code}
    return _ask(VerificationRequest(organisation=organisation, is_claim=True, **facts), by, licence)


def _ask(request: VerificationRequest, by: User, licence: StoredFile) -> VerificationRequest:
    """Whoever asks has sent the file: a file of somebody else's would be shown to the bureau under this name."""
    if licence.uploaded_by_id != by.pk:
        raise PermissionDenied
    request.asked_by, request.licence = by, licence
    _refuse_taken_code(request)
    request.full_clean()
    _refuse_wrong_code(request)
    request.save()
    return request


def _refuse_posts(organisation: Organisation, user: User) -> None:
    membership = organisation.memberships.filter(user=user).first()
    if membership is None:
        return
    if membership.role == MembershipRole.ADMINISTRATOR and membership.is_active:
        raise ValidationError(_("You administer this organisation: send the licence from its page."))
    if membership.role not in FIRM_ROLES or not membership.is_active:
        raise ValidationError(_("This account holds a role of the bureau's there: write to the bureau."))


@verb
def withdraw_verification(request: VerificationRequest, *, by: User) -> VerificationRequest:
    request = _waiting(request)
    own = not request.is_claim and is_administrator_of(by, request.organisation)
    if not own and request.asked_by_id != by.pk:
        raise PermissionDenied
    return _settled(request, VerificationState.WITHDRAWN)


# ---------------------------------------------------------------- the bureau
@verb
def verify(
    request: VerificationRequest,
    *,
    by: User,
    recommender: Organisation | None = None,
    registered_division: Division | None = None,
    ends_earlier: bool = False,
) -> Organisation:
    """Name and code of the licence become the organisation's; a claimant becomes administrator.

    Recommending unit and division that are not given stay as they are. `ends_earlier` ends the memberships of those
    who were there before a claim.
    """
    request = _for_decision(request, by)
    if request.licence.scan_state == ScanState.INFECTED:
        raise ValidationError(_("The virus scanner refuses this file: send it back and ask for a clean one."))
    organisation = locked(request.organisation)
    _take_over_licence(organisation, request)
    organisation.recommender = _fit_recommender(organisation, recommender) or organisation.recommender
    organisation.registered_division = registered_division or organisation.registered_division
    organisation.verified_at, organisation.verified_by = timezone.now(), by
    organisation.full_clean()
    with journal.acting(action="verify_organisation"):
        organisation.save()
    if request.is_claim:
        _hand_over(organisation, request.asked_by, ends_earlier=ends_earlier)
    settled = _settled(request, VerificationState.VERIFIED, by)
    notices.tell_verified(settled)
    return organisation


@verb
def send_back(request: VerificationRequest, *, by: User, reason: str) -> VerificationRequest:
    """The reason is a sentence that says what to send instead."""
    request = _for_decision(request, by)
    request.reason = clean_text(reason, multiline=True).strip()
    if not request.reason:
        raise ValidationError({"reason": _("Say what is wrong and what to send instead.")})
    settled = _settled(request, VerificationState.SENT_BACK, by)
    notices.tell_sent_back(settled)
    return settled


def recommenders() -> list[Organisation]:
    """County bureaus, park committees, departments and universities, by name."""
    return list(Organisation.objects.filter(kind__in=RECOMMENDING_KINDS).select_related("registered_division"))


def likely_recommender(organisation: Organisation) -> Organisation | None:
    """The one set already, else the office of the park or of the county it is registered in."""
    if organisation.recommender:
        return organisation.recommender
    offices = Organisation.objects.filter(kind__in=RECOMMENDING_KINDS[:2])
    of_park = offices.filter(park=organisation.park_id) if organisation.park_id else offices.none()
    division = organisation.registered_division_id
    return of_park.first() or (offices.filter(registered_division=division).first() if division else None)


def _fit_recommender(organisation: Organisation, recommender: Organisation | None) -> Organisation | None:
    if recommender and (recommender.kind not in RECOMMENDING_KINDS or recommender.pk == organisation.pk):
        raise ValidationError({"recommender": _("Choose a county bureau, a park committee or a university.")})
    return recommender


def _take_over_licence(organisation: Organisation, request: VerificationRequest) -> None:
    organisation.change_code(request.credit_code)
    organisation.name_zh, organisation.licence = request.name_zh, request.licence


def _hand_over(organisation: Organisation, user: User, *, ends_earlier: bool) -> None:
    inside = organisation.memberships.filter(role__in=FIRM_ROLES)
    for earlier in inside.exclude(user=user) if ends_earlier else ():
        earlier.delete()
    if own := inside.filter(user=user, is_active=True).first():
        own.role = MembershipRole.ADMINISTRATOR
        own.save()
    else:
        admit(organisation, user, MembershipRole.ADMINISTRATOR)
    for waiting in organisation.join_requests.filter(user=user, state=JoinState.WAITING):
        waiting.state, waiting.decided_at = JoinState.ACCEPTED, timezone.now()
        waiting.save()


def _for_decision(request: VerificationRequest, by: User) -> VerificationRequest:
    request = _waiting(request)
    if not can_verify(by, request.organisation) or by.pk == request.asked_by_id:
        raise PermissionDenied
    return request


def _waiting(request: VerificationRequest) -> VerificationRequest:
    rows = VerificationRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("organisation", "asked_by", "licence").get(pk=request.pk)
    if request.state != VerificationState.WAITING:
        raise ValidationError(_("This request is settled already."), code="state")
    return request


def _settled(request: VerificationRequest, state: str, by: User | None = None) -> VerificationRequest:
    request.state, request.decided_by, request.decided_at = state, by, timezone.now()
    request.save()
    return request


def _refuse_taken_code(request: VerificationRequest) -> None:
    others = Organisation.objects.exclude(pk=request.organisation_id)
    if others.filter(credit_code=request.credit_code).exists():
        raise ValidationError({"code": _("Another organisation is entered under this code: write to the bureau.")})


def _refuse_wrong_code(request: VerificationRequest) -> None:
    organisation = request.organisation
    if request.credit_code == organisation.credit_code:
        return  # as it was let in, perhaps with a reason of the bureau's
    try:
        credit_code.validate(request.credit_code)
    except ValidationError as error:
        raise ValidationError({"code": error}) from error

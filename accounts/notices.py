"""What people are told about organisations they belong to or want to."""

from collections.abc import Iterable
from uuid import UUID

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import invitation_mail
from accounts.invitation_mail import still_open
from accounts.models import Invitation, JoinRequest, Organisation, User, VerificationRequest
from common import letters
from common.letters import Letter
from common.notices import Fact, Kind, post, register, tell

JOIN_ASKED = register(
    Kind(
        "account_join_asked",
        _("%(person)s asks to join %(organisation)s"),
        _("%(person)s (%(email)s) asks to act for %(organisation)s. Decide on the page of your organisation."),
        is_duty=True,
    )
)
JOIN_ACCEPTED = register(
    Kind(
        "account_join_accepted",
        _("You now act for %(organisation)s"),
        _("Your request to join %(organisation)s was accepted. You can begin at once."),
        is_duty=True,
    )
)
JOIN_DECLINED = register(
    Kind(
        "account_join_declined",
        _("Your request to join %(organisation)s was declined"),
        _("The administrators of %(organisation)s did not let you in. Talk with them; you can ask again in a week."),
        is_duty=True,
    )
)
REMOVED = register(
    Kind(
        "account_removed",
        _("You no longer act for %(organisation)s"),
        _("An administrator of %(organisation)s has ended your membership. If this is a mistake, talk with them."),
        is_duty=True,
    )
)
VERIFIED = register(
    Kind(
        "account_verified",
        _("%(organisation)s is verified"),
        _("The bureau has compared %(organisation)s with its business licence. Applications can now be submitted."),
        is_duty=True,
    )
)
SENT_BACK = register(
    Kind(
        "account_sent_back",
        _("The licence of %(organisation)s was sent back"),
        _("The bureau could not verify %(organisation)s: %(reason)s Put it right and send the licence again."),
        is_duty=True,
    )
)


INVITED = register(
    Kind(
        "account_invited",
        _("%(organisation)s invites you"),
        _("%(person)s invites you to act for %(organisation)s. Accept it under “My account” by %(expires_at)s."),
        is_for_inbox_alone=True,
    )
)


def _invitation(key: int, to: str, token: str) -> EmailMessage:
    rows = Invitation.objects.select_related("organisation", "invited_by")
    invitation = still_open(rows.filter(pk=key).first(), token)
    page = "accounts:invitation_detail"
    return invitation_mail.compose(to, "accounts/email/invitation", page, token, invitation=invitation)


INVITATION = letters.register(Letter("account_invitation", _("Invitation to act for an organisation"), _invitation))


def tell_invited(invitation: Invitation, number: UUID, people: Iterable[User]) -> None:
    """By mail to the address, with the link; in the inbox of whoever has proved that it is theirs."""
    post(INVITATION, invitation.email, invitation.pk, number)
    facts: dict[str, Fact] = {"person": str(invitation.invited_by), "expires_at": invitation.expires_at}
    tell(people, INVITED, {**facts, **_named(invitation.organisation)}, reverse("accounts:me"))


def tell_join_asked(request: JoinRequest) -> None:
    facts = {"person": str(request.user), "email": request.user.email, **_named(request.organisation)}
    tell(request.organisation.administrators(), JOIN_ASKED, facts, _page(request.organisation))


def tell_join_decided(request: JoinRequest, *, is_accepted: bool) -> None:
    if is_accepted:
        tell([request.user], JOIN_ACCEPTED, _named(request.organisation), _page(request.organisation))
    else:
        tell([request.user], JOIN_DECLINED, _named(request.organisation), reverse("accounts:me"))


def tell_removed(user: User, organisation: Organisation) -> None:
    tell([user], REMOVED, _named(organisation), reverse("accounts:me"))


def tell_verified(request: VerificationRequest) -> None:
    people = [request.asked_by, *request.organisation.administrators()]
    tell(people, VERIFIED, _named(request.organisation), _page(request.organisation))


def tell_sent_back(request: VerificationRequest) -> None:
    """Of a claim its author alone: the organisation may be somebody else's."""
    people = [request.asked_by] if request.is_claim else [request.asked_by, *request.organisation.administrators()]
    address = reverse("accounts:me") if request.is_claim else _page(request.organisation)
    tell(people, SENT_BACK, {"reason": request.reason, **_named(request.organisation)}, address)


def _named(organisation: Organisation) -> dict[str, str]:
    return {"organisation_zh": organisation.name_zh, "organisation_en": organisation.name_en}


def _page(organisation: Organisation) -> str:
    return reverse("accounts:organisation_detail", args=[organisation.slug])

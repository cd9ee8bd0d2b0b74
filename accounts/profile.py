"""What an organisation says of itself, edited by its administrators."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import credit_code
from accounts.enums import FOUNDED_KINDS
from accounts.members import locked, refuse_unless_administrator
from accounts.models import Organisation, User, VerificationState
from accounts.verbs import verb
from common.models.names import field_label
from common.texts import listed

OPEN = (
    "name_en",
    "registered_address",
    "operating_division",
    "operating_address",
    "park",
    "legal_representative",
    "registered_capital_yuan",
)
# The bureau compares these with the licence. Name and code change by sending a new one, the others through the bureau.
COMPARED = ("kind", "name_zh", "credit_code", "registered_division", "established_on")
EDITABLE = (*COMPARED, *OPEN)


def locked_fields(organisation: Organisation) -> tuple[str, ...]:
    """From the moment the licence is with the bureau; the English name too once the public list shows it."""
    waiting = organisation.verification_requests.filter(state=VerificationState.WAITING, is_claim=False)
    compared = COMPARED if organisation.is_verified or waiting.exists() else ()
    return (*compared, "name_en") if organisation.is_published else compared


@verb
def edit_profile(organisation: Organisation, *, by: User, changes: Mapping[str, Any]) -> Organisation:
    """ValidationError, field by field, for what is locked or not in order."""
    if "credit_code" in changes:
        changes = {**changes, "credit_code": credit_code.normalise(changes["credit_code"] or "")}
    organisation = locked(organisation)
    refuse_unless_administrator(by, organisation)
    closed = set(locked_fields(organisation)) | (set(changes) - set(EDITABLE))
    refused = [name for name in changes if name in closed and getattr(organisation, name, None) != changes[name]]
    if refused:
        raise ValidationError(
            _("Compared with the licence, so no longer open to change: %(fields)s.")
            % {"fields": listed(field_label(Organisation, name) for name in refused if name in EDITABLE)}
        )
    if changes.get("kind", organisation.kind) not in (organisation.kind, *FOUNDED_KINDS):
        raise ValidationError({"kind": _("Choose a kind from the list.")})
    organisation.change_code(changes.get("credit_code", organisation.credit_code))
    for name, value in changes.items():
        setattr(organisation, name, value)
    if not organisation.credit_code and "credit_code" in changes:
        raise ValidationError({"credit_code": _("Enter the unified social credit code of the licence.")})
    organisation.full_clean()
    organisation.save()
    return organisation

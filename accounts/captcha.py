"""The proof of work at sign-up: a few hundred key derivations that a browser does by itself, so that nobody has to
read, hear or click anything. Challenge and check are altcha's; that a solution counts once is ours.
"""

import json
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256

import altcha
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import SpentChallenge

ALGORITHM = "PBKDF2/SHA-256"
COST = 2_000  # iterations of one derivation, about a millisecond
FEWEST, MOST = 200, 600  # derivations until the solution is found
SIGN_UP = "sign-up"
LIFE = timedelta(hours=1)
LONGEST_PAYLOAD = 2_000


def challenge(purpose: str = SIGN_UP) -> str:
    """A fresh challenge as JSON, signed; costs the server one derivation."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST + secrets.randbelow(MOST - FEWEST + 1),
        expires_at=timezone.now() + LIFE,
        data={"for": purpose},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return json.dumps(made.to_dict())


def spend(payload: str, purpose: str = SIGN_UP) -> None:
    """ValidationError unless `payload` solves a challenge of ours for this purpose, fresh and never used."""
    if len(payload) > LONGEST_PAYLOAD:
        raise _refusal()
    checked = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("key"))
    if checked.expired:
        raise ValidationError(_("The page was open for too long: send the form once more."), code="expired")
    if not checked.verified:
        raise _refusal()
    _spend_once(json.loads(b64decode(payload))["challenge"], purpose)


def _spend_once(solved: dict, purpose: str) -> None:
    """Two requests at the same moment: the database lets one through."""
    now, parameters = timezone.now(), solved["parameters"]
    if parameters.get("data") != {"for": purpose}:
        raise _refusal()
    SpentChallenge.objects.filter(expires_at__lt=now).delete()
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(
                digest=sha256(f"{parameters['nonce']}:{parameters['salt']}".encode()).hexdigest(),
                expires_at=datetime.fromtimestamp(parameters["expiresAt"], tz=now.tzinfo),
            )
    except IntegrityError as error:
        raise ValidationError(_("This form was sent already: send it once more."), code="spent") from error


def _refusal() -> ValidationError:
    return ValidationError(
        _("The check against automatic sending is missing. Wait until the page says that it is done, then send again."),
        code="captcha",
    )


def _secret(use: str) -> bytes:
    return salted_hmac(f"accounts.captcha.{use}", "", algorithm="sha256").digest()

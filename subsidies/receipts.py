"""What a receipt says: to the firm in full, to whoever holds it just enough to see that it is true."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from subsidies.models import Application, Call, Submission
from subsidies.snapshots import is_intact

LETTERS_OF_A_GROUP = 4
LONGEST_CODE = 60  # with the spaces and hyphens that people type


class CheckedReceipt(NamedTuple):
    """All that the public check shows: nothing that does not stand on the receipt itself."""

    number: str
    call: Call
    applicant: str
    signed_at: datetime
    signature: int  # 1 for the first one
    digest: str
    code: str
    is_intact: bool  # the stored copy still has the digest of the receipt

    @property
    def digest_in_groups(self) -> str:
        return in_groups(self.digest, 8)

    @property
    def code_in_groups(self) -> str:
        return in_groups(self.code, LETTERS_OF_A_GROUP, "-")

    @property
    def check_path(self) -> str:
        return reverse("subsidies:receipt_checked", args=[self.code])

    @property
    def check_address(self) -> str:
        """For QR codes and paper."""
        return f"{settings.SITE_URL}{self.check_path}"


def checked(submission: Submission) -> CheckedReceipt:
    application = submission.application
    return CheckedReceipt(
        number=application.number or "",
        call=application.call,
        applicant=submission.snapshot["organisation"]["name"],
        signed_at=submission.at,
        signature=submission.round + 1,
        digest=submission.digest,
        code=submission.receipt_code,
        is_intact=is_intact(submission),
    )


def receipt_of(application: Application, round_: int) -> Submission | None:
    """The caller has made sure that the application may be seen. One query."""
    found: Submission | None = application.submissions.select_related("signed_by").filter(round=round_).first()
    if found:
        found.application = application
    return found


def by_code(typed: str) -> Submission | None:
    """The submission whose receipt bears this code, however it was typed. One query, none for what cannot be one."""
    code = plain_code(typed)
    rows = Submission.objects.select_related("application__call")
    return rows.filter(receipt_code=code).first() if code else None


def plain_code(typed: str) -> str:
    """Letters and digits alone, as capitals; "" for what is no code."""
    if len(typed) > LONGEST_CODE:
        return ""
    return "".join(character for character in typed.upper() if character.isascii() and character.isalnum())


def is_same_digest(submission: Submission, typed: str) -> bool:
    """Whether a digest, as it was typed or pasted with its spaces, is that of the receipt."""
    return "".join(typed.split()).lower() == submission.digest


def in_groups(text: str, letters: int, between: str = " ") -> str:
    return between.join(text[place : place + letters] for place in range(0, len(text), letters))

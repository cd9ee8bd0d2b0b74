"""Letters of the bureau to an applicant: drafted from a template, read once more, sent and kept as they were."""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_day, shanghai_today
from common.notices import tell
from common.templatetags.chenzhou import shanghai_date
from common.texts import clean_text
from subsidies import audiences, permissions
from subsidies.enums import WRITING
from subsidies.models import Application, Letter, LetterTemplate
from subsidies.notice_kinds import applying as kinds
from subsidies.notices import address_of, facts_of
from subsidies.placeholders import filled, unfilled
from subsidies.workflow import MoveRefused, given, locked

LONGEST_SUBJECT, LONGEST_BODY = 200, 8000


class Draft(NamedTuple):
    subject: str
    body: str


def draft(template: LetterTemplate, application: Application) -> Draft:
    values = values_of(application)
    return Draft(filled(template.subject, values), filled(template.body, values))


def values_of(application: Application) -> dict[str, str]:
    """By placeholder; empty where there is nothing to say."""
    submitted = application.first_submitted_at
    return {
        "project": application.project_name,
        "firm": application.organisation.name_zh,
        "number": application.number or "",
        "call": application.call.name_zh,
        "unit": application.recommender.name_zh if application.recommender else "",
        "submitted_on": shanghai_date(shanghai_day(submitted)) if submitted else "",
        "due_on": shanghai_date(application.due_on),
        "today": shanghai_date(shanghai_today()),
    }


@transaction.atomic
def send(application: Application, *, by: User, subject: str, body: str) -> Letter:
    """Written as it is, told to those who write for the firm, in the journal. PermissionDenied, MoveRefused."""
    current = locked(application)
    if not permissions.can_write_letter(by, current):
        raise PermissionDenied
    if current.state in WRITING:
        raise MoveRefused(_("The application is with its writers: it has not been handed in yet."), code="state")
    subject, body = clean_text(given(subject, LONGEST_SUBJECT)).strip(), given(body, LONGEST_BODY)
    if left := unfilled(f"{subject}\n{body}"):
        words = _("Fill in what stands between braces: %(names)s.")
        raise MoveRefused(words % {"names": " ".join(f"{{{name}}}" for name in left)}, code="unfilled")
    letter: Letter = Letter.objects.create(application=current, subject=subject, body=body, sent_by=by)
    with journal.acting(by=by):
        journal.record("send_letter", current, {"letter": [None, letter.pk]})
    facts = facts_of(current) | {"subject": subject}
    tell(audiences.firm(current), kinds.LETTER_SENT, facts, f"{address_of(current)}#letters", f"letter:{letter.pk}")
    return letter

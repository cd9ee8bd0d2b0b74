"""Who is told of notices and objections beyond what the moves of the applications tell by themselves."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import letters
from common.letters import SEALED_ADDRESS, Letter
from common.notices import Kind, post, tell
from common.sending import Refused
from subsidies import audiences
from subsidies.enums import ObjectionState
from subsidies.models import Objection, PublicNotice
from subsidies.notice_kinds import publicity as kinds
from subsidies.notices import Facts, address_of, facts_of
from subsidies.publicity.codes import code_of
from subsidies.publicity.reading import open_entries


# ---------------------------------------------------------------- notices
def tell_of_sent_notice(notice: PublicNotice, by: User) -> None:
    _tell_of(notice, kinds.NOTICE_WANTS_PUBLICATION, audiences.publishers_of(notice), {"by": str(by)})


def tell_of_returned_notice(notice: PublicNotice, by: User, reason: str) -> None:
    people = [notice.edited_by] if notice.edited_by_id != by.pk else []
    _tell_of(notice, kinds.NOTICE_GIVEN_BACK, people, {"by": str(by), "reason": reason})


def tell_of_replaced_notice(fresh: PublicNotice) -> None:
    _tell_of(fresh, kinds.NEW_NOTICE_WANTED, audiences.editors_of(fresh), {})


def tell_of_later_end(notice: PublicNotice, ended_on: date) -> None:
    """The firms that stand in it still, who wrote on it, and who published it; once for each last day."""
    facts: Facts = {"ends_on": notice.ends_on, "ended_on": ended_on}
    for entry in open_entries(notice):
        application = entry.application
        once = f"{kinds.IN_PUBLIC_NOTICE_FOR_LONGER.name}:{entry.pk}:{notice.ends_on}"
        told = facts_of(application) | facts
        tell(audiences.firm(application), kinds.IN_PUBLIC_NOTICE_FOR_LONGER, told, address_of(application), once)
    handling = User.objects.filter(Q(pk=notice.published_by_id) | Q(pk__in=notice.writers.values("user")))
    once = f"{kinds.NOTICE_RUNS_LONGER.name}:{notice.pk}:{notice.ends_on}"
    _tell_of(notice, kinds.NOTICE_RUNS_LONGER, handling, facts, once)


def _tell_of(notice: PublicNotice, kind: Kind, people: Iterable[User], facts: Facts, once: str = "") -> None:
    told: Facts = {"title": notice.title_zh, "call_zh": notice.call.name_zh, "call_en": notice.call.name_en}
    tell(people, kind, told | facts, reverse("admin:subsidies_publicnotice_change", args=[notice.pk]), once)


# ---------------------------------------------------------------- objections
def tell_of_objection(objection: Objection) -> None:
    """The firm, without a word of who objects and what; those who may answer; and the objector by mail."""
    application = objection.entry.application
    facts = facts_of(application) | {"due_on": objection.due_on}
    tell(audiences.firm(application), kinds.OBJECTION_HANDLED, facts, address_of(application))
    address = reverse("admin:subsidies_objection_change", args=[objection.pk])
    tell(audiences.objection_answerers(application), kinds.OBJECTION_WANTS_ANSWER, facts, address)
    _write(objection)


def tell_of_dismissed_objection(objection: Objection) -> None:
    application = objection.entry.application
    tell(audiences.firm(application), kinds.OBJECTION_NOT_UPHELD, facts_of(application), address_of(application))


def tell_objector_of_answer(objection: Objection) -> None:
    _write(objection)


def _write(objection: Objection) -> None:
    if objection.email:
        post(OBJECTION_LETTER, SEALED_ADDRESS, objection.pk, uuid.uuid4())


def _objection_letter(key: int, to: str, token: str) -> EmailMessage:
    """In both languages: nobody knows which one is read. Says where to look, and neither firm nor answer."""
    objection = Objection.objects.filter(pk=key).first()
    if objection is None or not objection.email:
        raise Refused("the objection has no address any more")
    texts = []
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            url = settings.SITE_URL + reverse("subsidies:objection_status", args=[code_of(objection.key)])
            context = {"url": url, "is_answered": objection.state != ObjectionState.OPEN, "due_on": objection.due_on}
            texts.append(render_to_string("subsidies/email/objection_message.txt", context).strip())
    subject = " / ".join(text.partition("\n")[0] for text in texts)
    return EmailMessage(subject, "\n\n".join(text.partition("\n")[2].strip() for text in texts), to=[objection.email])


OBJECTION_LETTER = letters.register(
    Letter("objection", _("Where an objection stands"), _objection_letter, is_sealed=True)
)

"""The beginning of a document number, as the newest document of its kind has it; whoever types completes it.

A demonstration begins no real number, nor the other way round.
"""

from django.db.models import QuerySet

from common.calendar import shanghai_today
from common.document_numbers import begun_like
from subsidies.enums import DocumentState
from subsidies.models import Application, AwardDocument, Call, Meeting, Recovery


def of_award_document(call: Call) -> str:
    return _begun(_award_documents(call.is_demo))


def of_recovery(application: Application) -> str:
    """Where none has been decided yet, as on the newest award document: one bureau signs both."""
    decided = Recovery.objects.exclude(document_number="").filter(application__is_demo=application.is_demo)
    newest = decided.order_by("-decided_at", "-pk").values_list("document_number", flat=True)
    return _begun(newest, _award_documents(application.is_demo))


def of_minutes(meeting: Meeting) -> str:
    """Of the same kind of meeting: the party group has minutes of its own."""
    others = Meeting.objects.filter(kind=meeting.kind, call__is_demo=meeting.call.is_demo).exclude(minutes_number="")
    return _begun(others.order_by("-released_at", "-pk").values_list("minutes_number", flat=True))


def _award_documents(is_demo: bool) -> QuerySet[AwardDocument, str]:
    there = AwardDocument.objects.filter(call__is_demo=is_demo).exclude(state=DocumentState.DROPPED)
    return there.exclude(number="").order_by("-pk").values_list("number", flat=True)


def _begun(*kinds: QuerySet) -> str:
    newest = next((number for numbers in kinds if (number := numbers.first())), "")
    return begun_like(newest, shanghai_today().year)

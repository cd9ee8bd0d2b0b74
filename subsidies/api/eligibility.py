"""Am I eligible? The call's conditions put to answers, by anybody; nothing is stored."""

from typing import Any

from django.core.exceptions import ValidationError as Refusal
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.authentication import PersonalToken
from common.private_api import WritingAPIView, answered, sent
from common.texts import shown
from subsidies.answers import clean_answer
from subsidies.api.inputs import AnswersSent
from subsidies.api.private_schema import EligibilityDescribed, private
from subsidies.api.public import found, published_calls
from subsidies.content import CallContent
from subsidies.eligibility import Finding, assess, overall

EXAMPLE = OpenApiExample(
    "Three answers", request_only=True, value={"answers": {"own_pilot": True, "trl_after": 7, "line_in_city": True}}
)


class EligibilityCheck(WritingAPIView):
    authentication_classes = [PersonalToken]
    permission_classes = [AllowAny]  # as the self-check on the public page; nothing is stored

    @extend_schema(
        operation_id="call_eligibility_check",
        summary="Put the conditions of a call to answers",
        description="By the newest version. A verdict is met, not_met, or unknown: it cannot be told yet.",
        request=AnswersSent,
        examples=[EXAMPLE],
        responses=private(EligibilityDescribed, 400, 404, 413, 415),
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        call = found(published_calls(), slug)
        version = call.current_version()
        if version is None:
            raise Http404
        content = version.parsed
        findings = assess(content, cleaned(content, sent(request, AnswersSent)["answers"]))
        return answered(
            {
                "call": call.slug,
                "version": version.number,
                "verdict": overall(findings),
                "findings": [_finding(each) for each in findings],
            }
        )


def cleaned(content: CallContent, answers: dict[str, Any]) -> dict[str, Any]:
    """By id; ValidationError names every answer that cannot be read."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, raw in answers.items():
        field = content.field(name)
        if field is None:
            errors[f"answers.{shown(name, 60)}"] = [_("The form has no such field.")]
            continue
        try:
            values[name] = clean_answer(field, raw, typed=False)
        except Refusal as refusal:
            errors[f"answers.{name}"] = list(refusal.messages)
    if errors:
        raise ValidationError(errors)
    return values


def _finding(finding: Finding) -> dict[str, Any]:
    criterion = finding.criterion
    return {
        "id": criterion.id,
        "text": criterion.text,
        "basis": criterion.basis or None,
        "verdict": finding.verdict,
        "is_draft": criterion.is_draft,
        "is_for_person": finding.is_for_person,
        "unanswered": [{"id": field.id, "label": field.label} for field in finding.unanswered],
        "failed": [
            {
                "answers": [{"id": field.id, "label": field.label, "answer": words} for field, words in part.answers],
                "needed": part.needed,
            }
            for part in finding.failed
        ],
    }

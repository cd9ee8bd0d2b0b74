"""The shape of the answers about one's own applications, for the OpenAPI document and the tests."""

from collections.abc import Iterable
from typing import Any

from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.api_lists import LARGEST_PAGE, PAGE_SIZE
from common.api_schema import PROBLEMS, Described, Problem, filter_parameter
from common.api_schema import text as text_or_null
from common.models import ScanState
from subsidies.api.money_schema import MoneyDescribed
from subsidies.api.public_schema import Reference, moment
from subsidies.clocks import STAGES
from subsidies.enums import Action, State
from subsidies.publicity.pages import Phase
from subsidies.rules import Verdict

REFUSED = {
    400: "A member or parameter is missing, unknown or not valid; `errors` names each.",
    401: "A valid token is needed.",
    403: "Your role in the firm does not allow it.",
    404: "You have nothing at this address.",
    409: "The application does not stand where this is possible, others wrote the same, or the first request under "
    "the key is still being worked on; the type says which.",
    413: "The content is too large.",
    415: "The content has another type than this address takes.",
    422: "Understood, but not possible as it is: incomplete (`missing`), not open for change, the pledge not "
    "confirmed, or the key used for another content; the type says which.",
}
CONDITION_VERDICTS = [verdict.value for verdict in Verdict]
CLOCK_STAGES = [stage.value for stage in STAGES]
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="New for each request, such as a UUID; sent again, the first answer comes again. Kept for 48 hours.",
)
KEY_REQUIRED = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each request, such as a UUID; sent again, the first answer comes again. Kept for ever.",
)
PAGE = [
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
        description="Rows on a page.",
    ),
    OpenApiParameter("cursor", str, description="As `next` and `previous` give it."),
]
EXAMPLE_START = OpenApiExample(
    "A new project",
    request_only=True,
    value={
        "call": "industrialisation-2026",
        "project_name": "含氟新材料中试",
        "answers": {"contact_name": "李工", "investment_yuan": "9000000.00", "trl_after": 7},
    },
)
EXAMPLE_CHANGES = OpenApiExample(
    "Two answers",
    request_only=True,
    value={"version": 4, "answers": {"trl_after": 8, "sales_yuan": "12605000.00"}},
)
EXAMPLE_CONFLICT = OpenApiExample(
    "Somebody else wrote the same field",
    response_only=True,
    status_codes=["409"],
    media_type="application/problem+json",
    value={
        "type": "urn:chenzhou-pilot:problem:conflict",
        "title": "Conflict with the current state",
        "status": 409,
        "detail": "Somebody else changed the same fields meanwhile. Nothing was written: `conflicts` has both values.",
        "version": 6,
        "conflicts": {"trl_after": {"stored": 7, "sent": 8}},
    },
)


def private(answer: Any, *refusals: int, status: int = 200) -> dict[Any, Any]:
    """The answers of an address that needs a token."""
    told = OpenApiResponse(description="Done.") if answer is None else answer
    documented: dict[Any, Any] = {status: told}
    for refused in sorted({*refusals, 401, 406, 414, 429}):
        words = REFUSED.get(refused) or PROBLEMS[refused]
        documented[(refused, "application/problem+json")] = OpenApiResponse(PrivateProblem, words)
    return documented


def private_bytes(media_type: str, *refusals: int) -> dict[Any, Any]:
    """The answers of an address that hands out a file."""
    documented = private(None, *refusals)
    del documented[200], documented[(406, "application/problem+json")]  # bytes are what they are
    return {(200, media_type): OpenApiTypes.BINARY, **documented}


def filter_parameters(filterset: type[FilterSet]) -> list[OpenApiParameter]:
    return [filter_parameter(name, declared) for name, declared in filterset.base_filters.items()]


def shown(state_choices: Iterable[Any] = State.choices) -> serializers.ChoiceField:
    return serializers.ChoiceField(list(state_choices))


class MissingDescribed(Described):
    code = serializers.CharField()
    text = serializers.CharField(help_text="What to do, in your language.")
    section = text_or_null(help_text="Section of the form.")
    place = text_or_null(help_text="Id of the field or code of the material; null for the whole.")


class BothDescribed(Described):
    stored = serializers.JSONField(allow_null=True)
    sent = serializers.JSONField(allow_null=True)


class PrivateProblem(Problem):
    """RFC 9457, with members of its own for some types."""

    missing = MissingDescribed(many=True, required=False)
    conflicts = serializers.DictField(child=BothDescribed(), required=False)
    version = serializers.IntegerField(required=False, help_text="To send again with, after a conflict.")
    application = serializers.CharField(required=False, help_text="The one that exists already.")


class EditableDescribed(Described):
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    materials = serializers.ListField(child=serializers.CharField())


class ApplicationRow(Described):
    id = serializers.UUIDField()
    number = text_or_null(help_text="From the first submission on.")
    state = shown()
    state_in_words = serializers.CharField()
    state_since = serializers.DateTimeField()
    project_name = serializers.CharField()
    call = Reference()
    call_version = serializers.IntegerField(help_text="Of the form; it stays the one the application began with.")
    organisation = Reference()
    project = Reference(allow_null=True)
    version = serializers.IntegerField(help_text="Rises with every change; name it when you change answers.")
    saved_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    first_submitted_at = moment()
    is_demo = serializers.BooleanField(help_text="Synthetic, made for trying the site.")
    url = serializers.URLField()


class ApplicationPage(serializers.Serializer):
    results = ApplicationRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class NoticeOfApplication(Described):
    slug = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day of the notice.")
    phase = serializers.ChoiceField([phase.value for phase in Phase])
    page_url = serializers.URLField()


class ApplicationWhole(ApplicationRow):
    turn = text_or_null(help_text="Whose turn it is.")
    next_step = serializers.CharField()
    reason = text_or_null(help_text="Of the last move, where it is meant for you.")
    appeal_route = text_or_null(help_text="Where you can object, when the unit has not recommended it.")
    recommender = Reference(allow_null=True)
    closes_at = moment()
    answers = serializers.DictField(help_text="By id of the field.")
    editable = EditableDescribed(help_text="What you may change now.")
    actions = serializers.ListField(child=serializers.ChoiceField([Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW]))
    public_notice = NoticeOfApplication(allow_null=True, help_text="The latest one it stood in.")
    form_url = serializers.URLField(help_text="What this application was asked: the call in its version.")
    page_url = serializers.URLField()


class AttachmentDescribed(Described):
    id = serializers.UUIDField()
    material = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField(help_text="By its content.")
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    scan_state = serializers.ChoiceField(ScanState.choices)
    added_at = serializers.DateTimeField()
    url = serializers.URLField()
    notes = serializers.ListField(child=serializers.CharField(), help_text="After sending: what you should know.")


class AttachmentList(serializers.Serializer):
    results = AttachmentDescribed(many=True)


class ValidationDescribed(Described):
    is_complete = serializers.BooleanField()
    missing = MissingDescribed(many=True)
    hints = serializers.ListField(child=serializers.CharField(), help_text="Worth a look, but no obstacle.")


class ReceiptDescribed(Described):
    application = serializers.UUIDField()
    number = serializers.CharField()
    round = serializers.IntegerField(help_text="0 for the first signature.")
    at = serializers.DateTimeField()
    digest = serializers.CharField(help_text="SHA-256 of what was signed.")
    receipt_code = serializers.CharField()
    receipt_url = serializers.URLField(help_text="For people of the firm.")
    check_url = serializers.URLField(help_text="Where anybody who holds the receipt can verify it.")
    url = serializers.URLField()


class MoveDescribed(Described):
    action = serializers.ChoiceField(Action.choices)
    in_words = serializers.CharField()
    state = shown()
    state_in_words = serializers.CharField()
    at = serializers.DateTimeField()
    by = text_or_null(help_text="A person of your firm, or the body that acted; null for the clock.")
    reason = text_or_null()


class SubmissionDescribed(Described):
    round = serializers.IntegerField()
    at = serializers.DateTimeField()
    digest = serializers.CharField()
    receipt_code = serializers.CharField()
    signed_by = serializers.CharField()


class HistoryDescribed(Described):
    steps = MoveDescribed(many=True)
    submissions = SubmissionDescribed(many=True)
    money = MoneyDescribed(allow_null=True, help_text="Null before the award.")


class ClockDescribed(Described):
    stage = serializers.ChoiceField(CLOCK_STAGES)
    length = serializers.IntegerField()
    unit = serializers.ChoiceField(["working_day", "calendar_day"])
    used = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Below zero by the days it is overdue.")
    due_on = serializers.DateField(allow_null=True)
    is_running = serializers.BooleanField()
    is_paused = serializers.BooleanField(help_text="The bureau's, while you correct.")
    is_overdue = serializers.BooleanField()
    is_provisional = serializers.BooleanField(help_text="The calendar of that year is not yet published.")


class ItemDescribed(Described):
    field = text_or_null()
    material = text_or_null()
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()


class CorrectionDescribed(Described):
    round = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    is_provisional = serializers.BooleanField(help_text="The calendar of that year is not yet published.")
    closed_after = serializers.DateField(help_text="What has not come by this day lapses.")
    note = text_or_null()
    answered_at = moment()
    lapsed_at = moment()
    is_open = serializers.BooleanField()
    items = ItemDescribed(many=True)
    clock = ClockDescribed(allow_null=True)


class CorrectionList(Described):
    results = CorrectionDescribed(many=True)
    clocks = ClockDescribed(many=True, help_text="Of every stage so far: the unit's, the bureau's, yours.")
    most_corrections = serializers.IntegerField()


class AnswerMissing(Described):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AnswerGiven(AnswerMissing):
    answer = serializers.CharField(help_text="In words, as pages show it.")


class PartFailed(Described):
    answers = AnswerGiven(many=True)
    needed = serializers.CharField(help_text="In words.")


class FindingDescribed(Described):
    id = serializers.CharField()
    text = serializers.CharField()
    basis = text_or_null()
    verdict = serializers.ChoiceField(CONDITION_VERDICTS)
    is_draft = serializers.BooleanField(help_text="To be confirmed by the bureau.")
    is_for_person = serializers.BooleanField(help_text="No rule can tell; the bureau judges.")
    unanswered = AnswerMissing(many=True, help_text="Answers that could tell.")
    failed = PartFailed(many=True, help_text="What keeps the condition from being met.")


class EligibilityDescribed(Described):
    call = serializers.CharField()
    version = serializers.IntegerField()
    verdict = serializers.ChoiceField(CONDITION_VERDICTS)
    findings = FindingDescribed(many=True)


class NoticeDescribed(Described):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    text = serializers.CharField()
    is_duty = serializers.BooleanField(help_text="Something to do, or a decision with consequences.")
    page_url = text_or_null(help_text="Where it leads on the site.")
    created_at = serializers.DateTimeField()
    read_at = moment()


class NoticePage(serializers.Serializer):
    results = NoticeDescribed(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ReadDescribed(Described):
    marked = serializers.IntegerField(help_text="How many were unread.")

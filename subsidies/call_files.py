"""A call as one file, to keep, to carry to another installation, or to begin a new call from."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import SHANGHAI
from common.slugs import free_slug
from common.texts import clean_text
from subsidies.call_problems import Problem, problems_of_content
from subsidies.call_shape import LINE, PARAGRAPH, record, rows, shape_problems, text, whole
from subsidies.content import CallContent
from subsidies.models import Call, CallQuestion, CallVersion, Scheme
from subsidies.permissions import can_draft

FORMAT, FORMAT_VERSION = "chenzhou-pilot call", 1
LARGEST_BYTES = 1024 * 1024
DEEPEST = 24
MOST_QUESTIONS = 100
MOST_SENTENCES = 20
DATES = ("opens_at", "closes_at", "recommend_closes_at")
TEXTS = {"name_zh": 160, "name_en": 240, "notice_zh": 20_000, "notice_en": 20_000}
HOTLINES = {"business_hotline": 120, "system_hotline": 120}
QUESTION = {"question_zh": 300, "question_en": 400, "answer_zh": PARAGRAPH, "answer_en": PARAGRAPH}


class CallFile(NamedTuple):
    """A file that could become a call; `problems` would keep that from being published, not from being imported."""

    scheme: Scheme
    call: dict[str, Any]
    questions: list[dict[str, Any]]
    content: dict[str, Any]
    problems: list[Problem]


# ---------------------------------------------------------------- out
def exported(call: Call, version: CallVersion) -> bytes:
    """Two queries."""
    questions = [{name: getattr(row, name) for name in QUESTION} for row in call.questions.all()]
    written = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "scheme": call.scheme.slug,
        "call": {
            "year": call.year,
            **{name: getattr(call, name) for name in (*TEXTS, *HOTLINES)},
            **{name: _iso(getattr(call, name)) for name in DATES},
            "budget_yuan": "" if call.budget_yuan is None else str(call.budget_yuan),
            "quota_per_recommender": call.quota_per_recommender or 0,
        },
        "questions": questions,
        "content": version.content,
    }
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).isoformat() if moment else ""


# ---------------------------------------------------------------- in
def read(content: bytes) -> CallFile:
    """ValidationError with a sentence for each thing that is wrong; nothing is written."""
    told = _parsed(content)
    if not isinstance(told, dict) or told.get("format") != FORMAT or told.get("format_version") != FORMAT_VERSION:
        raise ValidationError(_("This is not the file of a call that this portal has exported."), code="format")
    problems = [*FILE(told, ""), *(shape_problems(told["content"]) if "content" in told else [])]
    if problems:
        raise ValidationError(problems[:MOST_SENTENCES], code="shape")
    scheme = Scheme.objects.filter(slug=told["scheme"]).first()
    if scheme is None:
        raise ValidationError(_("There is no scheme with the short name “%s” here.") % told["scheme"], code="scheme")
    call, asked = _call_values(told["call"]), CallContent.from_json(told["content"])
    Call(scheme=scheme, **call).clean_fields(exclude=["slug"])
    return CallFile(scheme, call, told.get("questions", []), told["content"], problems_of_content(asked))


@transaction.atomic
def create(file: CallFile, *, by: User) -> Call:
    """A draft of a call with a draft of what it asks; whatever it was before, it is published here anew."""
    if not can_draft(by):
        raise PermissionDenied
    slug = free_slug(Call, file.call["name_en"], file.call["name_zh"])
    call = Call(scheme=file.scheme, slug=slug, **file.call)
    call.full_clean()
    with journal.acting(by=by, action="import"):
        call.save()
        for position, question in enumerate(file.questions, 1):
            CallQuestion.objects.create(call=call, position=position, **question)
        CallVersion.objects.create(call=call, number=1, content=file.content)
    return call


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST_BYTES:
        raise ValidationError(_("The file is larger than one megabyte."), code="size")
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("The file is not text in UTF-8."), code="encoding") from error
    _refuse_deep(written)
    try:
        parsed = json.loads(written, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("The file cannot be read as JSON."), code="json") from error
    return _cleaned(parsed)


def _refuse_deep(written: str) -> None:
    """Before it is parsed, since the parser goes down as deep as it is told to."""
    depth = deepest = 0
    in_text = is_escaped = False
    for character in written:
        if in_text:
            in_text = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif character == '"':
            in_text = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    if deepest > DEEPEST:
        raise ValidationError(_("The file is nested too deeply."), code="depth")


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _cleaned(value: Any) -> Any:
    """Texts without the characters that nobody sees; ValidationError for half a character, which is no text."""
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, str):
        return value
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError(_("The file holds half a character, which is no text."), code="encoding")
    return clean_text(value, multiline=True)


def _call_values(told: dict[str, Any]) -> dict[str, Any]:
    values = {name: told.get(name, "") for name in (*TEXTS, *HOTLINES)}
    try:
        values |= {name: _moment(told.get(name, "")) for name in DATES}
        budget = Decimal(told["budget_yuan"]) if told.get("budget_yuan") else None
    except (ValueError, ArithmeticError) as error:
        raise ValidationError(_("A date or the budget of the call cannot be read."), code="shape") from error
    if not 2000 <= told["year"] <= 2100:
        raise ValidationError(_("The year of the call cannot be right."), code="shape")
    return values | {
        "year": told["year"],
        "budget_yuan": budget,
        "quota_per_recommender": told.get("quota_per_recommender") or None,
    }


def _moment(told: str) -> datetime | None:
    if not told:
        return None
    moment = datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _texts(longest: dict[str, int]) -> dict[str, Any]:
    return {name: text(most) for name, most in longest.items()}


FILE = record(
    {
        "format": text(),
        "format_version": whole,
        "scheme": text(80),
        "call": record(
            {
                "year": whole,
                **_texts(TEXTS | HOTLINES),
                **_texts(dict.fromkeys(DATES, 40)),
                "budget_yuan": text(LINE),
                "quota_per_recommender": whole,
            },
            ("year", "name_zh"),
        ),
        "questions": rows(record(_texts(QUESTION), ("question_zh", "answer_zh")), MOST_QUESTIONS),
        "content": lambda value, place: iter(()),  # see shape_problems()
    },
    ("scheme", "call", "content"),
)

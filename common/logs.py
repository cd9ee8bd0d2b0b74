"""Logs that an operator can keep and hand on: one JSON object a line, and nothing in it that names a person."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

ALONE = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＠．－＋", "0123456789Xx@.-+")
HEADERS = r"authorization|proxy-authorization|cookie|set-cookie|x-csrftoken|x-api-key"
ASSIGNED = (
    r"password\d?|passwd|secret(?:_key)?|token|api_?key"
    r"|sessionid|__Host-session|csrftoken|__Host-csrf|csrfmiddlewaretoken"
)

# In order: what may hold several kinds of data goes whole before its parts.
MASKS = [
    (re.compile(r"Failing row contains \(.*", re.DOTALL), "Failing row contains ([row])"),
    (re.compile(rf"(?i)\b({HEADERS})\b([\"']?\s*[:=]\s*)[^\r\n]+"), r"\1\2[secret]"),
    (re.compile(r"(?i)\b(token|bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (re.compile(rf"(?i)(?<![\w-])({ASSIGNED})([\"']?\s*[:=]\s*)[\"']?[^\s\"',;&}}]+"), r"\1\2[secret]"),
    (re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+"), r"\1?[query]"),
    (re.compile(r"[0-9A-Za-z_.+%-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"), "[email]"),
    (re.compile(ALONE[0] + r"[1-9]\d{16}[\dXx]" + ALONE[1]), "[id]"),
    (re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}" + ALONE[1]), "[phone]"),
    (re.compile(ALONE[0] + r"0\d{2,3}[ -]\d{7,8}" + ALONE[1]), "[phone]"),
    (re.compile(ALONE[0] + r"\d(?:[ -]?\d){12,}" + ALONE[1]), "[number]"),
]


def without_personal_data(text: str) -> str:
    """Mask e-mails, phones, identity and card numbers, secrets and query strings.

    A credit code with letters is public and stays; one of digits alone looks like an identity number and goes.
    """
    text = text.translate(HALF_WIDTH)
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


class NoPersonalData(logging.Filter):
    """Settles the text of a record, its traceback included, and takes the request with its body off it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_personal_data(_text_of(record)), ()
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = without_personal_data(record.exc_text)
        if record.stack_info:
            record.stack_info = without_personal_data(record.stack_info)
        record.__dict__.pop("request", None)
        return True


def _text_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a log call with wrong arguments must not break the request
        return str(record.msg)


class JsonLines(JsonFormatter):
    """Keys time, level, logger, message; request_id, status_code and exception where there are any; no other extras."""

    OPTIONAL = ("request_id", "status_code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, json_ensure_ascii=False, **kwargs)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        log_data |= {key: value for key in self.OPTIONAL if (value := getattr(record, key, None)) is not None}
        if exception := message_dict.get("exc_info"):
            log_data["exception"] = exception

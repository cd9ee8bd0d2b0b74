import io
import json
import logging

import pytest
from django.test import RequestFactory

from common.logs import JsonLines, NoPersonalData, without_personal_data

CANARIES = [
    "zhang.san@example.com",
    "zhang＠example.com",
    "13812345678",
    "138 1234 5678",
    "+86-138-1234-5678",
    "１３８１２３４５６７８",
    "0735-2345678",
    "431002199001011234",
    "43100219900101123X",
    "6222021234567890123",
    "6222 0212 3456 7890 123",
    "622202123456789012345678",
]


@pytest.fixture
def logged():
    """A logger that writes one JSON line a record, and a function that reads the lines so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(NoPersonalData())
    logger = logging.getLogger("canary")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


@pytest.mark.parametrize("canary", CANARIES)
def test_personal_data_never_reaches_the_log(logged, canary):
    logger, lines = logged

    logger.info("来自%s的申请", canary)
    logger.info(f"来自{canary}的申请")
    logger.info("来自%(who)s的申请", {"who": canary})
    try:
        raise RuntimeError(f"no row for {canary}")
    except RuntimeError:
        logger.exception("failed")

    assert canary not in json.dumps(lines(), ensure_ascii=False)
    assert [line["message"][:2] for line in lines()] == ["来自", "来自", "来自", "fa"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Token 9f3c0a7d5e", "Authorization: [secret]"),
        ("{'Authorization': 'Bearer abc.def'}", "{'Authorization': [secret]"),
        ("sent Bearer abcdefgh.ijk", "sent Bearer [secret]"),
        ("Cookie: sessionid=abc; csrftoken=def", "Cookie: [secret]"),
        ("sessionid=abcdef next", "sessionid=[secret] next"),
        ('password="hunter22" and', 'password=[secret]" and'),
        ("GET /bases/?q=张三&page=2 HTTP/1.1", "GET /bases/?[query] HTTP/1.1"),
        ("DETAIL: Failing row contains (1, 张三, 北湖区).", "DETAIL: Failing row contains ([row])"),
        ("Key (email)=(a@b.cn) already exists.", "Key (email)=([email]) already exists."),
        ("phone=13812345678,", "phone=[phone],"),
    ],
)
def test_secrets_query_strings_and_rows_are_masked(text, kept):
    assert without_personal_data(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "credit code 91431000DEM0000147 accepted",
        "base CZZS-2024-0001 listed on 2024-12-06 at 16:23:05.123",
        "application 42 moved to submitted in 31.5 ms",
        "granted 2000000.00 yuan, 100% of 郴科发〔2024〕12号",
        "journal sealed to 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_public_facts_stay_readable(text):
    assert without_personal_data(text) == text


def test_a_line_has_the_stable_keys_and_no_other_extras(logged):
    logger, lines = logged
    request = RequestFactory().post("/apply/?name=canary-query", {"name": "canary-body"})

    logger.info(
        "saved %d", 3, extra={"request_id": "r1", "request": request, "body": "canary-body", "status_code": 200}
    )

    (line,) = lines()
    assert set(line) == {"time", "level", "logger", "message", "request_id", "status_code"}
    assert {key: line[key] for key in line if key != "time"} == {
        "level": "INFO",
        "logger": "canary",
        "message": "saved 3",
        "request_id": "r1",
        "status_code": 200,
    }
    assert line["time"].endswith("+00:00")


def test_an_exception_is_one_line_with_its_traceback(logged):
    logger, lines = logged

    try:
        raise ValueError("bad")
    except ValueError:
        logger.exception("failed", stack_info=True)

    (line,) = lines()
    assert set(line) == {"time", "level", "logger", "message", "exception"}
    assert line["exception"].endswith("ValueError: bad")


def test_a_log_call_with_wrong_arguments_does_not_break_the_caller(logged):
    logger, lines = logged

    logger.info("two %s %s", "one")

    assert [line["message"] for line in lines()] == ["two %s %s"]

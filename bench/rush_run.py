import argparse
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import redis
from django.core.management import call_command
from django.db import connection

from bench.applications import Draft, drafts, open_call
from bench.results import machine
from bench.rush_clients import LATE, Clients, Outcome
from subsidies.enums import State
from subsidies.models import Application, ApplicationStep, Call, Submission
from subsidies.numbering import moment_of_transaction
from tools.own_server import own_server

FILE = Path(__file__).resolve().parent.parent / "reports" / "rush.json"
P95_GOAL_S = 1.5
REPLAYS = 50
LEAD_S = 1.0  # between the last who come in time and the close


def run(site: dict[str, str], host: str, asked: argparse.Namespace) -> int:
    say(f"preparing {asked.submissions + asked.late} firms with complete drafts")
    call_command("migrate", interactive=False, verbosity=0)
    now = datetime.now(UTC)
    call = open_call(now - timedelta(days=1), now + timedelta(days=1))
    made = drafts(call, asked.submissions + asked.late + 1)
    with own_server(site) as port:
        clients = Clients(port, host, asked.seed)
        say(f"{REPLAYS} times one key at once")
        replays = clients.at_once(made[0], REPLAYS)
        say(f"{asked.submissions} submissions in the last {asked.seconds} s of the call, {asked.late} after it")
        in_time, late = rush(clients, call, made[1:], asked)
    forget_queue(site["CELERY_BROKER_URL"])
    problems = [
        *wrong_replays(made[0], replays),
        *wrong_late(late),
        *wrong(in_time),
        *wrong_rows(call, len(in_time) + 1),
        *wrong_pace(in_time),
    ]
    report(in_time, late, replays, problems, asked)
    connection.close()
    return bool(problems)


def rush(
    clients: Clients, call: Call, made: list[Draft], asked: argparse.Namespace
) -> tuple[list[Outcome], list[Outcome]]:
    """The call closes when the last second of the rush is over, by the clock of the database."""
    moments = clients.arrivals(asked.submissions, asked.seconds - LEAD_S)
    begin = time.monotonic() + 1
    call.closes_at = moment_of_transaction() + timedelta(seconds=asked.seconds + 1)
    call.save()
    after = [asked.seconds + 0.1 * number for number in range(asked.late)]
    outcomes = clients.come(made, [*moments, *after], begin)
    return outcomes[: asked.submissions], outcomes[asked.submissions :]


# ---------------------------------------------------------------- what went wrong
def wrong(outcomes: list[Outcome]) -> list[str]:
    """Every acknowledgement against its row: the same number and digest, and the same bytes when asked again."""
    problems = [
        f"{each.draft.application.pk}: {each.status} {each.body!r:.200}" for each in outcomes if each.status != 201
    ]
    stored = {row.application.public_id: row for row in Submission.objects.select_related("application")}
    for each in outcomes:
        if each.status == 201:
            row = stored.get(each.draft.application.public_id)
            told = each.receipt
            if row is None or (row.application.number, row.digest) != (told["number"], told["digest"]):
                problems.append(f"{each.draft.application.pk}: acknowledged {told['number']}, not stored so")
            problems += [
                f"{told['number']}: a repetition was answered otherwise"
                for status, body in each.repeated
                if (status, body) != (201, each.body)
            ]
    return problems


def wrong_replays(draft: Draft, replays: list[tuple[int, bytes]]) -> list[str]:
    problems = [f"a replay was answered {status}" for status, _body in replays if status not in (201, 409)]
    if len({body for status, body in replays if status == 201}) != 1:
        problems.append("replays of one key were answered differently")
    if Submission.objects.filter(application=draft.application).count() != 1:
        problems.append("replays of one key made other than one submission")
    return problems


def wrong_late(outcomes: list[Outcome]) -> list[str]:
    taken = Application.objects.filter(pk__in=[each.draft.application.pk for each in outcomes]).exclude(number=None)
    problems = [f"{row.number} came late and was taken" for row in taken]
    answers = [each for each in outcomes if not 400 <= each.status < 500 or LATE not in each.body]
    return problems + [f"late, and answered {each.status} {each.body!r:.200}" for each in answers]


def wrong_rows(call: Call, expected: int) -> list[str]:
    rows = Application.objects.filter(call=call, state=State.RECOMMENDATION)
    numbers = sorted(int(str(number).rpartition("-")[2]) for number in rows.values_list("number", flat=True))
    counted = {
        "applications": len(numbers),
        "submissions": Submission.objects.count(),
        "steps": ApplicationStep.objects.count(),
    }
    problems = [f"{count} {name}, not {expected}" for name, count in counted.items() if count != expected]
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append("the numbers have a gap or repeat")
    beyond = rows.filter(first_submitted_at__gte=call.closes_at).count()
    return problems + ([f"{beyond} bear a time after the close"] if beyond else [])


def wrong_pace(outcomes: list[Outcome]) -> list[str]:
    """The drill fails on what people would wait for, as it fails on what they would lose."""
    p95 = p95_of(outcomes)
    return [] if p95 < P95_GOAL_S else [f"p95 is {p95:.3f} s, not under {P95_GOAL_S} s"]


def p95_of(outcomes: list[Outcome]) -> float:
    return quantiles([each.seconds for each in outcomes], n=100)[94]


# ---------------------------------------------------------------- told
def report(
    in_time: list[Outcome],
    late: list[Outcome],
    replays: list[tuple[int, bytes]],
    problems: list[str],
    asked: argparse.Namespace,
) -> None:
    seconds = quantiles([each.seconds for each in in_time], n=100)
    rows: dict[str, Any] = {
        "submissions": len(in_time),
        "acknowledged": sum(each.status == 201 for each in in_time),
        "p50_s": round(seconds[49], 3),
        "p95_s": round(p95_of(in_time), 3),
        "p99_s": round(seconds[98], 3),
        "most_s": round(max(each.seconds for each in in_time), 3),
        "p95_goal_s": P95_GOAL_S,
        "p95_met": not wrong_pace(in_time),
        "tries": sum(each.tries for each in in_time),
        "repeated": sum(len(each.repeated) for each in in_time),
        "late_refused": len(late),
        "replays": dict(Counter(str(status) for status, _body in replays)),
        "problems": problems,
    }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({**vars(asked), **machine(), **rows}, ensure_ascii=False, indent=1) + "\n")
    for name, value in rows.items():
        if name != "problems":
            say(f"{name:14} {value}")
    for problem in problems[:20]:
        say(f"WRONG {problem}")
    verdict = f"{len(problems)} WRONG" if problems else "none lost, none doubled, no gap, in time"
    say(f"{FILE.relative_to(FILE.parent.parent)} written: {verdict}")


def forget_queue(broker: str) -> None:
    with redis.Redis.from_url(broker) as queue:
        queue.delete("celery")


def say(what: str) -> None:
    print(f"rush: {what}", flush=True)

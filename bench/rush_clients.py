"""Clients of the rush: each comes at its moment, and tries again under its key until it is answered for good."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Barrier
from typing import Any

from bench.applications import Draft

GIVES_UP_AFTER_S = 90
WAITS_S = 0.5
REPEATS = 0.2  # of the clients send again what was done
LATE = b":late"


@dataclass
class Outcome:
    draft: Draft
    status: int = 0
    body: bytes = b""
    tries: int = 0
    seconds: float = 0.0  # from the moment the client meant to come
    repeated: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def receipt(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Clients:
    def __init__(self, port: int, host: str, seed: int) -> None:
        self.port, self.host, self.random = port, host, random.Random(seed)

    def arrivals(self, count: int, seconds: float) -> list[float]:
        """Moments from 0 to `seconds`; at the end three times as many come as at the beginning."""
        return sorted(seconds * ((0.25 + 2 * self.random.random()) ** 0.5 - 0.5) for _ in range(count))

    def come(self, drafts: list[Draft], moments: list[float], begin: float) -> list[Outcome]:
        """`begin` by time.monotonic(); a client that finds no free hand has come all the same, and waits."""
        with ThreadPoolExecutor(64) as hands:
            repeats = [self.random.random() < REPEATS for _draft in drafts]
            plans = zip(drafts, moments, repeats, strict=True)
            waiting = [hands.submit(self._one, draft, begin + moment, again) for draft, moment, again in plans]
            return [each.result() for each in waiting]

    def _one(self, draft: Draft, moment: float, is_repeated: bool) -> Outcome:
        time.sleep(max(0.0, moment - time.monotonic()))
        outcome = Outcome(draft)
        while time.monotonic() < moment + GIVES_UP_AFTER_S:
            outcome.tries += 1
            outcome.status, outcome.body = self.ask(draft, str(draft.application.public_id))
            if is_final(outcome.status, outcome.body):
                break
            time.sleep(WAITS_S)
        outcome.seconds = time.monotonic() - moment
        if is_repeated and outcome.status == 201:
            outcome.repeated.append(self.ask(draft, str(draft.application.public_id)))
        return outcome

    def at_once(self, draft: Draft, count: int) -> list[tuple[int, bytes]]:
        """The same request under the same key, all let go together."""
        start = Barrier(count)

        def one(_number: int) -> tuple[int, bytes]:
            start.wait()
            return self.ask(draft, "at-once")

        with ThreadPoolExecutor(count) as hands:
            return list(hands.map(one, range(count)))

    def ask(self, draft: Draft, key: str) -> tuple[int, bytes]:
        """Status 0 when the line broke before an answer."""
        path = f"/api/v1/applications/{draft.application.public_id}/submit/"
        return self._sent(lambda line: line.request("POST", path, b'{"pledge": true}', self._headers(draft, key)))

    def _headers(self, draft: Draft, key: str) -> dict[str, str]:
        return {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "Authorization": f"Token {draft.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }

    def _sent(self, send: Callable[[HTTPConnection], None]) -> tuple[int, bytes]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            send(line)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            return 0, b""
        finally:
            line.close()


def is_final(status: int, body: bytes) -> bool:
    """Done, or refused; not an answer that asks to come again, nor none."""
    return 200 <= status < 300 or (400 <= status < 500 and status != 429 and (status != 409 or LATE in body))

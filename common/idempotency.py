"""Idempotency-Key: who sends a creating request again under the same key gets the first answer, byte for byte.

After draft-ietf-httpapi-idempotency-key-header. Kept are answers to what was done (2xx), in the transaction that did
it. A refusal has done nothing and is not kept: the request may be corrected and sent again under its key.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.request import Request

from common.models import IdempotentRequest
from common.problems import Problem

KEY = re.compile(r"[!-~]{1,255}")
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=48)

Handler = Callable[..., HttpResponse]


class Once:
    """One creating request of one person; without a key it is like any other, and nothing is kept."""

    def __init__(self, request: Request) -> None:
        self.person: Any = request.user.pk
        self.key = key_of(request)
        self.digest = digest_of(request) if self.key else ""

    def replay(self) -> HttpResponse | None:
        """The answer kept under the key; Problem 422 when it belongs to another request. One query."""
        kept = self.key and IdempotentRequest.objects.filter(user_id=self.person, key=self.key).first()
        if not kept:
            return None
        if kept.digest != self.digest:
            message = _("This Idempotency-Key belongs to a request with another content; send a new one.")
            raise Problem(422, "idempotency_key_reused", message)
        response = HttpResponse(bytes(kept.content), content_type=kept.content_type, status=kept.status)
        if kept.location:
            response["Location"] = kept.location
        response[REPLAYED] = "true"
        return response

    def hold(self) -> None:
        """Nobody else works under the key until the caller's transaction ends.

        Problem 409 while another request does, Replayed when it has ended. On SQLite transactions wait for each other.
        """
        if self.key and connection.vendor == "postgresql":
            self._lock()
        if replayed := self.replay():
            raise Replayed(replayed)

    def keep(self, response: HttpResponse) -> HttpResponse:
        """In the caller's transaction; returns the response."""
        if self.key and 200 <= response.status_code < 300:
            kept = IdempotentRequest(
                user_id=self.person,
                key=self.key,
                digest=self.digest,
                status=response.status_code,
                content_type=response.get("Content-Type", ""),
                content=response.content,
                location=response.get("Location", ""),
            )
            IdempotentRequest.objects.bulk_create([kept], ignore_conflicts=True)
        return response

    def _lock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(self.person, self.key)])
            if cursor.fetchone() == (True,):
                return
        message = _("The first request under this Idempotency-Key is still being worked on; send it again in a moment.")
        raise Problem(409, "idempotency_key_in_use", message, headers={"Retry-After": "1"})


def lock_number(person: int, key: str) -> int:
    named = hashlib.sha256(f"idempotency:{person}:{key}".encode()).digest()
    return int.from_bytes(named[:8], "big", signed=True)


class Replayed(Exception):
    """Undoes the transaction of a repetition that found its answer late."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("replayed")
        self.response = response


def once(create: Handler) -> Handler:
    """For a view's post(): one transaction for what `create` does and for the answer that is kept of it."""

    @wraps(create)
    def answer(view: Any, request: Request, **kwargs: Any) -> HttpResponse:
        asked = Once(request)
        if replayed := asked.replay():
            return replayed
        try:
            with transaction.atomic():
                asked.hold()
                return asked.keep(create(view, request, **kwargs))
        except Replayed as repetition:
            return repetition.response

    return answer


def once_by_verb(create: Handler) -> Handler:
    """For a post() whose verb has a transaction of its own and knows the key: `create` gets it as `key`.

    The key must be given. Between the verb's commit and the keeping of its answer the verb itself answers a
    repetition, so `create` must make its answer of what never changes.
    """

    @wraps(create)
    def answer(view: Any, request: Request, **kwargs: Any) -> HttpResponse:
        asked = Once(request)
        if not asked.key:
            message = _("Send the header Idempotency-Key, a new value for each new request, such as a UUID.")
            raise Problem(400, "idempotency_key_missing", message)
        return asked.replay() or asked.keep(create(view, request, key=asked.key, **kwargs))

    return answer


def key_of(request: Request) -> str:
    """Bare or in quotes, as the draft writes it; empty when none is given."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    key = given.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not KEY.fullmatch(key):
        message = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")
        raise Problem(400, "idempotency_key_invalid", message)
    return key


def digest_of(request: Request) -> str:
    """SHA-256 of method, path and content as read, so that neither spaces nor the marks between parts count."""
    digest = hashlib.sha256(f"{request.method}\n{request.path}\n".encode())
    for part in _parts(request.data):
        digest.update(part)
    return digest.hexdigest()


def sweep() -> int:
    """Forget what is older than KEPT_FOR; returns how many. A submission keeps its own key for ever."""
    forgotten, _models = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return forgotten


def _parts(content: Any) -> Iterator[bytes]:
    if not isinstance(content, MultiValueDict):
        yield orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        return
    for name, values in sorted(content.lists()):
        for value in values:
            yield orjson.dumps([name, *_written(value)])


def _written(value: Any) -> list[Any]:
    if not isinstance(value, UploadedFile):
        return [value]
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, value.size, digest.hexdigest()]

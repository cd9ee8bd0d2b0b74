"""A person with a token, asking in English."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import tokens
from accounts.models import User

V1 = "/api/v1/"
JSON, PROBLEM = "application/json", "application/problem+json"


class Caller:
    def __init__(self, user: User | None = None, language: str = "en") -> None:
        self.user = user
        self.client = Client(headers={"accept-language": language})
        if user is not None:
            token = tokens.issue(user, name="script", days=1)[1]
            self.client.defaults["HTTP_AUTHORIZATION"] = f"Token {token}"

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(V1 + path, headers=headers)

    def post(self, path: str, content: Any = None, key: str | None = None) -> Any:
        body = content if isinstance(content, str | bytes) else json.dumps({} if content is None else content)
        return self.client.post(V1 + path, body, content_type=JSON, headers=_keyed(key))

    def patch(self, path: str, content: Any) -> Any:
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return self.client.patch(V1 + path, body, content_type=JSON)

    def delete(self, path: str) -> Any:
        return self.client.delete(V1 + path)

    def send_file(self, path: str, material: str, content: bytes, name: str, key: str | None = None) -> Any:
        parts = {"material": material, "file": SimpleUploadedFile(name, content)}
        return self.client.post(V1 + path, parts, headers=_keyed(key))


def _keyed(key: str | None) -> dict[str, str]:
    return {} if key is None else {"idempotency-key": key}


def problem(answer: Any) -> tuple[int, str]:
    """Status and kind; every refusal has this shape."""
    body = answer.json()
    assert answer["Content-Type"] == PROBLEM
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:chenzhou-pilot:problem:")

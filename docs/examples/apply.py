"""Hand in a complete application over HTTP, with nothing but the standard library.

    export CHENZHOU_TOKEN=…        # made on the account page, of an administrator of the firm
    python apply.py https://… award-2026 "name of the project" answers.json folder

`folder` holds the files, each named after the material it is for: "A01 licence.pdf", "A04 report.pdf".
Every step may be repeated: what is there already is found again, so run the script again after a lost connection.
"""

import hashlib
import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

TRIES = 5


class Refused(Exception):
    """The answer of the server, a problem by RFC 9457."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title')}: {problem.get('detail')}")
        self.problem = problem
        self.kind = str(problem["type"]).rpartition(":")[2]
        self.is_passing = status in (429, 503) or self.kind == "idempotency_key_in_use"


class Site:
    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def ask(self, method: str, path: str, content: Any = None, kind: str = "application/json") -> Any:
        """The JSON of the answer; Refused for what is no success.

        After a lost connection the request is sent again. A POST bears a key, so that it is done once all the same.
        """
        body = content if content is None or isinstance(content, bytes) else json.dumps(content).encode()
        headers = {"Authorization": f"Token {self.token}", "Accept": "application/json", "Accept-Language": "zh-hans"}
        headers |= {} if body is None else {"Content-Type": kind}
        headers |= {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        request = Request(urljoin(self.address, path), body, headers, method=method)
        for tries_left in reversed(range(TRIES)):
            try:
                with urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read() or b"null")
            except HTTPError as refusal:
                with refusal:
                    refused = Refused(refusal.code, json.loads(refusal.read()))
                if not tries_left or not refused.is_passing:
                    raise refused from None
                time.sleep(int(refusal.headers.get("Retry-After", "1")))
            except (URLError, TimeoutError):
                if not tries_left:
                    raise
                time.sleep(1)
        raise AssertionError

    def send_file(self, path: str, material: str, file: Path) -> Any:
        mark = uuid.uuid4().hex
        name = quote(file.name)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="material"\r\n\r\n{material}\r\n'.encode(),
            f"--{mark}\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{name}\r\n\r\n".encode(),
            file.read_bytes(),
            f"\r\n--{mark}--\r\n".encode(),
        ]
        return self.ask("POST", path, b"".join(parts), f"multipart/form-data; boundary={mark}")


def check(site: Site, call: str, answers: dict[str, Any]) -> None:
    """What the call's conditions say to the answers; nothing of it is stored."""
    asked = site.ask("POST", f"/api/v1/calls/{call}/eligibility-check/", {"answers": answers})
    for finding in asked["findings"]:
        print(f"  {finding['verdict']:8} {finding['id']} {finding['text']}")


def begin(site: Site, call: str, project_name: str) -> dict[str, Any]:
    """A new application, or the one that the firm has begun for this project."""
    try:
        begun: dict[str, Any] = site.ask("POST", "/api/v1/applications/", {"call": call, "project_name": project_name})
        return begun
    except Refused as refusal:
        if refusal.kind != "exists":
            raise
        there: dict[str, Any] = site.ask("GET", refusal.problem["application"])
        return there


def write(site: Site, address: str, answers: dict[str, Any]) -> None:
    """Ours win over what others wrote meanwhile; an interactive program would ask its user instead."""
    version = site.ask("GET", address)["version"]
    while True:
        try:
            site.ask("PATCH", address, {"version": version, "answers": answers})
            return
        except Refused as refusal:
            if refusal.kind != "conflict":
                raise
            version = refusal.problem["version"]


def send_files(site: Site, address: str, folder: Path) -> None:
    there = {row["sha256"] for row in site.ask("GET", f"{address}attachments/")["results"]}
    for file in sorted(folder.iterdir()):
        digest, material = hashlib.sha256(file.read_bytes()).hexdigest(), file.name.split()[0]
        if digest in there:
            continue
        row = site.send_file(f"{address}attachments/", material, file)
        assert row["sha256"] == digest, "damaged on the way"
        print(f"  {material} {row['name']} {row['size']}")


def main(site_address: str, call: str, project_name: str, answers_file: str, folder: str) -> int:
    site = Site(site_address, os.environ["CHENZHOU_TOKEN"])
    answers = json.loads(Path(answers_file).read_text("utf-8"))
    print("eligibility:")
    check(site, call, answers)
    application = begin(site, call, project_name)
    if application["number"]:
        print(f"submitted before: {application['number']}, {application['state_in_words']}")
        return 0
    address = f"/api/v1/applications/{application['id']}/"
    write(site, address, answers)
    print("files:")
    send_files(site, address, Path(folder))
    left = site.ask("GET", f"{address}validate/")
    if not left["is_complete"]:
        print("missing:")
        for each in left["missing"]:
            print(f"  {each['text']}")
        return 1
    receipt = site.ask("POST", f"{address}submit/", {"pledge": True})
    print(f"submitted: {receipt['number']} {receipt['receipt_code']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

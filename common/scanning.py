"""The virus scan by clamd, over its own protocol: INSTREAM on a socket named by CLAMAV_URL.

Without a scanner files stay "not scanned"; whether such a file is shown is for common.file_serving to say.
"""

import logging
import socket
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import journal
from common.models import ScanState, StoredFile

logger = logging.getLogger(__name__)
CONNECT_SECONDS = 3
ANSWER_SECONDS = 60
CHUNK = 1 << 17
LONGEST_ANSWER = 4_096
DEFAULT_PORT = 3310


class ScannerUnavailable(Exception):
    """No scanner is set, or it gave no verdict; the file stays as it was."""


class Verdict(NamedTuple):
    is_clean: bool
    found: str = ""


def is_set_up() -> bool:
    return bool(settings.CLAMAV_URL)


def scan(stored: StoredFile) -> ScanState:
    """Ask about the content and write down the verdict; what was found once stays infected."""
    with stored.content.open("rb") as content:
        verdict = ask(content)
    return write_down(stored, verdict)


def ask(content: IO[bytes]) -> Verdict:
    """ScannerUnavailable when clamd cannot be reached, hangs, or refuses to look."""
    try:
        with _connected() as line:
            line.settimeout(ANSWER_SECONDS)
            line.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
            return _verdict(_answer(line))
    except OSError as error:
        raise ScannerUnavailable(str(error)) from error


def answers() -> bool:
    """Whether clamd is there, asked by its PING; for the watchers of the site."""
    try:
        with _connected() as line:
            line.settimeout(CONNECT_SECONDS)
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (OSError, ScannerUnavailable):
        return False


@transaction.atomic
def write_down(stored: StoredFile, verdict: Verdict) -> ScanState:
    """On the row as it is now; a find goes into the journal."""
    current = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if current.scan_state != ScanState.INFECTED:
        current.scan_state = ScanState.CLEAN if verdict.is_clean else ScanState.INFECTED
        current.scanned_at = timezone.now()
        current.save(update_fields=["scan_state", "scanned_at"])
        if not verdict.is_clean:
            journal.record("virus_found", current, {"found": [None, verdict.found[:200]]})
    stored.scan_state, stored.scanned_at = current.scan_state, current.scanned_at
    return ScanState(current.scan_state)


def _connected() -> socket.socket:
    """TimeoutError and the like are OSErrors, as is a wrong address."""
    if not settings.CLAMAV_URL:
        raise ScannerUnavailable("CLAMAV_URL is not set")
    address = urlsplit(settings.CLAMAV_URL)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((address.hostname, address.port or DEFAULT_PORT), timeout=CONNECT_SECONDS)


def _answer(line: socket.socket) -> str:
    """Up to the zero byte that ends an answer, or the end of the line."""
    data = b""
    while len(data) < LONGEST_ANSWER and not data.endswith(b"\0"):
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        data += piece
    return data.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """“stream: OK”, “stream: Eicar-Signature FOUND”; anything else, such as a size limit, is no verdict."""
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return Verdict(is_clean=True)
    if told.endswith(" FOUND"):
        return Verdict(is_clean=False, found=told.removesuffix(" FOUND"))
    raise ScannerUnavailable(answer or "no answer")

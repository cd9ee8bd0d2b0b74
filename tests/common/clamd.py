"""A scanner that speaks clamd's protocol over a real socket and knows one signature."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Remembers what it was sent; `answer` overrides its verdict, `hangs_up` ends the line without one."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.answer = b""
        self.hangs_up = False

    def verdict(self, content: bytes) -> bytes:
        self.received.append(content)
        if self.answer:
            return self.answer
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class Line(socketserver.StreamRequestHandler):
    clamd: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            content = self.content()
            if not self.clamd.hangs_up:
                self.wfile.write(self.clamd.verdict(content))

    def content(self) -> bytes:
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        return content


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


@contextmanager
def clamd_on(address: Path | None = None) -> Iterator[tuple[Clamd, str]]:
    """The scanner and its CLAMAV_URL: on a free port, or on the socket at `address`."""
    clamd = Clamd()
    handler = type("OwnLine", (Line,), {"clamd": clamd})
    server = UnixServer(str(address), handler) if address else TcpServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield clamd, f"unix://{address}" if address else f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The web server's own refusals, in words a reader understands: gunicorn says them before Django sees the request."""

import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

# Said in both languages at once: a request that was not read to its end has not said which one it wants.
TOO_LONG = (
    "网址过长，未作处理。请减少查询条件后重试。\n"
    "The address is too long and was not read. Ask for less and try again.\n"
)
TOO_MANY_HEADERS = (
    "请求头过大，未作处理。请清除本站的 Cookie 后重试。\n"
    "The request headers are too large and were not read. Clear this site's cookies and try again.\n"
)


class Worker(ThreadWorker):
    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Refuse what is too large with a sentence, and without the address of the sender in the log."""
        if isinstance(exc, LimitRequestLine):
            self.refuse(client, HTTPStatus.REQUEST_URI_TOO_LONG, TOO_LONG)
        elif isinstance(exc, LimitRequestHeaders):
            self.refuse(client, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_MANY_HEADERS)
        else:
            super().handle_error(req, client, addr, exc)

    def refuse(self, client: socket.socket, status: HTTPStatus, text: str) -> None:
        self.log.info("Refused a request: %s", status.phrase)
        body = text.encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode() + body)
        except OSError:
            self.log.debug("The sender had already gone.")

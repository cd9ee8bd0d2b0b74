"""Forms with files: what is far too large is refused while it comes, and never fills the disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FORM = 110 * 1024 * 1024  # bytes of all files together; nginx.conf says the same


class LimitedUpload(FileUploadHandler):
    """Stands first in FILE_UPLOAD_HANDLERS and only counts."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.came = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """What the request announces, before a byte is read."""
        announced = args[2] if len(args) > 2 else kwargs.get("content_length")
        self._refuse(int(announced or 0))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.came += len(raw_data)
        self._refuse(self.came)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""

    def _refuse(self, size: int) -> None:
        if size > LARGEST_FORM:
            raise RequestDataTooBig(f"A form with more than {LARGEST_FORM} bytes of files.")

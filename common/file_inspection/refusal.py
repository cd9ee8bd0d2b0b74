from dataclasses import dataclass


class Refused(Exception):
    """The file may not stay; `code` names the sentence in common.file_checks."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    pages: int | None = None
    has_place: bool = False  # the picture names the place where it was taken

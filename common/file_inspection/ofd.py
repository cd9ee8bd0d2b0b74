"""OFD, the national format for documents of fixed layout (GB/T 33190)."""

from common.file_inspection.parts import Parts, local
from common.file_inspection.refusal import Found, Refused


def look_into(parts: Parts) -> Found:
    pages = 0

    def count(element: str, attributes: dict[str, str]) -> None:
        nonlocal pages
        pages += local(element) == "Page"

    documents = [name for name in parts.names if name.rpartition("/")[2] == "Document.xml"]
    for name in parts.names:
        if name.lower().endswith(".xml"):
            parts.parse(name, count if name in documents else None)
    if not documents or not pages:
        raise Refused("zip_broken")
    return Found("ofd", pages=pages)

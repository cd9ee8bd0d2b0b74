"""What a signature stands under, as JSON of one fixed form, so that anyone can compute its digest again.

The digest is SHA-256 over the canonical form: keys in order, no space, UTF-8, numbers with a fraction as text.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common.journal_values import canonical, json_value
from subsidies.held import answers_now
from subsidies.models import Application, CallVersion, Submission

Snapshot = Mapping[str, Any]
_digests: dict[tuple[int, datetime], str] = {}  # of the contents of published versions
FORM = 1  # of the snapshot itself; a new form gets a new number, old snapshots keep theirs


def snapshot_of(application: Application) -> dict[str, Any]:
    """The content alone: signed twice without a change, it is the same twice. One query, for the files."""
    organisation, version = application.organisation, application.call_version
    recommender = application.unit
    frozen: dict[str, Any] = json_value(
        {
            "form": FORM,
            "application": str(application.public_id),
            "project_name": application.project_name,
            "project": application.project.code if application.project else None,
            "organisation": {
                "name": organisation.name_zh,
                "credit_code": organisation.credit_code,
                "recommender": recommender.name_zh if recommender else None,
            },
            "call": {
                "slug": application.call.slug,
                "year": application.call.year,
                "version": version.number,
                "content_sha256": content_digest(version),
            },
            "pledge": {"zh": version.content.get("pledge_zh", ""), "en": version.content.get("pledge_en", "")},
            "data": answers_now(application),
            "files": _files(application),
        }
    )
    return frozen


def _files(application: Application) -> list[dict[str, Any]]:
    rows = application.files.in_force().select_related("file")
    files = [
        {"material": row.material, "name": row.file.name, "size": row.file.size, "sha256": row.file.sha256}
        for row in rows
    ]
    return sorted(files, key=lambda each: (each["material"], each["sha256"], each["name"]))


def content_digest(version: CallVersion) -> str:
    """Of a published version, which never changes, computed once a process: its content is by far the longest part."""
    if version.published_at is None:
        return digest_of(json_value(version.content))
    known = (version.pk, version.published_at)
    if known not in _digests:
        _digests[known] = digest_of(json_value(version.content))
    return _digests[known]


def digest_of(snapshot: Snapshot) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def answers_digest(snapshot: Snapshot) -> str:
    """Of all but the files: what form A02 bears, which is itself scanned and put among the files later."""
    return digest_of({name: value for name, value in snapshot.items() if name != "files"})


def is_intact(submission: Submission) -> bool:
    """Whether the stored snapshot is the one that the receipt names."""
    return digest_of(submission.snapshot) == submission.digest

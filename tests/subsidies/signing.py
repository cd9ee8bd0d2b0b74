"""A draft with nothing missing, and the person who signs it."""

import hashlib
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from common.models import StoredFile
from common.models.files import ScanState
from subsidies.models import Application, ApplicationFile
from tests.factories_subsidies import ApplicationFactory, person_of

PDF = b"%PDF-1.4 licence"


class Ready(NamedTuple):
    application: Application
    signatory: User


def ready(**fields: Any) -> Ready:
    application = ApplicationFactory(**fields)
    put_file(application, "A01")
    return Ready(application, person_of(application.organisation))


def rewritten(application: Application, **answers: Any) -> Application:
    """Some answers anew, as whoever writes saves them."""
    application.data = {**application.data, **answers}
    application.version += 1
    application.save()
    return application


def put_file(application: Application, material: str, content: bytes = PDF, name: str = "执照.pdf") -> ApplicationFile:
    stored = StoredFile.objects.create(
        content=ContentFile(content, "x"),
        name=name,
        media_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        scan_state=ScanState.CLEAN,
        scanned_at=timezone.now(),
        uploaded_by=application.started_by,
    )
    return ApplicationFile.objects.create(
        application=application, material=material, file=stored, added_by=application.started_by
    )

"""Files of an application: put to a material, taken out of force, and who may open which."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import journal
from common.file_checks import MEGABYTE, FileRules
from common.files import Content, received, remove_with_bytes
from common.models import StoredFile
from subsidies import permissions
from subsidies.content import BY_RECOMMENDER, Material
from subsidies.editable import NOTHING, editable
from subsidies.models import Application, ApplicationFile
from subsidies.workflow import MoveRefused, locked

LARGEST_MB = 100  # whatever a call allows


def rules_of(material: Material) -> FileRules:
    return FileRules(material.formats, min(material.largest_mb, LARGEST_MB) * MEGABYTE, material.most_pages)


# ---------------------------------------------------------------- the verbs
def add(application: Application, code: str, content: Content, name: str, by: User) -> ApplicationFile:
    """Take in what was sent and put it to the material, or neither; refusals as of attach() and common.files."""
    material = open_material(application, code, by)
    with received(content, name, by, rules_of(material)) as stored:
        return attach(application, code, stored, by)


def open_material(application: Application, code: str, by: User) -> Material:
    """The material, when `by` may put a file to it now; PermissionDenied, or a sentence why not."""
    if not permissions.is_writer(by, application):
        raise PermissionDenied
    material = application.call_version.parsed.material(code)
    if material is None or material.must == BY_RECOMMENDER:
        raise ValidationError(_("The form asks for no such file."), code="unknown")
    _refuse_closed(application, code)
    return material


@transaction.atomic
def attach(application: Application, material: str, stored: StoredFile, by: User) -> ApplicationFile:
    """Put the file to the material with code `material`. The caller has received it under rules_of(material)."""
    current = locked(application)
    asked = open_material(current, material, by)
    there = list(current.files.in_force().filter(material=material).select_related("file"))
    if same := next((row for row in there if row.file.sha256 == stored.sha256), None):
        message = _("This very file is here already, as “%(name)s”: nothing more to do.")
        raise ValidationError(message % {"name": same.file.name}, code="same")
    if len(there) >= asked.most_files:
        message = ngettext(
            "%(count)d file is the most here. Take it out to put another in its place.",
            "%(count)d files are the most here. Take one out, or join several into one PDF.",
            asked.most_files,
        )
        raise ValidationError(message % {"count": asked.most_files}, code="most_files")
    with journal.acting(by=by, action="attach"):
        return ApplicationFile.objects.create(
            application=current, material=material, file=stored, added_by=by, answers_version=current.version
        )


@transaction.atomic
def remove(application_file: ApplicationFile, by: User) -> None:
    """Take the file out of force; one that nobody has ever signed goes altogether, bytes and all."""
    application = locked(application_file.application)
    if not permissions.is_writer(by, application):
        raise PermissionDenied
    row = ApplicationFile.objects.select_for_update(of=("self",)).get(pk=application_file.pk)
    _refuse_closed(application, row.material)
    if row.removed_at is not None:
        return
    with journal.acting(by=by, action="remove_file"):
        if application.submissions.exists():
            row.removed_at, row.removed_by = timezone.now(), by
            row.save(update_fields=["removed_at", "removed_by"])
        else:
            row.delete()
            if not ApplicationFile.objects.filter(file=row.file).exists():
                remove_with_bytes(row.file)


def _refuse_closed(application: Application, code: str) -> None:
    """MoveRefused with code "state" where nothing may change, ValidationError with "closed" where others may."""
    open_now = editable(application)
    if open_now == NOTHING:
        message = _("The application is now “%(state)s”: its files cannot be changed.")
        raise MoveRefused(message % {"state": application.get_state_display()}, code="state")
    if not open_now.has_material(code):
        raise ValidationError(_("The files of this material are not open for correction."), code="closed")


# ---------------------------------------------------------------- who opens what
def visible_file(user: User, application_id: UUID, file_id: UUID) -> ApplicationFile | None:
    """The file by the public numbers of application and file; None for what the person may not open."""
    row = (
        ApplicationFile.objects.filter(
            application__in=Application.objects.visible_to(user),
            application__public_id=application_id,
            file__public_id=file_id,
        )
        .select_related("file", "application__call_version", "application__organisation")
        .first()
    )
    return row if row and can_open(user, row) else None


def can_open(user: User, row: ApplicationFile) -> bool:
    """For whoever sees the application: confidential materials open to those alone who write or decide."""
    material = row.application.call_version.parsed.material(row.material)
    is_confidential = material is not None and material.is_confidential
    return not is_confidential or permissions.can_open_confidential(user, row.application)

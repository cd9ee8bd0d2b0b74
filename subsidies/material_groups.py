"""The materials of an application as its page shows them: subsidies/includes/materials.html."""

from collections import defaultdict
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.file_checks import FileRules
from common.file_kinds import kind_of_media_type
from common.file_serving import can_preview, may_show
from common.models import ScanState, StoredFile
from subsidies import permissions
from subsidies.attachments import rules_of
from subsidies.content import BY_RECOMMENDER, STAMPED_FORM, Material
from subsidies.editable import NOTHING, editable
from subsidies.missing import is_due
from subsidies.models import Application, ApplicationFile


class FileLine(NamedTuple):
    row: ApplicationFile
    stored: StoredFile
    may_open: bool
    may_preview: bool
    may_remove: bool

    @property
    def format(self) -> str:
        kind = kind_of_media_type(self.stored.media_type)
        return kind.title if kind else ""

    @property
    def is_infected(self) -> bool:
        return self.stored.scan_state == ScanState.INFECTED

    @property
    def is_waiting(self) -> bool:
        return self.stored.scan_state == ScanState.NOT_SCANNED


class MaterialGroup(NamedTuple):
    material: Material
    files: list[FileLine]
    is_open: bool  # files may be put to it or taken out now
    is_due: bool
    is_missing: bool

    @property
    def by_recommender(self) -> bool:
        return self.material.must == BY_RECOMMENDER

    @property
    def is_printed_here(self) -> bool:
        return self.material.code == STAMPED_FORM

    @property
    def rules(self) -> FileRules:
        return rules_of(self.material)

    @property
    def rules_in_words(self) -> str:
        most = self.material.most_files
        count = ngettext("at most %(count)d file", "at most %(count)d files", most) % {"count": most}
        return _("; ").join([self.rules.in_words, count])


def groups_of(application: Application, user: User) -> list[MaterialGroup]:
    """One query for the files, one more during a correction, and for a guest."""
    open_now = editable(application) if permissions.is_writer(user, application) else NOTHING
    opens_confidential = permissions.can_open_confidential(user, application)
    rows: dict[str, list[ApplicationFile]] = defaultdict(list)
    for row in application.files.in_force().select_related("file", "added_by"):
        rows[row.material].append(row)
    groups = []
    for material in application.call_version.parsed.materials:
        is_open = open_now.has_material(material.code) and material.must != BY_RECOMMENDER
        may_open = opens_confidential or not material.is_confidential
        lines = [_line(row, may_open, is_open) for row in rows[material.code]]
        due = material.must != BY_RECOMMENDER and is_due(material, application.data)
        has_usable = any(not line.is_infected for line in lines)
        groups.append(MaterialGroup(material, lines, is_open, due, due and not has_usable))
    return groups


def _line(row: ApplicationFile, may_open: bool, is_open: bool) -> FileLine:
    is_shown = may_open and may_show(row.file)
    return FileLine(row, row.file, is_shown, is_shown and can_preview(row.file), is_open)

"""What "once only" means: the key that submissions and awards are compared by; see the constraints *_once."""

import hashlib
import unicodedata

from accounts.models import Organisation
from projects.models import Project
from subsidies.models import Scheme


def once_key(scheme: Scheme, organisation: Organisation, project: Project | None, project_name: str) -> str:
    """Never empty: no two applications under way share it, whatever the scheme. One query when `project` is None.

    Once per organisation is the wider rule; else a project is known by its row in the registry, and one that is not
    in the registry by the firm and its name. Names that differ are for the cross-checks, where a person judges.
    """
    if scheme.is_once_per_organisation:
        return f"{scheme.pk}:organisation:{organisation.pk}"
    known = project.pk if project else _of_registry(organisation, project_name)
    if known is not None:
        return f"{scheme.pk}:project:{known}"
    return f"{scheme.pk}:organisation:{organisation.pk}:name:{_digest(project_name)}"


def award_key(scheme: Scheme, organisation: Organisation, project: Project | None, project_name: str) -> str:
    """Empty for support that may be given again."""
    is_once = scheme.is_once_per_organisation or scheme.is_once_per_project
    return once_key(scheme, organisation, project, project_name) if is_once else ""


def plain_name(name: str) -> str:
    """Letters, figures and characters alone: width, case, spaces and punctuation make no other project."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _of_registry(organisation: Organisation, project_name: str) -> int | None:
    own = Project.objects.filter(name_zh=project_name, partners__organisation=organisation)
    found: int | None = own.order_by("pk").values_list("pk", flat=True).first()
    return found


def _digest(name: str) -> str:
    return hashlib.sha256(plain_name(name).encode()).hexdigest()

"""Writing an application: start, save what was typed by several people at once, hand over, take back, comment."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common import journal
from common.texts import clean_text, shown
from projects.models import Project, ProjectPartner
from subsidies import permissions
from subsidies.answers import clean_answer
from subsidies.content import CallContent
from subsidies.editable import editable
from subsidies.enums import ENDED, Action, State
from subsidies.models import Application, Call, CallInvitation, Comment
from subsidies.notices import tell_of_comment
from subsidies.prefill import prefilled
from subsidies.workflow import MoveRefused, locked, move

LONGEST_NAME, LONGEST_COMMENT = 160, 2000
NAME = ""  # the place of the project's name in `touched`, which no field can have


class Conflict(NamedTuple):
    """A merge question: both wrote this field, and nobody's words are lost."""

    field: str
    stored: Any
    sent: Any


class Saved(NamedTuple):
    application: Application
    conflicts: list[Conflict]


# ---------------------------------------------------------------- starting
@transaction.atomic
def start(
    call: Call,
    organisation: Organisation,
    by: User,
    project: Project | None = None,
    project_name: str = "",
    answers: Mapping[str, Any] | None = None,
    recommender: Organisation | None = None,
) -> Application:
    """A draft with what the registry knows and with `answers` (stored values; those that fit no field are left out).

    A project of the registry brings its own name; `project_name` is for one that is not in it.
    One per firm, call and project: MoveRefused with code "exists" and params["application"] names the one there is.
    """
    if not permissions.can_start(by, organisation.pk):
        raise PermissionDenied
    version = call.current_version()
    if version is None or not call.is_open_at(timezone.now()):
        raise MoveRefused(_("This call is not open: applications can be started between its first and last day."))
    _refuse_foreign_project(project, call, organisation)
    _refuse_other_recommender(recommender, organisation)
    name = clean_name(project.name_zh if project else project_name)
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    _refuse_second(call, organisation, name)
    content = version.parsed
    data = prefilled(content, organisation, project) | fitting(content, answers or {})
    return Application.objects.create(
        call=call,
        call_version=version,
        organisation=organisation,
        project=project,
        project_name=name,
        recommender=organisation.recommender,
        data=data,
        started_by=by,
        is_demo=call.is_demo,
    )


def fitting(content: CallContent, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of stored values from elsewhere, those that fit a field of this form and are not the record's."""
    kept = {}
    for field in content.fields():
        if field.is_held:
            continue
        try:
            value = clean_answer(field, answers.get(field.id), typed=False)
        except ValidationError:
            continue
        if value is not None:
            kept[field.id] = value
    return kept


def clean_name(name: str) -> str:
    """The name of a project as it is kept; ValidationError on `project_name` when it has none or is too long."""
    told = clean_text(name).strip()
    if not told:
        raise ValidationError({"project_name": _("Give the name of the project.")})
    if len(told) > LONGEST_NAME:
        message = _("Shorten the name of the project to %(most)d characters.") % {"most": LONGEST_NAME}
        raise ValidationError({"project_name": message})
    return told


def projects_for(organisations: Iterable[int], call: Call) -> Any:
    """Projects of the registry that these firms may apply with: their own, and those they were invited with."""
    keys = list(organisations)
    invited = CallInvitation.objects.filter(call=call, organisation__in=keys).values("project")
    own = ProjectPartner.objects.filter(organisation__in=keys).values("project")
    return Project.objects.filter(Q(pk__in=own) | Q(pk__in=invited)).order_by("name_zh", "pk")


def _refuse_foreign_project(project: Project | None, call: Call, organisation: Organisation) -> None:
    if project is not None and not projects_for([organisation.pk], call).filter(pk=project.pk).exists():
        raise ValidationError({"project": _("Choose a project in which the firm takes part, or give a new name.")})


def _refuse_other_recommender(recommender: Organisation | None, organisation: Organisation) -> None:
    if recommender is not None and recommender.pk != organisation.recommender_id:
        message = _("The recommending unit is the one set for the firm; the bureau changes it.")
        raise ValidationError({"recommender": message})


def _refuse_second(call: Call, organisation: Organisation, name: str, but: int = 0) -> None:
    others = Application.objects.filter(call=call, organisation=organisation, project_name=name).exclude(pk=but)
    if there := others.exclude(state__in=ENDED).first():
        raise MoveRefused(
            _("The firm has an application for “%(name)s” under this call already: go on with that one.")
            % {"name": name},
            code="exists",
            params={"application": str(there.public_id)},
        )


# ---------------------------------------------------------------- writing
@transaction.atomic
def save_answers(application: Application, changes: Mapping[str, Any], seen: int, by: User) -> Saved:
    """Write stored values by field id; `seen` is the version the writer began with.

    A field conflicts when somebody changed it since and the two differ: it stays as it is and is asked about.
    ValidationError by field id for what cannot be read or is not open; then nothing is written.
    """
    current = locked(application)
    if not permissions.is_writer(by, current):
        raise PermissionDenied
    if current.state not in (State.DRAFT, State.CORRECTION):
        message = _("The application is now “%(state)s”: its answers cannot be changed.")
        raise MoveRefused(message % {"state": current.get_state_display()}, code="state")
    if isinstance(seen, bool) or not isinstance(seen, int) or not 0 <= seen <= current.version:
        raise ValidationError(_("Load the page again: it names a version that does not exist."), code="version")
    values = _cleaned(current, changes)
    conflicts = _conflicts(current, values, seen)
    asked = {each.field for each in conflicts}
    _write(current, {name: value for name, value in values.items() if name not in asked})
    return Saved(current, conflicts)


def rename(application: Application, name: str, by: User) -> Application:
    """Give the project of a draft another name."""
    told = clean_name(name)
    with transaction.atomic():
        current = locked(application)
        if not permissions.is_writer(by, current):
            raise PermissionDenied
        if current.state != State.DRAFT or current.first_submitted_at:
            raise MoveRefused(_("The name can be changed until the application is submitted."), code="state")
        Organisation.objects.select_for_update(of=("self",)).get(pk=current.organisation_id)
        _refuse_second(current.call, current.organisation, told, but=current.pk)
        current.project_name = told
        current.version += 1
        current.touched[NAME] = current.version
        with journal.acting(by=by, action="rename"):
            current.save(update_fields=["project_name", "touched", "version", "saved_at"])
    return current


def hand_over(application: Application, by: User) -> Application:
    return move(application, Action.HAND_OVER, by=by)


def take_back(application: Application, by: User, reason: str = "") -> Application:
    return move(application, Action.TAKE_BACK, by=by, reason=clean_text(reason, multiline=True).strip()[:1000])


def _cleaned(application: Application, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Open is also what the other answers sent with it make due."""
    content = application.call_version.parsed
    values, refusals = {}, {}
    for name, raw in changes.items():
        field = content.field(name)
        if field is None:
            refusals[shown(str(name), 60)] = ValidationError(_("The form has no such field."), code="unknown")
            continue
        if field.is_held:
            message = _("“%(label)s” follows the record of the firm and is not typed.") % {"label": field.label}
            refusals[name] = ValidationError(message, code="held")
            continue
        try:
            values[name] = clean_answer(field, raw, typed=False)
        except ValidationError as error:
            refusals[name] = error
    open_now = editable(application, {**application.data, **values})
    for field in content.fields():
        if field.id in values and not open_now.has_field(field.id):
            message = _("“%(label)s” is not open for correction.") % {"label": content.names()[field.id]}
            refusals[field.id] = ValidationError(message, code="closed")
    if refusals:
        raise ValidationError(refusals)
    return values


def _conflicts(application: Application, values: Mapping[str, Any], seen: int) -> list[Conflict]:
    stored = application.data
    return [
        Conflict(name, stored.get(name), value)
        for name, value in values.items()
        if application.touched.get(name, 0) > seen and stored.get(name) != value
    ]


def _write(application: Application, values: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if application.data.get(name) != value}
    if not changed:
        return
    application.version += 1
    for name, value in changed.items():
        application.touched[name] = application.version
        if value is None:
            del application.data[name]
        else:
            application.data[name] = value
    application.save(update_fields=["data", "touched", "version", "saved_at"])


# ---------------------------------------------------------------- speaking of it inside the firm
def may_comment(user: User, application: Application) -> bool:
    return application.organisation_id in user.firms() or permissions.is_guest(user, application)


def comment(application: Application, text: str, by: User, about: str = "") -> Comment:
    """`about` is the id of a section or field, or the code of a material; empty for the whole."""
    if not may_comment(by, application):
        raise PermissionDenied
    told = clean_text(text, multiline=True).strip()
    if not 0 < len(told) <= LONGEST_COMMENT:
        raise ValidationError(
            {"text": _("Write a comment of at most %(most)d characters.") % {"most": LONGEST_COMMENT}}
        )
    content = application.call_version.parsed
    if about and not (content.section(about) or content.field(about) or content.material(about)):
        raise ValidationError({"about": _("The form has no such part.")})
    with transaction.atomic():
        said = Comment.objects.create(application=application, about=about, text=told, by=by)
        tell_of_comment(said)
    return said


def settle(said: Comment, by: User) -> Comment:
    """Done with; once settled it stays so."""
    if not may_comment(by, said.application):
        raise PermissionDenied
    if said.settled_at is None:
        said.settled_at, said.settled_by = timezone.now(), by
        said.save(update_fields=["settled_at", "settled_by"])
    return said


def comments_by_place(application: Application) -> dict[str, list[Comment]]:
    """By what they are about, "" for the whole. One query."""
    found: dict[str, list[Comment]] = {}
    for said in application.comments.select_related("by", "settled_by"):
        found.setdefault(said.about, []).append(said)
    return found

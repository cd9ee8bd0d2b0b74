"""The city finds you: projects that, by the registry's own records, seem to meet an award and have not applied."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from common import journal
from common.notices import tell
from common.texts import clean_text
from projects.enums import PartnerRole, Precision, Stage
from projects.models import Project, ProjectPartner
from subsidies.enums import ENDED, UNDER_WAY
from subsidies.models import Application, Award, Call, CallInvitation, Policy
from subsidies.notice_kinds.applying import INVITED
from subsidies.permissions import can_invite

CITY = "4310"  # divisions of Chenzhou begin with these digits
MOST = 200
WRITTEN_TO = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.BY_MONTH: 7}  # figures of a date that count
MAY_START = (MembershipRole.ADMINISTRATOR, MembershipRole.PROJECT_LEAD)

Pair = tuple[Project, Organisation | None]


class Candidate(NamedTuple):
    project: Project
    organisation: Organisation | None  # None: no enterprise stands with the project in the registry
    unknown: tuple[str, ...]  # what the registry does not say, to be asked
    is_early: bool  # industrialised before the policy took effect
    has_people: bool  # somebody of the enterprise can start an application here
    invitation: CallInvitation | None


def candidates(call: Call) -> list[Candidate]:
    """Those that reached industry last come first, at most MOST projects; four queries.

    Known to be another's pilot, awarded before or under way are left out. Drafts are the firms' own affair: whether
    there is one makes no difference here.
    """
    partners = ProjectPartner.objects.select_related("organisation").order_by("role", "pk")
    projects = list(_projects(call).prefetch_related(Prefetch("partners", partners))[:MOST])
    pairs = [pair for project in projects for pair in _pairs(project)]
    invited = {(row.project_id, row.organisation_id): row for row in CallInvitation.objects.filter(call=call)}
    awarded, peopled = _firms_awarded(call), _firms_with_people(pairs)
    return [
        Candidate(
            project,
            firm,
            tuple(_unknown(project, firm)),
            _is_early(project, call.scheme.policy),
            firm is not None and firm.pk in peopled,
            invited.get((project.pk, firm.pk)) if firm else None,
        )
        for project, firm in pairs
        if firm is None or firm.pk not in awarded
    ]


@transaction.atomic
def invite(call: Call, project: Project, organisation: Organisation, *, by: User, message: str = "") -> CallInvitation:
    """Record the invitation and tell those of the firm who can start an application."""
    if not can_invite(by):
        raise PermissionDenied
    if call.published_at is None or call.closes_at is None or call.closes_at <= timezone.now():
        raise ValidationError(_("This call is closed or not published: nobody can be invited to it."), code="state")
    if not any(each.project == project and each.organisation == organisation for each in candidates(call)):
        raise ValidationError(_("This project no longer seems to meet the award; look at the list again."), code="gone")
    if not people_of(organisation).exists():
        message = _("Nobody of this firm can start an application here yet: nobody would be told. Reach it otherwise.")
        raise ValidationError(message, code="nobody")
    told = clean_text(message, multiline=True).strip()
    invitation = CallInvitation(call=call, project=project, organisation=organisation, sent_by=by, message=told)
    invitation.full_clean()
    with journal.acting(by=by, action="invite"):
        invitation.save()
    tell(people_of(organisation), INVITED, _facts(invitation), address_of(invitation))
    return invitation


def people_of(organisation: Organisation) -> QuerySet[User]:
    members = Membership.objects.filter(organisation=organisation, is_active=True, role__in=MAY_START)
    return User.objects.filter(pk__in=members.values("user"), is_active=True)


def open_invitations(organisations: Iterable[int]) -> QuerySet[CallInvitation]:
    """To calls that are not over, with which the firm has nothing begun or under way."""
    taken_up = Application.objects.filter(
        call=OuterRef("call"), organisation=OuterRef("organisation"), project=OuterRef("project")
    ).exclude(state__in=ENDED)
    rows = CallInvitation.objects.filter(organisation__in=organisations, call__closes_at__gt=timezone.now())
    return rows.exclude(Exists(taken_up)).select_related("call", "project", "organisation")


def address_of(invitation: CallInvitation) -> str:
    return reverse("subsidies:call_invitation", args=[invitation.call.slug, invitation.pk])


def _projects(call: Call) -> QuerySet[Project]:
    in_city = Q(division__code__startswith=CITY) | Q(base__division__code__startswith=CITY)
    in_city |= Q(base__park__isnull=False)  # the registry's parks are the city's
    awarded = Award.objects.filter(scheme=call.scheme_id, project=OuterRef("pk"), revoked_on=None)
    under_way = Application.objects.filter(call__scheme=call.scheme_id, project=OuterRef("pk"), state__in=UNDER_WAY)
    rows = Project.objects.filter(in_city, stage=Stage.INDUSTRIALISED, is_demo=call.is_demo)
    rows = rows.exclude(is_own_pilot=False).exclude(Exists(awarded)).exclude(Exists(under_way))
    return rows.select_related("division", "base").order_by("-stage_on", "code")


def _firms(project: Project) -> list[Organisation]:
    """The enterprise that leads; where no enterprise leads, each that takes part."""
    parts = [each for each in project.partners.all() if each.organisation.kind == OrganisationKind.ENTERPRISE]
    leading = [each.organisation for each in parts if each.role == PartnerRole.LEAD]
    return leading or [each.organisation for each in parts]


def _pairs(project: Project) -> list[Pair]:
    firms = _firms(project)
    return [(project, firm) for firm in firms] if firms else [(project, None)]


def _firms_awarded(call: Call) -> set[int]:
    """Those that cannot have it again, where the support is given once to an organisation."""
    if not call.scheme.is_once_per_organisation:
        return set()
    return set(Award.objects.filter(scheme=call.scheme_id, revoked_on=None).values_list("organisation", flat=True))


def _firms_with_people(pairs: list[Pair]) -> set[int]:
    firms = {firm.pk for _project, firm in pairs if firm is not None}
    members = Membership.objects.filter(
        organisation__in=firms, is_active=True, role__in=MAY_START, user__is_active=True
    )
    return set(members.values_list("organisation", flat=True))


def _is_early(project: Project, policy: Policy) -> bool:
    """As far as both days are known: the policy's often by its month alone, the project's as its precision says."""
    since = policy.effective_from or policy.issued_in
    if project.stage_on is None or since is None:
        return False
    known = WRITTEN_TO.get(Precision(project.stage_precision or Precision.DAY), 10)
    return project.stage_on.isoformat()[:known] < since.isoformat()[:known]


def _unknown(project: Project, firm: Organisation | None) -> list[str]:
    told = []
    if firm is None:
        told.append(_("No enterprise stands with the project in the registry."))
    elif not any(each.role == PartnerRole.LEAD for each in project.partners.all()):
        told.append(_("Who leads the project is not recorded."))
    if project.is_own_pilot is None:
        told.append(_("Whether the enterprise ran the pilot itself is not recorded."))
    if project.stage_on is None:
        told.append(_("When the project was industrialised is not recorded."))
    if project.investment_yuan is None:
        told.append(_("The pilot investment is not recorded."))
    return told


def _facts(invitation: CallInvitation) -> dict[str, Any]:
    call, project, firm = invitation.call, invitation.project, invitation.organisation
    return {
        "project_zh": project.name_zh,
        "project_en": project.name_en,
        "firm_zh": firm.name_zh,
        "firm_en": firm.name_en,
        "call_zh": call.name_zh,
        "call_en": call.name_en,
        "closes_at": call.closes_at,
        "message": invitation.message,
    }

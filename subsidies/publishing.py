"""A call and what it asks: drafted, published, copied. A published version never changes, a call keeps its money."""

import copy
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.slugs import first_free
from subsidies.call_problems import Problem, problems_of_call, problems_of_content
from subsidies.content import empty_content
from subsidies.enums import VersionState
from subsidies.models import Call, CallVersion
from subsidies.permissions import can_draft, can_publish

COPIED = ("scheme", "notice_zh", "notice_en", "quota_per_recommender", "business_hotline", "system_hotline", "is_demo")


def what_keeps_from_publishing(call: Call, version: CallVersion | None) -> list[Problem]:
    """All of it at once; None stands for no draft."""
    found = problems_of_call(call)
    if version is None:
        return [*found, Problem("call", "", _("There is no draft of what the call asks."))]
    return found + problems_of_content(version.parsed)


@transaction.atomic
def publish_call(call: Call, *, by: User) -> Call:
    """Open the call to the public with its draft version and the scheme's money of this moment."""
    current = _locked(call)
    _refuse_unless(can_publish(by, current))
    if current.published_at is not None:
        raise ValidationError(_("This call is published already."), code="state")
    version = current.draft_version()
    _refuse(what_keeps_from_publishing(current, version))
    scheme = current.scheme
    current.amount_yuan, current.rate_percent = scheme.amount_yuan, scheme.rate_percent
    current.cap_yuan = scheme.cap_yuan
    current.published_at, current.published_by = timezone.now(), by
    current.version += 1
    current.validate_constraints()
    with journal.acting(by=by, action="publish"):
        current.save()
        if version is not None:
            _freeze(version, by)
    return current


@transaction.atomic
def publish_version(version: CallVersion, *, by: User) -> CallVersion:
    """What new applications are asked from now on; those begun keep the version they began with."""
    call = _locked(version.call)
    _refuse_unless(can_publish(by, call))
    if call.published_at is None:
        raise ValidationError(_("Publish the call itself first."), code="state")
    current = CallVersion.objects.select_for_update().get(pk=version.pk)
    if current.state != VersionState.DRAFT:
        raise ValidationError(_("This version is published already."), code="state")
    _refuse(problems_of_content(current.parsed))
    with journal.acting(by=by, action="publish"):
        return _freeze(current, by)


@transaction.atomic
def new_draft(call: Call, *, by: User, content: dict[str, Any] | None = None) -> CallVersion:
    """A draft with `content`, or else with what the newest version asks."""
    current = _locked(call)
    _refuse_unless(can_draft(by))
    newest = current.versions.order_by("-number").first()
    if newest is not None and newest.state == VersionState.DRAFT:
        raise ValidationError(_("This call has a draft already: publish or change that one."), code="state")
    start = content if content is not None else newest.content if newest else empty_content()
    with journal.acting(by=by):
        return CallVersion.objects.create(
            call=current, number=newest.number + 1 if newest else 1, content=copy.deepcopy(start)
        )


@transaction.atomic
def copy_call(call: Call, year: int, *, by: User) -> Call:
    """The same call for another year: what it asks, its questions and hotlines; dates and budget are set anew."""
    _refuse_unless(can_draft(by))
    if year <= call.year:
        raise ValidationError(_("Choose a year after that of the call it is copied from."), code="year")
    newest = call.versions.order_by("-number").first()
    with journal.acting(by=by):
        fresh = Call.objects.create(
            **{name: getattr(call, name) for name in COPIED},
            slug=_slug_for(call, year),
            year=year,
            name_zh=_for_year(call.name_zh, call.year, year),
            name_en=_for_year(call.name_en, call.year, year),
            copied_from=call,
        )
        for question in call.questions.all():
            question.pk, question.call = None, fresh
            question._state.adding = True
            question.save()
        content = copy.deepcopy(newest.content) if newest else empty_content()
        CallVersion.objects.create(call=fresh, number=1, content=content)
    return fresh


def _freeze(version: CallVersion, by: User) -> CallVersion:
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, timezone.now(), by
    version.version += 1
    version.save()
    return version


def _locked(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=call.pk)


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ValidationError([str(problem) for problem in problems], code="incomplete")


def _for_year(name: str, before: int, after: int) -> str:
    return name.replace(str(before), str(after))


def _slug_for(call: Call, year: int) -> str:
    stem = _for_year(call.slug, call.year, year)
    stem = stem if stem != call.slug else f"{call.slug[:70]}-{year}"
    return first_free(Call, stem, stem, set(Call.objects.values_list("slug", flat=True)))

"""One's own applications by API: list, begin, read, write."""

from typing import Any

import django_filters as filters
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api import PersonalAPIView
from accounts.models import Organisation
from common.compiled_lists import cleaned_filters
from common.filters import CodeFilter, OneOfFilter, unknown_codes
from common.idempotency import once
from common.private_api import PAGE_PARAMETERS, answered, page_of, sent
from projects.models import Project
from subsidies import drafting
from subsidies.api.inputs import ChangesSent, StartSent
from subsidies.api.private_schema import (
    EXAMPLE_CHANGES,
    EXAMPLE_CONFLICT,
    EXAMPLE_START,
    KEY,
    PAGE,
    ApplicationPage,
    ApplicationWhole,
    filter_parameters,
    private,
)
from subsidies.api.refusals import conflicting, told
from subsidies.api.shapes import address_of, application_whole, rows
from subsidies.api.views import OwnApplicationView, own_applications, person
from subsidies.enums import State
from subsidies.models import Application, Call
from subsidies.permissions import startable

NEWEST_FIRST = ("-id",)


class ApplicationFilter(filters.FilterSet):
    state = OneOfFilter(label=gettext_lazy("State"), choices=State)
    call = CodeFilter(label=gettext_lazy("Call"), field_name="call__slug", of=lambda: Call.objects.published())

    class Meta:
        model = Application
        fields: list[str] = []


class ApplicationList(PersonalAPIView):
    known_parameters = PAGE_PARAMETERS | ApplicationFilter.base_filters.keys()

    @extend_schema(
        operation_id="application_list",
        summary="Your applications, the newest first",
        parameters=[*filter_parameters(ApplicationFilter), *PAGE],
        responses=private(ApplicationPage, 400),
    )
    def get(self, request: Request) -> HttpResponse:
        filters, errors = cleaned_filters(ApplicationFilter, request.query_params)
        errors |= unknown_codes(ApplicationFilter, filters)
        if errors:
            raise ValidationError(errors)
        found = ApplicationFilter(filters, own_applications(request)).qs
        return page_of(request, found, NEWEST_FIRST, lambda page: rows(page, request.build_absolute_uri))

    @extend_schema(
        operation_id="application_start",
        summary="Start an application",
        description="It holds what the registry knows of firm and project, then your answers.",
        parameters=[KEY],
        request=StartSent,
        examples=[EXAMPLE_START],
        responses=private(ApplicationWhole, 400, 403, 409, 413, 415, 422, status=201),
    )
    @once
    def post(self, request: Request) -> HttpResponse:
        given = sent(request, StartSent)
        application = _started(request, given)
        whole = application_whole(application, person(request), request.build_absolute_uri)
        return answered(whole, 201, address_of(application))


class ApplicationDetail(OwnApplicationView):
    @extend_schema(
        operation_id="application_detail",
        summary="One of your applications with its answers",
        responses=private(ApplicationWhole, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return answered(application_whole(self.application, person(request), request.build_absolute_uri))

    @extend_schema(
        operation_id="application_change",
        summary="Change answers",
        description=(
            "`version` is the one you read. A field that somebody changed since, to something else, is a conflict: "
            "then nothing is written and 409 tells both values; send it again with the version it names. "
            "null takes an answer out."
        ),
        request=ChangesSent,
        examples=[EXAMPLE_CHANGES, EXAMPLE_CONFLICT],
        responses=private(ApplicationWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    def patch(self, request: Request, **kwargs: Any) -> HttpResponse:
        changed = _changed(self.application, sent(request, ChangesSent), request)
        return answered(application_whole(changed, person(request), request.build_absolute_uri))


# ---------------------------------------------------------------- beginning
@transaction.atomic
def _started(request: Request, given: dict[str, Any]) -> Application:
    by = person(request)
    call = Call.objects.published().filter(slug=given["call"]).first()
    if call is None:
        raise ValidationError({"call": [_("There is no such call.")]})
    organisation = _organisation(request, given["organisation"])
    project = _project(organisation, call, given["project"])
    with told():
        application = drafting.start(call, organisation, by, project=project, project_name=given["project_name"])
    with told(member="answers"):
        return drafting.save_answers(application, given["answers"], application.version, by).application


def _organisation(request: Request, slug: str) -> Organisation:
    by = person(request)
    if slug:
        own = Organisation.objects.filter(pk__in=by.firms(), slug=slug)
    else:
        own = Organisation.objects.filter(pk__in=startable(by))
    found = list(own[:2])
    if len(found) != 1:
        raise ValidationError({"organisation": [_("Name one of your firms by its short name.")]})
    return found[0]


def _project(organisation: Organisation, call: Call, slug: str) -> Project | None:
    if not slug:
        return None
    found: Project | None = drafting.projects_for([organisation.pk], call).filter(slug=slug).first()
    if found is None:
        message = _("Choose a project in which the firm takes part, or give a new name.")
        raise ValidationError({"project": [message]})
    return found


# ---------------------------------------------------------------- writing
def _changed(application: Application, given: dict[str, Any], request: Request) -> Application:
    """All of it or nothing."""
    by = person(request)
    with transaction.atomic():
        with told(member="answers"):
            saved = drafting.save_answers(application, given["answers"], given["version"], by)
        transaction.set_rollback(bool(saved.conflicts))
        if not saved.conflicts:
            return _renamed(saved.application, given, request)
    application.refresh_from_db(fields=["version"])
    raise conflicting(application, saved.conflicts)


def _renamed(application: Application, given: dict[str, Any], request: Request) -> Application:
    if given.get("project_name", application.project_name) == application.project_name:
        return application
    with told():
        return drafting.rename(application, given["project_name"], person(request))

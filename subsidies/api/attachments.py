"""Files of one's own application by API."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from common.file_checks import MEGABYTE
from common.file_serving import FileNotShown, file_response
from common.files import received
from common.idempotency import Once, Replayed
from common.private_api import AsItIs, answered, sent
from common.problems import Problem
from subsidies.api.inputs import FileSent
from subsidies.api.private_schema import KEY, AttachmentDescribed, AttachmentList, private, private_bytes
from subsidies.api.refusals import told
from subsidies.api.shapes import address_of, attachment
from subsidies.api.views import OwnApplicationView, person
from subsidies.attachments import LARGEST_MB, attach, open_material, remove, rules_of, visible_file
from subsidies.models import ApplicationFile

LARGEST_BYTES = (LARGEST_MB + 1) * MEGABYTE


class Parts(MultiPartParser):
    """At most one of the largest files; the parts beside it are small."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > LARGEST_BYTES:
            raise RequestDataTooBig
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise Problem(400, "multipart", _("The content is not valid multipart/form-data.")) from error


class Attachments(OwnApplicationView):
    parser_classes = [Parts]

    @extend_schema(
        operation_id="attachment_list",
        summary="The files of one of your applications",
        responses=private(AttachmentList, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        files = self.application.files.in_force().select_related("file").order_by("material", "id")
        return answered({"results": [attachment(row, self.application, request.build_absolute_uri) for row in files]})

    @extend_schema(
        operation_id="attachment_add",
        summary="Put a file to a material",
        description="As multipart/form-data. What it is follows from its content, never from its name.",
        parameters=[KEY],
        request={"multipart/form-data": FileSent},
        responses=private(AttachmentDescribed, 400, 403, 404, 409, 413, 415, 422, status=201),
    )
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        """The slow part, a look into the file, holds no lock; so the answer is kept in the file's own transaction."""
        asked = Once(request)
        try:
            return asked.replay() or self._added(request, asked)
        except Replayed as repetition:
            return repetition.response

    def _added(self, request: Request, asked: Once) -> HttpResponse:
        given, by, application = sent(request, FileSent), person(request), self.application
        code, file = given["material"], given["file"]
        with told():
            material = open_material(application, code, by)
            with received(file, file.name, by, rules_of(material)) as stored:
                asked.hold()
                row = attach(application, code, stored, by)
                values = attachment(row, application, request.build_absolute_uri)
                location = address_of(application, "application_attachment", stored.public_id)
                return asked.keep(answered({**values, "notes": list(stored.notes)}, 201, location))


class AttachmentContent(OwnApplicationView):
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="attachment_content",
        summary="The file itself",
        description="As the page hands it out: 409 for one that is infected or still to be scanned.",
        responses=private_bytes("*/*", 400, 404, 409),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        row = visible_file(person(request), self.application.public_id, kwargs["file_id"])
        if row is None:
            raise Http404
        try:
            return file_response(row.file)
        except FileNotShown as error:
            raise Problem(409, str(error.code), " ".join(error.messages)) from error


class Attachment(OwnApplicationView):
    @extend_schema(
        operation_id="attachment_detail",
        summary="What is known of one file",
        responses=private(AttachmentDescribed, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return answered(attachment(self._row(), self.application, request.build_absolute_uri))

    @extend_schema(
        operation_id="attachment_remove",
        summary="Take a file out of the application",
        request=None,
        responses=private(None, 400, 403, 404, 409, 422, status=204),
    )
    def delete(self, request: Request, **kwargs: Any) -> HttpResponse:
        row = self._row()
        with told():
            remove(row, person(request))
        return HttpResponse(status=204)

    def _row(self) -> ApplicationFile:
        found = self.application.files.in_force().select_related("file", "application")
        row: ApplicationFile | None = found.filter(file__public_id=self.kwargs["file_id"]).first()
        if row is None:
            raise Http404
        return row

"""What becomes of one's own application, by API: is it complete, sign it, withdraw it, what has happened."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from common.calendar import one_calendar
from common.idempotency import once, once_by_verb
from common.private_api import AsItIs, answered, sent
from subsidies.api.inputs import PledgeSent, ReasonSent
from subsidies.api.money import money_shape
from subsidies.api.private_schema import (
    KEY,
    KEY_REQUIRED,
    ApplicationWhole,
    CorrectionList,
    HistoryDescribed,
    ReceiptDescribed,
    ValidationDescribed,
    private,
    private_bytes,
)
from subsidies.api.refusals import listed, told
from subsidies.api.shapes import (
    address_of,
    application_whole,
    clock_values,
    correction,
    receipt,
    step,
    submission,
)
from subsidies.api.views import OwnApplicationView, own_applications, person
from subsidies.asking_to_sign import ask_to_sign
from subsidies.awarding.shown import money_of
from subsidies.clocks import clocks_of
from subsidies.downloads import receipt_download
from subsidies.enums import State
from subsidies.follow_up import integrity
from subsidies.missing import hints_of, missing_of
from subsidies.models import Submission
from subsidies.receipts import receipt_of
from subsidies.submitting import resubmit, submit
from subsidies.withdrawing import withdraw


class Validation(OwnApplicationView):
    @extend_schema(
        operation_id="application_validate",
        summary="What is missing before it can be submitted",
        responses=private(ValidationDescribed, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        missing = listed(missing_of(self.application))
        hints = [hint.text for hint in hints_of(self.application)]
        if listed_now := integrity.warning(self.application.organisation):
            hints.append(listed_now)
        return answered({"is_complete": not missing, "missing": missing, "hints": hints})


class Submitting(OwnApplicationView):
    @extend_schema(
        operation_id="application_submit",
        summary="Sign for the unit and submit",
        description="By the administrator of the firm. The time that counts is the database's.",
        parameters=[KEY_REQUIRED],
        request=PledgeSent,
        responses=private(ReceiptDescribed, 400, 403, 404, 409, 413, 415, 422, status=201),
    )
    @once_by_verb
    def post(self, request: Request, *, key: str, **kwargs: Any) -> HttpResponse:
        given = sent(request, PledgeSent)
        with told():
            done = submit(self.application, person(request), key, pledge=given["pledge"])
        return _signed(done, request)


class Corrections(OwnApplicationView):
    @extend_schema(
        operation_id="correction_list",
        summary="What you are asked to mend, by when, and how the time runs for both sides",
        responses=private(CorrectionList, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        content = self.application.call_version.parsed
        with one_calendar():
            clocks = clocks_of(self.application)
        running = next((clock for clock in clocks if clock.is_running and clock.stage == State.CORRECTION), None)
        asked = self.application.corrections.prefetch_related("items").order_by("round")
        return answered(
            {
                "results": [correction(row, content, running if row.is_open else None) for row in asked],
                "clocks": [clock_values(clock) for clock in clocks],
                "most_corrections": content.most_corrections,
            }
        )

    @extend_schema(
        operation_id="correction_submit",
        summary="Sign what was mended and submit it again",
        parameters=[KEY_REQUIRED],
        request=PledgeSent,
        responses=private(ReceiptDescribed, 400, 403, 404, 409, 413, 415, 422, status=201),
    )
    @once_by_verb
    def post(self, request: Request, *, key: str, **kwargs: Any) -> HttpResponse:
        given = sent(request, PledgeSent)
        with told():
            done = resubmit(self.application, person(request), key, pledge=given["pledge"])
        return _signed(done, request)


class AskingToSign(OwnApplicationView):
    @extend_schema(
        operation_id="correction_ask_to_sign",
        summary="Tell the administrators that a correction is done and waits for their signature",
        description="By a project lead. Nobody is told twice before an answer or a file changes: that is a 409.",
        parameters=[KEY],
        request=None,
        responses=private(None, 400, 403, 404, 409, 422, status=204),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        with told():
            ask_to_sign(self.application, by=person(request))
        return HttpResponse(status=204)


class Withdrawing(OwnApplicationView):
    @extend_schema(
        operation_id="application_withdraw",
        summary="Withdraw, with a reason",
        parameters=[KEY],
        request=ReasonSent,
        responses=private(ApplicationWhole, 400, 403, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        given = sent(request, ReasonSent)
        with told():
            withdraw(self.application, person(request), given["reason"])
        now = own_applications(request).get(pk=self.application.pk)
        return answered(application_whole(now, person(request), request.build_absolute_uri))


class History(OwnApplicationView):
    @extend_schema(
        operation_id="application_history",
        summary="What has happened, what was signed, what was awarded and paid",
        responses=private(HistoryDescribed, 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        steps = self.application.steps.select_related("by").order_by("id")
        signed = self.application.submissions.select_related("signed_by").defer("snapshot").order_by("round")
        money = money_of(self.application, person(request))
        return answered(
            {
                "steps": [step(row) for row in steps],
                "submissions": [submission(row) for row in signed],
                "money": money_shape(money) if money else None,
            }
        )


class Receipt(OwnApplicationView):
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="receipt_pdf",
        summary="The receipt of one signature, as PDF",
        responses=private_bytes("application/pdf", 400, 404),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        submission = receipt_of(self.application, kwargs["round"])
        if submission is None:
            raise Http404
        return receipt_download(submission)


def _signed(done: Submission, request: Request) -> HttpResponse:
    return answered(receipt(done, request.build_absolute_uri), 201, address_of(done.application))

"""What is made on request and handed over as a file, the same by page and by API; the caller has checked who asks."""

from typing import Any

from django.http import HttpResponse, JsonResponse

from subsidies.models import Submission
from subsidies.printing import receipt_pdf


def receipt_download(submission: Submission) -> HttpResponse:
    return attachment(receipt_pdf(submission), "application/pdf", f"receipt-{submission.receipt_code}.pdf")


def json_attachment(content: dict[str, Any], name: str) -> HttpResponse:
    """To be read by people too: Chinese as it is, a line for each value."""
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)

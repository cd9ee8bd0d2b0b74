"""In which language, and in which form, a request is answered that reaches no view."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


def asks_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def reader_language(request: HttpRequest) -> str:
    """Of a page, that of its address; addresses of the API carry none, so there it is that of Accept-Language."""
    if asks_api(request):
        return translation.get_language_from_request(request)
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE

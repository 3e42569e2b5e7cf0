"""What breaks off on its way is not taken for the whole."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone, translation

from adsum.documents.policy import DocumentsPolicy
from adsum.policies.queries import in_force

WITH_FILES = ("/address/proof/", "/photo/", "/console/people/")


def whole_posts_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a post whose line broke while it was sent counts as not sent; the phone sends it again.

    The server hands on whatever has arrived, and half a form would be kept as a report without its last answers.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if _brings_a_file(request) and announced.isdecimal():
            if int(announced) > _most_with_files():
                return _too_large(request)
            request._body = request.read(int(announced))
        if request.method == "POST" and announced.isdecimal() and len(request.body) < int(announced):
            return HttpResponseBadRequest("This arrived incomplete and was not kept. Please send it again.")
        return get_response(request)

    return answer


def _most_with_files() -> int:
    """Bytes: the largest file, and the form around it."""
    return in_force(DocumentsPolicy, now=timezone.now()).largest_megabytes * 1_000_000 + 100_000


def _brings_a_file(request: HttpRequest) -> bool:
    """True for a form with a file where one belongs: it may be larger than other forms."""
    with_file = request.content_type == "multipart/form-data"
    return request.method == "POST" and with_file and request.path_info.startswith(WITH_FILES)


def _too_large(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        page = {"megabytes": in_force(DocumentsPolicy, now=timezone.now()).largest_megabytes, "back": request.path_info}
        return render(None, "portal/too_large.html", page, status=413)

"""What breaks off on its way is not taken for the whole; and who is unknown sends nothing large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation

from adsum.documents.policy import DocumentsPolicy
from adsum.policies.queries import in_force
from adsum.portal.access import device_of
from adsum.portal.representatives import representative_or_404
from adsum.waves.rules import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK_IN = "/check-in/"  # what is below it is sent without a sign-in, or without a file
OF_PARTICIPANTS = ("/address/proof/", "/excuses/", "/my-file/decisions/", "/my-file/level/", "/photo/")
OF_REPRESENTATIVES = "/represented/"
OF_STAFF = ("/console/people/", "/console/decisions/", "/console/waves/")
LISTS = "/console/waves/"


def whole_posts_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a post whose line broke while it was sent counts as not sent; the phone sends it again.

    The server hands on whatever has arrived, and half a form would be kept as a report without its last answers. A
    form with a file may be larger than others, so nothing of it is read before its sender is known. It stands behind
    the session of staff, and before anything that reads the body.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if _brings_a_file(request) and announced.isdecimal():
            if way_in := _way_in_for_strangers(request):
                return redirect(way_in)
            if int(announced) > _most_with_files(request):
                return _too_large(request)
            request._body = request.read(int(announced))
        if request.method == "POST" and announced.isdecimal() and len(request.body) < int(announced):
            return HttpResponseBadRequest("This arrived incomplete and was not kept. Please send it again.")
        return get_response(request)

    return answer


def _most_with_files(request: HttpRequest) -> int:
    """Bytes: the largest file, and the form around it. A supervisor's list is larger than anybody's photo."""
    if request.path_info.startswith(LISTS):
        return LARGEST_FILE + 100_000
    return in_force(DocumentsPolicy, now=timezone.now()).largest_megabytes * 1_000_000 + 100_000


def _brings_a_file(request: HttpRequest) -> bool:
    """True for a form with a file where one belongs: it may be larger than other forms."""
    with_file = request.content_type == "multipart/form-data"
    path, where = request.path_info, (*OF_PARTICIPANTS, OF_REPRESENTATIVES, *OF_STAFF)
    return request.method == "POST" and with_file and (path == CHECK_IN or path.startswith(where))


def _way_in_for_strangers(request: HttpRequest) -> str:
    """Where somebody who is not signed in goes instead; nothing for those who are. Http404 at an address of nobody."""
    if request.path_info.startswith(OF_STAFF):
        return "" if request.user.is_authenticated else resolve_url("sign-in")
    if request.path_info.startswith(OF_REPRESENTATIVES):
        representative_or_404(request.path_info.removeprefix(OF_REPRESENTATIVES).partition("/")[0])
        return ""
    return "" if device_of(request) else resolve_url("start")


def _too_large(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        page = {"megabytes": in_force(DocumentsPolicy, now=timezone.now()).largest_megabytes, "back": request.path_info}
        return render(None, "portal/too_large.html", page, status=413)

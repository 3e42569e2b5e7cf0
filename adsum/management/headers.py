"""What every answer carries and every request of staff needs, at the least cost to the others."""

from collections.abc import Callable
from http import HTTPStatus

from csp.utils import build_policy
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Answer) -> Answer:
    """Middleware: the policy of the settings, built once; no page asks for another or for a nonce."""
    policy = build_policy()

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", policy)
        return response

    return answer


# What RFC 9110 (15.4.5) and RFC 6265 have a "not modified" say; the browser keeps all else with what it keeps.
_OF_NOT_MODIFIED = {"Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Set-Cookie", "Vary"}


def nothing_told_twice(get_response: Answer) -> Answer:
    """Middleware: a 304 repeats no header that the browser has kept with the answer; that is most of its weight."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            for name in set(response.headers) - _OF_NOT_MODIFIED:
                del response[name]
        return response

    return answer


def staff_session(get_response: Answer) -> Answer:
    """Middleware: session, who is signed in, and messages; for the console, as participants have none of them."""
    with_session: Answer = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(get_response)))  # type: ignore

    def answer(request: HttpRequest) -> HttpResponse:
        return with_session(request) if request.path_info.startswith("/console/") else get_response(request)

    return answer

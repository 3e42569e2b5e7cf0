"""Cookies of staff."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def plain_session_keys(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a session cookie that cannot be one of ours (letters and digits) counts as none."""

    def answer(request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if key and not (key.isascii() and key.isalnum()):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return get_response(request)

    return answer

"""What breaks off on its way is not taken for the whole."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


def whole_posts_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a post whose line broke while it was sent counts as not sent; the phone sends it again.

    The server hands on whatever has arrived, and half a form would be kept as a report without its last answers.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if request.method == "POST" and announced.isdecimal() and len(request.body) < int(announced):
            return HttpResponseBadRequest("This arrived incomplete and was not kept. Please send it again.")
        return get_response(request)

    return answer

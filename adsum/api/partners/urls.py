"""The addresses of `/api/v1/`: django-ninja's, with who may enter; and what is not there, told as a problem."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from adsum.api.access import machines
from adsum.api.partners.describing import openapi
from adsum.api.partners.problems import of_status, told
from adsum.api.partners.routes import api

ABOUT = {
    "partner-token": "A token for a partner's program, for its client id and secret.",
    "partner-itself": "Who a partner is to us; with a token.",
    "partner-participants": "The participants of a partner's offices, as far as its scopes go; with a token.",
    "partner-participant": "One participant, as far as the partner's scopes go; with a token.",
    "partner-duties": "How a participant's check-ins stand; with a token.",
    "partner-appointments": "When a participant is expected where; with a token.",
    "partner-reports-of": "A partner reports something about a participant; with a token.",
    "partner-reports": "The partner's own reports; with a token.",
    "partner-report": "One report of the partner's: read, changed, taken back; with a token.",
}


def _of_ninja() -> Iterator[URLPattern]:
    """Each operation's address, with the words that docs/urls.md prints."""
    patterns = {pattern.name: pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)}
    for name, words in ABOUT.items():
        view = machines(patterns[name].callback)
        view.__doc__ = words
        yield path(str(patterns[name].pattern), view, name=name)


@machines
@csrf_exempt
def nothing_there(request: HttpRequest) -> HttpResponse:
    """All other addresses of the API: nothing is there, told as a problem."""
    return told(of_status(HTTPStatus.NOT_FOUND))


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *_of_ninja(),
    re_path(r"^", nothing_there, name="partner-nothing"),
]

"""In front of `/api/v1/`: nothing too large comes in, and every error goes out as a problem."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from adsum.api.partners.ageing import AGEING
from adsum.api.partners.problems import MEDIA_TYPE, Problem, of_status, told
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import Use
from adsum.policies.queries import in_force

DOOR = "/api/v1/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
WITH_BODY = ("POST", "PUT")
Answer = Callable[[HttpRequest], HttpResponse]


def partners_front(get_response: Answer) -> Answer:
    """Middleware: for partners' programs; all other addresses pass by."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOOR):
            return get_response(request)
        refusal = _unread(request)
        response = told(refusal) if refusal else get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST and response["Content-Type"] != MEDIA_TYPE:
            response = _as_problem(response)
        for name, value in _further(request, response).items():
            response[name] = value
        return response

    return answer


def _unread(request: HttpRequest) -> Problem | None:
    """Why a body is not taken: it is too large, or its line broke while it was sent."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if request.method not in WITH_BODY or not announced.isdecimal():
        return None
    most = in_force(PartnersPolicy, now=timezone.now()).largest_kilobytes * 1000
    if int(announced) > most:
        said = f"The body is larger than {most} bytes."
        return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said, kind="too-large")
    if len(request.body) < int(announced):
        return of_status(HTTPStatus.BAD_REQUEST)
    return None


def _as_problem(response: HttpResponse) -> HttpResponse:
    problem = of_status(response.status_code)
    problem.headers = {name: response[name] for name in KEPT if name in response}
    return told(problem)


def _further(request: HttpRequest, response: HttpResponse) -> dict[str, str]:
    """What is left of the minute, what is to end, and that nobody keeps what stands here."""
    further = {"Cache-Control": response.get("Cache-Control", "no-store")}
    use = request.META.get("adsum.use")
    if isinstance(use, Use):
        further["RateLimit-Policy"] = f'"minute";q={use.limit};w=60'
        further["RateLimit"] = f'"minute";r={use.left};t={use.seconds}'
    match = request.resolver_match
    ageing = AGEING.get(f"{request.method} {match.url_name}") if match else None
    return further | (ageing.headers if ageing else {})

"""The language of pages and notices: a page of its own, which a page that is opened each week need not carry along."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from adsum.people.actions import choose_language
from adsum.portal.access import anyone, device_of
from adsum.portal.audio import spoken_languages


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def languages(request: HttpRequest) -> HttpResponse:
    """Choose the language of pages and notices, and go back to where one was."""
    device = device_of(request)
    if request.method != "POST":
        back = _back(request, request.GET.get("next"))
        if device is None:  # the pages of a stranger have the choice in their head
            return HttpResponseRedirect(back)
        return render(request, "portal/languages.html", {"participant": device.participant, "back": back})
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_back(request, request.POST.get("next")))
    if chosen in dict(settings.LANGUAGES) | dict(spoken_languages()):
        keep_language(response, chosen)
        if device:
            choose_language(participant=device.participant, language=chosen, now=timezone.now())
    return response


def _back(request: HttpRequest, wanted: str | None) -> str:
    """A page of ours."""
    ours = wanted and wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if wanted and ours else "/"


def keep_language(response: HttpResponse, language: str) -> None:
    """Remember it on this device."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=400 * 86400,
        secure=settings.HTTPS,
        samesite="Lax",
    )

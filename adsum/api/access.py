"""Who may enter the machine's door."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

V = TypeVar("V", bound=Callable[..., HttpResponse])


def machines(view: V) -> V:
    """This address tells nothing about anybody; every machine may ask."""
    view.who_may_enter = "machine"  # type: ignore[attr-defined]
    return view


def watchers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The operator's monitoring, which knows ADSUM_METRICS_TOKEN; without one there is nothing at this address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.METRICS_TOKEN:
            raise Http404
        expected = f"Bearer {settings.METRICS_TOKEN}".encode()
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    return machines(guarded)

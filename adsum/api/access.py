"""Who may enter the machine's door."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse

V = TypeVar("V", bound=Callable[..., HttpResponse])


def machines(view: V) -> V:
    """This address tells nothing about anybody; every machine may ask."""
    view.who_may_enter = "machine"  # type: ignore[attr-defined]
    return view

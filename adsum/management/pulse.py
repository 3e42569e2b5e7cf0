"""Whether the service lives, looked at from outside of the web: what is not seen alive becomes an outage."""

import http.client
import urllib.error
import urllib.request

from django.utils import timezone

from adsum.checkins.actions import beat
from adsum.checkins.rules import Source

ANSWER_SECONDS = 10


def look_alive(public_url: str) -> None:
    """Note that this worker lives; and that the public address answers, where it does.

    An address that was never reached from here (a network that does not let us see it from inside) is no outage.
    """
    beat(source=Source.WORKER, now=timezone.now())
    if answers(public_url):
        beat(source=Source.ADDRESS, now=timezone.now())


def answers(public_url: str) -> bool:
    """True where the service at this address is ready to serve."""
    try:
        with urllib.request.urlopen(f"{public_url}/health/ready", timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return False

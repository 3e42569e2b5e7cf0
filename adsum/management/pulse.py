"""Whether the service lives, looked at from outside of the web: what is not seen alive becomes an outage."""

import http.client
import threading
import time
import urllib.error
import urllib.request

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from adsum.checkins.actions import beat
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Source
from adsum.policies.queries import in_force
from adsum.waves.actions import note_page_time

ANSWER_SECONDS = 10


log = structlog.get_logger(__name__)


def note_worker() -> None:
    """Note that the schedule of this worker runs."""
    beat(source=Source.WORKER, now=timezone.now())


def keep_looking(public_url: str, stop: threading.Event) -> None:
    """Ask the public address again and again until `stop`, and note each time that it answers.

    It runs beside the worker's jobs: a long job must not look like an outage. An address that was never reached from
    here (a network that does not let us see it from inside) is no outage.
    """
    while not stop.is_set():
        look_once(public_url)
        stop.wait(_pause_seconds())


def _pause_seconds() -> int:
    """By policy; a database that is away is asked again as often as the rules are delivered with."""
    try:
        return in_force(CheckinPolicy, now=timezone.now()).probe_seconds
    except DatabaseError:
        return CheckinPolicy.probe_seconds


def look_once(public_url: str) -> None:
    """Ask the public address, and note that it answers, where it does. A database that is away is no reason to end."""
    try:
        close_old_connections()
        if answers(public_url):
            beat(source=Source.ADDRESS, now=timezone.now())
        note_page_time(took_ms=time_page(public_url), now=timezone.now())
    except DatabaseError as error:
        log.warning("pulse.not-noted", error=type(error).__name__)


def time_page(public_url: str) -> int | None:
    """How many milliseconds the page takes to which invitations lead; None where it does not answer."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"{public_url}/start/", timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            answer.read()
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return None
    return round((time.monotonic() - began) * 1000)


def answers(public_url: str) -> bool:
    """True where the service at this address is ready to serve."""
    try:
        with urllib.request.urlopen(f"{public_url}/health/ready", timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return False

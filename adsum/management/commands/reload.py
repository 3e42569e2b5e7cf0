"""`adsum reload`: fresh web, worker and dispatcher for a running service, without a failed request."""

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.one_run import Running, find_running
from adsum.management.static_files import collect_static

LONGEST_SECONDS = 75


class Command(AdsumCommand):
    """The schema and the static files are brought up to date first, as at a start."""

    help = "Replace the processes of the running service by fresh ones, which take up new code; no request fails."

    def answer(self, **options: Any) -> Answer:
        home, started = Path(settings.HOME), time.monotonic()
        with (home / "reload.lock").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            before = _serving(home)
            collect_static(Path(settings.STATIC_ROOT))
            after = _reload(home, before)
        if after.failure:
            raise CommandError(after.failure)
        seconds = round(time.monotonic() - started, 2)
        return {"reloaded": True, "seconds": seconds, "web_workers": list(after.web_workers)}


def _serving(home: Path) -> Running:
    running = find_running(home)
    if running is None:
        raise CommandError(f"no `adsum run` runs on {home}: start it, or give its ADSUM_HOME")
    if not running.serves:
        raise CommandError(f"`adsum run` (process {running.pid}) is just starting: wait until it says where to go")
    return running


def _reload(home: Path, before: Running) -> Running:
    """Ask for it, and wait until it is done, or has failed."""
    try:
        os.kill(before.pid, signal.SIGUSR1)
    except PermissionError as error:
        raise CommandError(f"process {before.pid} belongs to another user: reload as that user") from error
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        now = find_running(home)
        if now is None or now.pid != before.pid:
            raise CommandError(f"process {before.pid} ended meanwhile: start `adsum run`")
        if now.reloads > before.reloads:
            return now
        time.sleep(0.05)
    raise CommandError(f"process {before.pid} has not answered after {LONGEST_SECONDS} s: read what it says")

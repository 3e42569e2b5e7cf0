"""`adsum run`: everything, to a working service; prints where to go."""

import json
import logging
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connections

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.postgres import DatabaseDown, revive_server
from adsum.management.processes import Child, keep_running
from adsum.management.welcome import describe_welcome, fill_if_empty

READY_SECONDS = 60
THREADS = 16  # of each web process: a slow phone holds one of them while it sends


class Command(AdsumCommand):
    """Serves until Ctrl-C. An empty database gets the demo; one with people stays as it is."""

    help = "Start everything: database, web, worker. An empty database gets a demo office with --people people."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to listen (8000)")
        parser.add_argument("--host", default="127.0.0.1", help="on which address to listen (127.0.0.1)")
        parser.add_argument("--people", type=int, default=500, help="people in the demo; 0 for none (500)")
        parser.add_argument("--workers", type=int, default=2, help="web processes (2)")

    def answer(self, **options: Any) -> Answer:
        host, port = options["host"], options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"--port {port} is no port: give one from 1 to 65535")
        _refuse_taken_port(host, port)
        if "ADSUM_PUBLIC_URL" not in os.environ:
            os.environ["ADSUM_PUBLIC_URL"] = settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        logging.getLogger("adsum").setLevel(logging.WARNING)  # the terminal is for people; web and worker log
        call_command("collectstatic", interactive=False, verbosity=0)
        fill_if_empty(people=options["people"])
        python = sys.executable
        web = Child(
            "web",
            [
                *(python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
                *("--workers", str(options["workers"]), "--blocking-threads", str(THREADS), "--backlog", "512"),
                *("--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-access-log"),
                *("--log-level", "warning", "adsum.wsgi:application"),
            ],
        )
        worker = Child("worker", [python, "-m", "adsum.management.worker"])
        keep_running(
            [web, worker],
            after_start=lambda: self._say_where(host, port, options["json"]),
            each_second=_revive_database,
        )
        return {"stopped": True}

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """The answer was given when the service was up; now it has ended."""
        self.stderr.write("Stopped. Everything that was acknowledged is kept.")

    def _say_where(self, host: str, port: int, as_json: bool) -> None:
        """When the web answers, say where to go."""
        welcome = describe_welcome()
        connections.close_all()
        _wait_until_ready(host, port)
        self.stdout.write(json.dumps(welcome.as_dict()) if as_json else welcome.in_words())
        self.stdout.flush()


def _revive_database() -> None:
    """The embedded server died: start it again; it recovers by itself all that was acknowledged."""
    if os.environ.get("DATABASE_URL"):
        return
    try:
        if revive_server(Path(settings.HOME)):
            sys.stderr.write("The database had died; it runs again, with all that was acknowledged.\n")
    except DatabaseDown as error:
        sys.stderr.write(f"The database had died and does not start yet: {error}\n")


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"port {port} on {host} cannot be had ({error.strerror}): give another --port"
            ) from error


def _wait_until_ready(host: str, port: int) -> None:
    asked = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{asked}:{port}/health/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise CommandError(f"the web server does not answer on port {port} after {READY_SECONDS} s: read the lines above")

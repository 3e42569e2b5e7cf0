"""`adsum run`: everything, to a working service; prints where to go. One for each ADSUM_HOME."""

import json
import logging
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connections

from adsum.management.commanding import AdsumCommand, Answer, progress
from adsum.management.crowd import CrowdRefused
from adsum.management.demo import LIVELY
from adsum.management.demo_tracker import DESCRIPTION, FOLDER, demo_tracker
from adsum.management.doors import Doors
from adsum.management.household import STOP_SECONDS, Household, Reloads, keep_running
from adsum.management.listening import PortTaken, free_port, wait_for_port
from adsum.management.one_run import OnlyRun, RunsAlready, only_run
from adsum.management.postgres import DatabaseDown, revive_server
from adsum.management.processes import Child
from adsum.management.static_files import collect_static
from adsum.management.welcome import describe_welcome, fill_if_empty, is_demo_only

READY_SECONDS = 60
GATEWAY = "from adsum.management.entry import main; main()"
THREADS = 64  # of each web process; a thread that waits costs little, and adsum.wsgi says how many may come in


class Command(AdsumCommand):
    """Serves until Ctrl-C. An empty database gets the demo; one with real people stays as it is."""

    only: OnlyRun
    _others: list[Child]
    help = "Start everything: database, web, worker. An empty database gets a demo office with --people people."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to listen (8000)")
        parser.add_argument("--host", default="127.0.0.1", help="on which address to listen (127.0.0.1)")
        parser.add_argument("--people", type=int, default=500, help="made-up people; 0 for none (500)")
        parser.add_argument("--workers", type=int, default=2, help="web processes (2)")
        parser.add_argument("--peers", action="store_true", help="with made-up people: a made-up case tracker, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Before anything else: no other one runs on this data folder."""
        try:
            with only_run(Path(settings.HOME), f"http://{options['host']}:{options['port']}") as self.only:
                super().handle(*args, **options)
        except (RunsAlready, PortTaken) as error:
            raise CommandError(str(error)) from error

    def answer(self, **options: Any) -> Answer:
        host, port = options["host"], options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"--port {port} is no port: give one from 1 to 65535")
        wait_for_port(host, port, seconds=2 * STOP_SECONDS if self.only.was_killed else 0)
        if "ADSUM_PUBLIC_URL" not in os.environ:
            os.environ["ADSUM_PUBLIC_URL"] = settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        logging.getLogger("adsum").setLevel(logging.WARNING)  # the terminal is for people; web and worker log
        collect_static(Path(settings.STATIC_ROOT))
        self._fill(options["people"])
        self._others = [*_fake_gateway(), *(self._tracker() if options["peers"] else [])]
        doors = Doors(host, port, count=options["workers"], threads=THREADS)
        self._serve(doors, lambda: self._say_where(host, port, options["json"]))
        return {"stopped": True}

    def _serve(self, doors: Doors, say_where: Callable[[], None]) -> None:
        web = Child("web", doors.command("adsum.wsgi:application"))
        web.handed_down = doors.handed_down
        worker = Child("worker", [sys.executable, "-m", "adsum.management.worker"])
        dispatcher = Child("dispatcher", [sys.executable, "-m", "adsum.exchange"])
        screener = Child("screener", [sys.executable, "-m", "adsum.management.screener"])
        household = Household([web, worker, screener, dispatcher, *self._others])

        def told(failure: str) -> None:
            workers = doors.ready_workers(household.serving[0])
            self.only.say(reloads=self.only.running.reloads + 1, failure=failure, web_workers=workers)

        def each_second() -> None:
            _revive_database()
            workers = doors.ready_workers(household.serving[0])
            if workers != self.only.running.web_workers or not self.only.running.serves:
                self.only.say(web_workers=workers, serves=True)

        reloads = Reloads(household, doors.is_ready, told)
        keep_running(household, reloads, after_start=say_where, each_second=each_second)

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """The answer was given when the service was up; now it has ended."""
        self.stderr.write("Stopped. Everything that was acknowledged is kept.")

    def _fill(self, people: int) -> None:
        """People to look at, if there are none. A database with real ones is served as it is."""
        shown = progress("Making people up", people) if people > LIVELY else nullcontext(lambda done: None)
        try:
            with shown as say:
                fill_if_empty(people=people, say=say)
        except CrowdRefused as refusal:
            self.stderr.write(f"Note: {refusal}.")

    def _tracker(self) -> list[Child]:
        """Where everybody is made up, a second system that knows them too; the service does without it if it must."""
        try:
            children = demo_tracker(Path(settings.HOME)) if is_demo_only() else []
            if children:
                described = str(Path(settings.HOME) / FOLDER / DESCRIPTION)
                call_command("exchange", "counterpart", "add", described, stdout=StringIO())
            return children
        except (OSError, CommandError) as error:
            self.stderr.write(f"Note: the demo's legacy tracker does not start ({error}).")
            return []

    def _say_where(self, host: str, port: int, as_json: bool) -> None:
        """When the web answers, say where to go."""
        welcome = describe_welcome()
        connections.close_all()
        _wait_until_ready(host, port)
        self.stdout.write(json.dumps(welcome.as_dict()) if as_json else welcome.in_words())
        self.stdout.flush()


def _fake_gateway() -> list[Child]:
    """Where everybody is made up and no gateway is set, a fake one; its page shows the texts and the pushes."""
    if settings.SMS_URL or not is_demo_only():
        return []
    port = free_port()
    here = f"http://127.0.0.1:{port}/"
    os.environ["ADSUM_SMS_URL"] = settings.SMS_URL = here
    os.environ["ADSUM_PUSH_FAKE"] = settings.PUSH_FAKE = here
    return [Child("gateway", [sys.executable, "-c", GATEWAY, "gateway", "--port", str(port)])]


def _revive_database() -> None:
    """The embedded server died: start it again; it recovers by itself all that was acknowledged."""
    if os.environ.get("DATABASE_URL"):
        return
    try:
        if revive_server(Path(settings.HOME)):
            sys.stderr.write("The database had died; it runs again, with all that was acknowledged.\n")
    except DatabaseDown as error:
        sys.stderr.write(f"The database had died and does not start yet: {error}\n")


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

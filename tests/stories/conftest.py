"""The real service, started as a person starts it, and a real browser."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from adsum.enrolment.rules import COLUMNS
from adsum.management.postgres import embedded_url
from tests.factories import make_row
from tests.homes import empty_home

ROOT = Path(__file__).resolve().parents[2]
ADSUM = Path(sys.executable).with_name("adsum")
CHROMIUM = "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All stories share one service, so they run in one process: two at once would wait for each other's processor."""
    for item in items:
        if "tests/stories/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("stories"))


@dataclass
class Service:
    """A running Adsum: where it is, how to talk to its commands and its database."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    welcome: dict[str, Any]
    commands: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> dict[str, Any]:
        """Run an adsum command beside the service; returns its JSON."""
        if self.commands is None:
            self.commands = subprocess.Popen(
                [sys.executable, "-m", "tests.stories.commands"],
                env=environment(self.home, self.port),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
        assert self.commands.stdin and self.commands.stdout
        self.commands.stdin.write(json.dumps([*arguments, "--json"]) + "\n")
        self.commands.stdin.flush()
        done = json.loads(self.commands.stdout.readline())
        assert done["status"] == 0, done["errors"]
        answer: dict[str, Any] = json.loads(done["out"])
        return answer

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask or change the service's database."""
        with psycopg.connect(embedded_url(self.home), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def environment(home: Path, port: int) -> dict[str, str]:
    """What a command of this service needs to know, and no more."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_", "DJANGO_"))
    }
    if programs := os.environ.get("ADSUM_POSTGRES_PROGRAMS"):
        kept["ADSUM_POSTGRES_PROGRAMS"] = programs
    return {**kept, "ADSUM_HOME": str(home), "ADSUM_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int, *, people: int = 90) -> Service:
    """`adsum run`, until it says where to go."""
    log = (home / "run.log").open("a")
    process = subprocess.Popen(
        [ADSUM, "run", "--port", str(port), "--people", str(people), "--json"],
        env=environment(home, port),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, (home / "run.log").read_text()
    return Service(home, port, process, json.loads(line))


def stop(service: Service) -> int:
    """Ctrl-C; returns the exit status."""
    if service.commands is not None:
        service.commands.communicate()
    service.process.send_signal(signal.SIGINT)
    return service.process.wait(30)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    with empty_home("story") as home:
        running = start(home, free_port())
        yield running
        stop(running)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-quic"]
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield chromium
    chromium.close()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Fresh browsers, closed at the end."""
    opened: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**options))
        opened[-1].set_default_timeout(10_000)
        return opened[-1]

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def phone(contexts: Callable[..., BrowserContext], playwright: Playwright, service: Service) -> Page:
    """A Pixel 5 in New York, set to Spanish, that may share its place."""
    context = contexts(
        **playwright.devices["Pixel 5"],
        locale="es-US",
        geolocation={"latitude": 40.7143, "longitude": -74.006, "accuracy": 12},
        permissions=["geolocation"],
        base_url=service.url,
    )
    return context.new_page()


@pytest.fixture
def desk(contexts: Callable[..., BrowserContext], service: Service) -> Page:
    """An officer's computer."""
    return contexts(viewport={"width": 1280, "height": 800}, base_url=service.url).new_page()


def assert_accessible(page: Page) -> None:
    """No violation that axe knows (WCAG 2.2 AA and best practices), and nothing to scroll sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def activate(page: Page, service: Service, case_number: str, *, base: str = "") -> None:
    """Get somebody in on this device, by a code from the command line; at `base` where the page knows us by it."""
    link = service.command("invite", case_number)["link"].replace(service.url, base or service.url)
    [(born,)] = service.sql("SELECT date_of_birth FROM adsum_participant WHERE case_number = %s", case_number)
    page.goto(link)
    page.fill("[name=born_day]", str(born.day))
    page.select_option("[name=born_month]", str(born.month))
    page.fill("[name=born_year]", str(born.year))
    page.fill("[name=from_file]", case_number[-3:])
    page.click("main form button")
    page.wait_for_url("**/home/")


def newcomer(service: Service) -> str:
    """The case number of somebody who has never been in, with an address and a clean file."""
    found = _newcomers(service)
    if not found:
        _enrol_more(service)
        found = _newcomers(service)
    return str(found[0][0])


def _newcomers(service: Service) -> list[tuple[Any, ...]]:
    return service.sql(
        "SELECT p.case_number FROM adsum_participant p JOIN adsum_enrolment e ON e.participant_id = p.id"
        " WHERE p.activated_at IS NULL AND p.language = 'es' AND e.faults = '{}' ORDER BY p.id LIMIT 1"
    )


def _enrol_more(service: Service, count: int = 20) -> None:
    """A clean wave: stories use people up."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "more.csv"
        due = (date.today() + timedelta(days=14)).isoformat()
        rows = [make_row(first_due_on=due, address=f"{number} Main St").values for number in range(1, count + 1)]
        lines = [",".join(row[column] for column in COLUMNS) for row in rows]
        file.write_text("\n".join([",".join(COLUMNS), *lines, ""]))
        done = service.command("enrol", str(file), "--office", "NYC", "--wave", f"more-{uuid4()}")
        assert done["enrolled"] == count and not done["graded"], done


def sign_in_officer(page: Page, service: Service, number: int = 0) -> None:
    """Sign a member of the demo's staff in."""
    access = service.welcome["sign_ins"][number]
    page.goto("/console/")
    page.fill("[name=email]", access["email"])
    page.fill("[name=password]", access["password"])
    page.click("main form button")
    page.wait_for_url("**/console/")


def decide(page: Page, decision: str, reason: str) -> None:
    """Take this decision on the first card that offers it, and wait for the answer."""
    card = page.locator("form", has=page.locator(f"input[value={decision}]")).first
    card.locator(f"input[value={decision}]").check()
    card.locator("[name=reason]").fill(reason)
    card.locator("button").click()
    page.wait_for_selector("[role=status]:has-text('Decided')")

"""Sixty leads in a morning: an officer judges each with two keys, and reads why in words, never as a score."""

import csv
import re
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from adsum.management.demo_records import COLUMNS, SOURCE
from tests.homes import ready_home
from tests.stories.conftest import Service, assert_accessible, free_port, sign_in_officer, start, stop

MANY = 60
LEADS = "/console/records/leads/"
SECONDS = 4.0  # of the median decision, everything counted, also where the machine has other work
# What fingers do, counted in the browser across pages.
_COUNT = """
addEventListener("keydown", () => sessionStorage.setItem("keys", Number(sessionStorage.getItem("keys")) + 1), true);
addEventListener("pointerdown", () => sessionStorage.setItem("clicks", "some"), true);
"""
# How a machine would say it: a share, a decimal fraction, a score.
_SCORE = re.compile(r"score|probab|likelihood|weight|\d\s*%|\b\d+\.\d", re.IGNORECASE)
_NUMBERS, _PEOPLE = count(1), count()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One of its own: sixty leads would change the files of every other story."""
    with ready_home("leads") as home:
        running = start(home, free_port(), people=150)
        wait_until(running, lambda: waiting(running) > 0)
        yield running
        stop(running)


def waiting(service: Service) -> int:
    [(leads,)] = service.sql("SELECT count(*) FROM adsum_lead WHERE stage IN ('open', 'second', 'supervisor')")
    return int(leads)


def wait_until(service: Service, is_so: Callable[[], bool], seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    unmatched = "SELECT count(*) FROM adsum_outsiderecord WHERE screened_at IS NULL"
    while not is_so() or service.sql(unmatched) != [(0,)]:
        assert time.monotonic() < deadline, (waiting(service), service.sql(unmatched))
        time.sleep(0.2)


def bring(service: Service, many: int) -> int:
    """The agency's file of the day, about so many more people, some written badly; returns how many leads wait."""
    people = service.sql("SELECT given_names, surnames, date_of_birth, sex FROM adsum_participant ORDER BY id")
    day = service.home / f"day-{next(_NUMBERS)}.csv"
    with day.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for at in range(many):
            given, surnames, born, sex = people[next(_PEOPLE)]
            row = {"BOOKING": f"M-{next(_NUMBERS):05d}", "SEQ": "1", "TYPE": "AW"[at % 2], "SEX": sex, "CITY": "Albany"}
            said = {"FIRST": given.upper(), "LAST": surnames.upper().split()[0] if at % 3 else surnames.upper()}
            of_it = {"CHARGE": "Failure to appear", "PLACE": "Albany", "DOB": f"{born:%m/%d/%Y}", "ON": "11/20/2026"}
            writer.writerow(row | said | of_it)
    before = waiting(service)
    service.command("records", "load", str(day), "--source", str(SOURCE["code"]))
    wait_until(service, lambda: waiting(service) >= before + many)
    return waiting(service)


def keys(page: Page) -> int:
    return int(page.evaluate("sessionStorage.getItem('keys') || 0"))


def where(page: Page) -> str:
    """What has the keyboard, once the page has its keys."""
    page.wait_for_selector("kbd.of-choice")
    return str(page.evaluate("document.activeElement.id"))


def press(page: Page, *pressed: str) -> None:
    """These keys, of which the last sends; until the page that follows stands."""
    for key in pressed[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(pressed[-1])


def test_sixty_leads_with_two_keys_each(desk: Page, service: Service) -> None:
    leads = bring(service, MANY)
    assert leads >= MANY
    desk.add_init_script(_COUNT)
    sign_in_officer(desk, service, 0)
    desk.goto(LEADS)
    assert_accessible(desk)
    desk.focus("#begin")
    press(desk, "Enter")
    assert_accessible(desk)
    desk.evaluate("sessionStorage.removeItem('clicks')")
    taken, seen = [], set()
    for number in range(leads):
        assert where(desk) == "asked"
        words = desk.inner_text("main")
        assert f"{leads - number} lead" in words
        assert not _SCORE.search(words), _SCORE.search(words)
        assert "agrees" in words and "Our file says" in words
        seen.add(desk.url)
        before, began = keys(desk), time.monotonic()
        press(desk, "afl"[number % 3], "Enter")
        taken.append(time.monotonic() - began)
        assert keys(desk) - before == 2
        assert desk.locator("[role=status]").count() == 1
    print(f"{leads} leads, two keys each: {median(taken):.2f} s a decision, at most {max(taken):.2f} s")  # noqa: T201
    assert median(taken) < SECONDS
    assert len(seen) == leads
    assert desk.evaluate("sessionStorage.getItem('clicks')") is None
    assert desk.url.endswith(LEADS) and "No lead waits for you" in desk.inner_text("main")
    assert_accessible(desk)
    said = dict(service.sql("SELECT verdict, count(*) FROM adsum_judgement GROUP BY 1"))
    assert sum(said.values()) == leads and max(said.values()) - min(said.values()) <= 1
    asked = service.sql("SELECT count(*) FROM adsum_confirmation")
    assert asked == service.sql("SELECT count(*) FROM adsum_lead WHERE stage = 'same'")


def test_keys_can_be_wrong_taken_back_left_out_and_turned_off(desk: Page, service: Service) -> None:
    bring(service, 3)
    [(judged,)] = service.sql("SELECT count(*) FROM adsum_judgement")
    sign_in_officer(desk, service, 0)
    desk.goto(LEADS)
    desk.click("#begin")
    assert where(desk) == "asked"
    desk.keyboard.press("Enter")  # nothing is chosen: nothing happens
    desk.keyboard.press("h")
    assert desk.is_checked("[value=not-same]") and desk.is_checked("[value=relative]")
    desk.keyboard.press("1")
    assert desk.is_checked("[value=same]") and not desk.locator("[name=common]:checked").count()
    desk.keyboard.press("Escape")
    assert not desk.locator(":checked").count() and where(desk) == "asked"
    first = desk.url
    press(desk, "9")
    assert desk.url != first
    desk.keyboard.press("3")
    desk.keyboard.press("0")
    desk.keyboard.type("a blurred copy")
    assert desk.is_checked("[value=cannot-tell]") and not desk.locator("[name=common]:checked").count()
    press(desk, "Enter")
    said = service.sql("SELECT verdict, reason FROM adsum_judgement ORDER BY id DESC LIMIT 1")
    assert said == [("cannot-tell", "a blurred copy")]
    desk.wait_for_selector("kbd.of-choice")
    desk.click("#keys-off")
    desk.focus("#asked")
    desk.keyboard.press("a")
    desk.keyboard.press("Enter")
    assert not desk.locator(":checked").count() and not desk.locator("kbd.of-choice").count()
    assert service.sql("SELECT count(*) FROM adsum_judgement") == [(judged + 1,)]


def test_another_offices_officer_sees_none(
    contexts: Callable[..., BrowserContext], desk: Page, service: Service
) -> None:
    bring(service, 1)
    sign_in_officer(desk, service, 0)
    desk.goto(LEADS)
    desk.click("#begin")
    lead, name = desk.url, desk.inner_text("#asked").removeprefix("Is it ").removesuffix("?")
    sign_in_elsewhere(elsewhere := contexts(base_url=service.url).new_page(), service)
    elsewhere.goto(LEADS)
    assert "No lead waits for you" in elsewhere.inner_text("main") and name not in elsewhere.content()
    answer = elsewhere.goto(lead)
    assert answer is not None and answer.status == 404 and name not in elsewhere.content()


def sign_in_elsewhere(page: Page, service: Service) -> None:
    """As an officer of an office in Boston, opened for it."""
    offices = service.home / "offices.csv"
    offices.write_text("code,name,time_zone,phone\nBOS,Boston,America/New_York,(617) 555-0100\n")
    service.command("offices", "import", str(offices))
    access: dict[str, Any] = service.command("staff", "add", "bo@example.org", "--name", "Bo Ito", "--office", "BOS")
    page.goto("/console/")
    page.fill("[name=email]", access["email"])
    page.fill("[name=password]", access["password"])
    page.click("main form button")
    page.wait_for_url("**/console/")

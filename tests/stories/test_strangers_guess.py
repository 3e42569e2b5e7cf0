"""Strangers guess codes, enumerate cases, replay and steal links, plant cookies and forge forms, at the real service.

Each fails, is slowed and is written down, and a participant on the same network still gets in.
"""

import re
from collections.abc import Iterator
from datetime import date
from random import Random
from time import perf_counter

import pytest

from adsum.enrolment.policy import EnrolmentPolicy
from adsum.management.instruments.browser import Answer, Browser, Line
from tests.stories.conftest import Service, newcomer

POLICY = EnrolmentPolicy()
GUESS = {"born_day": "14", "born_month": "3", "born_year": "1988", "from_file": "123"}


@pytest.fixture
def fresh(service: Service) -> Iterator[list[Browser]]:
    """The browsers of a test, closed at its end."""
    opened: list[Browser] = []
    yield opened
    for one in opened:
        one.close()


def browser(service: Service, fresh: list[Browser]) -> Browser:
    """Somebody's browser, on the one network that this machine is."""
    fresh.append(Browser(service.port, Line(Random(1))))
    return fresh[-1]


def attempt(who: Browser, code: str, **fields: str) -> Answer:
    """Open the page, as a browser must, and try a code."""
    token = who.get("/start/").token
    return who.post_form("/start/", {"csrfmiddlewaretoken": token, "code": code, **GUESS, **fields})


def invited(service: Service) -> tuple[str, dict[str, str]]:
    """A fresh code for somebody new, and what else they type."""
    number = newcomer(service)
    [(born,)] = service.sql("SELECT date_of_birth FROM adsum_participant WHERE case_number = %s", number)
    return service.command("invite", number)["code"], right(number, born)


def right(number: str, born: date) -> dict[str, str]:
    day = {"born_day": str(born.day), "born_month": str(born.month), "born_year": str(born.year)}
    return {**day, "from_file": number[-3:]}


def logged(service: Service, verb: str) -> int:
    [(count,)] = service.sql("SELECT count(*) FROM adsum_ledgerline WHERE verb = %s", verb)
    return int(count)


def test_guessing_is_slowed_and_the_neighbour_gets_in(service: Service, fresh: list[Browser]) -> None:
    before = logged(service, "activation.refused"), logged(service, "activation.slowed")
    one = browser(service, fresh)
    answers = [attempt(one, f"GVESS{number:05d}").status for number in range(POLICY.tries_per_device + 2)]
    assert answers[-2:] == [429, 429], "the device that guesses waits"
    guesses = 0
    while attempt(browser(service, fresh), f"MANY{guesses:06d}").status != 429:
        guesses += 1
        assert guesses <= POLICY.tries_per_network, "the network that guesses is slowed"
    begun = perf_counter()
    attempt(browser(service, fresh), "MANY999999")
    assert perf_counter() - begun >= POLICY.slow_answer_ms / 1000
    code, fields = invited(service)
    neighbour = browser(service, fresh)
    assert attempt(neighbour, code, **fields).location == "/home/"
    assert neighbour.get("/home/").status == 200
    after = logged(service, "activation.refused"), logged(service, "activation.slowed")
    assert sum(after) - sum(before) >= len(answers) + guesses
    assert after[1] > before[1]


def test_a_case_cannot_be_told_from_no_case(service: Service, fresh: list[Browser]) -> None:
    """The same answer for a code that is open and one that never was; tests/enrolment measures its time and work."""
    codes = invited(service)[0], "NEVER00000"
    answers = [attempt(browser(service, fresh), code) for code in codes]
    there, never = ((answer.status, re.sub(r'value="[^"]*"', "", answer.text)) for answer in answers)
    assert there == never


def test_a_used_link_leads_nowhere(service: Service, fresh: list[Browser]) -> None:
    code, fields = invited(service)
    assert attempt(browser(service, fresh), code, **fields).location == "/home/"
    thief = browser(service, fresh)
    assert thief.get(f"/start/{code}/").status == 200
    assert attempt(thief, code, **fields).status in (403, 429)
    assert "adsum_device" not in thief.cookies


def test_a_stolen_link_without_the_birthday_ends_and_its_owner_gets_a_new_code(
    service: Service, fresh: list[Browser]
) -> None:
    code, fields = invited(service)
    for year in range(POLICY.tries_per_code + 1):
        answer = attempt(browser(service, fresh), code, **{**fields, "born_year": str(1930 + year)})
        assert answer.status in (403, 429)
    assert attempt(browser(service, fresh), code, **fields).status == 429, "now even the right day waits"
    code, fields = invited(service)
    assert attempt(browser(service, fresh), code, **fields).location == "/home/"


def test_a_planted_cookie_is_never_signed_in(service: Service, fresh: list[Browser]) -> None:
    victim, thief = browser(service, fresh), browser(service, fresh)
    victim.cookies["adsum_device"] = thief.cookies["adsum_device"] = "planted-token"
    code, fields = invited(service)
    assert attempt(victim, code, **fields).location == "/home/"
    assert victim.cookies["adsum_device"] != "planted-token"
    assert thief.get("/home/").location == "/start/"

    officer, other = browser(service, fresh), browser(service, fresh)
    officer.cookies["adsum_staff"] = other.cookies["adsum_staff"] = "planted0planted0planted0planted0"
    access = service.welcome["sign_ins"][0]
    token = officer.get("/console/sign-in/").token
    fields = {"email": access["email"], "password": access["password"], "csrfmiddlewaretoken": token}
    assert officer.post_form("/console/sign-in/", fields).location == "/console/"
    assert officer.cookies["adsum_staff"] != "planted0planted0planted0planted0"
    assert other.get("/console/").status == 302


def test_a_forged_form_changes_nothing(service: Service, fresh: list[Browser]) -> None:
    """Another site sends the form with the person's cookies, and without the page's token."""
    code, fields = invited(service)
    person = browser(service, fresh)
    assert attempt(person, code, **fields).location == "/home/"
    before = logged(service, "ways-back.ended") + logged(service, "device.signed-out")
    for path in ("/start/", "/come-back/", "/sign-out/", "/my-device/", "/console/sign-in/"):
        person.cookies["adsum_csrf"] = ""  # what the page before has set is not known to another site
        assert person.post_form(path, {"do": "end", "pin": "000000", **GUESS}).status == 403
    assert person.get("/home/").status == 200
    assert logged(service, "ways-back.ended") + logged(service, "device.signed-out") == before

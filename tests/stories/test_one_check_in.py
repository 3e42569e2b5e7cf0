"""The twin of docs/one-check-in.md: from a tap on a phone to an officer's decision."""

import calendar
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request

from tests.stories.conftest import Service, activate, assert_accessible, decide, newcomer, sign_in_officer

FIRST_LOAD = 40_000


def person_of(service: Service, case_number: str) -> tuple[Any, ...]:
    [row] = service.sql(
        "SELECT id, given_names || ' ' || surnames FROM adsum_participant WHERE case_number = %s", case_number
    )
    return row


def test_somebody_new_follows_what_the_terminal_says(phone: Page, desk: Page, service: Service) -> None:
    """The link of `make run`, a check-in that says “I moved”, the officer's worklist, a decision."""
    welcome = service.welcome
    phone.goto(welcome["participant_url"])
    assert phone.locator("html").get_attribute("lang") == "es"
    assert_accessible(phone)
    match = re.search(r", born (\w+) (\d+), (\d+)$", welcome["participant_hint"])
    assert match
    phone.fill("[name=born_day]", match[2])
    phone.locator("[name=born_month]").select_option(index=_month(match[1]))
    phone.fill("[name=born_year]", match[3])
    phone.fill("[name=from_file]", welcome["participant_case_number"][-3:])
    phone.click("main form button")
    phone.wait_for_url("**/home/")
    assert_accessible(phone)

    phone.click("a[href='/check-in/']")
    assert_accessible(phone)
    phone.check("#lives-no")
    phone.fill("[name=street]", "41 Linden Blvd")
    phone.fill("[name=city]", "Brooklyn")
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    assert_accessible(phone)
    receipt = phone.inner_text("#receipt-number").strip()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", receipt)
    assert "Enviado con su ubicación." in phone.inner_text("main")

    sign_in_officer(desk, service, 2)
    assert_accessible(desk)
    name = welcome["participant_hint"].split(",")[0]
    row = desk.locator("a[href*='#flag']", has_text=name).first
    assert "Says they live somewhere else now" in desk.inner_text("main")
    row.click()
    assert_accessible(desk)
    assert "41 Linden Blvd" in desk.inner_text("main")
    decide(desk, "corrected", "New address taken over, unit asked for.")

    phone.goto("/my-file/")
    assert_accessible(phone)
    assert receipt in phone.inner_text("main")


def _month(name: str) -> int:
    return list(calendar.month_name).index(name)


def test_every_hop_leaves_its_line_and_its_event(phone: Page, service: Service) -> None:
    number = newcomer(service)
    activate(phone, service, number)
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    person, _ = person_of(service, number)
    said = lines_when_looked_up(service, person)
    assert said[:2] == ["participant.enrolled", "order.started"]
    # The nightly look-up may come between any two of them.
    hops = [verb for verb in said[said.index("invitation.issued") :] if verb != "person.looked-up"]
    assert hops == [
        "invitation.issued",
        "device.signed-in",
        "participant.activated",
        "seat.taken",
        "place.taken",
        "checkin.reported",
    ]
    assert service.sql("SELECT kind FROM adsum_outboxevent WHERE participant_id = %s", person) == [
        ("checkin.reported",)
    ]
    assert ("reported",) in service.sql("SELECT outcome FROM adsum_duty WHERE participant_id = %s", person)


def lines_when_looked_up(service: Service, person: int, seconds: int = 60) -> list[str]:
    """What the ledger says of this person, once the worker has looked them up for their check-in."""
    deadline = time.monotonic() + seconds
    while True:
        rows = service.sql("SELECT verb FROM adsum_ledgerline WHERE participant_id = %s ORDER BY id", person)
        said = [verb for (verb,) in rows]
        if "checkin.reported" in said and "person.looked-up" in said[said.index("checkin.reported") :]:
            return said
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def test_another_office_sees_none_of_it(desk: Page, service: Service) -> None:
    number = newcomer(service)
    person, name = person_of(service, number)
    service.sql(
        "INSERT INTO adsum_fieldoffice (code, name, time_zone, phone)"
        " VALUES ('LAX', 'Los Angeles', 'America/Los_Angeles', '') ON CONFLICT DO NOTHING"
    )
    access = service.command("staff", "add", "other@example.org", "--name", "Other", "--office", "LAX")
    desk.goto("/console/")
    desk.fill("[name=email]", access["email"])
    desk.fill("[name=password]", access["password"])
    desk.click("main form button")
    desk.wait_for_url("**/console/")
    assert desk.locator("a[href*='/console/people/']").count() == 0
    answer = desk.goto(f"/console/people/{person}/")
    assert answer is not None
    assert answer.status == 404
    desk.goto(f"/console/people/?q={number}")
    assert name not in desk.inner_text("main")


def test_a_first_visit_is_small(phone: Page, contexts: Callable[..., BrowserContext], service: Service) -> None:
    """All files of each participant page, as they come over the wire to a browser that has none of them yet."""
    activate(phone, service, newcomer(service))
    cookies = [cookie for cookie in phone.context.cookies() if cookie["name"] == "adsum_device"]
    for path in ("/home/", "/check-in/", "/my-file/", "/help/", "/start/"):
        fresh = contexts(base_url=service.url)
        fresh.add_cookies(cookies)  # type: ignore[arg-type]
        page = fresh.new_page()
        requests: list[Request] = []

        def keep(request: Request, kept: list[Request] = requests) -> None:
            kept.append(request)

        page.on("requestfinished", keep)
        page.goto(path, wait_until="networkidle")
        sizes = [request.sizes() for request in requests]
        assert all(size["responseBodySize"] > 0 for size in sizes)
        whole = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        assert len(sizes) >= 3
        assert whole <= FIRST_LOAD, f"{path}: {whole} bytes in {len(sizes)} files"

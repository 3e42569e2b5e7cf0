"""A tablet in the office forgets everybody: who comes next finds nothing of who was there."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.stories.conftest import Service, activate, assert_accessible, newcomer, sign_in_officer

KEPT = """async () => [
    sessionStorage.length, localStorage.length, (await caches.keys()).length, (await indexedDB.databases()).length,
    (await navigator.serviceWorker.getRegistrations()).length]"""


@pytest.fixture
def tablet(contexts: Callable[..., BrowserContext], service: Service) -> Page:
    return contexts(viewport={"width": 800, "height": 1100}, base_url=service.url).new_page()


def turn_on(tablet: Page, service: Service) -> None:
    sign_in_officer(tablet, service)
    tablet.goto("/console/kiosk/")
    assert_accessible(tablet)
    tablet.click("main button")
    tablet.wait_for_url("**/kiosk/")


def let_in(tablet: Page, service: Service) -> str:
    """Somebody types a fresh code; returns their surnames."""
    case_number = newcomer(service)
    code = service.command("invite", case_number)["code"]
    [row] = service.sql("SELECT date_of_birth, surnames FROM adsum_participant WHERE case_number = %s", case_number)
    born: date = row[0]
    tablet.fill("#code", code)
    tablet.fill("#born-day", str(born.day))
    tablet.select_option("#born-month", str(born.month))
    tablet.fill("#born-year", str(born.year))
    tablet.fill("#from-file", case_number[-3:])
    tablet.click("main form button")
    tablet.wait_for_url("**/check-in/")
    return str(row[1])


def wait_until_empty(tablet: Page) -> None:
    """The browser has forgotten what its pages kept."""
    for _ in range(40):
        if tablet.evaluate(KEPT) == [0, 0, 0, 0, 0]:
            return
        tablet.wait_for_timeout(100)
    assert tablet.evaluate(KEPT) == [0, 0, 0, 0, 0]


def test_a_tablet_in_the_office_forgets_who_was_there(tablet: Page, service: Service) -> None:
    turn_on(tablet, service)
    assert_accessible(tablet)
    surnames = let_in(tablet, service)
    assert_accessible(tablet)
    tablet.check("#lives-yes")
    tablet.click("#send")
    tablet.wait_for_url("**/receipts/**")
    number = tablet.inner_text("#receipt-number")
    assert surnames in tablet.inner_text("main")
    tablet.click("a.sun")
    tablet.wait_for_url("**/kiosk/")
    assert {cookie.get("name") for cookie in tablet.context.cookies()} == {"adsum_kiosk", "adsum_csrf"}
    wait_until_empty(tablet)
    for _ in range(2):
        tablet.go_back()
        tablet.wait_for_timeout(500)
        assert surnames not in tablet.content()
        assert number not in tablet.content()


@pytest.mark.parametrize("heeds_the_header", [True, False])
def test_who_comes_next_finds_nothing_of_the_last_one(tablet: Page, service: Service, heeds_the_header: bool) -> None:
    activate(tablet, service, newcomer(service))
    tablet.goto("/check-in/")
    tablet.wait_for_function("caches.has('adsum-mine')")
    tablet.evaluate("localStorage.setItem('of', 'a phone like others')")
    assert 0 not in tablet.evaluate(KEPT)[1:]
    if not heeds_the_header:
        tablet.route("**/kiosk/", without_clear_site_data)
    turn_on(tablet, service)
    wait_until_empty(tablet)

    let_in(tablet, service)
    tablet.fill("#message", "Mi secreto")
    tablet.check("#lives-yes")
    tablet.route("**/check-in/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    tablet.click("#send")
    expect(tablet.locator("#place-status")).to_contain_text("siguen aquí")
    tablet.click("a.sun")
    tablet.wait_for_url("**/kiosk/")
    wait_until_empty(tablet)
    tablet.unroute("**/check-in/")
    let_in(tablet, service)
    assert "Mi secreto" not in tablet.content()
    assert tablet.input_value("#message") == ""
    assert tablet.locator("#waiting").count() == 0


def without_clear_site_data(route: Route) -> None:
    """As for a browser that does not know the header."""
    if route.request.method != "GET":
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    headers = {name: value for name, value in answer.headers.items() if name != "clear-site-data"}
    route.fulfill(response=answer, headers=headers)

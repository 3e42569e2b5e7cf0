"""A check-in where there is no internet: filled in, locked on the phone, sent once when the network is back."""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from tests.stories.conftest import Service, activate, assert_accessible, newcomer

SENT = "async () => !(await adsumOutbox.waits())"
FORM_KEPT = "async () => Boolean(await caches.match('/check-in/', {cacheName: 'adsum-mine'}))"
ROWS = "async () => JSON.stringify(await adsumOutbox.all())"


@pytest.fixture
def at_home(phone: Page, service: Service) -> Page:
    """Somebody who has signed in, whose phone has had the time to keep the form."""
    activate(phone, service, newcomer(service))
    wait_until(phone, FORM_KEPT)
    return phone


def wait_until(page: Page, question: str, seconds: float = 15) -> None:
    """Ask the page until it says yes, also while it goes to another address in between.

    `wait_for_function` would take a promise for a yes.
    """
    deadline = time.monotonic() + seconds
    while not answers_yes(page, question):
        assert time.monotonic() < deadline, question
        page.wait_for_timeout(100)


def answers_yes(page: Page, question: str) -> bool:
    with suppress(Error):  # it was on its way elsewhere
        return bool(page.evaluate(question))
    return False


def fill_in_offline(page: Page) -> str:
    """Open the form without internet, fill it in, send it; returns the report's key."""
    page.context.set_offline(True)
    page.goto("/check-in/")
    page.check("#lives-yes")
    page.fill("#message", "Estoy en el campo")
    key = page.input_value("[name=key]")
    page.click("#send-with-place")
    expect(page.locator("#place-status")).to_contain_text("guardado en este teléfono")
    expect(page.locator("#check-in")).to_be_hidden()
    expect(page.locator("#message")).to_have_value("")
    return key


def reports(service: Service, key: str) -> int:
    return int(service.sql("SELECT count(*) FROM adsum_report WHERE key = %s", key)[0][0])


def test_offline_then_online_is_one_report_with_a_receipt(at_home: Page, service: Service) -> None:
    key = fill_in_offline(at_home)
    expect(at_home.locator("#waiting h2")).to_have_text("1 registro espera en este teléfono")
    assert_accessible(at_home)
    kept = at_home.evaluate(ROWS)
    assert "campo" not in kept
    assert "lives_there" not in kept
    at_home.context.set_offline(False)
    at_home.wait_for_url("**/receipts/**")
    assert "Usted lo hizo el" not in at_home.inner_text("main")
    [(sent_at, given_at, skew)] = service.sql(
        "SELECT sent_at, form_given_at, clock_skew FROM adsum_report WHERE key = %s", key
    )
    assert given_at < sent_at
    assert abs(skew.total_seconds()) < 60
    assert reports(service, key) == 1
    at_home.goto("/home/")
    expect(at_home.locator("#waiting")).to_be_hidden()
    assert json.loads(at_home.evaluate(ROWS)) == []


def test_it_goes_out_from_any_page_after_the_browser_was_closed(at_home: Page, service: Service) -> None:
    key = fill_in_offline(at_home)
    context = at_home.context
    at_home.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/help/")
    page.goto("/home/")
    wait_until(page, SENT)
    assert reports(service, key) == 1


def test_each_form_filled_in_offline_is_a_check_in_of_its_own(at_home: Page, service: Service) -> None:
    keys = {fill_in_offline(at_home), fill_in_offline(at_home)}
    assert len(keys) == 2
    expect(at_home.locator("#waiting h2")).to_have_text("2 registros esperan en este teléfono")
    at_home.context.set_offline(False)
    with suppress(Error):  # the page may be on its way to the receipt already
        at_home.goto("/home/")
    wait_until(at_home, SENT)
    assert [reports(service, key) for key in keys] == [1, 1]


def test_another_page_says_in_words_that_there_is_no_internet(at_home: Page) -> None:
    at_home.context.set_offline(True)
    at_home.goto("/my-file/")
    expect(at_home.locator("h1")).to_have_text("Ahora no hay internet")
    assert_accessible(at_home)
    at_home.click("text=Abrir el formulario")
    expect(at_home.locator("h1")).to_have_text("Registrarse")


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Free Wi-Fi! Log in</h1>"),
        lambda route: route.fulfill(status=200, content_type="application/json", body='{"ok": true}'),
    ],
    ids=["login page", "other json"],
)
def test_a_cafe_that_says_yes_to_everything_does_not_get_the_report(
    at_home: Page, service: Service, answer: Callable[[Route], object]
) -> None:
    key = fill_in_offline(at_home)
    at_home.context.route("**/check-in/sealed/", answer)
    at_home.context.set_offline(False)
    at_home.goto("/home/")
    expect(at_home.locator("#waiting h2")).to_have_text("1 registro espera en este teléfono")
    at_home.context.unroute("**/check-in/sealed/")
    at_home.reload()
    wait_until(at_home, SENT)
    assert reports(service, key) == 1


def test_an_answer_that_is_lost_is_asked_for_again(at_home: Page, service: Service) -> None:
    key = fill_in_offline(at_home)
    delivered = []

    def deliver_and_lose(route: Route) -> None:
        delivered.append(route.fetch().json()["number"])
        route.abort()

    at_home.context.route("**/check-in/sealed/", deliver_and_lose)
    at_home.context.set_offline(False)
    at_home.goto("/home/")
    at_home.wait_for_timeout(1_000)
    assert at_home.evaluate("adsumOutbox.waits()")
    at_home.context.unroute("**/check-in/sealed/")
    at_home.reload()
    wait_until(at_home, SENT)
    assert len(delivered) >= 1
    assert reports(service, key) == 1


def test_signing_out_leaves_nothing_to_read_and_the_report_still_arrives(at_home: Page, service: Service) -> None:
    key = fill_in_offline(at_home)
    at_home.context.route("**/check-in/sealed/", lambda route: route.abort())
    at_home.context.set_offline(False)
    at_home.goto("/my-file/")
    at_home.click("form[action='/sign-out/'] button")
    at_home.wait_for_url("**/")
    expect(at_home.locator("#waiting h2")).to_have_text("1 registro espera en este teléfono")
    wait_until(at_home, f"async () => !(await ({FORM_KEPT})())")
    assert "campo" not in at_home.evaluate(ROWS)
    at_home.context.unroute("**/check-in/sealed/")
    at_home.goto("/start/")
    wait_until(at_home, SENT)
    [(concerns,)] = service.sql("SELECT concerns FROM adsum_report WHERE key = %s", key)
    assert "device-signed-out" in concerns


def test_nobody_who_was_signed_out_opens_the_form_offline(at_home: Page) -> None:
    at_home.goto("/my-file/")
    at_home.click("form[action='/sign-out/'] button")
    at_home.wait_for_url("**/")
    wait_until(at_home, f"async () => !(await ({FORM_KEPT})())")
    at_home.context.set_offline(True)
    at_home.goto("/check-in/")
    expect(at_home.locator("h1")).to_have_text("Ahora no hay internet")


def test_whose_turn_is_next_on_a_phone_does_not_get_the_form_of_the_last_one(at_home: Page) -> None:
    at_home.evaluate("fetch('/who/', { method: 'POST' })")
    wait_until(at_home, f"async () => !(await ({FORM_KEPT})())")
    at_home.context.set_offline(True)
    at_home.goto("/check-in/")
    expect(at_home.locator("h1")).to_have_text("Ahora no hay internet")


@pytest.mark.parametrize(("hours", "is_same"), [(0, True), (2, False)])
def test_a_tab_that_comes_back_next_week_sends_another_check_in(at_home: Page, hours: int, is_same: bool) -> None:
    at_home.goto("/check-in/")
    key = at_home.input_value("[name=key]")
    sent = f"sessionStorage.setItem('adsum-sent-key', '{key} ' + (Date.now() - {hours} * 3600000))"
    at_home.evaluate(sent)
    at_home.reload()
    assert (at_home.input_value("[name=key]") == key) == is_same


def test_background_sync_sends_it_while_no_page_is_open(at_home: Page, service: Service) -> None:
    context = at_home.context
    context.grant_permissions(["geolocation", "background-sync"])
    key = fill_in_offline(at_home)
    assert at_home.evaluate("async () => (await navigator.serviceWorker.ready).sync.getTags()") == ["adsum-outbox"]
    registrations: list[str] = []
    elsewhere = context.new_page()
    cdp = context.new_cdp_session(elsewhere)
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(map(_id_of, said["registrations"]))
    )
    cdp.send("ServiceWorker.enable")
    at_home.close()
    context.set_offline(False)
    elsewhere.wait_for_timeout(500)
    sync = {"origin": service.url, "registrationId": registrations[0], "tag": "adsum-outbox", "lastChance": False}
    cdp.send("ServiceWorker.dispatchSyncEvent", sync)
    deadline = time.monotonic() + 15
    while not reports(service, key):
        assert time.monotonic() < deadline
        elsewhere.wait_for_timeout(100)


def _id_of(registration: dict[str, str]) -> str:
    return registration["registrationId"]


def test_without_a_script_the_form_is_sent_as_it_is(
    contexts: Callable[..., BrowserContext], service: Service, phone: Page
) -> None:
    activate(phone, service, newcomer(service))
    plain = contexts(java_script_enabled=False, base_url=service.url)
    plain.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto("/check-in/")
    page.check("#lives-yes")
    key = page.input_value("[name=key]")
    page.click("#send")
    page.wait_for_url("**/receipts/**")
    assert reports(service, key) == 1


def test_old_files_are_cleaned_and_an_open_page_moves_on(at_home: Page) -> None:
    """And the form that was kept comes anew: the old one would ask for files that are gone."""
    opened_at = "async () => (await caches.match('/check-in/')).headers.get('Adsum-Opened-At')"
    kept_first = at_home.evaluate(opened_at)
    at_home.evaluate("async () => { await caches.open('adsum-files-old'); }")
    at_home.evaluate(
        "async () => { const all = await navigator.serviceWorker.getRegistrations();"
        " await Promise.all(all.map((one) => one.unregister())); }"
    )
    at_home.reload()
    wait_until(at_home, "async () => !(await caches.has('adsum-files-old'))")
    names = at_home.evaluate("async () => (await caches.keys()).filter((name) => name.startsWith('adsum-files-'))")
    assert len(names) == 1
    wait_until(at_home, f"async () => await ({opened_at})() !== '{kept_first}'")

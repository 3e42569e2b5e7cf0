"""A computer in a library does not know its place; the phone in the pocket does."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.stories.conftest import Service, activate, assert_accessible, newcomer, sign_in_officer

Contexts = Callable[..., BrowserContext]
SOMEWHERE = {"latitude": 40.7143, "longitude": -74.006, "accuracy": 12}
MOSTLY_NEW_YORK = {**SOMEWHERE, "accuracy": 25_000}


@pytest.fixture
def library(contexts: Contexts, service: Service) -> Page:
    """A library's computer, set to Spanish, that knows only roughly where it is."""
    options: dict[str, Any] = {"geolocation": MOSTLY_NEW_YORK, "permissions": ["geolocation"], "locale": "es-US"}
    return contexts(viewport={"width": 1280, "height": 800}, base_url=service.url, **options).new_page()


@pytest.fixture
def own_phone(contexts: Contexts, playwright: Playwright, service: Service) -> Page:
    """A phone that has never been signed in."""
    options: dict[str, Any] = {"geolocation": SOMEWHERE, "permissions": ["geolocation"], "locale": "es-US"}
    return contexts(**playwright.devices["Pixel 5"], base_url=service.url, **options).new_page()


def last_report(service: Service) -> tuple[object, ...]:
    return service.sql(
        "SELECT r.place_class, f.accuracy_m, r.message FROM adsum_report r"
        " LEFT JOIN adsum_locationfix f ON f.id = r.fix_id ORDER BY r.id DESC LIMIT 1"
    )[0]


def test_the_phone_gives_the_place_for_the_computer(library: Page, own_phone: Page, service: Service) -> None:
    activate(library, service, newcomer(service))
    library.goto("/check-in/")
    library.check("#lives-yes")
    library.fill("#message", "Desde la biblioteca")
    library.click("#send-with-place")
    library.wait_for_selector("#place-status:has-text('más o menos')")
    assert_accessible(library)
    library.click("#use-phone")
    library.wait_for_selector("#hand-off .qr")
    assert_accessible(library)

    own_phone.goto("/p/")
    own_phone.fill("#code", library.inner_text("#hand-off-code").lower())
    assert_accessible(own_phone)
    own_phone.click("main form button")
    own_phone.wait_for_selector(".tick")
    assert_accessible(own_phone)

    library.wait_for_selector("#place-status:has-text('dio la ubicación')")
    library.click("#send")
    library.wait_for_url("**/receipts/**")
    assert "La dio su otro teléfono" in library.inner_text("main")
    assert last_report(service) == ("hand-off", 12, "Desde la biblioteca")


def test_without_javascript_one_looks_again(contexts: Contexts, own_phone: Page, service: Service) -> None:
    page = contexts(java_script_enabled=False, locale="es-US", base_url=service.url).new_page()
    activate(page, service, newcomer(service))
    page.goto("/check-in/")
    page.check("#lives-yes")
    page.fill("#message", "Sin guiones")
    page.click("#use-phone")
    code = page.inner_text("#hand-off-code")
    page.click("#look-again")
    assert page.inner_text("#hand-off-code") == code
    own_phone.goto(f"/p/{code}/")
    own_phone.click("main form button")
    own_phone.wait_for_selector(".tick")
    page.click("#look-again")
    assert page.locator("#hand-off-code").count() == 0
    page.click("#send-handed")
    page.wait_for_url("**/receipts/**")
    assert last_report(service) == ("hand-off", 12, "Sin guiones")


def test_a_rough_place_can_be_sent_as_it_is(library: Page, service: Service) -> None:
    activate(library, service, newcomer(service))
    library.goto("/check-in/")
    library.check("#lives-yes")
    library.click("#send-with-place")
    library.wait_for_selector("#place-status:has-text('más o menos')")
    library.click("#send-with-place")
    library.wait_for_url("**/receipts/**")
    assert last_report(service)[:2] == ("coarse", 25_000)


def test_asked_for_by_a_person_shared_seen_and_stopped(own_phone: Page, desk: Page, service: Service) -> None:
    number = newcomer(service)
    activate(own_phone, service, number)
    sign_in_officer(desk, service, 2)
    [(person,)] = service.sql("SELECT id FROM adsum_participant WHERE case_number = %s", number)
    desk.goto(f"/console/people/{person}/")
    desk.fill("#sharing-reason", "Ordered by the judge")
    desk.click("#sharing button")
    desk.wait_for_selector("[role=status]")
    assert_accessible(desk)

    own_phone.goto("/check-in/")
    assert "Su oficial pidió algo más: durante 7 días" in own_phone.inner_text("main")
    own_phone.check("#lives-yes")
    own_phone.click("#send-with-place")
    own_phone.wait_for_url("**/receipts/**")
    own_phone.click("a[href='/sharing/']")
    assert "Termina en 7 días" in own_phone.inner_text("main")
    own_phone.click("#share-point button")
    own_phone.wait_for_url("**said=kept")
    assert_accessible(own_phone)
    assert "40,7143" in own_phone.inner_text("main") or "40.7143" in own_phone.inner_text("main")
    own_phone.click("#stop-sharing button")
    own_phone.wait_for_url("**said=stopped")
    assert_accessible(own_phone)
    desk.reload()
    assert "stopped sharing the place, as they may" in desk.inner_text("main")

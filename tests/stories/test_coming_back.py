"""A phone that was signed out lets its owner back in: by the key it keeps, in a real browser, or by six numbers."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.stories.conftest import Service, activate, assert_accessible, newcomer

KEYRING = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}


def test_a_key_on_the_phone_and_six_numbers(
    contexts: Callable[..., BrowserContext], playwright: Playwright, service: Service
) -> None:
    """Browsers make passkeys for names only, so the phone knows the service as “localhost”."""
    number = newcomer(service)
    base = f"http://localhost:{service.port}"
    phone = contexts(**playwright.devices["Pixel 5"], locale="es-US", base_url=base).new_page()
    ring = phone.context.new_cdp_session(phone)
    ring.send("WebAuthn.enable")
    unlocked = {**KEYRING, "isUserVerified": True, "automaticPresenceSimulation": True}
    ring.send("WebAuthn.addVirtualAuthenticator", {"options": unlocked})
    activate(phone, service, number, base=base)
    phone.click("main a[href='/my-device/']")
    phone.wait_for_selector("[data-passkey-box]:visible")
    assert_accessible(phone)
    phone.click("form[data-passkey] button")
    phone.wait_for_selector("[role=status]")
    assert phone.locator("main a[href='/my-device/']").count() == 0

    leave(phone)
    phone.click("main a[href='/come-back/']")
    phone.wait_for_selector("[data-passkey-box]:visible")
    assert_accessible(phone)
    phone.click("form[data-passkey] button")
    phone.wait_for_url("**/home/")

    phone.goto("/my-device/")
    phone.fill("#pin", "271828")
    phone.fill("#again", "271828")
    phone.click("form:has(#pin) button")
    phone.wait_for_selector("[role=status]")
    leave(phone)
    phone.goto("/come-back/")
    phone.fill("#pin", "271828")
    phone.click("form:has(#pin) button")
    phone.wait_for_url("**/home/")


def leave(phone: Page) -> None:
    """Sign out."""
    phone.goto("/my-file/")
    phone.click("form[action='/sign-out/'] button")
    phone.wait_for_selector("main a[href='/start/']")

"""From right to left, and in letters that are not ours: the core path holds for who hears it read out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.stories.conftest import Service, activate, assert_accessible, newcomer


@pytest.mark.parametrize(("language", "way"), [("ar", "rtl"), ("pa", "ltr")])
def test_a_check_in_in_another_script(
    contexts: Callable[..., BrowserContext], playwright: Playwright, service: Service, language: str, way: str
) -> None:
    context = contexts(
        **playwright.devices["Pixel 5"] | {"viewport": {"width": 320, "height": 640}},
        geolocation={"latitude": 40.7143, "longitude": -74.006, "accuracy": 12},
        permissions=["geolocation"],
        base_url=service.url,
    )
    page = context.new_page()
    page.goto("/")
    assert_accessible(page)
    page.click(f".langs [value={language}]")
    page.wait_for_selector(f"html[lang={language}][dir={way}]")
    assert_accessible(page)
    page.goto("/start/")
    assert_accessible(page)
    activate(page, service, newcomer(service))
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)
    page.goto("/check-in/")
    assert_accessible(page)
    page.check("#lives-yes")
    page.click("#send-with-place")
    page.wait_for_url("**/receipts/**")
    assert_accessible(page)
    for path in ("/my-file/", "/help/"):
        page.goto(path)
        assert_accessible(page)

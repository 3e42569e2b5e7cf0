"""From the link to the receipt in browsers that are not Chromium: Firefox ESR, and WebKitGTK for Safari.

WebKitGTK is a rough stand-in: it has the engine, not the phone; it knows no place, so the page gets one from the test.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service as Driver

from tests.stories.conftest import Service, activate, newcomer

FIREFOX = "/usr/bin/firefox-esr"
WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver"
_PLACE = 'data:application/json,{"location":{"lat":40.7143,"lng":-74.006},"accuracy":30}'
_KNOWS_ITS_PLACE = """
Object.defineProperty(navigator, "geolocation", {configurable: true, value: {getCurrentPosition: (found) => found(
    {coords: {latitude: 40.7143, longitude: -74.006, accuracy: 30}, timestamp: Date.now()})}});
"""
PATIENCE = 20


@pytest.fixture
def firefox(playwright: Playwright, service: Service) -> Iterator[Page]:
    preferences: dict[str, str | float | bool] = {
        "geo.prompt.testing": True,
        "geo.prompt.testing.allow": True,
        "geo.provider.network.url": _PLACE,
    }
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=preferences)
    page = browser.new_context(base_url=service.url, locale="es-US").new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    browser.close()


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen that nobody sees, for a browser that needs one; the server picks a free number and says it."""
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "412x900x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert screen.stdout is not None
    monkeypatch.setenv("DISPLAY", f":{screen.stdout.readline().strip()}")
    yield
    screen.terminate()
    screen.wait(PATIENCE)


@pytest.fixture
def webkit(display: None) -> Iterator[WebKitGTK]:
    options = Options()
    options.binary_location = str(next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")))
    options.add_argument("--automation")
    driver = WebKitGTK(options=options, service=Driver(WEBKIT_DRIVER))
    yield driver
    driver.quit()


def received(service: Service, number: str) -> list[tuple[object, ...]]:
    return service.sql(
        "SELECT r.lives_there, r.place_class FROM adsum_report r JOIN adsum_participant p ON p.id = r.participant_id"
        " WHERE p.case_number = %s",
        number,
    )


def test_firefox_from_the_link_to_the_receipt(firefox: Page, service: Service) -> None:
    number = newcomer(service)
    activate(firefox, service, number)
    firefox.goto("/check-in/")
    firefox.check("#lives-yes")
    firefox.click("#send-with-place")
    firefox.wait_for_url("**/receipts/**")
    assert received(service, number) == [(True, "satellite")]


def test_webkit_from_the_link_to_the_receipt(webkit: WebKitGTK, service: Service) -> None:
    number = newcomer(service)
    [(born,)] = service.sql("SELECT date_of_birth FROM adsum_participant WHERE case_number = %s", number)
    webkit.get(service.command("invite", number)["link"])
    webkit.find_element(By.NAME, "born_day").send_keys(str(born.day))
    Select(webkit.find_element(By.NAME, "born_month")).select_by_value(str(born.month))
    webkit.find_element(By.NAME, "born_year").send_keys(str(born.year))
    webkit.find_element(By.NAME, "from_file").send_keys(number[-3:])
    _press(webkit, "main form button")
    _wait_for(webkit, "/home/")
    webkit.get(f"{service.url}/check-in/")
    webkit.execute_script(_KNOWS_ITS_PLACE)
    _press(webkit, "#lives-yes")
    _press(webkit, "#send-with-place")
    _wait_for(webkit, "/receipts/")
    assert received(service, number) == [(True, "satellite")]


def _press(webkit: WebKitGTK, selector: str) -> None:
    element = webkit.find_element(By.CSS_SELECTOR, selector)
    webkit.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def _wait_for(webkit: WebKitGTK, part: str) -> None:
    WebDriverWait(webkit, PATIENCE).until(lambda driver: part in driver.current_url)

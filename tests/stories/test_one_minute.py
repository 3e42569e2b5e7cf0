"""From the link to the receipt within a minute of a person's taps, on a slow phone and a slow network.

The person is counted as in the Keystroke-Level Model (S. K. Card, T. P. Moran, A. Newell: The Keystroke-Level Model for
User Performance Time with Interactive Systems, Communications of the ACM 23(7), 1980): to think what comes next and to
point at it takes 1.35 and 1.10 seconds; a key takes 1.20, its slowest typist, who does not know the keyboard. Reading
an address or the reasons for a place, as long as somebody likes, is not in it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect

from tests.stories.conftest import Service, activate, newcomer
from tests.stories.test_without_internet import FORM_KEPT, SENT, reports, wait_until

TAP_SECONDS = 1.35 + 1.10
KEY_SECONDS = 1.20
MINUTE = 60
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
PLACE = {"latitude": 40.7143, "longitude": -74.006, "accuracy": 12}


class Hand:
    """Counts what a person does, and the time that they wait for the page."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys, self.waited = page, 0, 0, 0.0

    @property
    def seconds(self) -> float:
        return self.taps * TAP_SECONDS + self.keys * KEY_SECONDS + self.waited

    @contextmanager
    def waiting(self) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.waited += time.monotonic() - started

    def tap(self, selector: str, *, leads_to: str = "") -> None:
        self.taps += 1
        if not leads_to:
            self.page.tap(selector)
            return
        with self.waiting():
            self.page.tap(selector)
            self.page.wait_for_url(leads_to)

    def type(self, selector: str, text: str) -> None:
        self.tap(selector)
        self.page.type(selector, text)
        self.keys += len(text)

    def choose(self, selector: str, value: str) -> None:
        """Open the list, and take one of it."""
        self.page.select_option(selector, value)
        self.taps += 2


def slow(page: Page) -> CDPSession:
    """50 KB/s down, 25 up, 400 ms, a processor four times as slow."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.emulateNetworkConditions", SLOW)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return cdp


def test_from_the_link_to_the_receipt_within_a_minute(
    contexts: Callable[..., BrowserContext], playwright: Playwright, service: Service
) -> None:
    """A first visit: nothing is kept on the phone, and no worker of ours fetches past the slow network."""
    number = newcomer(service)
    link = service.command("invite", number)["link"]
    [(born,)] = service.sql("SELECT date_of_birth FROM adsum_participant WHERE case_number = %s", number)
    device = playwright.devices["Pixel 5"]
    context = contexts(
        **device, locale="es-US", geolocation=PLACE, permissions=["geolocation"], service_workers="block"
    )
    page = context.new_page()
    slow(page)
    hand = Hand(page)
    hand.taps += 1  # on the link, in the message
    with hand.waiting():
        page.goto(link)
    hand.type("[name=born_day]", str(born.day))
    hand.choose("[name=born_month]", str(born.month))
    hand.type("[name=born_year]", str(born.year))
    hand.type("[name=from_file]", number[-3:])
    hand.tap("main form button", leads_to="**/home/")
    hand.tap("main a[href='/check-in/']", leads_to="**/check-in/")
    hand.tap("#lives-yes")
    hand.taps += 1  # on “Allow”, when the phone asks
    hand.tap("#send-with-place", leads_to="**/receipts/**")
    expect(page.locator("#receipt-number")).to_be_visible()
    said = f"{hand.taps} taps, {hand.keys} keys, {hand.waited:.1f} s of waiting: {hand.seconds:.1f} s"
    assert hand.taps == 11, said
    assert hand.keys <= 9, said
    assert hand.waited > 4, f"the network was not slow: {said}"
    assert hand.seconds <= MINUTE, said


def test_offline_and_back_on_a_slow_phone(phone: Page, service: Service) -> None:
    """The form opens and is locked without internet; on a slow network it goes out from the next page."""
    activate(phone, service, newcomer(service))
    wait_until(phone, FORM_KEPT)
    cdp = slow(phone)
    phone.context.set_offline(True)
    cdp.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    key = phone.input_value("[name=key]")
    phone.click("#send-with-place")
    expect(phone.locator("#place-status")).to_contain_text("guardado en este teléfono")
    cdp.send("Network.emulateNetworkConditions", SLOW)
    phone.context.set_offline(False)
    started = time.monotonic()
    phone.goto("/home/")
    wait_until(phone, SENT, MINUTE)
    assert reports(service, key) == 1
    assert time.monotonic() - started < MINUTE

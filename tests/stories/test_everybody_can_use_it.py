"""Large, spaced, heard, without colours or movement, by keyboard: each page in each language.

What stands for which criterion of WCAG 2.2 is in docs/accessibility.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stories.conftest import Service, activate, newcomer, sign_in_officer
from tests.stories.looking import FOUR_TIMES, axe_faults, faults_of, large_and_spaced, speak

LANGUAGES = [code for code, _ in settings.LANGUAGES]
WHOLE = ("en", "ar")  # all that axe knows, in both directions of reading; elsewhere only words differ
INSIDE = [
    *("/home/", "/check-in/", "/my-file/", "/help/", "/my-reminders/", "/receipts/", "/sharing/", "/my-file/messages/"),
    *("/my-file/calendar/", "/my-file/representatives/", "/help/near/", "/status/", "/address/", "/address/proof/"),
    *("/address/forms/", "/photo/", "/language/", "/offline/", "/get-ready/", "/get-ready/practice/"),
    *("/get-ready/done/", "/my-device/", "/who/", "/excuses/", "/my-reminders/number/", "/my-file/level/"),
]
OUTSIDE = [
    "/",
    "/start/",
    "/start/AAAAA-BBBBB/",
    "/help/",
    "/receipts/",
    "/status/",
    "/p/",
    "/come-back/",
    "/nothing-here/",
]
CONSOLE = [
    f"/console/{path}"
    for path in (
        *("", "people/?q=A", "letters/", "kiosk/", "calls/", "signatures/", "closed-days/", "policies/"),
        *("waves/", "funnel/", "funnel/identity-confirmed/", "left/", "staff/", "caseloads/", "pilots/", "keys/"),
        *("reviews/", "reviews/finder/", "law/", "monitors/", "reviews/consistency/", "records/quality/"),
    )
]
_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const shown = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  const x = box.x + Math.min(box.width / 2, 40), y = box.y + Math.min(box.height / 2, 20);
  const on = document.elementFromPoint(x, y);
  const free = Boolean(on && (e.contains(on) || on.contains(e)));
  return [e.id || e.name || e.textContent.trim().slice(0, 40) || e.tagName, shown, free, e.tagName];
}"""


@dataclass
class Visitor:
    """An open page and the paths that its reader may go."""

    page: Page
    paths: list[str]


@pytest.fixture(scope="module")
def visitors(browser: Browser, service: Service) -> Iterator[list[Visitor]]:
    """Somebody who has checked in, and somebody who has only heard of it, at 400 %."""
    contexts = [browser.new_context(viewport=FOUR_TIMES, locale="es-US", base_url=service.url) for _ in range(2)]  # type: ignore[arg-type]
    inside, outside = (context.new_page() for context in contexts)
    activate(inside, service, newcomer(service))
    inside.goto("/check-in/")
    inside.check("#lives-yes")
    inside.click("#send")
    inside.wait_for_url("**/receipts/**")
    receipt = inside.url.removeprefix(service.url)
    yield [Visitor(inside, [*INSIDE, receipt]), Visitor(outside, [*OUTSIDE, receipt])]
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_the_participant(visitors: list[Visitor], service: Service, language: str) -> None:
    found: list[str] = []
    for visitor in visitors:
        speak(visitor.page.context, service.url, language)
        for path in visitor.paths:
            visitor.page.goto(path)
            assert visitor.page.locator("html").get_attribute("lang") == language
            found += large_and_spaced(visitor.page)
            found += axe_faults(visitor.page, words_only=language not in WHOLE)
    assert found == []


def test_each_page_of_the_console(contexts: Callable[..., BrowserContext], service: Service) -> None:
    page = contexts(viewport=FOUR_TIMES, base_url=service.url).new_page()
    page.goto("/console/sign-in/")
    found = large_and_spaced(page) + axe_faults(page)
    sign_in_officer(page, service, 2)
    people = service.sql("SELECT participant_id FROM adsum_flag WHERE cleared_at IS NULL ORDER BY id LIMIT 1")
    for path in [*CONSOLE, *(f"/console/people/{person}/" for (person,) in people)]:
        page.goto(path)
        found += large_and_spaced(page) + axe_faults(page)
    assert found == []


def test_the_menu_of_the_console_is_one_row_that_opens(
    contexts: Callable[..., BrowserContext], service: Service
) -> None:
    """On a phone, without any script and by keyboard; at a desk it always stands open, and there is nothing to open."""
    page = contexts(viewport={"width": 360, "height": 740}, base_url=service.url, java_script_enabled=False).new_page()
    page.goto("/console/sign-in/")
    for name in ("email", "password"):
        page.fill(f"[name={name}]", service.welcome["sign_ins"][2][name])
    page.locator("main form button").first.click()
    menu, entries = page.locator(".menu summary"), page.locator("nav[aria-label=Console] a")
    expect(menu).to_be_visible(timeout=15_000)
    expect(entries.first).to_be_hidden()
    rows = {round(page.locator(one).bounding_box()["y"] / 20) for one in (".brand", ".menu", ".bar .quiet")}  # type: ignore[index]
    assert len(rows) == 1
    menu.focus()
    page.keyboard.press("Enter")
    expect(entries.last).to_be_visible()
    page.keyboard.press("Tab")
    expect(entries.first).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(menu).to_be_hidden()
    expect(entries.last).to_be_visible()


def tab_to(page: Page, selector: str) -> list[str]:
    """Press Tab until this has the focus; each stop on the way shows where one is, and lies under nothing."""
    stops: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, shown, free, tag = page.evaluate(_FOCUS)
        stops.append(name)
        assert shown or tag in ("AUDIO", "BODY"), f"{page.url}: the focus on {name} is not seen"
        assert free or tag in ("AUDIO", "BODY"), f"{page.url}: something lies over {name}"
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return stops
    raise AssertionError(f"{page.url}: {selector} is not reached: {stops}")


def test_from_the_link_to_the_receipt_by_keyboard(contexts: Callable[..., BrowserContext], service: Service) -> None:
    """No mouse, no finger: Tab, Space, Enter, arrows and letters."""
    number = newcomer(service)
    [(born,)] = service.sql("SELECT date_of_birth FROM adsum_participant WHERE case_number = %s", number)
    place = {"latitude": 40.7143, "longitude": -74.006, "accuracy": 12}
    page = contexts(base_url=service.url, geolocation=place, permissions=["geolocation"]).new_page()
    keys = page.keyboard
    page.goto(service.command("invite", number)["link"])
    assert tab_to(page, ".skip") == [page.inner_text(".skip")]
    keys.press("Enter")
    tab_to(page, "[name=born_day]")
    keys.type(str(born.day))
    tab_to(page, "[name=born_month]")
    for _ in range(born.month):
        keys.press("ArrowDown")
    tab_to(page, "[name=born_year]")
    keys.type(str(born.year))
    tab_to(page, "[name=from_file]")
    keys.type(number[-3:])
    tab_to(page, "main form button")
    keys.press("Enter")
    page.wait_for_url("**/home/")
    tab_to(page, "main a[href='/check-in/']")
    keys.press("Enter")
    page.wait_for_selector("#send-with-place:visible")
    tab_to(page, "#lives-yes")
    keys.press("Space")
    assert page.is_checked("#lives-yes")
    stops = tab_to(page, "#send-with-place")
    assert [stop for stop in stops if stop in ("new-phone", "wants-contact", "message")] == [
        "new-phone",
        "wants-contact",
        "message",
    ]
    keys.press("Space")
    page.wait_for_url("**/receipts/**")
    stops = tab_to(page, "main a[href='/home/']")
    for _ in stops:
        keys.press("Shift+Tab")
    assert page.evaluate("document.activeElement === document.body || document.activeElement.matches('.skip')")


def test_what_was_wrong_is_said_where_it_was(phone: Page) -> None:
    """3.3.1: the field names the message, which is read out at once."""
    phone.goto("/start/WRONG-WRONG/")
    phone.fill("[name=born_day]", "31")
    phone.select_option("[name=born_month]", "2")
    phone.fill("[name=born_year]", "1990")
    phone.fill("[name=from_file]", "123")
    phone.click("main form button")
    phone.wait_for_selector("#problem[role=alert]")
    described = phone.locator("[aria-describedby~=problem]")
    assert described.count() >= 1
    assert faults_of(phone) == []


def test_nothing_moves_for_who_asked_for_that(contexts: Callable[..., BrowserContext], service: Service) -> None:
    page = contexts(reduced_motion="reduce", base_url=service.url).new_page()
    moving = """() => [...document.querySelectorAll("*")].filter((e) => { const style = getComputedStyle(e);
        return e.checkVisibility() && (style.transitionDuration !== "0s" || style.animationName !== "none"); })
        .map((e) => e.outerHTML.slice(0, 80))"""
    for path in ("/", "/start/", "/help/"):
        page.goto(path)
        assert page.evaluate(moving) == []


def test_with_the_colours_of_the_reader(contexts: Callable[..., BrowserContext], service: Service) -> None:
    """Forced colours: what is a button, what is chosen and where one is do not depend on our colours."""
    page = contexts(forced_colors="active", base_url=service.url).new_page()
    activate(page, service, newcomer(service))
    page.goto("/check-in/")
    edges = """() => [...document.querySelectorAll("main .button, main .choice, main input, main textarea")]
        .filter((e) => e.checkVisibility() && e.type !== "hidden" && e.type !== "radio" && e.type !== "checkbox")
        .filter((e) => parseFloat(getComputedStyle(e).borderTopWidth) < 1).map((e) => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(edges) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.choice .pic')).stroke") != "none"
    tab_to(page, "#lives-yes")
    page.keyboard.press("Space")
    assert page.is_checked("#lives-yes")
    assert axe_faults(page) == []

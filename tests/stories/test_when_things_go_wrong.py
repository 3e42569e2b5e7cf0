"""Missed and mended, without JavaScript, without a place, with a phone that loses its answer, with wrong codes."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Playwright, Route

from tests.stories.conftest import Service, activate, assert_accessible, decide, newcomer, sign_in_officer


def test_missed_told_mended_and_decided(phone: Page, desk: Page, service: Service) -> None:
    number = newcomer(service)
    activate(phone, service, number)
    service.sql(
        "UPDATE adsum_duty SET due_on = current_date - 3, due_at = now() - interval '2 days',"
        " missed_after = now() - interval '1 day' WHERE id = (SELECT d.id FROM adsum_duty d"
        " JOIN adsum_participant p ON p.id = d.participant_id"
        " WHERE p.case_number = %s AND d.outcome IS NULL ORDER BY d.due_on LIMIT 1)",
        number,
    )
    service.command("sweep")
    phone.goto("/home/")
    assert_accessible(phone)
    assert "Todavía puede enviarlo ahora." in phone.inner_text("main")
    phone.goto("/my-file/")
    assert "Ninguna computadora decide sobre usted." in (phone.text_content("main") or "")
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.fill("#message", "Estuve en el hospital")
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    assert "Una persona lo mirará" in phone.inner_text("main")

    sign_in_officer(desk, service, 2)
    [(person,)] = service.sql("SELECT id FROM adsum_participant WHERE case_number = %s", number)
    desk.goto(f"/console/people/{person}/")
    assert_accessible(desk)
    assert "Estuve en el hospital" in desk.inner_text("main")
    decide(desk, "excused", "In hospital; the letter was shown.")
    assert service.sql("SELECT outcome FROM adsum_duty WHERE participant_id = %s ORDER BY due_on LIMIT 1", person) == [
        ("excused",)
    ]
    phone.goto("/my-file/")
    assert "cuenta como hecho" in (phone.text_content("main") or "")


def test_without_javascript(contexts: Callable[..., BrowserContext], playwright: Playwright, service: Service) -> None:
    page = contexts(
        **playwright.devices["Pixel 5"], locale="es-US", java_script_enabled=False, base_url=service.url
    ).new_page()
    activate(page, service, newcomer(service))
    page.goto("/check-in/")
    page.check("#lives-yes")
    page.click("#send")
    page.wait_for_url("**/receipts/**")
    assert re.search(r"\w{4}-\w{4}-\w{4}", page.inner_text("main"))


def test_a_refused_place_is_explained_and_the_check_in_goes(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    phone.context.clear_permissions()
    cdp = phone.context.new_cdp_session(phone)
    denied = {"permission": {"name": "geolocation"}, "setting": "denied", "origin": service.url}
    cdp.send("Browser.setPermission", denied)
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.click("#send-with-place")
    phone.wait_for_selector("#place-status:has-text('no permitió')")
    assert_accessible(phone)
    phone.click("#send")
    phone.wait_for_url("**/receipts/**")
    assert service.sql("SELECT place_class FROM adsum_report ORDER BY id DESC LIMIT 1") == [("refused",)]


def test_an_answer_lost_on_the_way_and_sent_again_is_one_report(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().json()["page"])
            route.abort()
        else:
            route.continue_()

    phone.route("**/check-in/", lose_the_first_answer)
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    before = service.sql("SELECT count(*) FROM adsum_report")[0][0]
    phone.click("#send-with-place")
    phone.wait_for_selector("#send:not([disabled])")
    assert phone.is_checked("#lives-yes")
    phone.click("#send")
    phone.wait_for_url("**/receipts/**")
    assert lost == [phone.url.removeprefix(service.url)]
    assert service.sql("SELECT count(*) FROM adsum_report")[0][0] == before + 1


def test_wrong_codes_are_slowed_and_learn_nothing(phone: Page, service: Service) -> None:
    for _ in range(5):
        phone.goto("/start/WRONG-WRONG/")
        phone.fill("[name=born_day]", "1")
        phone.select_option("[name=born_month]", "1")
        phone.fill("[name=born_year]", "1990")
        phone.fill("[name=from_file]", "123")
        phone.click("main form button")
        assert_accessible(phone)
        assert "no coinciden" in phone.inner_text("[role=alert]")
    phone.click("main form button")
    assert_accessible(phone)
    assert "una hora" in phone.inner_text("[role=alert]")


def test_the_whole_way_with_the_keyboard(desk: Page, service: Service) -> None:
    """On a library's computer: no mouse, no place."""
    activate(desk, service, newcomer(service))
    desk.goto("/check-in/")
    desk.focus("#lives-yes")
    desk.keyboard.press("Space")
    for _ in range(20):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.id") == "send":
            break
    outline = desk.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/receipts/**")


def test_pages_of_a_stranger(phone: Page) -> None:
    for path in ("/", "/help/", "/start/", "/nothing-here/", "/console/sign-in/"):
        phone.goto(path)
        assert_accessible(phone)


def test_an_unanswered_check_in_is_asked_once_and_then_taken(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    phone.goto("/check-in/")
    phone.click("#send-with-place")
    phone.wait_for_selector("#place-status:has-text('Todavía no dijo si vive allí')")
    assert_accessible(phone)
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    assert "No respondió. Está bien." in phone.inner_text("main")


def test_another_language_in_the_middle_keeps_the_answers(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    phone.goto("/check-in/")
    phone.check("#lives-no")
    phone.fill("[name=street]", "9 Elm St")
    phone.check("#wants-contact")
    phone.fill("#message", "Hasta luego")
    key = phone.input_value("[name=key]")
    phone.click(".tongue")
    phone.click("main button[lang=en]")
    phone.wait_for_selector("html[lang=en] #check-in")
    assert phone.is_checked("#lives-no")
    assert phone.is_checked("#wants-contact")
    assert [phone.input_value(f"[name={name}]") for name in ("street", "message", "key")] == [
        "9 Elm St",
        "Hasta luego",
        key,
    ]
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    assert "9 Elm St" in phone.inner_text("main")
    phone.goto("/check-in/")
    assert phone.input_value("[name=message]") == ""


def test_a_slow_network_still_ends_in_a_receipt(phone: Page, service: Service) -> None:
    """400 ms and 50 KB/s down, 25 KB/s up, on a processor four times as slow."""
    activate(phone, service, newcomer(service))
    cdp = phone.context.new_cdp_session(phone)
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
    cdp.send("Network.emulateNetworkConditions", slow)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    started = time.monotonic()
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.click("#send-with-place")
    phone.wait_for_url("**/receipts/**")
    assert time.monotonic() - started < 20

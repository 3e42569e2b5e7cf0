"""A try that fails leaves a receipt; a receipt can be checked by anybody; a tablet in the office forgets everybody."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route

from tests.stories.conftest import Service, activate, assert_accessible, newcomer, sign_in_officer

MINE = ("", "calendar/", "messages/", "representatives/")


def cut(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_try_that_fails_leaves_a_receipt_and_the_next_one_arrives(phone: Page, desk: Page, service: Service) -> None:
    case_number = newcomer(service)
    activate(phone, service, case_number)
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.route("**/check-in/", cut)
    phone.click("#send")
    phone.wait_for_selector("#attempt-noted:has-text('-')")
    assert_accessible(phone)
    [(number, step, failure, noted_by)] = service.sql(
        "SELECT a.receipt_number, step, failure, noted_by FROM adsum_attempt a"
        " JOIN adsum_participant p ON p.id = a.participant_id WHERE p.case_number = %s",
        case_number,
    )
    assert (step, failure, noted_by) == ("send", "network", "device")
    phone.unroute("**/check-in/")
    phone.click("#send")
    phone.wait_for_url("**/receipts/**")
    assert_accessible(phone)
    for address in (phone.url, f"/receipts/{number}/", "/receipts/", "/status/"):
        desk.goto(address)
        assert_accessible(desk)
    for page in MINE:
        phone.goto(f"/my-file/{page}")
        assert_accessible(phone)
    phone.goto("/help/near/")
    assert_accessible(phone)


def test_a_tablet_in_the_office_forgets_who_was_there(
    contexts: Callable[..., BrowserContext], service: Service
) -> None:
    tablet = contexts(viewport={"width": 800, "height": 1100}, base_url=service.url).new_page()
    case_number = newcomer(service)
    code = service.command("invite", case_number)["code"]
    [(born, surnames)] = service.sql(
        "SELECT date_of_birth, surnames FROM adsum_participant WHERE case_number = %s", case_number
    )
    sign_in_officer(tablet, service)
    tablet.goto("/console/kiosk/")
    assert_accessible(tablet)
    tablet.click("main button")
    tablet.wait_for_url("**/kiosk/")
    assert_accessible(tablet)
    tablet.fill("#code", code)
    tablet.fill("#born-day", str(born.day))
    tablet.select_option("#born-month", str(born.month))
    tablet.fill("#born-year", str(born.year))
    tablet.click("main form button")
    tablet.wait_for_url("**/check-in/")
    assert_accessible(tablet)
    tablet.check("#lives-yes")
    tablet.click("#send")
    tablet.wait_for_url("**/receipts/**")
    number = tablet.inner_text("#receipt-number")
    assert surnames in tablet.inner_text("main")
    tablet.click("a.sun")
    tablet.wait_for_url("**/kiosk/")
    assert {cookie.get("name") for cookie in tablet.context.cookies()} == {"adsum_kiosk", "adsum_csrf"}
    assert tablet.evaluate("sessionStorage.length + localStorage.length") == 0
    for _ in range(2):
        tablet.go_back()
        tablet.wait_for_timeout(500)
        assert surnames not in tablet.content()
        assert number not in tablet.content()

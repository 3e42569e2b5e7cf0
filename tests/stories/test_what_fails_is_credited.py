"""A try that fails leaves a receipt; a receipt can be checked by anybody."""

import pytest
from playwright.sync_api import Page, Route

from tests.stories.conftest import Service, activate, assert_accessible, newcomer

ATTEMPTS = (
    "SELECT step, failure, noted_by FROM adsum_attempt a JOIN adsum_participant p ON p.id = a.participant_id"
    " WHERE p.case_number = %s ORDER BY a.id"
)
SENDING = ("**/check-in/", "**/check-in/sealed/")
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
    for address in SENDING:
        phone.route(address, cut)
    phone.click("#send")
    phone.wait_for_selector("#attempt-noted:has-text('-')")
    assert_accessible(phone)
    [(number, step, failure, noted_by)] = service.sql(
        "SELECT a.receipt_number, step, failure, noted_by FROM adsum_attempt a"
        " JOIN adsum_participant p ON p.id = a.participant_id WHERE p.case_number = %s",
        case_number,
    )
    assert (step, failure, noted_by) == ("send", "network", "device")
    for address in SENDING:
        phone.unroute(address)
    phone.wait_for_url("**/receipts/**", timeout=60_000)  # it tries again by itself
    assert_accessible(phone)
    for address in (phone.url, f"/receipts/{number}/", "/receipts/", "/status/"):
        desk.goto(address)
        assert_accessible(desk)
    for page in MINE:
        phone.goto(f"/my-file/{page}")
        assert_accessible(phone)
    phone.goto("/help/near/")
    assert_accessible(phone)


@pytest.mark.parametrize(
    ("code", "attempts"),
    [(2, [("place", "not-found", "device")]), (3, [("place", "timeout", "device")]), (1, [])],
    ids=["unavailable", "timed-out", "refused"],
)
def test_a_place_that_the_phone_does_not_find_is_noted_and_a_no_is_not(
    phone: Page, service: Service, code: int, attempts: list[tuple[str, str, str]]
) -> None:
    case_number = newcomer(service)
    activate(phone, service, case_number)
    phone.add_init_script(
        f"navigator.geolocation.getCurrentPosition = (found, failed) => failed({{code: {code}, message: ''}})"
    )
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    phone.click("#send-with-place")
    if attempts:
        phone.wait_for_selector("#attempt-noted:has-text('-')")
    else:
        phone.wait_for_timeout(3_500)
    assert service.sql(ATTEMPTS, case_number) == attempts
    phone.click("#send")
    phone.wait_for_url("**/receipts/**")


def test_a_form_that_could_not_be_opened_is_noted_once_with_its_time(phone: Page, service: Service) -> None:
    case_number = newcomer(service)
    activate(phone, service, case_number)
    phone.goto("/check-in/")
    phone.wait_for_function("async () => Boolean(await caches.match('/check-in/', {cacheName: 'adsum-mine'}))")
    phone.wait_for_timeout(1_000)
    phone.context.set_offline(True)
    phone.goto("/check-in/")
    phone.wait_for_selector("#place-status")
    assert service.sql(ATTEMPTS, case_number) == []
    phone.context.set_offline(False)
    phone.wait_for_selector("#attempt-noted:has-text('-')")
    phone.reload()
    phone.wait_for_timeout(4_000)
    assert service.sql(ATTEMPTS, case_number) == [("open", "network", "device")]

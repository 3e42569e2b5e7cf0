"""Cafés answer for us, answers are lost, and everybody comes at once: the page believes only a signed receipt."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.stories.conftest import Service, activate, newcomer


@pytest.fixture
def form(phone: Page, service: Service) -> Page:
    """The check-in page of somebody who has just come in, with an answer given."""
    activate(phone, service, newcomer(service))
    phone.goto("/check-in/")
    phone.check("#lives-yes")
    return phone


def reports(service: Service, key: str) -> int:
    return int(service.sql("SELECT count(*) FROM adsum_report WHERE key = %s", key)[0][0])


def answer_once(page: Page, answer: Callable[[Route], object]) -> None:
    """The next check-in that is sent is answered so; later ones reach the service."""
    page.route(
        "**/check-in/", lambda route: answer(route) if route.request.method == "POST" else route.fallback(), times=1
    )


def send(page: Page) -> None:
    page.click("#send-with-place")


def forged(route: Route) -> None:
    """All of it right but the signature."""
    key = json.loads(route.request.post_data or "{}")["key"]
    told: dict[str, Any] = {
        "number": "ABCD", "key": key, "page": "/receipts/ABCD/", "signature": "A" * 86,
        "statement": f"adsum receipt\nABCD\n{key}\n2026-11-22T00:00:00+00:00\nx\n",
    }  # fmt: skip
    route.fulfill(status=200, content_type="application/json", body=json.dumps(told))


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Free Wi-Fi! Log in</h1>"),
        lambda route: route.fulfill(status=200, content_type="application/json", body='{"ok": true}'),
        forged,
    ],
    ids=["login page", "other json", "forged"],
)
def test_an_answer_that_is_not_ours_is_no_receipt(
    form: Page, service: Service, answer: Callable[[Route], object]
) -> None:
    key = form.input_value("[name=key]")
    answer_once(form, answer)
    send(form)
    expect(form.locator("#place-status")).to_contain_text("no llegó")
    assert reports(service, key) == 0
    send(form)
    form.wait_for_url("**/receipts/**")
    assert reports(service, key) == 1


def test_a_lost_answer_and_a_reload_are_one_check_in(form: Page, service: Service) -> None:
    key = form.input_value("[name=key]")

    def deliver_and_lose(route: Route) -> None:
        route.fetch()
        route.abort()

    answer_once(form, deliver_and_lose)
    send(form)
    expect(form.locator("#place-status")).to_contain_text("no llegó")
    form.reload()
    expect(form.locator("#waiting")).to_contain_text("Ya llegó")
    assert reports(service, key) == 1
    form.goto("/check-in/")
    assert form.input_value("[name=key]") != key


def test_in_line_the_page_waits_and_sends_by_itself(form: Page, service: Service) -> None:
    key = form.input_value("[name=key]")
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    body = json.dumps({"in_line": {"try_at": soon}})
    answer_once(form, lambda route: route.fulfill(status=503, content_type="application/json", body=body))
    send(form)
    expect(form.locator("#place-status")).to_contain_text("Usted está en la fila")
    form.wait_for_url("**/receipts/**")
    assert reports(service, key) == 1

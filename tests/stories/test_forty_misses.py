"""A Monday morning: forty people have missed their check-in, and each is dealt with in three clicks at most."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.homes import ready_home
from tests.stories.conftest import Service, assert_accessible, free_port, sign_in_officer, start, stop

MANY = 40
_MISS = """
UPDATE adsum_duty SET due_on = current_date - 5, opens_at = now() - interval '20 days',
    due_at = now() - interval '4 days', missed_after = now() - interval '3 days'
WHERE id IN (SELECT min(d.id) FROM adsum_duty d JOIN adsum_participant p ON p.id = d.participant_id
    WHERE d.outcome IS NULL AND NOT EXISTS (SELECT FROM adsum_duty e WHERE e.plan_id = d.plan_id
        AND e.due_on = current_date - 5) GROUP BY d.participant_id ORDER BY 1 DESC LIMIT %s)
"""
# What a finger does: a press of the button, not the click that a label passes on to its radio button.
_COUNT = """
addEventListener("pointerdown", () => sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks")) + 1));
"""
USUAL = (
    ("excused", "Was ill or in hospital"),
    ("not-reached", "Nobody answered"),
    ("new-date", "Needs a phone first"),
    ("appointment", "Needs help with the phone"),
    ("warning", "Said that they will not check in"),
)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One of its own: forty misses would change the worklist of every other story."""
    with ready_home("misses") as home:
        running = start(home, free_port())
        yield running
        stop(running)


def missed(service: Service) -> int:
    [(count,)] = service.sql("SELECT count(*) FROM adsum_flag WHERE reason = 'missed-check-in' AND cleared_at IS NULL")
    return int(count)


def clicks(page: Page) -> int:
    return int(page.evaluate("sessionStorage.getItem('clicks') || 0"))


def test_forty_misses_in_three_clicks_each(desk: Page, service: Service) -> None:
    service.sql("UPDATE adsum_participant SET activated_at = now() - interval '90 days' WHERE activated_at IS NULL")
    service.sql(_MISS, MANY)
    service.command("sweep")
    waiting = missed(service)
    assert waiting >= MANY
    desk.add_init_script(_COUNT)
    sign_in_officer(desk, service, 2)
    desk.click("text=Go through them one by one")
    desk.wait_for_url("**/console/misses/*/**")
    assert_accessible(desk)
    for number in range(MANY):
        step, reason = USUAL[number % len(USUAL)]
        before, here = clicks(desk), desk.url
        desk.locator(f".steps .choice:has([value={step}])").click()
        desk.locator(f".chip:has-text('{reason}'):visible").click()
        button = desk.locator("#decision button.button")
        box = button.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800, f"{step}: the button is out of sight, at {box['y']}"
        button.click()
        desk.wait_for_selector("[role=status]:has-text('Decided')")
        assert desk.url != here
        assert clicks(desk) - before <= 3
    assert missed(service) == waiting - MANY
    taken = dict(service.sql("SELECT step, count(*) FROM adsum_missstep GROUP BY 1"))
    assert {step: taken[step] for step, _ in USUAL} == {step: MANY // len(USUAL) for step, _ in USUAL}


def test_the_keyboard_does_it_too_and_lets_people_write(desk: Page, service: Service) -> None:
    service.sql(_MISS, 2)
    service.command("sweep")
    sign_in_officer(desk, service, 2)
    desk.goto("/console/misses/")
    desk.keyboard.press("1")
    assert desk.is_checked("[value=excused]")
    desk.keyboard.press("b")
    assert desk.locator(".chip:has-text('The phone was broken'):visible input").is_checked()
    desk.fill("[name=reason]", "")
    desk.type("[name=reason]", "2 a b")
    assert desk.is_checked("[value=excused]")
    assert desk.input_value("[name=reason]") == "2 a b"
    desk.focus("[value=excused]")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("[role=status]:has-text('Decided')")
    [(reason,)] = service.sql("SELECT reason FROM adsum_missstep ORDER BY id DESC LIMIT 1")
    assert reason == "The phone was broken, lost or without credit. 2 a b"

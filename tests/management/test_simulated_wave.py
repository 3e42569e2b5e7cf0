"""A small wave of the simulator: the funnel counts exactly what happened, and a broken browser is seen in it."""

import pytest
from django.utils import timezone

from adsum.checkins.models import Report
from adsum.funnel.queries import funnel_of
from adsum.funnel.rules import Failed, Step
from adsum.ledger.rules import OPERATOR
from adsum.management.wave_lives import Faults, Post, draw_lives, fate_of, find_differences, true_funnel
from adsum.management.wave_run import simulate_wave
from adsum.offices.models import FieldOffice

pytestmark = pytest.mark.django_db
# Every way to fail, often enough for a few hundred people.
HARD = Faults(gateway_gives_up=0.04, wrong_code=0.2, shared_phones=0.2, typed_by_hand=0.15, other_device=0.2)


def test_what_the_funnel_counts_is_what_happened(office: FieldOffice) -> None:
    wave, differences = simulate_wave(
        office=office, people=300, now=timezone.now(), faults=HARD, seed=6, by_pages_every=8
    )
    assert differences == {by: [] for by in ("", "browser", "system", "language", "network", "channel")}
    assert {life.post for life in wave.lives} == set(Post)
    failed = {mishap.failed for life in wave.lives for mishap in fate_of(life, HARD).mishaps}
    assert failed == {
        Failed.ADDRESS_NOT_FOUND, Failed.GATEWAY_REFUSED, Failed.CODE_WRONG, Failed.TOO_MANY_TRIES,
        Failed.LOCATION_UNSUPPORTED,
    }  # fmt: skip
    active = sum(fate_of(life, HARD).furthest is Step.ACTIVE for life in wave.lives)
    assert Report.objects.count() == active > 100
    assert wave.counted["by_pages"] > 20


def test_a_browser_that_breaks_stands_out(office: FieldOffice) -> None:
    wave, differences = simulate_wave(
        office=office, people=80, now=timezone.now(), faults=Faults(broken_browser="Chrome"), by_pages_every=8
    )
    assert not any(differences.values())
    groups = {g.name: g for g in funnel_of(people=wave.people(), seen_by=OPERATOR, by="browser")}
    assert groups["Chrome"].failures[Step.READY, Failed.SCRIPT_ERROR] > 5
    assert groups["Chrome"].rate(Step.ACTIVE, of=Step.CONFIRMED) < 0.2
    assert groups["Safari"].rate(Step.ACTIVE, of=Step.CONFIRMED) > 0.7


def test_a_difference_of_one_is_found() -> None:
    faults = Faults()
    fates = [fate_of(life, faults) for life in draw_lives(50, faults=faults, seed=3)]
    truth = true_funnel(fates, by="language")
    fates[7].furthest = Step.LISTED if fates[7].furthest is not Step.LISTED else Step.ACTIVE
    assert len(find_differences(true_funnel(fates, by="language").values(), truth)) == 1
    assert draw_lives(50, faults=faults, seed=3) == draw_lives(50, faults=faults, seed=3)

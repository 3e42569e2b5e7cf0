"""A small wave through its real stages: a healthy one is done, a broken browser makes it hold and is named."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from adsum.management.wave_lives import HEALTHY, Post
from adsum.management.wave_stages import StagedRun, simulate_stages
from adsum.notices.rules import Fate, Outgoing
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.policies.actions import approve_policy
from adsum.waves.models import Invitee
from adsum.waves.policy import WavesPolicy
from adsum.waves.rules import stages
from tests.factories import make_participant, make_staff, make_version

pytestmark = pytest.mark.django_db
SEED = 11
EQUAL: dict[str, list[str]] = {by: [] for by in ("", "browser", "system", "language", "network", "channel")}


@pytest.fixture
def monday(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Ten o'clock next Monday; and the lots are drawn as in every other run, whatever the ids of the people are."""
    before = make_participant(office).pk
    monkeypatch.setattr(
        stages, "lot_of", lambda person_id, *, wave_id: sha256(str(person_id - before).encode()).hexdigest()
    )
    today = timezone.now().replace(hour=15, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def plan_two_stages(office: FieldOffice) -> None:
    """Half of the wave first: of the hundred people of a test, one per cent shows nothing."""
    now = timezone.now() - timedelta(days=10)
    author, second = (make_staff(office, Role.SUPERVISOR) for _ in range(2))
    version = make_version(
        author, kind=WavesPolicy, values={"stage_percents": (50, 100)}, now=now, valid_from=now + timedelta(days=5)
    )
    approve_policy(version_id=version.pk, approver=second.as_actor(), now=now)


def test_a_healthy_wave_goes_from_one_per_cent_to_all(office: FieldOffice, monday: datetime) -> None:
    wave, differences = simulate_stages(office=office, people=300, now=monday, faults=HEALTHY, seed=SEED)
    assert differences == EQUAL
    assert [stage.percent for stage in wave.stages()] == [1, 5, 25, 100]
    assert wave.verdicts()[-1].answer == "done"
    by_person = [verdict for verdict in wave.verdicts() if verdict.by_person]
    assert {verdict.stage.number for verdict in by_person} <= {1, 2, 3}  # of so few people nobody can be sure
    assert Invitee.objects.count() == 300
    assert {life.post for life in wave.lives} == set(Post)
    assert wave.gateway.calls > 5 and wave.posted


def test_a_fault_in_one_browser_makes_the_stage_hold_and_names_it(office: FieldOffice, monday: datetime) -> None:
    faults = replace(HEALTHY, broken_browser="Chrome")
    plan_two_stages(office)
    wave, differences = simulate_stages(office=office, people=120, now=monday, faults=faults, seed=SEED)
    assert differences == EQUAL
    assert [stage.percent for stage in wave.stages()] == [50]
    held = wave.verdicts()[-1]
    assert (held.answer, held.by_person) == ("hold", False)
    assert {why["key"] for why in held.reasons} >= {"error:script-error", "group:browser:Chrome"}
    assert any(why["words"].startswith("Browser Chrome falls behind: ") for why in held.reasons)
    assert len(wave.texted) < 70


def test_texts_beside_the_wave_simply_arrive(office: FieldOffice, monday: datetime) -> None:
    """A bench has other people too, who are reminded meanwhile."""
    wave = StagedRun(office, [], HEALTHY, monday, 10)
    [tried] = wave.gateway.send([Outgoing(1, "+12125550124", "", "Your check-in is due", "en")], monday)
    assert tried.fate is Fate.SENT
    assert not wave.texted

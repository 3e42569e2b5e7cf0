"""The page on which a policy is tried on the past."""

import csv
from collections.abc import Callable, Generator
from datetime import timedelta
from threading import Event

import pytest
from django.http import HttpResponseBase
from django.test import Client

from adsum.checkins.models import Duty
from adsum.checkins.policy import CheckinPolicy
from adsum.console import simulating
from adsum.console.charts import bars
from adsum.console.pieces import in_a_thread
from adsum.management.housekeeping import keep_duties
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.policies.actions import propose_policy
from adsum.policies.rules import Scope
from tests.checkins.test_simulation import DUE, SINCE, UNTIL, _plan, _send
from tests.factories import NOW, make_participant, make_staff

SignIn = Callable[[Participant | Staff], Client]
HERE = "/console/policies/simulate/"
DAYS = {"from": SINCE.isoformat(), "to": UNTIL.isoformat()}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has not committed, another thread would not see."""
    monkeypatch.setattr(simulating, "in_a_thread", lambda pieces: pieces)


def words_of(answer: HttpResponseBase) -> str:
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


@pytest.fixture
def slow(person: Participant) -> Duty:
    """Somebody who checked in three hours after the due day, and was in time."""
    duty = _plan(person)
    _send(person, duty.due_at + timedelta(hours=3))
    return duty


def test_a_shorter_grace_is_tried_and_told(slow: Duty, supervisor: Staff, sign_in: SignIn) -> None:
    client, asked = sign_in(supervisor), {**DAYS, "rules": '{"checkins": {"grace_hours": 0}}'}
    page = words_of(client.get(HERE, asked))
    assert "Of 1 check-ins, 1 would newly be marked missed" in page
    assert "1 of 1 people" in page
    assert "<svg" in page and "</html>" in page
    assert "script" not in page and "style=" not in page
    saved = client.get(HERE, {**asked, "csv": "yes"})
    rows = list(csv.DictReader(saved.content.decode().splitlines()))
    assert {row["world"]: row["missed"] for row in rows if row["group"] == "everybody"} == {
        "recorded": "0", "current": "0", "proposed": "1",
    }  # fmt: skip


def test_a_link_with_a_version_fills_the_form(supervisor: Staff, office: FieldOffice, sign_in: SignIn) -> None:
    version = propose_policy(
        kind=CheckinPolicy, values={"grace_hours": 1}, scope=Scope(office.pk, "check-in"),
        valid_from=NOW + timedelta(days=9000), reason="Shorter <b>grace</b>.", source="Memo 7",
        author=supervisor.as_actor(), now=NOW,
    )  # fmt: skip
    page = sign_in(supervisor).get(HERE, {"version": version.pk}).content.decode()
    assert f'<option value="{version.pk}" selected>' in page
    assert "Shorter &lt;b&gt;grace" in page
    told = words_of(sign_in(supervisor).get(HERE, {**DAYS, "version": str(version.pk)}))
    assert "Nobody had a check-in due" in told


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({**DAYS, "rules": "{"}, "no JSON"),
        ({**DAYS, "rules": "[" * 9_000}, "no JSON"),
        ({**DAYS, "rules": ""}, "knobs per policy"),
        ({**DAYS, "version": "999999"}, "no version"),
        ({**DAYS, "version": "²"}, "no version"),
        ({**DAYS, "version": "9" * 40}, "no version"),
        ({"from": "x", "to": "2026-01-01", "rules": "{}"}, "is no day"),
        ({"from": "2026-05-01", "to": "2026-04-01", "rules": '{"checkins": {"grace_hours": 1}}'}, "the first day"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_form(
    asked: dict[str, str], says: str, supervisor: Staff, sign_in: SignIn
) -> None:
    answer = sign_in(supervisor).get(HERE, asked)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_supervisor_sees_only_their_offices_numbers(slow: Duty, other_office: FieldOffice, sign_in: SignIn) -> None:
    keep_duties(NOW)
    make_participant(other_office)
    asked = {**DAYS, "rules": '{"checkins": {"grace_hours": 0}}'}
    far = words_of(sign_in(make_staff(other_office, Role.SUPERVISOR)).get(HERE, asked))
    auditor = words_of(sign_in(make_staff(None, Role.AUDITOR)).get(HERE, asked))
    assert "Nobody had a check-in due" in far
    assert "1 would newly" in auditor
    assert slow.due_on == DUE


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bars("x", [("a", [0.5, 0.25]), ("b", [0.0, 0.0])], series=[(1, "now"), (2, "then")], share=True)
    lengths = [bar.length for row in chart.rows for bar in row.bars]
    assert lengths == [320.0, 160.0, 0.0, 0.0]
    assert [bar.said for bar in chart.rows[0].bars] == ["50.0%", "25.0%"]
    assert bars("x", [], series=[], share=False).height == 1


def test_pieces_come_in_order_with_the_error_at_their_end() -> None:
    def breaks() -> Generator[str, None, None]:
        yield from map(str, range(30))
        raise ValueError("broken")

    pieces = in_a_thread(breaks())
    assert [next(pieces) for _ in range(30)] == [str(number) for number in range(30)]
    with pytest.raises(ValueError, match="broken"):
        next(pieces)


def test_work_that_nobody_waits_for_ends() -> None:
    ended = Event()

    def endless() -> Generator[str, None, None]:
        try:
            while True:
                yield "step"
        finally:
            ended.set()

    pieces = in_a_thread(endless())
    next(pieces)
    pieces.close()
    assert ended.wait(5)

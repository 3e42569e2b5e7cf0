"""Two systems that are killed, lie, lag, repeat and break off, through two hours told in little more than a minute.

A second is a hundred of theirs. `pytest -n0 tests/exchange/test_convergence.py --lives N`: N seconds, 72 at least.
"""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from adsum.checkins.actions import submit_report
from adsum.checkins.rules import ReportContent
from adsum.counterparts.actions import DecisionRefused, decide_disagreement
from adsum.counterparts.models import Difference, Disagreement, Twin
from adsum.counterparts.queries import said_by_us
from adsum.counterparts.rules import FIELDS, read_ours
from adsum.enrolment.actions import set_phone
from adsum.exchange.adapting import Answered, Away
from adsum.exchange.hearing import Hearer
from adsum.exchange.legacy.columns import read_values
from adsum.exchange.reconciling import reconcile
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.instruments.consumer import SECRET, Consumer
from adsum.offices.models import Staff
from adsum.outbox.models import OutboxDelivery, OutboxEvent
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from tests.exchange.tracker import CALM, KEY, make_counterpart
from tests.factories import make_office, make_participant, make_staff
from tests.outbox.told import make_subscriber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
ROOT = Path(__file__).resolve().parents[2]
PEOPLE, PATIENCE = 12, 150
TWO_HOURS = 72.0
FAULTS = dict.fromkeys(("lag", "repeat", "reorder", "truncate", "error", "clock"), 0.05) | {"seconds": 0.2}


class Process:
    """A program that is killed and started again, as often as one likes."""

    def __init__(self, command: list[str], **knows: str) -> None:
        self._command, self._knows = command, knows
        self._running: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self.start()

    def start(self) -> None:
        self._running = subprocess.Popen(
            self._command, cwd=ROOT, env={**os.environ, **self._knows}, stdout=subprocess.DEVNULL
        )

    def kill(self) -> None:
        assert self._running
        self._running.kill()
        self._running.wait()
        self.kills += 1


class Clerk:
    """Somebody over there, who types into a system that often does not answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.typed = 0

    def types(self, number: str, columns: dict[str, str]) -> None:
        with suppress(OSError, HTTPException, ValueError):
            self.typed += self._ask("PUT", f"/v1/subjects/{number}", {"set": columns})[0] == 200

    def sets_faults(self, rates: dict[str, float]) -> None:
        for _ in range(200):
            with suppress(OSError, HTTPException, ValueError):
                if self._ask("PUT", "/v1/faults", rates)[0] == 200:
                    return
            time.sleep(0.2)
        raise AssertionError("the tracker never answered")

    def _ask(self, method: str, path: str, said: object) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request(method, path, json.dumps(said), {"X-Tracker-Key": KEY})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@pytest.fixture
def consumer(committed: str, settings: Any, tmp_path: Path) -> Iterator[Consumer]:
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = (listening := Consumer()).url, SECRET
    yield listening
    listening.close()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def subjects(people: list[Participant], path: Path) -> Path:
    lines = ["subj_no,a_no,nm,dob,addr,city,st,zip,dev"]
    for n, one in enumerate(people, 1):
        said = f'LT-{n:08},{one.case_number},"{one.surnames.upper()}, {one.given_names.upper()}"'
        lines.append(f"{said},{one.date_of_birth:%m/%d/%Y},123 MAIN ST APT 4,BROOKLYN,NY,11226,1")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def live_here(person: Participant, officer: Staff, chance: random.Random) -> None:
    """A check-in, a new address, a new phone; or an officer decides what waits."""
    now = timezone.now()
    match chance.randrange(4):
        case 0:
            home = GivenAddress(f"{chance.randrange(1, 99)} Elm St", "", "Queens", "NY", "11375")
            change_address(participant=person, given=home, actor=person.as_actor(), now=now)
        case 1:
            typed = f"+1212555{chance.randrange(100, 200):04}"
            set_phone(participant_id=person.pk, typed=typed, reason="called", officer=officer, now=now)
        case 2:
            submit_report(participant=person, key=uuid4(), content=ReportContent(), now=now)
        case _:
            asked = Disagreement.objects.filter(ended_at=None, decided_at=None).order_by("?").first()
            holds = chance.choice(["ours", "theirs"])
            if asked is not None:
                with suppress(DecisionRefused):
                    decide_disagreement(
                        disagreement_id=asked.pk, holds=holds, reason="looked", officer=officer, now=now
                    )


def live_there(clerk: Clerk, chance: random.Random) -> None:
    """A clerk changes what is theirs and, sometimes, what is ours."""
    day = date(2027, 1, 4) + timedelta(days=chance.randrange(300))
    columns = chance.choice(
        [
            {"cust": chance.choice("NDRX")},
            {"hrg": f"{day:%m/%d/%Y} {chance.choice(['09:00', '13:30'])}"},
            {"ord_cd": chance.choice(["", "RMV", "REL"])},
            {"nm": f"LOPEZ {chance.choice('ABC')}GARCIA, MARIA"},
            {"dob": f"0{chance.randrange(1, 9)}/11/1990"},
            {"tel": f"212555{chance.randrange(200, 300):04}"},
            {"addr": f"{chance.randrange(1, 99)} OAK RD"},
        ]
    )
    clerk.types(f"LT-{chance.randrange(1, PEOPLE + 1):08}", columns)


def agree(hearer: Hearer) -> list[tuple[str, str]]:
    """What still differs, or waits to go out."""
    try:
        found = reconcile(hearer, actor=OPERATOR, stop=CALM)
    except (Answered, Away) as error:
        return [("away", str(error))]
    differ = [(one.case_number, one.kind) for one in Difference.objects.filter(reconciliation=found)]
    owed = OutboxDelivery.objects.filter(delivered_at=None, given_up_at=None)
    return differ + [(one.subscriber.code, str(one.number)) for one in owed.select_related("subscriber")]


def test_two_systems_that_are_killed_and_lie_come_to_agree(
    committed: str, consumer: Consumer, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    seconds = max(TWO_HOURS, float(pytestconfig.getoption("--lives")))
    chance = random.Random(int(seconds))
    office = make_office()
    officer, people = make_staff(office), [make_participant(office) for _ in range(PEOPLE)]
    port = free_port()
    data, listed = tmp_path / "tracker", subjects(people, tmp_path / "subjects.csv")
    words = ["--data", str(data), "--port", str(port), "--key", KEY, "--subjects", str(listed), "--night-seconds", "5"]
    counterpart = make_counterpart(f"http://127.0.0.1:{port}", data / "out")
    make_subscriber(now=timezone.now(), address=consumer.url, code="webhook", from_start=True)
    knows = {
        "DATABASE_URL": committed,
        "ADSUM_WEBHOOK_URL": consumer.url,
        "ADSUM_WEBHOOK_SECRET": SECRET,
        "ADSUM_SUBSCRIBER_SECRETS": str(tmp_path / "secrets"),
    }
    tracker = Process([sys.executable, "-m", "peers.legacy_tracker", *words, "--faults", json.dumps(FAULTS)])
    dispatcher, clerk = Process([sys.executable, "-m", "adsum.exchange"], **knows), Clerk(port)
    kill_at, end_at = time.monotonic() + 5, time.monotonic() + seconds
    try:
        while time.monotonic() < end_at:
            live_here(chance.choice(people), officer, chance)
            live_there(clerk, chance)
            if time.monotonic() > kill_at:
                kill_one(chance.choice([tracker, dispatcher]))
                kill_at = time.monotonic() + chance.uniform(3, 7)
            time.sleep(0.05)
        clerk.sets_faults(dict.fromkeys(FAULTS, 0.0))
        hearer = Hearer(counterpart)
        deadline = time.monotonic() + PATIENCE
        while (left := agree(hearer)) and time.monotonic() < deadline:
            time.sleep(1)
        assert left == []
    finally:
        dispatcher.kill()
        tracker.kill()
    assert clerk.typed > seconds and tracker.kills + dispatcher.kills > 3
    check_fields(people)
    check_events(consumer)


def kill_one(process: Process) -> None:
    process.kill()
    process.start()


def check_fields(people: list[Participant]) -> None:
    """Both say the same of everybody, but for what a person has still to decide."""
    ours = said_by_us(of=[one.pk for one in people], seen_by=RULES)
    for twin in Twin.objects.all():
        assert twin.participant_id is not None
        mine = {**read_ours(ours[twin.participant_id]).values, **twin.told}
        theirs = read_values(twin.said)
        open_fields = set(Disagreement.objects.filter(twin=twin, ended_at=None).values_list("field", flat=True))
        for name, field in FIELDS.items():
            if name not in open_fields:
                assert field.plain(mine.get(name, "")) == field.plain(theirs[name]), (twin.number, name)
    decided = Disagreement.objects.exclude(decided_at=None)
    assert all(one.reason and one.decided_by for one in decided)


def check_events(consumer: Consumer) -> None:
    """A consumer that counts sees each number, no gap, and each person's in their order."""
    told = OutboxEvent.objects.count()
    assert sorted(consumer.taken) == list(range(1, told + 1))
    first: dict[str, list[int]] = {}
    for event in consumer.in_order:
        first.setdefault(event["subject"], [])
        if int(event["sequence"]) not in first[event["subject"]]:
            first[event["subject"]].append(int(event["sequence"]))
    assert all(numbers == sorted(numbers) for numbers in first.values())

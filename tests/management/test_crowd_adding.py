"""Adding a crowd: the same for the same seed, finished after a kill, never twice, never among real people."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from psycopg import sql
from pytest_django import Settings

from adsum.checkins.models import Duty, Plan, Report
from adsum.enrolment.models import Enrolment, Wave
from adsum.enrolment.rules import FAULT_WORDS
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.management import crowd, crowd_writer, welcome
from adsum.management.crowd import CrowdRefused, add_crowd, count_first_people, count_rows
from adsum.management.crowd_stock import DECIDED, OF_ADDRESS, Rows, stock
from adsum.management.demo import OFFICE, open_demo_office
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice
from adsum.people.models import Contact, Participant
from adsum.places.models import Address, LocationFix
from tests.factories import NOW, make_office, make_staff

WHOSE = "participant__case_number"
MAIN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Participant, ("case_number", "given_names", "surnames", "date_of_birth", "language", "officer__email",
                   "enrolled_at", "activated_at")),
    (Contact, (WHOSE, "kind", "as_given", "value", "since")),
    (Address, (WHOSE, "street", "unit", "city", "postal_code", "faults", "given_by", "since", "until")),
    (Plan, (WHOSE, "interval_days", "next_due_on", "last_due_on", "started_at")),
    (Enrolment, (WHOSE, "wave__name", "row_number", "faults")),
    (Duty, (WHOSE, "due_on", "made_at", "opens_at", "due_at", "missed_after", "outcome", "settled_at")),
    (Report, (WHOSE, "key", "fingerprint", "receipt_number", "received_at", "address_shown", "message", "concerns")),
    (LocationFix, (WHOSE, "latitude", "longitude", "accuracy_m", "received_at")),
    (Flag, (WHOSE, "reason", "raised_at", "cleared_at", "decision", "decision_reason")),
    (Notice, (WHOSE, "language", "title", "body", "queued_at")),
    (LedgerLine, ("at", "verb", "actor_kind", "subject_kind", "policy")),
)  # fmt: skip


def add(**other: Any) -> int:
    given: dict[str, Any] = {"office_code": OFFICE, "people": 60, "now": NOW, "seed": 3, "history_days": 60}
    return add_crowd(**{**given, "using": "default", **other})


def digests() -> dict[str, str]:
    """A hash of each main table, its rows in an order of their own."""
    found = {}
    for table, columns in MAIN:
        rows = sorted(repr(row) for row in table.objects.values_list(*columns))
        found[table.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def in_a_database_of_its_own(work: Callable[[], object]) -> dict[str, str]:
    """What the tables hold after this work, which is then undone."""
    with transaction.atomic():
        office = open_demo_office(now=NOW)
        make_staff(office, email="one@example.org")
        work()
        found = digests()
        transaction.set_rollback(True)
    return found


STOCKS: dict[object, dict[str, Rows]] = {}


@pytest.fixture(autouse=True)
def _drawn_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same tables to draw from are made once for all tests."""

    def remembered(*, office: FieldOffice, seed: int, began: datetime, now: datetime) -> dict[str, Rows]:
        key = seed, began, now
        if key not in STOCKS:
            STOCKS[key] = stock(office=office, seed=seed, began=began, now=now)
        return dict(STOCKS[key])

    monkeypatch.setattr(crowd_writer, "stock", remembered)


@pytest.fixture
def demo_office(db: None) -> FieldOffice:
    office = open_demo_office(now=NOW)
    make_staff(office)
    return office


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_rows() -> None:
    first, second = in_a_database_of_its_own(add), in_a_database_of_its_own(add)
    assert first == second
    other = in_a_database_of_its_own(lambda: add(seed=4))
    assert {table for table in first if first[table] == other[table]} == set()


@pytest.mark.django_db
def test_a_killed_run_is_finished_as_of_its_first_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "BATCH", 5)
    whole = in_a_database_of_its_own(add)

    def in_two_runs() -> None:
        def die(done: int) -> None:
            if done == 20:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            add(say=die)
        assert Participant.objects.count() == 20
        assert add(now=NOW + timedelta(days=3)) == 40
        assert add(now=NOW + timedelta(days=4)) == 0

    assert in_a_database_of_its_own(in_two_runs) == whole


def test_a_second_crowd_is_refused(demo_office: FieldOffice) -> None:
    heard: list[int] = []
    assert add(people=20, say=heard.append) == 20
    assert heard == sorted(heard) and heard[-1] == 20
    for other in ({"people": 21}, {"people": 20, "seed": 4}, {"people": 20, "history_days": 61}):
        with pytest.raises(CrowdRefused, match="of 20 people, 60 days, seed 3, besides"):
            add(**other)
    assert Participant.objects.count() == 20


@pytest.mark.parametrize("wrong", [{"people": 0}, {"history_days": 6}, {"history_days": 1826}])
def test_what_no_crowd_can_have_is_refused(demo_office: FieldOffice, wrong: dict[str, int]) -> None:
    with pytest.raises(CrowdRefused, match="7 to 1825 days"):
        add(**wrong)


@pytest.mark.parametrize("case", ["no office", "another office", "its name only", "a wave"])
@pytest.mark.django_db
def test_nobody_made_up_comes_among_real_people(case: str) -> None:
    if case in ("another office", "its name only"):
        make_office("NYC" if case == "its name only" else "LAX")
    if case in ("another office", "a wave"):
        office = open_demo_office(now=NOW)
    if case == "a wave":
        Wave.objects.create(office=office, name="2027-01", started_at=NOW)
    with pytest.raises(CrowdRefused, match="only where everybody is made up"):
        add()
    with pytest.raises(CrowdRefused, match="only where everybody is made up"):
        count_first_people(office_code=OFFICE, using="default")
    assert not Participant.objects.exists()


def test_without_officers_nobody_decides(db: None) -> None:
    open_demo_office(now=NOW)
    add(people=40)
    assert Flag.objects.exists()
    assert not Flag.objects.exclude(cleared_at=None).exists()
    assert set(Participant.objects.values_list("officer", flat=True)) == {None}


def test_the_demo_and_its_crowd_are_as_many_as_asked(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    monkeypatch.setattr(welcome, "LIVELY", 12)
    settings.HOME = tmp_path
    heard: list[int] = []
    for _ in range(2):
        welcome.fill_with_made_up(people=50, now=NOW, seed=7, history_days=60, say=heard.append, using="default")
        assert Participant.objects.count() == heard[-1] == 50
    assert count_first_people(office_code=OFFICE, using="default") in (11, 12)
    assert count_rows(using="default")["participant"] == 50
    numbers = Participant.objects.values_list("case_number", flat=True)
    assert sum(int(number[4:]) < 500 for number in numbers) == heard[0]


def test_batches_are_written_two_at_a_time_and_an_error_stops_all(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "BATCH", 5)
    make_staff(open_demo_office(now=NOW))
    with monkeypatch.context() as broken:
        broken.setitem(crowd_writer.WRITTEN, "ledgerline", sql.SQL("SELECT 1 / 0"))
        with pytest.raises(Exception, match="division by zero"):
            add()
    assert not Participant.objects.exists()
    assert add() == 60
    assert Participant.objects.count() == Enrolment.objects.count() == 60
    with connection.cursor() as cursor:
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # others test beside us
        cursor.execute(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}")
        assert cursor.fetchone() == (0,)


def test_every_fault_of_the_stock_has_its_part() -> None:
    of_row = ("phone-", "language-")
    never = {
        "name-missing", "email-invalid", "level-unknown", "interval-invalid", "first-due-invalid", "released-invalid",
        "household-too-long", "household-in-two-offices",
    }  # fmt: skip
    assert {fault for fault in FAULT_WORDS if not fault.startswith((*OF_ADDRESS, *of_row))} == never
    assert all(len(known) == 4 for known in DECIDED.values())

"""Somebody with every right in the database changes the past: each way is found, and the line is named."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction

from adsum.core.merkle import leaf_hash
from adsum.ledger.actions import record_lines
from adsum.ledger.models import LedgerLine, LedgerSeal
from adsum.ledger.queries import sealed_lines
from adsum.ledger.rules import OPERATOR, Actor, Line, SealedLine
from adsum.management.ledger_proof import Outside, Verdict, seal_ledger, verify_ledger
from adsum.management.rights import APPEND_ONLY
from tests.factories import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
Tamper = Callable[[str], object]


def write(count: int) -> list[int]:
    record_lines(
        lines=[Line("test.happened", OPERATOR, participant_id=n, facts={"é": n}) for n in range(count)], now=NOW
    )
    return list(LedgerLine.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def tamper(committed: str) -> Iterator[Tamper]:
    """Run SQL with the triggers off, as somebody with full rights can."""
    with psycopg.connect(committed, autocommit=True) as owner:
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield lambda statement: owner.execute(statement)
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def seal(folder: Path, lines: int) -> None:
    """Seal so many lines; transactions of other tests on the same server may hold the horizon back for a moment."""
    deadline = time.monotonic() + 180
    while lines > 0 and time.monotonic() < deadline:
        lines -= seal_ledger(folder, NOW)
        time.sleep(0.01)
    assert lines == 0


@pytest.fixture
def ids(committed: str, tmp_path: Path) -> list[int]:
    """Twelve lines, sealed in two rounds."""
    write(7)
    seal(tmp_path, 7)
    found = write(5)
    seal(tmp_path, 5)
    return found


def test_an_untouched_ledger_is_whole(ids: list[int], tmp_path: Path) -> None:
    assert verify_ledger(tmp_path) == Verdict(12)
    assert [one.size for one in Outside(tmp_path).known_checkpoints()] == [7, 12]
    assert seal_ledger(tmp_path, NOW) == 0
    assert (tmp_path / "ledger" / "key").stat().st_mode & 0o077 == 0


def test_what_is_sealed_while_it_is_checked_is_no_fault(
    ids: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(**who: Actor) -> list[SealedLine]:
        found = list(sealed_lines(**who))
        write(3)
        seal(tmp_path, 3)
        return found

    monkeypatch.setattr("adsum.management.ledger_proof.sealed_lines", meanwhile)
    assert verify_ledger(tmp_path) == Verdict(12)


@pytest.mark.parametrize(
    ("statement", "bad", "why"),
    [
        ("UPDATE adsum_ledgerline SET verb = 'other' WHERE id = {3}", 3, "changed"),
        ("UPDATE adsum_ledgerline SET at = at + interval '1 microsecond' WHERE id = {11}", 11, "changed"),
        ("UPDATE adsum_ledgerline SET facts = '{{}}' WHERE id = {0}", 0, "changed"),
        ("DELETE FROM adsum_ledgerline WHERE id = {5}", 5, "deleted"),
        ("DELETE FROM adsum_ledgerline WHERE id >= {9}", 9, "deleted"),
        ("DELETE FROM adsum_ledgerseal WHERE sequence = 4", 3, "not at the place"),
        ("UPDATE adsum_ledgerseal SET line_id = -line_id WHERE sequence = 4", 3, "not at the place"),
    ],
)
def test_a_change_is_found_and_named(
    ids: list[int], tamper: Tamper, tmp_path: Path, statement: str, bad: int, why: str
) -> None:
    tamper(statement.format(*ids))
    verdict = verify_ledger(tmp_path)
    assert (verdict.first_bad, why in verdict.why) == (ids[bad], True)


def test_a_change_whose_seal_is_forged_too_is_found_by_the_copy_outside(
    ids: list[int], tamper: Tamper, tmp_path: Path
) -> None:
    tamper(f"UPDATE adsum_ledgerline SET verb = 'other' WHERE id = {ids[3]}")
    first = next(place for place in sealed_lines(seen_by=OPERATOR) if place.line_id == ids[3])
    assert first.says is not None
    tamper(f"UPDATE adsum_ledgerseal SET leaf = '\\x{leaf_hash(first.says).hex()}' WHERE line_id = {ids[3]}")
    assert verify_ledger(tmp_path) == Verdict(3, ids[3], "changed after it was sealed")


def test_two_lines_that_change_places_are_found(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    a, b = ids[2], ids[8]
    tamper(
        f"UPDATE adsum_ledgerseal SET line_id = CASE line_id WHEN {a} THEN -1 ELSE -2 END WHERE line_id IN ({a}, {b})"
    )
    tamper(f"UPDATE adsum_ledgerseal SET line_id = CASE line_id WHEN -1 THEN {b} ELSE {a} END WHERE line_id < 0")
    assert verify_ledger(tmp_path).first_bad == a


def test_a_line_slipped_into_the_past_is_found(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    tamper(
        "INSERT INTO adsum_ledgerline (id, at, verb, actor_kind, subject_kind, policy, facts, transaction_number)"
        " VALUES (-5, now(), 'forged', 'rules', '', '', '{}', 3)"
    )
    assert verify_ledger(tmp_path) == Verdict(12, -5, "inserted after the lines around it were sealed")


def test_everything_after_a_point_cut_off_with_its_seals_is_found(
    ids: list[int], tamper: Tamper, tmp_path: Path
) -> None:
    tamper(f"DELETE FROM adsum_ledgerline WHERE id > {ids[6]}")
    tamper("DELETE FROM adsum_ledgerseal WHERE sequence > 7")
    tamper("DELETE FROM adsum_ledgercheckpoint WHERE size > 7")
    assert verify_ledger(tmp_path) == Verdict(7, ids[7], "cut off: it was sealed and is gone")


def test_a_statement_that_is_not_ours_does_not_hold(ids: list[int], tmp_path: Path) -> None:
    outside = Outside(tmp_path)
    ours = outside.known_checkpoints()[0].signature
    outside.checkpoints.write_text(outside.checkpoints.read_text().replace(ours, "00" * 64))
    assert "does not hold" in verify_ledger(tmp_path).why


def test_copies_cut_by_a_kill_are_mended(ids: list[int], tmp_path: Path) -> None:
    outside = Outside(tmp_path)
    whole = outside.seals.read_bytes(), outside.checkpoints.read_bytes()
    outside.seals.write_bytes(whole[0][:-17])
    outside.checkpoints.write_bytes(whole[1][:-9])
    outside.catch_up()
    assert (outside.seals.read_bytes(), outside.checkpoints.read_bytes()) == whole


def test_a_slow_writer_is_sealed_later_never_skipped(committed: str, tmp_path: Path) -> None:
    """A line with a lower id that commits after its neighbours were looked at."""
    write(1)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            slow = write(1)[-1]
            pool.submit(_in_a_thread, lambda: write(3)).result()
            pool.submit(_in_a_thread, lambda: seal(tmp_path, 1)).result()
            assert pool.submit(_in_a_thread, lambda: seal_ledger(tmp_path, NOW)).result() == 0
        seal(tmp_path, 4)
    assert LedgerSeal.objects.filter(line_id=slow).exists()
    assert verify_ledger(tmp_path) == Verdict(5)


def _in_a_thread(work: Callable[[], object]) -> object:
    try:
        return work()
    finally:
        connections.close_all()


def test_a_restored_database_goes_on_being_sealed(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    """After a restore elsewhere, transactions count from the start: old numbers lie far ahead."""
    tamper("UPDATE adsum_ledgerline SET transaction_number = transaction_number + 1000000000")
    tamper("UPDATE adsum_ledgercheckpoint SET sealed_below = sealed_below + 1000000000")
    write(3)
    seal(tmp_path, 3)
    assert verify_ledger(tmp_path) == Verdict(15)

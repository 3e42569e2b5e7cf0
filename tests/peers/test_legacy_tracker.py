"""The other side: a tracker that keeps what it has answered, and goes wrong exactly as it is told to."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from peers.legacy_tracker.deltas import write_delta
from peers.legacy_tracker.faults import BadFaults, Faults, Rates, read_rates
from peers.legacy_tracker.rows import BadValue, Subject, digest
from peers.legacy_tracker.store import Behind, NoSubject, Store
from peers.legacy_tracker.web import Tracker

ROOT = Path(__file__).resolve().parents[2]
AT = "11/23/2026 10:00:00"
NIGHT = datetime(2026, 11, 23, 2, 0)
ANA = Subject("LT-00000001", "A000000001", "MARTINEZ REYES, ANA", "07/25/1999", tel="12125550101")
JEAN = Subject("LT-00000002", "A000000002", "PIERRE, JEAN", "01/01/1980", st="NY")
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "tracker.sqlite")
    store.add([ANA, JEAN], at=AT)
    yield store
    store.close()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def ask(store: Store, faults: Faults) -> Iterator[Ask]:
    tracker = Tracker(0, store, faults, key="k")
    Thread(target=tracker.serve_forever, daemon=True).start()

    def _ask(method: str, path: str, said: object = None, *, key: str = "k") -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", tracker.server_port, timeout=5)
        try:
            body = json.dumps(said) if said is not None else None
            connection.request(method, path, body, {"X-Tracker-Key": key})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    yield _ask
    tracker.shutdown()
    tracker.server_close()


def test_a_change_has_a_number_and_a_revision_and_what_says_nothing_new_has_none(store: Store) -> None:
    assert [seq for seq, _, _ in store.changes(after=0, most=10)] == [1, 2]
    changed = store.change(ANA.subj_no, {"tel": "12125550199"}, by="clerk", at=AT)
    assert changed == replace(ANA, tel="12125550199", rev=2) == store.find(ANA.subj_no)
    assert store.change(ANA.subj_no, {"tel": "12125550199"}, by="clerk", at=AT).rev == 2
    assert [(seq, one) for seq, _, one in store.changes(after=2, most=10)] == [(3, changed)]
    assert store.add([ANA], at=AT) == 0


def test_who_writes_over_a_newer_revision_is_told_what_it_is(store: Store) -> None:
    newer = store.change(ANA.subj_no, {"cust": "D"}, by="clerk", at=AT)
    with pytest.raises(Behind) as behind:
        store.change(ANA.subj_no, {"tel": "1"}, by="interface", at=AT, rev=1)
    assert behind.value.now == newer == store.find(ANA.subj_no)
    with pytest.raises(NoSubject):
        store.change("LT-99999999", {"tel": "1"}, by="interface", at=AT)


def test_a_message_that_comes_twice_is_taken_once(store: Store) -> None:
    store.change(ANA.subj_no, {"tel": "1"}, by="interface", at=AT, rev=1, ref="m1")
    store.change(ANA.subj_no, {"tel": "2"}, by="clerk", at=AT)
    again = store.change(ANA.subj_no, {"tel": "1"}, by="interface", at=AT, rev=1, ref="m1")
    assert (again.tel, again.rev) == ("2", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cust", "Q"),
        ("dob", "1999-07-25"),
        ("tel", "555-0101"),
        ("rev", "9"),
        ("nm", "x" * 200),
        ("city", "a\nb"),
        ("st", 3),
    ],
)
def test_what_it_cannot_hold_is_refused_and_changes_nothing(store: Store, name: str, value: object) -> None:
    with pytest.raises(BadValue):
        store.change(ANA.subj_no, {"city": "Queens", name: value}, by="interface", at=AT)
    assert store.find(ANA.subj_no) == ANA


def test_hashes_tell_ranges_apart_whatever_the_order_and_the_revision(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other.sqlite")
    other.add([JEAN, replace(ANA, rev=7)], at=AT)
    bounds = ["A000000000", "A000000002"]
    assert store.hashes(bounds) == other.hashes(bounds) == [(1, *digest(ANA)), (1, *digest(JEAN))]
    other.change(JEAN.subj_no, {"ord_cd": "REL"}, by="clerk", at=AT)
    first, second = other.hashes(bounds)
    assert first == store.hashes(bounds)[0] and second != store.hashes(bounds)[1]
    assert [one.a_no for one in other.in_range("A000000002", "", most=5)] == ["A000000002"]
    other.close()


def test_over_http(ask: Ask) -> None:
    assert ask("GET", "/v1/subjects/LT-00000001")[1]["row"]["nm"] == ANA.nm
    assert ask("GET", "/v1/cases/A000000002")[1]["row"]["subj_no"] == JEAN.subj_no
    status, said = ask("PUT", "/v1/subjects/LT-00000001", {"set": {"tel": "1"}, "rev": 1, "ref": "m"})
    assert (status, said["row"]["rev"]) == (200, 2)
    status, said = ask("PUT", "/v1/subjects/LT-00000001", {"set": {"tel": "2"}, "rev": 1})
    assert (status, said["row"]["tel"]) == (409, "1")
    assert [row["seq"] for row in ask("GET", "/v1/changes?after=1")[1]["rows"]] == [2, 3]
    assert ask("POST", "/v1/hashes", {"bounds": ["A"]})[1]["ranges"][0][0] == 2


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("GET", "/v1/subjects/LT-00000009", None, 404),
        ("GET", "/v1/changes?after=x", None, 400),
        ("GET", "/v1/nothing", None, 404),
        ("PUT", "/v1/subjects/LT-00000001", {"set": {"dob": "x"}}, 400),
        ("PUT", "/v1/subjects/LT-00000001", [1], 400),
        ("POST", "/v1/hashes", {"bounds": ["B", "A"]}, 400),
        ("PUT", "/v1/faults", {"lag": 2}, 400),
    ],
)
def test_what_is_asked_wrongly_is_said(ask: Ask, method: str, path: str, said: object, status: int) -> None:
    assert ask(method, path, said)[0] == status


def test_without_the_key_it_says_nothing(ask: Ask) -> None:
    assert ask("GET", "/v1/subjects/LT-00000001", key="") == (401, {"error": "no or another key"})


def test_it_goes_wrong_as_it_is_told_to(ask: Ask, faults: Faults) -> None:
    assert ask("PUT", "/v1/faults", {"error": 1})[0] == 200
    assert ask("GET", "/v1/changes?after=0") == (500, {"error": "ORA-03113: end-of-file on communication channel"})
    faults.rates = Rates(truncate=1)
    with pytest.raises((ValueError, HTTPException)):
        ask("GET", "/v1/changes?after=0")
    faults.rates = Rates(repeat=1)
    rows = ask("GET", "/v1/changes?after=0")[1]["rows"]
    assert (len(rows), {row["seq"] for row in rows}) == (3, {1, 2})
    faults.rates = Rates(lag=1, seconds=0)
    assert [row["seq"] for row in ask("GET", "/v1/changes?after=0")[1]["rows"]] == [1]
    assert ask("GET", "/v1/health")[1]["faults"] == faults.done
    assert set(faults.done) == {"error", "truncate", "repeat", "lag"}


def test_an_error_may_come_after_the_work_was_done(ask: Ask, faults: Faults, store: Store) -> None:
    faults.rates = Rates(error=1)
    assert ask("PUT", "/v1/subjects/LT-00000001", {"set": {"tel": "1"}, "rev": 1, "ref": "m"})[0] == 500
    assert store.find(ANA.subj_no).tel == "1"


def test_a_night_file_holds_what_changed_and_counts_it(store: Store, faults: Faults, tmp_path: Path) -> None:
    first = write_delta(store, tmp_path / "out", faults, now=NIGHT).read_bytes().decode("cp1252").split("\r\n")
    assert first[1].startswith("LT-00000001|A000000001|MARTINEZ REYES, ANA|07/25/1999|N|")
    assert first[-2] == "TRAILER|2|2|11/23/2026 02:00:00"
    store.change(JEAN.subj_no, {"nm": "PIERRE|X, JEAN 张"}, by="clerk", at=AT)
    later = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=24)).read_bytes().decode("cp1252")
    assert [line.split("|")[2] for line in later.split("\r\n")[1:2]] == ["PIERRE/X, JEAN ?"]
    empty = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=25)).read_text()
    assert empty.splitlines()[-1].startswith("TRAILER|0|3|")


def test_what_a_night_file_left_out_comes_with_the_next(store: Store, faults: Faults, tmp_path: Path) -> None:
    faults.rates = Rates(lag=1)
    write_delta(store, tmp_path / "out", faults, now=NIGHT)
    faults.rates = Rates()
    later = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=24)).read_text()
    assert later.splitlines()[1].startswith("LT-00000002|")


def test_rates_are_read_strictly() -> None:
    assert read_rates({"lag": 0.05, "seconds": 2}) == Rates(lag=0.05, seconds=2)
    for odd in ([], {"late": 1}, {"lag": -1}, {"lag": "x"}, {"seconds": 61}):
        with pytest.raises(BadFaults):
            read_rates(odd)


def test_the_same_seed_goes_wrong_in_the_same_way() -> None:
    one, other = (Faults(Rates(reorder=0.5, repeat=0.5), seed=4) for _ in range(2))
    assert [one.rows(range(9)) for _ in range(20)] == [other.rows(range(9)) for _ in range(20)]


def test_the_program_keeps_what_it_answered_through_a_kill(tmp_path: Path) -> None:
    listed = tmp_path / "subjects.csv"
    listed.write_text('a_no,nm,dob,cust\nA000000001,"REYES, ANA",07/25/1999,D\n', encoding="utf-8")
    words = [sys.executable, "-m", "peers.legacy_tracker", "--data", str(tmp_path / "d"), "--port", "0"]

    def begin() -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen([*words, "--subjects", str(listed)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        return process, int(process.stdout.readline().split(",")[0].rsplit(":", 1)[1])

    def put(port: int, telephone: str) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        body = json.dumps({"set": {"tel": telephone}})
        connection.request("PUT", "/v1/subjects/LT-00000001", body, {"X-Tracker-Key": "tracker"})
        answer = connection.getresponse()
        return int(json.loads(answer.read())["row"]["rev"])

    process, port = begin()
    assert put(port, "1") == 2
    process.kill()
    process.wait()
    process, port = begin()
    assert put(port, "2") == 3
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0

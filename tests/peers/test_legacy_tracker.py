"""The other side: a tracker that keeps what it has answered, and goes wrong exactly as it is told to."""

import socket
from dataclasses import asdict, replace
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from threading import Thread

import pytest

from peers.legacy_tracker.deltas import write_delta, write_deltas
from peers.legacy_tracker.faults import BadFaults, Faults, Rates, read_rates
from peers.legacy_tracker.rows import BadValue, digest
from peers.legacy_tracker.store import _SUMS, Behind, NoSubject, Store
from peers.legacy_tracker.web import Tracker
from tests.peers.conftest import ANA, AT, JEAN, Ask

NIGHT = datetime(2026, 11, 23, 2, 0)


def test_a_change_has_a_number_and_a_revision_and_what_says_nothing_new_has_none(store: Store) -> None:
    assert [seq for seq, _, _ in store.changes(after=0, most=10)] == [1, 2]
    changed = store.change(ANA.subj_no, {"tel": "12125550199"}, by="clerk", at=AT)
    assert changed == replace(ANA, tel="12125550199", rev=2) == store.find(ANA.subj_no)
    assert store.change(ANA.subj_no, {"tel": "12125550199"}, by="clerk", at=AT).rev == 2
    assert [(seq, one) for seq, _, one in store.changes(after=2, most=10)] == [(3, changed)]
    assert store.add([ANA], at=AT) == 0


def test_nobody_takes_the_place_of_another(store: Store) -> None:
    with pytest.raises(BadValue, match="somebody else"):
        store.add([replace(ANA, subj_no="", a_no="A000000007"), replace(ANA, a_no="A000000008")], at=AT)
    assert store.find(ANA.subj_no) == ANA and store.counts() == {"rows": 2, "last": 2, "owed": 0}


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


def test_somebody_there_takes_in_a_new_subject(ask: Ask, store: Store, faults: Faults) -> None:
    said = {"row": {"a_no": "A000000009", "nm": "ÑANDÚ, JOSÉ", "dob": "01/01/1990", "cust": "D"}}
    status, answer = ask("POST", "/v1/subjects", said)
    assert (status, answer["row"]["subj_no"], answer["row"]["rev"]) == (201, "LT-00000003", 1)
    assert store.find("LT-00000003").nm == "ÑANDÚ, JOSÉ"
    status, answer = ask("POST", "/v1/subjects", said)
    assert (status, answer["row"]["subj_no"]) == (409, "LT-00000003")
    assert [seq for seq, _, _ in store.changes(after=2, most=9)] == [3]


def test_it_says_how_it_is(ask: Ask, store: Store, faults: Faults, tmp_path: Path) -> None:
    assert ask("PUT", "/v1/faults", {"lag": 0.5}) == (200, {"rates": asdict(Rates(lag=0.5))})
    said = ask("GET", "/v1/health")[1]
    assert (said["rows"], said["last"], said["owed"], said["night"]) == (2, 2, 0, {"waiting": 2, "due": ""})
    assert said["rates"]["lag"] == 0.5
    faults.rates = Rates()
    write_deltas(store, tmp_path / "out", faults, now=NIGHT)
    assert ask("GET", "/v1/health")[1]["night"]["waiting"] == 0


def test_two_at_once_do_not_lose_each_other(ask: Ask, store: Store) -> None:
    statuses: list[int] = []

    def write(column: str) -> None:
        for number in range(20):
            rev = ask("GET", "/v1/subjects/LT-00000001")[1]["row"]["rev"]
            statuses.append(ask("PUT", "/v1/subjects/LT-00000001", {"set": {column: f"{number}"}, "rev": rev})[0])

    both = [Thread(target=write, args=[column]) for column in ("tel", "zip")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert set(statuses) <= {200, 409}
    assert store.find(ANA.subj_no).rev == 1 + statuses.count(200)


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("Content-Length: 1000001", b"", 413),
        ("Content-Length: -1", b"", 413),
        ("Content-Length: x", b"", 413),
        ("Content-Length: 99999999999999999999", b"", 413),
        ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", 413),
        ("Content-Length: 6", b'{"a":\xff', 400),
        ("Content-Length: 10000", b"[" * 10_000, 400),
        ("Content-Length: 4", "{}".encode("utf-16-le"), 400),
    ],
)
def test_what_is_sent_wrongly_is_refused_and_the_next_one_is_answered(
    tracker: Tracker, ask: Ask, capfd: pytest.CaptureFixture[str], head: str, body: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", tracker.server_port), timeout=5) as line:
        line.sendall(f"PUT /v1/subjects/LT-00000001 HTTP/1.1\r\nHost: x\r\nX-Tracker-Key: k\r\n{head}\r\n\r\n".encode())
        line.sendall(body)
        assert f" {status} ".encode() in line.recv(1_000)
    with socket.create_connection(("127.0.0.1", tracker.server_port), timeout=5) as line:
        line.sendall(b"GET /v1/range?from=A HTTP/1.1\r\n")  # and hangs up
    assert ask("GET", "/v1/health")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_every_fault_all_the_time_is_no_end(ask: Ask, faults: Faults) -> None:
    faults.rates = Rates(1, 1, 1, 1, 1, 1, 0.01)
    for path in ("/v1/changes", "/v1/subjects/LT-00000001", "/v1/range", "/v1/nothing"):
        with pytest.raises((ValueError, HTTPException)):
            ask("GET", path)
    assert ask("PUT", "/v1/faults", {})[0] == 200
    assert len(ask("GET", "/v1/changes")[1]["rows"]) == 2


def test_what_the_disk_refuses_is_said(ask: Ask, store: Store) -> None:
    store.close()
    status, said = ask("GET", "/v1/changes")
    assert (status, said) == (503, {"error": "ORA-01034: ORACLE not available"})


def test_a_range_is_summed_from_an_index(store: Store) -> None:
    [plan] = store._database.execute(f"EXPLAIN QUERY PLAN {_SUMS} AND a_no < ?", ["A", "B"])
    assert "COVERING INDEX by_digest" in plan[3]


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("GET", "/v1/subjects/LT-00000009", None, 404),
        ("GET", "/v1/changes?after=x", None, 400),
        ("GET", "/v1/changes?after=-1", None, 400),
        ("GET", f"/v1/changes?after={10**30}", None, 400),
        ("POST", "/v1/subjects", {}, 400),
        ("POST", "/v1/subjects", {"row": {"a_no": "A1", "nm": "X, Y", "dob": "01/01/1990"}}, 400),
        ("POST", "/v1/subjects", {"row": {"a_no": "A000000009", "nm": "X, Y"}}, 400),
        (
            "POST",
            "/v1/subjects",
            {"row": {"subj_no": "LT-1", "a_no": "A000000009", "nm": "X, Y", "dob": "01/01/1990"}},
            400,
        ),
        ("PUT", "/v1/subjects/LT-00000001", {"set": {"city": "\ud800"}}, 400),
        ("PUT", "/v1/subjects/LT-00000001", {"set": {}, "ref": "\ud800"}, 400),
        ("PUT", "/v1/subjects/LT-00000001", {"set": {}, "ref": "x" * 201}, 400),
        ("PUT", "/v1/subjects/LT-00000001", {"set": {"a_no": "A000000003"}}, 400),
        ("POST", "/v1/hashes", {"bounds": ["\ud800"]}, 400),
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
    tries = 0
    while store.find(ANA.subj_no).rev == 1:
        assert ask("PUT", "/v1/subjects/LT-00000001", {"set": {"tel": "1"}, "rev": 1, "ref": "m"})[0] == 500
        tries += 1
    assert 1 < tries < 20 and faults.done == {"error": tries}


def test_a_night_file_holds_what_changed_and_counts_it(store: Store, faults: Faults, tmp_path: Path) -> None:
    first = write_delta(store, tmp_path / "out", faults, now=NIGHT).read_bytes().decode("cp1252").split("\r\n")
    assert first[1].startswith("LT-00000001|A000000001|MARTINEZ REYES, ANA|07/25/1999|N|")
    assert first[-2] == "TRAILER|2|2|11/23/2026 02:00:00"
    store.change(JEAN.subj_no, {"nm": "PIERRE|X, JEAN 张"}, by="clerk", at=AT)
    later = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=24)).read_bytes().decode("cp1252")
    assert [line.split("|")[2] for line in later.split("\r\n")[1:2]] == ["PIERRE/X, JEAN ?"]
    empty = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=25)).read_text()
    assert empty.splitlines()[-1].startswith("TRAILER|0|3|")


def test_two_files_of_one_second_have_two_names(store: Store, faults: Faults, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "LTDELTA_x.part").write_text("left by a kill")
    for _ in range(2):
        write_delta(store, tmp_path / "out", faults, now=NIGHT)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["LTDELTA_20261123020000.txt", "LTDELTA_20261123020001.txt"]


def test_many_changes_are_several_files(
    store: Store, faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peers.legacy_tracker.deltas.MOST", 1)
    first, second = write_deltas(store, tmp_path / "out", faults, now=NIGHT)
    assert [path.read_text().splitlines()[1][:11] for path in (first, second)] == ["LT-00000001", "LT-00000002"]


def test_what_a_night_file_left_out_comes_with_the_next(store: Store, faults: Faults, tmp_path: Path) -> None:
    faults.rates = Rates(lag=1)
    write_delta(store, tmp_path / "out", faults, now=NIGHT)
    faults.rates = Rates()
    later = write_delta(store, tmp_path / "out", faults, now=NIGHT.replace(day=24)).read_text()
    assert later.splitlines()[1].startswith("LT-00000002|")


def test_rates_are_read_strictly() -> None:
    assert read_rates({"lag": 0.05, "seconds": 2}) == Rates(lag=0.05, seconds=2)
    odds: tuple[object, ...] = (
        [],
        {"late": 1},
        {"lag": -1},
        {"lag": "x"},
        {"seconds": 61},
        {"lag": float("nan")},
        {"lag": True},
    )
    for odd in odds:
        with pytest.raises(BadFaults):
            read_rates(odd)


def test_the_same_seed_goes_wrong_in_the_same_way() -> None:
    one, other = (Faults(Rates(reorder=0.5, repeat=0.5), seed=4) for _ in range(2))
    assert [one.rows(range(9)) for _ in range(20)] == [other.rows(range(9)) for _ in range(20)]

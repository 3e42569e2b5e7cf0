"""Deliveries as files: read once, whole or not at all, in any order; the watched folder; the command."""

import json
import os
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from adsum.management import records_drop, records_reading
from adsum.management.commands.records import Command
from adsum.management.records_drop import forget_drops, read_drops, unknown_folders
from adsum.records.actions import note_failing
from adsum.records.models import Delivery, OutsideRecord, RecordSource, SetAside
from tests.leads import make_source

PLAIN = "record_id,version,kind,surnames,withdrawn\n"
DESCRIPTION = """
code = "nj-arrests"
title = "New Jersey arrests"
agency = "NJ State Police"
adapter = "csv_drop"
states = ["NJ"]
kinds = ["arrest"]
covers_since = 2019-01-01
[settings]
dates = ["%m/%d/%Y"]
[settings.fields]
record_id = "NO"
surnames = ["LAST1", "LAST2"]
[settings.constants]
kind = "arrest"
"""


def row(number: int, version: int = 1, *, name: str = "LOPEZ", withdrawn: str = "") -> str:
    return f"R-{number},{version},arrest,{name},{withdrawn}\n"


@pytest.fixture
def csv_source(db: None) -> RecordSource:
    source = make_source()
    fields = ("record_id", "version", "kind", "surnames", "withdrawn")
    RecordSource.objects.filter(pk=source.pk).update(settings={"fields": {name: name for name in fields}})
    source.refresh_from_db()
    return source


def load(path: Path, code: str = "nj-warrants") -> dict[str, Any]:
    return Command().answer(what="load", which=str(path), description="", source=code)


def test_a_file_is_read_once_and_says_what_it_brought(csv_source: RecordSource, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN + "".join(row(n) for n in range(1200)) + row(7) + "R-x,1,murder,LOPEZ,\n")
    said = load(path)
    counts = {name: said[name] for name in ("rows", "fresh", "changed", "known", "withdrawn", "aside")}
    assert counts == {"rows": 1202, "fresh": 1200, "changed": 0, "known": 1, "withdrawn": 0, "aside": 1}
    assert OutsideRecord.objects.count() == 1200
    aside = SetAside.objects.get()
    assert (aside.row, aside.text) == (1203, "R-x,1,murder,LOPEZ,") and "murder" in aside.reason
    assert load(path)["read_before"] is True
    assert Delivery.objects.count() == 1
    csv_source.refresh_from_db()
    assert csv_source.heard_at and csv_source.failing_since is None


def test_older_versions_after_newer_ones_and_withdrawals(csv_source: RecordSource, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in (row(1, 3, name="NEW"), row(1, 2, name="OLD"), row(2, 1), row(2, 2, withdrawn="yes"), row(2, 1)):
        path.write_text(PLAIN + content)
        load(path)
    first, second = OutsideRecord.objects.order_by("record_id")
    assert (first.surnames, first.version) == ("NEW", "3")
    assert second.withdrawn_at is not None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (PLAIN.encode(), "no rows"),
        (b"a,b\n1,2\n", "line 1: the header lacks"),
        (PLAIN.encode() + row(1).encode() + b"R-2,1,arrest,=1+1,\n", "line 3"),
        (PLAIN.encode() + row(1).encode() + b"R-2,1,arrest,L\x00PEZ,\n", "line 3"),
        (PLAIN.encode() + row(1).encode() * 1000 + b"R-2,1,arrest,L\xffPEZ,\n", "line 1002"),
    ],
    ids=range(6),
)
def test_a_file_that_is_not_right_changes_nothing_and_can_be_tried_again(
    csv_source: RecordSource, tmp_path: Path, content: bytes, why: str
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(PLAIN + row(1, name="KEPT"))
    load(good)
    bad.write_bytes(content)
    said = load(bad)
    assert why in said["refused"] and said["rows"] == 0
    with pytest.raises(CommandError, match="nothing of it was taken"):
        Command().present(said, as_json=True)
    kept = OutsideRecord.objects.get()
    assert (kept.surnames, kept.withdrawn_at) == ("KEPT", None)
    csv_source.refresh_from_db()
    assert csv_source.failing_since and "bad.csv" in csv_source.last_error
    assert load(bad)["refused"] == said["refused"]


def test_a_source_is_described_listed_and_ended(db: None, tmp_path: Path) -> None:
    described, delivery = tmp_path / "nj.toml", tmp_path / "a.csv"
    described.write_text(DESCRIPTION)
    source = {"what": "source", "source": ""}
    added = Command().answer(**source, which="add", description=str(described))
    assert added == {"source": "nj-arrests", "transport": "drop", "secret": ""}
    delivery.write_text("NO,LAST1,LAST2\n7,Lopez,Garcia\n")
    assert load(delivery, "nj-arrests")["fresh"] == 1
    assert OutsideRecord.objects.get().surnames == "Lopez Garcia"
    (listed,) = Command().answer(**source, which="list", description="")["sources"]
    assert listed["code"] == "nj-arrests" and listed["states"] == ["NJ"]
    Command().answer(**source, which="end", description="nj-arrests")
    with pytest.raises(CommandError, match="no source nj-arrests"):
        load(delivery, "nj-arrests")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('code = "nj-arrests"', ""), "say code"),
        (('"nj-arrests"', '"NJ/../x"'), "code"),
        (("csv_drop", "soap"), "adapter"),
        (('["NJ"]', '["Jersey"]'), "states"),
        (('kinds = ["arrest"]', "kinds = []"), "kinds"),
        (("2019-01-01", '"always"'), "covers_since"),
        (('"NO"', "7"), "settings: fields.record_id"),
        (("agency =", "agencie ="), "say agency"),
        (("[settings]", "[settings"), "cannot be read"),
    ],
)
def test_a_description_that_cannot_be_used_adds_nothing(
    db: None, tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    described = tmp_path / "nj.toml"
    described.write_text(DESCRIPTION.replace(*change))
    with pytest.raises(CommandError, match=why):
        Command().answer(what="source", which="add", description=str(described), source="")
    assert not RecordSource.objects.exists()


@pytest.fixture
def drop(csv_source: RecordSource, settings: Settings, tmp_path: Path) -> Path:
    settings.RECORDS_DROP = str(tmp_path)
    folder = tmp_path / csv_source.code
    folder.mkdir()
    return folder


def leave(folder: Path, name: str, content: str, *, seconds: int = 60) -> None:
    path = folder / name
    path.write_text(content)
    then = (timezone.now() - timedelta(seconds=seconds)).timestamp()
    os.utime(path, (then, then))


def test_what_lies_in_the_watched_folder_is_read_and_put_away(drop: Path) -> None:
    leave(drop, "b.csv", PLAIN + row(1, 2, name="NEW"), seconds=60)
    leave(drop, "a.csv", PLAIN + row(1, 1, name="OLD"), seconds=30)
    leave(drop, "bad.csv", "x\n")
    leave(drop, "c.csv.part", PLAIN + row(2))
    leave(drop, ".d.csv", PLAIN + row(3))
    leave(drop, "now.csv", PLAIN + row(4), seconds=0)
    (drop / "link.csv").symlink_to("/etc/passwd")
    (drop.parent / "stranger").mkdir()
    leave(drop.parent / "stranger", "e.csv", PLAIN + row(5))
    assert unknown_folders(known={drop.name}) == ["stranger"]
    assert read_drops(timezone.now()) == 3
    assert OutsideRecord.objects.get().surnames == "NEW"
    left = sorted(str(path.relative_to(drop)) for path in drop.rglob("*") if path.is_file())
    assert left == [
        ".d.csv", "c.csv.part", "link.csv", "now.csv",
        "read/a.csv", "read/b.csv", "refused/bad.csv", "refused/bad.csv.why.txt",
    ]  # fmt: skip
    assert "header lacks" in (drop / "refused" / "bad.csv.why.txt").read_text()
    leave(drop, "a.csv", PLAIN + row(9))
    assert read_drops(timezone.now()) == 1
    assert (drop / "read" / "a-2.csv").exists()


def test_a_long_file_goes_on_in_the_next_run(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(drop, "a.csv", PLAIN + "".join(row(n) for n in range(1600)))
    ticks = iter([0.0, 1.0, 32.0, *[33.0] * 10])
    monkeypatch.setattr("adsum.management.records_drop.monotonic", lambda: next(ticks))
    assert read_drops(timezone.now()) == 0 and (drop / "a.csv").exists()
    assert OutsideRecord.objects.count() == 1000
    assert read_drops(timezone.now()) == 1
    assert OutsideRecord.objects.count() == Delivery.objects.get().fresh == 1600


def test_a_file_too_large_for_one_run_is_looked_at_once_goes_on_and_starves_no_other_source(
    csv_source: RecordSource, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_source("zz-later")
    RecordSource.objects.filter(pk=other.pk).update(settings=csv_source.settings)
    (drop.parent / other.code).mkdir()
    leave(drop, "large.csv", PLAIN + "".join(row(n) for n in range(1600)), seconds=90)
    leave(drop, "next.csv", PLAIN + row(9000), seconds=60)
    leave(drop.parent / other.code, "b.csv", PLAIN + row(1))
    looks: list[int] = []
    monkeypatch.setattr(records_reading, "_look_at_all", lambda rows: looks.append(len(list(rows))))
    ticks = (3.0**n for n in count(10))  # whatever is done takes twice as long as all before it
    monkeypatch.setattr("adsum.management.records_drop.monotonic", lambda: next(ticks))
    mine = OutsideRecord.objects.filter(source=csv_source)
    assert [(read_drops(timezone.now()), mine.count()) for _ in range(3)] == [(1, 1000), (1, 1600), (1, 1601)]
    assert OutsideRecord.objects.filter(source=other).count() == 1
    assert sorted(looks) == [1, 1, 1600]


def test_a_run_reads_for_its_seconds_and_as_long_as_it_took_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    for slow, answers in ((5.0, [False, False, True]), (100.0, [False, False, False])):
        ticks = iter([1.0, 1.0 + slow, 1.0 + slow + 29.0, 1.0 + slow + 31.0])
        monkeypatch.setattr(records_drop, "monotonic", lambda ticks=ticks: next(ticks))
        share = records_drop._Share(30.0)
        assert [share.is_over() for _ in range(3)] == answers


def test_files_that_were_read_are_erased_in_time(drop: Path) -> None:
    leave(drop, "a.csv", PLAIN + row(1))
    read_drops(timezone.now())
    assert forget_drops(before=timezone.now() - timedelta(days=1)) == 0
    assert forget_drops(before=timezone.now() + timedelta(days=1)) == 1
    assert not (drop / "read" / "a.csv").exists()


def test_an_empty_delivery_withdraws_nobody_and_a_good_one_is_heard(csv_source: RecordSource, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN + row(1))
    load(path)
    note_failing(source=csv_source, error="away", now=timezone.now())
    path.write_text(PLAIN)
    load(path)
    assert OutsideRecord.objects.get().withdrawn_at is None
    path.write_text(PLAIN + row(2))
    load(path)
    csv_source.refresh_from_db()
    assert csv_source.failing_since is None and csv_source.last_error == ""


def test_json_of_the_answer_is_one_object(csv_source: RecordSource, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PLAIN + row(1))
    keys = {"rows", "fresh", "changed", "known", "withdrawn", "aside", "refused", "seconds"}
    assert keys <= set(json.loads(json.dumps(load(path), default=str)))

"""The screener is killed in the middle of a delivery: each record is matched once, and no lead is missing or double."""

import csv
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from adsum.management.instruments.service import Service, children_of, command_of, start_service
from adsum.records.rules import Kind, RecordIn
from tests.homes import ready_home

RECORDS, KILLS = 1_200, 2
SOURCE = """
code = "ny-arrests"
title = "New York arrests"
agency = "State police"
adapter = "csv_drop"
states = ["NY"]
kinds = ["arrest"]
covers_since = 2019-01-01
"""
COLUMNS = tuple(RecordIn.__dataclass_fields__)


@pytest.fixture
def own() -> Iterator[Service]:
    with ready_home("screener") as home:
        service = start_service(home, people=60)
        yield service
        service.stop()


def screener_of(service: Service) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for pid in children_of(service.process.pid):
            if "adsum.management.screener" in command_of(pid):
                return pid
        time.sleep(0.1)
    raise AssertionError("no screener runs")


def waiting(service: Service) -> int:
    [(count,)] = service.sql("SELECT count(*) FROM adsum_outsiderecord WHERE screened_at IS NULL")
    return int(count)


def wait_for(service: Service, most: int, seconds: int = 120) -> None:
    """Until no more than so many records wait to be matched."""
    deadline = time.monotonic() + seconds
    while waiting(service) > most:
        assert time.monotonic() < deadline, waiting(service)
        time.sleep(0.1)


def leads(service: Service) -> set[tuple[str, int]]:
    found = service.sql(
        "SELECT r.record_id, l.participant_id FROM adsum_lead l JOIN adsum_outsiderecord r ON r.id = l.record_id"
        " WHERE r.record_id LIKE 'K-%%' AND l.stage <> 'closed'"
    )
    assert len(found) == len(set(found))
    return set(found)


def test_a_killed_screener_loses_and_doubles_nothing(own: Service) -> None:
    wait_for(own, 0)
    people = own.sql("SELECT given_names, surnames, date_of_birth, sex FROM adsum_participant ORDER BY id LIMIT 60")
    list_file, source = own.home / "day.csv", own.home / "source.toml"
    source.write_text(SOURCE)
    with list_file.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(RECORDS):
            given, surnames, born, sex = people[number % len(people)]
            said = RecordIn(f"K-{number}", "1", Kind.ARREST, given, surnames, str(born), sex, "Albany", "NY")
            stranger = replace(said, surnames=f"{surnames}son", date_of_birth="1941-02-03")
            writer.writerow(asdict(stranger if number % 4 else said) | {"urgent": "", "withdrawn": ""})
    assert own.command("records", "source", "add", str(source))["source"] == "ny-arrests"
    assert own.command("records", "load", str(list_file), "--source", "ny-arrests")["fresh"] == RECORDS
    for kill in range(KILLS):
        wait_for(own, RECORDS - (kill + 1) * RECORDS // (KILLS + 2))
        os.kill(screener_of(own), signal.SIGKILL)
    wait_for(own, 0)
    found = leads(own)
    assert len(found) >= RECORDS // 4
    own.sql("UPDATE adsum_outsiderecord SET screened_at = NULL WHERE record_id LIKE 'K-%%'")
    wait_for(own, 0)
    assert leads(own) == found

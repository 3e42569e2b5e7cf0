"""Files of facts: what stands in them, what a table program must not run, and that a kill loses and doubles nothing."""

import csv
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adsum.exchange import file_drop
from adsum.exchange.file_drop import write_due
from adsum.exchange.layouts import CONTEXT
from adsum.ledger.rules import OPERATOR
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.rules import FIELDS, Way
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from tests.factories import NOW, make_office, make_participant
from tests.outbox.told import emit, make_subscriber, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
FACTS = 3


@pytest.fixture
def person(committed: str) -> Participant:
    who = make_participant(make_office(), given_names="=HYPERLINK(1)", surnames="Ñuñez, José")
    change_address(participant=who, given=GivenAddress("9 Elm", "2", "Queens", "NY", "11373"), actor=OPERATOR, now=NOW)
    OutboxEvent.objects.all().delete()
    return who


def told(folder: Path, layout: str, **said: Any) -> Subscriber:
    subscriber = make_subscriber(
        way=Way.FILES, address=str(folder), layout=layout, fields=tuple(FIELDS), why="8 CFR 265.1", **said
    )
    return subscriber


def write(subscriber: Subscriber) -> list[Path]:
    return write_due(subscriber, due=NOW, now=NOW)


def test_a_row_for_each_fact_and_no_formula(person: Participant, tmp_path: Path) -> None:
    subscriber = told(tmp_path, "csv")
    emit(person.pk, person.pk, 999_999)
    numbered(subscriber, FACTS)
    [path] = write(subscriber)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["names"] == "'=HYPERLINK(1), Ñuñez, José"
    assert rows[0]["address"] == "9 Elm, 2, Queens, NY, 11373"
    assert json.loads(rows[1]["data"]) == {"n": 1}
    assert (rows[2]["case_number"], rows[2]["participant"]) == ("", "999999")
    listed = json.loads((tmp_path / f"{path.stem}.list.json").read_text())
    assert listed["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert (listed["facts"], listed["first"], listed["last"]) == (FACTS, 1, FACTS)
    assert not list(tmp_path.glob("*.part"))


def test_in_the_names_of_niem(person: Participant, tmp_path: Path) -> None:
    subscriber = told(tmp_path, "jsonld")
    emit(person.pk)
    numbered(subscriber, 1)
    [path] = write(subscriber)
    said = json.loads(path.read_text())
    assert said["@context"] == CONTEXT
    [activity] = said["@graph"]
    assert activity["nc:ActivityIdentification"] == {"nc:IdentificationID": "1"}
    alien = activity["im:Alien"]
    assert alien["im:AlienNumberIdentification"] == {"nc:IdentificationID": person.case_number}
    assert alien["nc:PersonName"]["nc:PersonSurName"] == "Ñuñez, José"
    assert alien["nc:Address"]["nc:AddressCityName"] == "Queens"
    names = {name.split(":")[0] for name in (*activity, *alien) if ":" in name}
    assert names <= set(CONTEXT)


def test_a_day_without_a_fact_has_a_file_too(committed: str, tmp_path: Path) -> None:
    [path] = write(told(tmp_path, "csv"))
    assert path.read_text().count("\n") == 1
    assert json.loads((tmp_path / f"{path.stem}.list.json").read_text())["facts"] == 0


def test_many_come_in_files_of_bounded_size(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_drop, "MOST_IN_A_FILE", 2)
    subscriber = told(tmp_path, "csv")
    emit(1, 2, 3, 4, 5)
    numbered(subscriber, 5)
    assert [path.read_text().count("\n") - 1 for path in write(subscriber)] == [2, 2, 1]


def test_killed_before_it_is_marked_the_same_is_written_again(
    committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(**_: Any) -> None:
        raise Killed

    subscriber = told(tmp_path, "csv")
    emit(1, 2)
    numbered(subscriber, 2)
    with monkeypatch.context() as patched:
        patched.setattr(file_drop, "mark_delivered", kill)
        with pytest.raises(Killed):
            write(subscriber)
    [first] = tmp_path.glob("*.csv")
    before = first.read_bytes()
    [again] = write(subscriber)
    assert (again, again.read_bytes()) == (first, before)
    assert not OutboxDelivery.objects.filter(delivered_at__isnull=True).exists()


def test_a_full_or_missing_folder_loses_nothing(committed: str, tmp_path: Path) -> None:
    subscriber = told(tmp_path / "gone", "csv")
    emit(1)
    numbered(subscriber, 1)
    with pytest.raises(OSError, match="No such file"):
        write(subscriber)
    assert OutboxDelivery.objects.filter(delivered_at__isnull=True).count() == 1

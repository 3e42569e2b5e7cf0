"""The legacy tracker beside a service of ours: both real, over loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

from django.utils import timezone

from adsum.counterparts.actions import add_counterpart
from adsum.counterparts.models import Counterpart
from adsum.exchange.counterparts import KINDS
from adsum.exchange.hearing import Hearer
from adsum.exchange.secrets import keep_key
from adsum.exchange.speaking import tell_next
from adsum.ledger.rules import OPERATOR
from adsum.outbox.actions import number_events
from adsum.outbox.rules import Described, Way
from adsum.people.models import Participant
from peers.legacy_tracker.deltas import write_delta
from peers.legacy_tracker.faults import Faults
from peers.legacy_tracker.rows import Subject
from peers.legacy_tracker.store import Store
from peers.legacy_tracker.web import Tracker

CALM = Signal()
KEY = "the key"
_CLOCK = "11/23/2026 10:00:00"


class There:
    """The other side: its store, its faults, and a clerk who types."""

    def __init__(self, folder: Path) -> None:
        self.store, self.faults, self.folder = Store(folder / "tracker.sqlite"), Faults(), folder / "out"
        self.folder.mkdir()
        self._numbers = count(1)
        self._tracker = Tracker(0, self.store, self.faults, key=KEY)
        self.address = f"http://127.0.0.1:{self._tracker.server_port}"
        Thread(target=self._tracker.serve_forever, daemon=True).start()

    def knows(self, person: Participant, **columns: Any) -> str:
        """Somebody has opened a file on this person there, as they are known here unless said otherwise."""
        said: dict[str, Any] = {
            "nm": f"{person.surnames}, {person.given_names}".upper(),
            "dob": person.date_of_birth.strftime("%m/%d/%Y"),
            "addr": "123 MAIN ST APT 4",
            "city": "BROOKLYN",
            "st": "NY",
            "zip": "11226",
            "dev": "1",
        }
        number = f"LT-{next(self._numbers):08}"
        self.store.add([Subject(number, person.case_number, **{**said, **columns})], at=_CLOCK)
        return number

    def types(self, number: str, **columns: str) -> Subject:
        """A clerk changes a row."""
        return self.store.change(number, columns, by="clerk", at=_CLOCK)

    def says(self, person: Participant) -> Subject:
        """The row as it is now."""
        found = self.store.find_case(person.case_number)
        assert found is not None
        return found

    def number_of(self, person: Participant) -> str:
        """Its own number of this person."""
        with self.store._lock:
            [found] = self.store._database.execute("SELECT subj_no FROM subject WHERE a_no = ?", [person.case_number])
        return str(found[0])

    def writes_file(self) -> Path:
        """Tonight's."""
        return write_delta(self.store, self.folder, self.faults, now=timezone.now())

    def forgets(self, person: Participant) -> None:
        """Its row is lost, and no log says so."""
        with self.store._writing() as database:
            database.execute("DELETE FROM subject WHERE a_no = ?", [person.case_number])

    def is_written_past_the_door(self, person: Participant, **columns: Any) -> None:
        """A job of theirs writes a row, with nobody to look at what it writes."""
        number = self.number_of(person)
        with self.store._writing():
            self.store._set(replace(self.store._find(number), **columns), [], by="", at="")

    def is_tampered(self, person: Participant, **columns: Any) -> None:
        """A row is another one now, and no log says so."""
        self.is_written_past_the_door(person, **columns)
        with self.store._writing() as database:
            database.execute("DELETE FROM change WHERE by = ''")

    def close(self) -> None:
        """Gone."""
        self._tracker.shutdown()
        self._tracker.server_close()
        self.store.close()


@contextmanager
def legacy_tracker(folder: Path) -> Iterator[There]:
    """One that nobody has entered anybody in."""
    there = There(folder)
    yield there
    there.close()


def make_counterpart(address: str, folder: Path, code: str = "tracker") -> Counterpart:
    """Our side of it."""
    keep_key(code, KEY)
    described = Described(code, "Legacy tracker", Way.TWINS, address, kinds=KINDS, why="The agency's file")
    said = {"adapter": "legacy", "folder": str(folder)}
    return add_counterpart(described=described, **said, actor=OPERATOR, now=timezone.now())


def speak(counterpart: Counterpart) -> Hearer:
    """Both sides say what they have to say, until nothing waits that can go out now."""
    hearer = Hearer(counterpart)
    hearer.read_changes(CALM)
    number_events(subscriber_id=counterpart.subscriber_id, now=timezone.now())
    while tell_next(counterpart.subscriber, hearer, CALM):
        pass
    hearer.read_changes(CALM)
    return hearer

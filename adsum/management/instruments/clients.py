"""All clients of a torture: phones, of which more come all the time, and desks."""

import time
from collections.abc import Iterator
from random import Random
from threading import Event, Thread

from adsum.management.instruments.browser import Browser, Line
from adsum.management.instruments.desks import Desk
from adsum.management.instruments.people import Person, enrol_people
from adsum.management.instruments.phones import Phone
from adsum.management.instruments.receipts import Verifier
from adsum.management.instruments.record import Record
from adsum.management.instruments.service import Service

PEOPLE, PHONES_AT_FIRST, DESKS = 40, 12, 2
LAST_WORDS_SECONDS = 40


class Clients:
    """Whoever uses the service, each in a thread of its own with its own chance, drawn from the seed."""

    def __init__(self, service: Service, record: Record, line: Line, seed: int) -> None:
        self._service, self._record, self._line, self._seed = service, record, line, seed
        self._stop, self._at_work = Event(), list[Thread]()
        self._waiting = self._phones(enrol_people(service, PEOPLE))

    def start(self) -> None:
        """The first phones and all desks begin."""
        for _ in range(PHONES_AT_FIRST):
            self.let_one_in()
        for number, access in enumerate(self._service.sign_ins[-DESKS:]):
            self._begin(Desk(access, self._browser(), self._record, self._random(-1 - number), self._stop))

    def let_one_in(self) -> None:
        """One more person begins, while there are some."""
        if (phone := next(self._waiting, None)) is not None:
            self._begin(phone)

    def finish(self) -> None:
        """No new check-ins; what is on its way is brought to its end."""
        self._stop.set()
        deadline = time.monotonic() + LAST_WORDS_SECONDS
        for client in self._at_work:
            client.join(max(0.0, deadline - time.monotonic()))

    def _begin(self, client: Thread) -> None:
        self._at_work.append(client)
        client.start()

    def _phones(self, people: list[Person]) -> Iterator[Phone]:
        verifier = Verifier(self._service.home)
        for number, person in enumerate(people):
            yield Phone(person, self._browser(), self._record, verifier, self._random(number), self._stop)

    def _browser(self) -> Browser:
        return Browser(self._service.port, self._line)

    def _random(self, number: int) -> Random:
        return Random(self._seed * 1_000 + number)  # noqa: S311 - chance for tests

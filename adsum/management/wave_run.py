"""A simulated wave: made-up people come in through the real actions and pages, by a clock of its own.

The gateway, the post and the phones are played here; everything that Adsum does about them is Adsum's own. Nothing is
committed by this: whoever runs it decides whether the people stay.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.test import Client

from adsum.checkins.actions import submit_report
from adsum.checkins.rules import ReportContent
from adsum.enrolment.actions import activate_device, enrol_wave, issue_invitation
from adsum.enrolment.queries import find_wave, invited_by_code, listed_people
from adsum.enrolment.rules import CASE_DIGITS, COLUMNS, ActivationAnswer, Row
from adsum.funnel.actions import take_steps
from adsum.funnel.queries import funnel_of
from adsum.funnel.rules import GROUPINGS, Failed, Step, StepTaken, read_device
from adsum.ledger.rules import OPERATOR, RULES, STRANGER
from adsum.management.wave_lives import (
    Fate,
    Faults,
    Life,
    Phone,
    Post,
    draw_lives,
    fate_of,
    find_differences,
    together_on_one_phone,
    true_funnel,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adsum.offices.models import FieldOffice
    from adsum.people.models import Participant

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPREAD = 6 * HOUR  # over which the invitations go out
GIVES_UP_AFTER = 3  # refusals in a row
Deed = Callable[[datetime], None]


class ByActions:
    """The way in without pages: the same actions, with the simulated time."""

    def __init__(self, person: Participant) -> None:
        self._person = person

    def open_link(self, code: str, phone: Phone, at: datetime) -> None:
        """Open the link of an invitation."""
        who = invited_by_code(typed_code=code, seen_by=RULES)
        take_steps(steps=[StepTaken(who, Step.OPENED, read_device(phone.agent))], actor=STRANGER, now=at)

    def try_code(self, code: str, life: Life, born_off: timedelta, at: datetime) -> bool:
        """Type the code and a date of birth; whether it opened."""
        tried = activate_device(
            typed_code=code,
            born=life.born + born_off,
            from_file=self._person.case_number[-CASE_DIGITS:],
            network=f"simulated-{life.number}",
            browser=life.trying.agent,
            now=at,
        )
        return tried.answer is ActivationAnswer.IN

    def tell_problem(self, failed: Failed, phone: Phone, at: datetime) -> None:
        """The page's script says what does not work."""
        self._take(Step.READY, phone, at, failed)

    def get_ready(self, failed: str, phone: Phone, at: datetime) -> None:
        """Language, place, photo."""
        if failed:
            self._take(Step.READY, phone, at, failed)
        self._take(Step.READY, phone, at)

    def practice(self, phone: Phone, at: datetime) -> None:
        """The check-in that is none."""
        self._take(Step.PRACTICED, phone, at)

    def check_in(self, phone: Phone, at: datetime) -> None:
        """The first check-in."""
        submit_report(participant=self._person, key=uuid4(), content=ReportContent(lives_there=True), now=at)

    def _take(self, step: Step, phone: Phone, at: datetime, failed: str = "") -> None:
        device = read_device(phone.agent, network=phone.network)
        taken = StepTaken(self._person.pk, step, device, failed=failed)
        take_steps(steps=[taken], actor=self._person.as_actor(), now=at)


class ByPages:
    """The same through the pages, over HTTP as Django's own client speaks it; its time is the real one."""

    def __init__(self, browser: Client, number: int) -> None:
        self._browser = browser
        self._from = f"10.{number // 62_500 % 250}.{number // 250 % 250}.{number % 250 + 1}"

    def open_link(self, code: str, phone: Phone, at: datetime) -> None:
        """As in `ByActions`; a preview of the link is drawn before, which counts for nothing."""
        self._ask("get", f"/start/{code}/", Phone("WhatsApp/2.23.20.0 A", "", "", ""))
        self._ask("get", f"/start/{code}/", phone)

    def try_code(self, code: str, life: Life, born_off: timedelta, at: datetime) -> bool:
        """As in `ByActions`."""
        born = life.born + born_off
        form = {"code": code, "born_day": born.day, "born_month": born.month, "born_year": born.year}
        form["from_file"] = life.case_number[-3:]
        return bool(self._ask("post", "/start/", life.trying, form) == 302)

    def tell_problem(self, failed: Failed, phone: Phone, at: datetime) -> None:
        """As in `ByActions`."""
        self._ask("post", "/get-ready/problems/", phone, {"failed": failed.value, "network": phone.network})

    def get_ready(self, failed: str, phone: Phone, at: datetime) -> None:
        """As in `ByActions`."""
        self._ask("post", "/get-ready/", phone, {"failed": failed, "network": phone.network})

    def practice(self, phone: Phone, at: datetime) -> None:
        """As in `ByActions`."""
        self._ask("post", "/get-ready/practice/", phone)

    def check_in(self, phone: Phone, at: datetime) -> None:
        """As in `ByActions`."""
        self._ask("post", "/check-in/", phone, {"lives_there": "yes"})

    def _ask(self, method: str, path: str, phone: Phone, form: dict[str, Any] | None = None) -> int:
        asked = getattr(self._browser, method)(path, form or {}, HTTP_USER_AGENT=phone.agent, REMOTE_ADDR=self._from)
        status: int = asked.status_code
        if status >= 500 or status == 404:
            raise RuntimeError(f"{path} answered {status}")
        return status


@dataclass
class WaveRun:
    """The wave of one office: who is in it, what happens next, until nothing more happens."""

    office: FieldOffice
    lives: Sequence[Life]
    faults: Faults
    now: datetime
    by_pages_every: int = 10
    name: str = "simulated wave"
    counted: dict[str, int] = field(default_factory=lambda: {"deeds": 0, "by_pages": 0})

    def __post_init__(self) -> None:
        self._due: list[tuple[datetime, int, Deed]] = []
        self._turns = count()

    def run(self) -> None:
        """Enrol everybody, send the invitations, and live until the last one is through."""
        people = self.enrol()
        for turn, sharing in enumerate(together_on_one_phone(list(self.lives))):
            browser = Client(SERVER_NAME="localhost") if turn % self.by_pages_every == 0 else None
            for place, life in enumerate(sharing):
                person = people[life.case_number]
                way = ByPages(browser, life.number) if browser else ByActions(person)
                self.counted["by_pages"] += browser is not None
                sent_at = self.now + SPREAD * (life.number / len(self.lives)) + place * 10 * DAY
                self.plan(sent_at, Sending(self, life, person, way).send)
        self.live()

    def live(self) -> None:
        """Let everything that is planned happen, in its order."""
        while self._due:
            self.now, _, deed = heapq.heappop(self._due)
            deed(self.now)
            self.counted["deeds"] += 1

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is planned."""
        return not self._due

    def plan(self, at: datetime, deed: Deed) -> None:
        """Let this happen then."""
        heapq.heappush(self._due, (at, next(self._turns), deed))

    def people(self) -> QuerySet[Participant]:
        """Everybody of this wave."""
        wave = find_wave(name=self.name, seen_by=OPERATOR)
        return listed_people(wave_id=wave.pk if wave else 0, seen_by=OPERATOR)

    def row_of(self, life: Life) -> Row:
        """This life in the agency's list."""
        return make_row(life, self.office)

    def enrol(self) -> dict[str, Participant]:
        """Enrol all lives; returns their people by case number."""
        rows = [self.row_of(life) for life in self.lives]
        enrol_wave(rows=rows, office=self.office, name=self.name, actor=OPERATOR, now=self.now)
        return {person.case_number: person for person in self.people()}


def make_row(life: Life, office: FieldOffice, **changed: str) -> Row:
    """A clean row of an agency's list for this life, but for what is `changed`."""
    values = {
        "case_number": life.case_number,
        "given_names": "Maria",
        "surnames": f"Simulated {life.number}",
        "date_of_birth": life.born.isoformat(),
        "language": life.language,
        "phone": "+12125550123",
        "address": f"{life.number + 1} Main St",
        "unit": "Apt 1",
        "city": "Brooklyn",
        "state": "NY",
        "postal_code": "11226",
        "field_office": office.code,
        "level": "check-in",
        "interval_days": "28",
    }
    return Row(life.number + 2, {**dict.fromkeys(COLUMNS, ""), **values, **changed})


@dataclass
class Sending:
    """One person's invitation on its way over a gateway that fails, and what they do when it is there."""

    wave: WaveRun
    life: Life
    person: Participant
    way: ByActions | ByPages
    refused: int = 0

    def send(self, at: datetime) -> None:
        """Give it to the gateway, which may answer 500; then again a while later, and at last no more."""
        if self.life.post is Post.REFUSED and self.refused == GIVES_UP_AFTER:
            self._take(at, Step.INVITED, "sms", Failed.GATEWAY_REFUSED)
        elif self.life.post is Post.REFUSED or self.refused < self.life.errors:
            self.refused += 1
            self.wave.plan(at + MINUTE * 2**self.refused, self.send)
        else:
            code = issue_invitation(participant=self.person, actor=RULES, now=at, channel="sms")
            self._went(code, at)

    def _went(self, code: str, at: datetime) -> None:
        post, plan = self.life.post, self.wave.plan
        if post in (Post.BAD_ADDRESS, Post.BAD_THEN_LETTER):
            plan(at + MINUTE, lambda then: self._take(then, Step.DELIVERED, "sms", Failed.ADDRESS_NOT_FOUND))
        if post is Post.BAD_THEN_LETTER:
            plan(at + 2 * DAY, self._write)
        if post in (Post.ARRIVES, Post.LATE_RECEIPT):
            late = 5 * HOUR if post is Post.LATE_RECEIPT else MINUTE
            plan(at + late, lambda then: self._take(then, Step.DELIVERED, "sms"))
            plan(at + 10 * MINUTE, lambda then: self.read(code, then))

    def _write(self, at: datetime) -> None:
        code = issue_invitation(participant=self.person, actor=RULES, now=at, channel="letter")
        self._take(at, Step.DELIVERED, "letter")
        self.wave.plan(at + 3 * DAY, lambda then: self.read(code, then))

    def _take(self, at: datetime, step: Step, channel: str, failed: str = "") -> None:
        taken = StepTaken(self.person.pk, step, failed=failed, channel=channel)
        take_steps(steps=[taken], actor=RULES, now=at)

    def read(self, code: str, at: datetime) -> None:
        """The person has it in hand."""
        life = self.life
        if life.opens and life.by_link:
            self.way.open_link(code, life.phone, at)
        if life.opens and life.tries:
            self.wave.plan(at + 5 * MINUTE, lambda then: self._try(code, then))

    def _try(self, code: str, at: datetime) -> None:
        for turn in range(self.life.wrong):
            self.way.try_code(code, self.life, DAY, at + turn * MINUTE)
        if self.life.gives_up:
            return
        if not self.way.try_code(code, self.life, timedelta(0), at + self.life.wrong * MINUTE):
            raise RuntimeError(f"the right code did not let life {self.life.number} in")
        self.wave.plan(at + 10 * MINUTE, self._prepare)

    def _prepare(self, at: datetime) -> None:
        life, faults, way = self.life, self.wave.faults, self.way
        device = life.trying
        if device.browser == faults.broken_browser:
            way.tell_problem(Failed.SCRIPT_ERROR, device, at)
            return
        if life.readies:
            way.get_ready(Failed.LOCATION_UNSUPPORTED if device.browser in faults.no_location else "", device, at)
            if life.practices:
                way.practice(device, at + MINUTE)
        if life.checks_in:
            self.wave.plan(at + DAY, lambda then: way.check_in(device, then))


def simulate_wave(
    *,
    office: FieldOffice,
    people: int,
    now: datetime,
    faults: Faults | None = None,
    seed: int = 1,
    by_pages_every: int = 10,
) -> tuple[WaveRun, dict[str, list[str]]]:
    """Run a wave, and hold the funnel against the truth: where they differ, by grouping. All empty is equal."""
    faults = faults or Faults()
    wave = WaveRun(office, draw_lives(people, faults=faults, seed=seed), faults, now, by_pages_every)
    wave.run()
    return wave, compare_with_truth(wave, [fate_of(life, faults) for life in wave.lives])


def compare_with_truth(wave: WaveRun, fates: Sequence[Fate]) -> dict[str, list[str]]:
    """Where the funnel's figures differ from what these lives were, by grouping."""
    return {
        by: find_differences(funnel_of(people=wave.people(), seen_by=OPERATOR, by=by), true_funnel(fates, by=by))
        for by in ("", *GROUPINGS)
    }

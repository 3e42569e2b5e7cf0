"""A simulated wave in its real stages: real messages, letters and verdicts, a played gateway, a clock of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.test import Client

from adsum.checkins.actions import settle_heard
from adsum.core.ids import read_code
from adsum.ledger.rules import OPERATOR
from adsum.management.messaging import send_batch
from adsum.management.wave_lives import Faults, Life, Post, draw_lives, staged_fate_of
from adsum.management.wave_run import (
    DAY,
    HOUR,
    MINUTE,
    ByActions,
    ByPages,
    Sending,
    WaveRun,
    compare_with_truth,
    make_row,
)
from adsum.notices.rules import Channel, Fate, Heard, Outgoing, Tried
from adsum.waves.actions import (
    WaveRefused,
    follow_invitations,
    go_on,
    judge_stages,
    note_page_time,
    post_batch,
    print_batch,
    start_stage,
)
from adsum.waves.queries import batches_of, stages_of, verdicts_of, waves_of
from adsum.waves.rules import Answer

if TYPE_CHECKING:
    from adsum.enrolment.rules import Row
    from adsum.offices.models import FieldOffice
    from adsum.waves.models import Stage, Verdict

CAN = (Channel.SMS, Channel.LETTER)
PAGE_MS = 80
DOWN_EVERY = 5  # each fifth call to the gateway is answered with a 500
HOLDS_FOR_GOOD = 5 * DAY  # longer than people have time to become active: no new reason comes after that
LOOKED_AT, SMALL = 4 * DAY, 100  # of fewer people, two accidents of a kind are a class of errors
TOO_FEW = "With more people it might be enough"


@dataclass
class Gateway:
    """Takes texts as the lives say: some for later, some never; a receipt comes late, or not at all."""

    wave: StagedRun
    calls: int = 0
    refused: Counter[int] = field(default_factory=Counter)

    def send(self, batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
        """The answer for each message of a batch."""
        self.calls += 1
        if self.calls % DOWN_EVERY == 0:
            return [Tried(one, Fate.AWAY, "answered 500") for one in batch]
        return [Tried(one, self._take(one, now)) for one in batch]

    def _take(self, text: Outgoing, now: datetime) -> Fate:
        sending = self.wave.by_phone.get(text.to)
        if sending is None or not text.secret:  # a reminder, or to somebody beside the wave: it simply arrives
            return Fate.SENT
        life = sending.life
        if life.post is not Post.REFUSED and self.refused[life.number] < life.errors:
            self.refused[life.number] += 1
            return Fate.REFUSED
        self.wave.texted.add(life.number)
        if life.post is Post.REFUSED:
            return Fate.REFUSED
        if life.post in (Post.BAD_ADDRESS, Post.BAD_THEN_LETTER):
            return Fate.IMPOSSIBLE
        if life.post is not Post.DROPPED:
            late = 5 * HOUR if life.post is Post.LATE_RECEIPT else MINUTE
            heard = Heard(text.message_id, delivered=True)
            self.wave.plan(now + late, lambda then: void(settle_heard(heard=[heard], now=then)))
            self.wave.plan(now + 10 * MINUTE, lambda then: sending.read(text.secret, then))
        return Fate.SENT


def void(_: object) -> None:
    """Nobody asks for this answer."""


@dataclass
class StagedRun(WaveRun):
    """The wave of one office, stage by stage, with a supervisor who only lets go on what is too small to be sure of."""

    by_phone: dict[str, Sending] = field(default_factory=dict)
    texted: set[int] = field(default_factory=set)
    posted: set[int] = field(default_factory=set)
    let_go_on: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.gateway = Gateway(self)

    def run(self) -> None:
        """Enrol everybody, start the first stage, and work until the wave is done or holds for good."""
        people = self.enrol()
        sharing = {life.number for life in self.lives if life.shares_with_next}
        for life in self.lives:
            person = people[life.case_number]
            alone = not {life.number, life.number - 1} & sharing
            by_pages = alone and life.number % self.by_pages_every == 0
            way = ByPages(Client(SERVER_NAME="localhost"), life.number) if by_pages else ByActions(person)
            self.counted["by_pages"] += by_pages
            self.by_phone[_phone_of(life)] = Sending(self, life, person, way)
        wave = waves_of(seen_by=OPERATOR).get(name=self.name, office=self.office)
        self._wave_id, self._began = wave.pk, self.now
        start_stage(wave=wave, number=1, actor=OPERATOR, can=CAN, now=self.now)
        self.plan(self.now, self._work)
        self.live()

    def row_of(self, life: Life) -> Row:
        """Everybody with a phone of their own; whom no text and no letter reaches has no address."""
        no_letter = {"address": "UNKNOWN", "unit": ""} if life.post in (Post.BAD_ADDRESS, Post.REFUSED) else {}
        return make_row(life, self.office, phone=_phone_of(life), **no_letter)

    def stages(self) -> list[Stage]:
        """The stages that have begun."""
        return list(stages_of(wave_id=self._wave_id, seen_by=OPERATOR).select_related("wave__office"))

    def verdicts(self) -> list[Verdict]:
        """What was found about the stages, in order."""
        return list(verdicts_of(stage_ids=[one.pk for one in self.stages()], seen_by=OPERATOR))[::-1]

    def _work(self, at: datetime) -> None:
        """What the worker, the post room and the supervisor do at one moment."""
        while tried := send_batch(Channel.SMS, at, send=self.gateway.send, clock=lambda: at):
            if all(one.fate is Fate.AWAY for one in tried):
                break
        follow_invitations(can=CAN, now=at)
        self._post_letters(at)
        note_page_time(took_ms=PAGE_MS, now=at)
        judge_stages(can=CAN, now=at)
        last = self.verdicts()[-1]
        if last.answer == Answer.HOLD and _is_accident(last, at):
            go_on(stage=self.stages()[-1], words="Few people, and most are in.", actor=OPERATOR, can=CAN, now=at)
            self.let_go_on += 1
        is_over = last.answer == Answer.DONE or (last.answer == Answer.HOLD and at - last.at > HOLDS_FOR_GOOD)
        if not is_over or not self.is_quiet:
            self.plan(at + self._pause(at), self._work)

    def _pause(self, at: datetime) -> timedelta:
        """Often while messages go, then seldom."""
        since = at - self.stages()[-1].started_at
        if since < 2 * HOUR:
            return 30 * MINUTE
        return 2 * HOUR if since < 20 * HOUR else 6 * HOUR

    def _post_letters(self, at: datetime) -> None:
        by_person = {one.person.pk: one for one in self.by_phone.values()}
        for stage in self.stages():
            with suppress(WaveRefused):
                for letter in print_batch(stage=stage, actor=OPERATOR, now=at):
                    self._mail(by_person[letter.participant.pk], read_code(letter.sheet["code"]), at)
        for batch in batches_of(wave_id=self._wave_id, seen_by=OPERATOR).filter(posted_at__isnull=True):
            post_batch(batch=batch, actor=OPERATOR, now=at)
        follow_invitations(can=CAN, now=at)

    def _mail(self, sending: Sending, code: str, at: datetime) -> None:
        self.posted.add(sending.life.number)
        self.plan(at + 3 * DAY, lambda then: sending.read(code, then))


def _is_accident(held: Verdict, at: datetime) -> bool:
    """Whether a supervisor would let it go on: too few to be sure, or a small stage that no group has fallen behind
    in, looked at for days."""
    if all(TOO_FEW in why["words"] for why in held.reasons):
        return True
    is_group = any(why["key"].startswith("group:") for why in held.reasons)
    return held.figures["people"] < SMALL and not is_group and at - held.at > LOOKED_AT


def _phone_of(life: Life) -> str:
    """Of an area in which nobody else of a demo or bench has a phone."""
    return f"+1{312 + life.number // 10_000}555{life.number % 10_000:04d}"


def simulate_stages(
    *, office: FieldOffice, people: int, now: datetime, faults: Faults, seed: int = 1, by_pages_every: int = 10
) -> tuple[StagedRun, dict[str, list[str]]]:
    """Run a wave through its stages, and hold the funnel against the truth, as `simulate_wave` does."""
    wave = StagedRun(office, draw_lives(people, faults=faults, seed=seed), faults, now, by_pages_every)
    wave.run()
    fates = [
        staged_fate_of(life, faults, texted=life.number in wave.texted, posted=life.number in wave.posted)
        for life in wave.lives
    ]
    return wave, compare_with_truth(wave, fates)

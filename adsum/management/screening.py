"""One turn of the screener: new records against all people, new people against all records, checks that are due."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from adsum.ledger.rules import RULES
from adsum.management.lead_words import people_told
from adsum.management.model_review import DELIVERED, review_models, weights_of
from adsum.management.record_checks import make_checks, sources_now
from adsum.policies.queries import in_force
from adsum.records.actions import add_found, end_screening, mark_watched, set_poison, take_found
from adsum.records.matching.living import Found, build
from adsum.records.matching.population import Description
from adsum.records.past_queries import (
    describe_people,
    describe_records,
    model_in_use,
    people_gone_since,
    people_not_watched,
    people_with_leads_to_judge,
    records_described,
    records_to_screen,
    watched_as,
)
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import leads_found_since, open_screening

if TYPE_CHECKING:
    from adsum.records.models import OutsideRecord, Screening

log = structlog.get_logger(__name__)

AT_ONCE = 200
IDLE_SECONDS = 2.0
LOOK_EVERY = timedelta(seconds=20)
LOOK_BACK = timedelta(minutes=5)  # a transaction that began before the last look may have ended after it


def keep_screening() -> None:
    """Take turns for ever. A database that is away is waited for; what was not kept waits there for the next turn."""
    screener: Screener | None = None
    while True:
        try:
            close_old_connections()
            screener = screener or Screener(timezone.now())
            if not screener.turn(timezone.now()):
                time.sleep(IDLE_SECONDS)
        except DatabaseError as error:
            log.warning("screener.database-away", error=type(error).__name__)
            screener = None
            time.sleep(IDLE_SECONDS)


class Screener:
    """Everybody in memory, and the records that hold; built anew each night, kept up to date in between."""

    def __init__(self, now: datetime) -> None:
        self.build(now)

    def build(self, now: datetime) -> None:
        """Read everybody; who is not described as when they were last matched is to be matched again."""
        self.people, self.shelf = build(()), build(())  # what was read before goes first: memory never holds both
        model = model_in_use(seen_by=RULES)
        self.model = model.name if model else DELIVERED
        self.built_at, self.looked_at = now, now - LOOK_EVERY
        everybody = {int(person.key): person for person in describe_people(seen_by=RULES)}
        self.people = build(everybody.values(), weights=weights_of(model) if model else None, with_kinds=True)
        self.shelf = build(describe_records(seen_by=RULES))
        known = watched_as(seen_by=RULES)
        self.to_match = [pk for pk, person in everybody.items() if pk in known and known[pk] != digest_of(person)]

    def turn(self, now: datetime) -> int:
        """Do a share of what waits; returns how much was done, 0 when nothing waits.

        Reading everybody anew takes minutes: a night that begins in a turn ends in a later one, by the clock of that.
        """
        night = open_screening(seen_by=RULES)
        begins = night is not None and night.started_at > self.built_at
        if begins:
            self.build(now)
            review_models(self.people, now)
        self._follow_people(now)
        done = begins + self.screen_records(now) + self.screen_people(now) + make_checks(now)
        if night and not done and not self.to_match:
            self._end_night(night, now)
        return done

    def _end_night(self, night: Screening, now: datetime) -> None:
        """Everybody has been held against everything: the dated check of those who did not report."""
        sources = {code: {"heard": how} for code, how in sources_now(now).items()}
        people, records = len(self.people), len(self.shelf)
        leads = leads_found_since(moment=night.started_at, seen_by=RULES)
        end_screening(screening=night, people=people, records=records, leads=leads, sources=sources, now=now)

    def _follow_people(self, now: datetime) -> None:
        """Who has left and who is new; a look at all of them, so not each second."""
        if now - self.looked_at < LOOK_EVERY or self.to_match:
            return
        self._follow_model()
        for person in people_gone_since(moment=self.looked_at - LOOK_BACK, seen_by=RULES):
            self.people.drop(str(person))
        fresh = people_not_watched(most=AT_ONCE, seen_by=RULES)
        self.looked_at = now if len(fresh) < AT_ONCE else now - LOOK_EVERY
        self.to_match = list(dict.fromkeys([*self.to_match, *fresh]))

    def _follow_model(self) -> None:
        """Another version was switched on: judge by it, and let what waits for a person be told by it."""
        model = model_in_use(seen_by=RULES)
        name = model.name if model else DELIVERED
        if model and name != self.model:
            self.model = name
            self.people.use(weights_of(model))
            self.to_match = people_with_leads_to_judge(seen_by=RULES)

    def screen_records(self, now: datetime) -> int:
        """New and corrected records against everybody. One that breaks the engine is set aside and stops no other."""
        some = records_to_screen(most=AT_ONCE, seen_by=RULES)
        found: list[tuple[OutsideRecord, Found]] = []
        for outside, record in some:
            try:
                self.shelf.put(record)
                found.append((outside, self.people.candidates(record, least=_least(now))))
            except Exception as error:  # whatever is in a record, the next one must have its turn
                log.exception("record.poison", record=outside.pk)
                set_poison(record_id=outside.pk, why=f"{type(error).__name__}: {error}", now=now)
        told = people_told([answer for _, answer in found])
        for outside, answer in found:
            take_found(
                record_id=outside.pk,
                identity=outside.identity,
                found=told(answer),
                crowd=answer.too_many,
                model=self.model,
                now=now,
            )
        return len(some)

    def screen_people(self, now: datetime) -> int:
        """New and changed participants against all records."""
        some, self.to_match = self.to_match[:AT_ONCE], self.to_match[AT_ONCE:]
        people = list(describe_people(of=some, seen_by=RULES)) if some else []
        for person in people:
            self.people.put(person)
        if people:
            mark_watched(described={int(person.key): self._hold(person, now) for person in people}, now=now)
        return len(some)

    def _hold(self, person: Description, now: datetime) -> str:
        """Hold one person against all records near them; the digest of what was compared, "" where that broke.

        Who breaks the engine stops nobody else; their checks say that nothing has answered, and each night tries again.
        """
        try:
            near = [int(key) for key in self.shelf.near(person)]
            for record in records_described(of=near, seen_by=RULES):
                self._meet(person, record, now)
        except DatabaseError:
            raise
        except Exception:
            log.exception("person.not-matched", person=person.key)
            return ""
        return digest_of(person)

    def _meet(self, person: Description, record: Description, now: datetime) -> None:
        found = self.people.candidates(record, least=_least(now))
        for one in people_told([found])(found):
            if one.participant_id == int(person.key):
                add_found(record_id=int(record.key), found=one, model=self.model, now=now)


def digest_of(person: Description) -> str:
    """A digest of all that is compared of a person."""
    return sha256("\x1f".join(asdict(person).values()).encode()).hexdigest()[:32]


def _least(now: datetime) -> float:
    return in_force(RecordsPolicy, now=now).least_percent / 100

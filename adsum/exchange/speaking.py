"""Telling another system what our file says of people whose facts wait, so that its own file says so, too."""

from __future__ import annotations

import random
import time
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone

from adsum.counterparts.actions import compare_again, hear_rows
from adsum.counterparts.queries import find_twin
from adsum.exchange.adapting import Answered, Away, Behind
from adsum.ledger.rules import RULES
from adsum.outbox.actions import mark_delivered, mark_refused
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import facts_to_send
from adsum.outbox.rules import refuses_everything
from adsum.people.queries import participants
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event as Signal

    from adsum.counterparts.models import Twin
    from adsum.counterparts.rules import Row
    from adsum.exchange.hearing import Hearer
    from adsum.outbox.models import Subscriber
    from adsum.outbox.rules import Owed

MOST_TRIES = 3  # of one message, where their row changes while we speak
LONGEST_BATCH_SECONDS = 2.0


def tell_next(subscriber: Subscriber, hearer: Hearer, stop: Signal) -> int:
    """One batch of facts; returns how many were tried. Several about one person are told once. Raises Away."""
    started, deadline = timezone.now(), time.monotonic() + LONGEST_BATCH_SECONDS
    by_person: dict[int, list[Owed]] = {}
    for fact in facts_to_send(subscriber_id=subscriber.pk, at=started, seen_by=RULES):
        by_person.setdefault(fact.participant_id, []).append(fact)
    policy, told, in_a_row = in_force(OutboxPolicy, now=started), 0, 0
    for person, facts in by_person.items():
        try:
            tell_of(person, hearer, anew=any(fact.body.get("anew") for fact in facts))
        except Answered as refusal:
            in_a_row += 1
            said, chance = str(refusal), random.random()  # noqa: S311
            number, now = facts[0].number, timezone.now()
            mark_refused(subscriber_id=subscriber.pk, number=number, error=said, chance=chance, now=now)
            if refuses_everything(in_a_row, policy=policy):
                raise Away(f"refuses everything: {refusal}") from refusal
        else:
            in_a_row = 0
            numbers = [fact.number for fact in facts]
            mark_delivered(subscriber_id=subscriber.pk, numbers=numbers, now=timezone.now())
        told += 1
        if stop.is_set() or time.monotonic() > deadline:
            break
    return told


def tell_of(person: int, hearer: Hearer, *, anew: bool) -> None:
    """Their file on this person says what ours says, or a person is asked. Raises Away or Answered.

    Who has no file there is not made one: that is theirs to do, and a look at both files whole names it.
    """
    twin = find_twin(counterpart_id=hearer.counterpart.pk, participant_id=person, seen_by=RULES)
    if twin is None or anew:
        twin = _read_anew(person, hearer, anew=anew)
    for _ in range(MOST_TRIES):
        if twin is None:
            return
        said = compare_again(twin_id=twin.pk, read=hearer.adapter.read_values, now=timezone.now())
        values = {step.field.name: step.ours for step in said}
        if not values:
            return
        try:
            row = _put(twin, values, hearer)
            _hear(row, hearer, sent=values)
            return
        except Behind as behind:
            _hear(behind.row, hearer, sent={})
        twin = find_twin(counterpart_id=hearer.counterpart.pk, participant_id=person, seen_by=RULES)
    raise Answered("their row changes while we speak")


def _read_anew(person: int, hearer: Hearer, *, anew: bool) -> Twin | None:
    who = participants(seen_by=RULES).filter(pk=person).first()
    row = hearer.line.row_of(who.case_number) if who else None
    if row is not None:
        _hear(row, hearer, sent={}, anew=anew)
    return find_twin(counterpart_id=hearer.counterpart.pk, participant_id=person, seen_by=RULES)


def _put(twin: Twin, values: Mapping[str, str], hearer: Hearer) -> Row:
    columns = hearer.adapter.write_values(values)
    known = sha256(f"{twin.number} {twin.revision} {sorted(columns.items())}".encode()).hexdigest()[:32]
    return hearer.line.put(twin.number, revision=twin.revision, columns=columns, name=known)


def _hear(row: Row, hearer: Hearer, *, sent: Mapping[str, str], anew: bool = False) -> None:
    read, now = hearer.adapter.read_values, timezone.now()
    hear_rows(counterpart=hearer.counterpart, rows=[row], read=read, now=now, sent=sent, anew=anew)

"""Both files looked at whole: what differs is named, with what would mend it; a person says whether it is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

from adsum.counterparts.actions import Found, keep_reconciliation, let_go, put_off_reconciling
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.counterparts.queries import changed_here, not_there, open_questions_of, twins_about
from adsum.counterparts.rules import FIELDS, Differs, Move, is_cut_short, steps, values_of
from adsum.exchange.comparing import Comparison
from adsum.ledger.rules import RULES
from adsum.outbox.actions import number_events
from adsum.outbox.queries import people_waited_for
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from threading import Event as Signal

    from adsum.counterparts.models import Reconciliation
    from adsum.exchange.hearing import Hearer
    from adsum.ledger.rules import Actor

AT_ONCE = 2_000
MOST_NAMED = 10_000


def reconcile(hearer: Hearer, *, actor: Actor, stop: Signal) -> Reconciliation:
    """Compare both files and keep what was found: nothing is mended by it. Raises Away or Answered, and keeps nothing.

    What is on its way is no difference: their log is read to its end first, and people of whom a fact waits are left.
    """
    started, counterpart = time.monotonic(), hearer.counterpart
    hearer.read_changes(stop)
    number_events(subscriber_id=counterpart.subscriber_id, now=timezone.now())
    look = Comparison(hearer)
    look.run()
    found, percent = look.found, in_force(CounterpartsPolicy, now=timezone.now()).few_rows_percent
    cut_short = is_cut_short(known=look.here, shown=look.there, percent=percent)
    if cut_short:
        found = [one for one in found if one.kind is not Differs.GONE]
    else:
        let_go(counterpart_id=counterpart.pk, case_numbers=look.gone_strangers, actor=actor, now=timezone.now())
    found += _unsent(hearer, {one.case_number for one in found})
    missing = not_there(counterpart=counterpart, most=MOST_NAMED, seen_by=RULES)
    named = {one.case_number for one in found}
    found += [Found(number, Differs.NOT_THERE) for _, number in missing if number not in named]
    figures = {
        "seconds": round(time.monotonic() - started, 3),
        "here": look.here,
        "there": look.there,
        "ranges": look.ranges,
        "rows_read": look.rows_read,
        "cut_short": cut_short,
    }
    look_kept = keep_reconciliation(
        counterpart=counterpart, found=found, figures=figures, actor=actor, now=timezone.now()
    )
    put_off_reconciling(counterpart=counterpart, now=timezone.now())  # one that failed is made again
    return look_kept


def _unsent(hearer: Hearer, named: Collection[str]) -> list[Found]:
    """Of whom we say something that they were never told, though no fact about it is on its way."""
    found: list[Found] = []
    for part in _parts(changed_here(counterpart=hearer.counterpart, seen_by=RULES)):
        people = [person for person, _, _ in part]
        subscriber = hearer.counterpart.subscriber_id
        waited_for = people_waited_for(subscriber_id=subscriber, among=people, seen_by=RULES)
        ours = {who: text for who, number, text in part if number not in named and who not in waited_for}
        twins = twins_about(counterpart=hearer.counterpart, people=ours, seen_by=RULES)
        asked = open_questions_of(twins=[twin.pk for twin in twins], seen_by=RULES)
        for twin in twins:
            assert twin.participant_id is not None
            said = steps(
                FIELDS,
                agreed=twin.agreed,
                ours=values_of(twin.told, ours[twin.participant_id]),
                theirs=hearer.adapter.read_values(twin.said),
                asked=asked.get(twin.pk, {}),
            )
            if fields := tuple(step.field.name for step in said if step.move in (Move.SEND, Move.ASK)):
                found.append(Found(twin.case_number, Differs.UNSENT, fields))
    return found


def _parts(rows: Iterator[tuple[int, str, str]]) -> Iterator[list[tuple[int, str, str]]]:
    part: list[tuple[int, str, str]] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    yield part

"""Rows of another system's file, held against ours: what follows for each field is done, sent, or asked of a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from adsum.counterparts.actions.taking import take_value
from adsum.counterparts.models import Counterpart, Disagreement, Twin
from adsum.counterparts.queries import said_by_us, values_of
from adsum.counterparts.rules import FIELDS, Asked, Holds, Move, Reader, Row, Step, can_take, steps
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant


def hear_rows(
    *,
    counterpart: Counterpart,
    rows: Sequence[Row],
    read: Reader,
    now: datetime,
    sent: Mapping[str, str] | None = None,
    anew: bool = False,
) -> int:
    """Rows of theirs have come, in any order, some perhaps again or late: returns how many said something new.

    A row older than the one we know of is left, unless somebody said to read it `anew`: their system may have been set
    back. `sent`: the rows answer a message of ours with these values, by field; a value that they did not keep is asked
    of a person, not sent for ever.
    """
    latest = {row.case_number: row for row in sorted(rows, key=lambda row: row.revision)}
    heard = 0
    with transaction.atomic():
        known = _locked(counterpart, latest)
        people = _people(latest)
        for case_number, row in latest.items():
            twin = known.get(case_number)
            if twin is not None and not anew and _is_old(twin, row, people.get(case_number)):
                continue
            heard += twin is None or (twin.high, twin.low) != row.digest
            twin = _keep(counterpart, twin, row, people.get(case_number), now)
            if twin.participant_id is not None:
                _compare(twin, read, row.as_of, sent, now)
    return heard


def _locked(counterpart: Counterpart, case_numbers: Iterable[str]) -> dict[str, Twin]:
    found = Twin.objects.filter(counterpart=counterpart, case_number__in=list(case_numbers)).order_by("pk")
    return {twin.case_number: twin for twin in found.select_for_update(no_key=True)}


def _people(case_numbers: Iterable[str]) -> dict[str, int]:
    found = Participant.objects.filter(case_number__in=list(case_numbers))
    return dict(found.values_list("case_number", "pk"))


def _is_old(twin: Twin, row: Row, person: int | None) -> bool:
    return row.revision < twin.revision and twin.participant_id == person


def _keep(counterpart: Counterpart, twin: Twin | None, row: Row, person: int | None, now: datetime) -> Twin:
    high, low = row.digest
    twin = twin or Twin(counterpart=counterpart, case_number=row.case_number, met_at=now)
    met = person is not None and twin.participant_id is None
    twin.number, twin.revision, twin.heard_at, twin.high, twin.low = row.number, row.revision, now, high, low
    twin.participant_id = person
    twin.said = row.said if person is not None else ""
    twin.save()
    if met:
        record(
            verb="counterpart.met", actor=RULES, now=now, subject=twin, participant_id=person,
            system=counterpart.subscriber.code,
        )  # fmt: skip
    return twin


def compare_again(*, twin_id: int, read: Reader, now: datetime) -> list[Step]:
    """We may say something else now, or a person has decided: do what follows, and return what they are to be told."""
    with transaction.atomic():
        found = Twin.objects.select_related("counterpart__subscriber").select_for_update(of=("self",), no_key=True)
        return _compare(found.get(pk=twin_id), read, "", {}, now)


def _compare(twin: Twin, read: Reader, as_of: str, sent: Mapping[str, str] | None, now: datetime) -> list[Step]:
    """What is to be sent. Where a row came by itself (`sent` is None) that is owed to them as a fact."""
    assert twin.participant_id is not None
    ours = said_by_us(of=[twin.participant_id], seen_by=RULES)[twin.participant_id]
    open_questions = {one.field: one for one in Disagreement.objects.filter(twin=twin, ended_at__isnull=True)}
    asked = {name: Asked(one.ours, one.theirs, one.holds) for name, one in open_questions.items()}
    to_send, taken = [], False
    values = values_of(twin, ours)
    for step in steps(FIELDS, agreed=twin.agreed, ours=values, theirs=read(twin.said), asked=asked):
        name, question = step.field.name, open_questions.get(step.field.name)
        if step.move is Move.SEND and (sent or {}).get(name) != step.ours:
            to_send.append(step)
            continue
        takes = step.move is Move.TAKE and can_take(step.field, step.theirs)
        if takes:
            taken |= take_value(twin=twin, field=step.field, value=step.theirs, question=question, now=now)
        if question is not None:
            _end(question, now)
        if takes or step.move is Move.NOTHING:
            twin.agreed[name] = step.agreed or ""
        else:
            _ask(twin, step, as_of, now)
    twin.ours = said_by_us(of=[twin.participant_id], seen_by=RULES)[twin.participant_id] if taken else ours
    twin.ours = "" if to_send else twin.ours  # they were not told yet: a look at both files whole must see it
    twin.save(update_fields=["agreed", "told", "ours", "hearing"])
    if to_send and sent is None:
        emit_events(events=[Event("counterpart.differs", twin.participant_id, {"twin": twin.pk})], now=now)
    return to_send


def _end(question: Disagreement, now: datetime) -> None:
    Disagreement.objects.filter(pk=question.pk).update(ended_at=now)
    if question.decided_at is None or question.holds == Holds.OURS:
        record(
            verb="disagreement.ended", actor=RULES, now=now, subject=question, participant_id=question.participant_id,
            field=question.field,
        )  # fmt: skip


def _ask(twin: Twin, step: Step, as_of: str, now: datetime) -> None:
    """Both values wait for a person."""
    assert twin.participant_id is not None
    asked = Disagreement.objects.create(
        twin=twin,
        participant_id=twin.participant_id,
        field=step.field.name,
        ours=step.ours[:400],
        theirs=step.theirs[:400],
        agreed=twin.agreed.get(step.field.name),
        there_as_of=as_of[:40],
        opened_at=now,
    )
    record(
        verb="disagreement.found", actor=RULES, now=now, subject=asked, participant_id=twin.participant_id,
        field=step.field.name,
    )  # fmt: skip

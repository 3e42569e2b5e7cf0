"""Rows of another system's file, held against ours: what follows for each field is done, sent, or asked of a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from adsum.core.copying import draw_keys
from adsum.counterparts.actions.taking import take_value
from adsum.counterparts.models import Counterpart, Disagreement, Twin
from adsum.counterparts.queries import said_by_us
from adsum.counterparts.rules import FIELDS, Asked, Holds, Move, Reader, Row, Step, can_take, steps, values_of
from adsum.enrolment.actions import PhoneRefused
from adsum.ledger.actions import record, record_each
from adsum.ledger.rules import RULES
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant

_KEPT = (
    "number", "participant", "revision", "said", "high", "low", "ours", "agreed", "told", "hearing", "heard_at",
)  # fmt: skip


@dataclass
class _Meeting:
    """Files that are held against each other at once: what we say of these people, and what is asked about them."""

    read: Reader
    now: datetime
    as_of: Mapping[int, str]
    sent: Mapping[str, str]
    ours: dict[int, str] = field(default_factory=dict)
    questions: dict[int, dict[str, Disagreement]] = field(default_factory=dict)

    def prepare(self, twins: Sequence[Twin]) -> None:
        """Ask our side once for all of them."""
        people = [twin.participant_id for twin in twins if twin.participant_id is not None]
        self.ours = said_by_us(of=people, seen_by=RULES)
        for one in Disagreement.objects.filter(participant__in=people, ended_at__isnull=True):
            self.questions.setdefault(one.twin_id, {})[one.field] = one


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
    with transaction.atomic():
        Counterpart.objects.select_for_update(no_key=True).get(pk=counterpart.pk)  # one hears at a time
        known, people = _locked(counterpart, latest), _people(latest)
        fresh = [
            row
            for row in latest.values()
            if anew or not _is_old(known.get(row.case_number), row, people.get(row.case_number))
        ]
        news = sum(_is_news(known.get(row.case_number), row) for row in fresh)
        begun = _begin(counterpart, [row.case_number for row in fresh if row.case_number not in known], now)
        known |= begun
        twins = [_heard(known[row.case_number], row, people.get(row.case_number), now) for row in fresh]
        met = [twin for twin in twins if twin.participant_id is not None and not twin.agreed]
        meeting = _Meeting(read, now, {known[row.case_number].pk: row.as_of for row in fresh}, sent or {})
        meeting.prepare(twins)
        owed = [twin for twin in twins if twin.participant_id is not None and _compare(twin, meeting)]
        Twin.objects.bulk_create(begun.values())
        Twin.objects.bulk_update([twin for twin in twins if twin.case_number not in begun], _KEPT)
        _note_met(met, now)
        if sent is None:
            emit_events(events=[_differs(twin) for twin in owed], now=now)
    return news


def _locked(counterpart: Counterpart, case_numbers: Iterable[str]) -> dict[str, Twin]:
    found = Twin.objects.filter(counterpart=counterpart, case_number__in=list(case_numbers)).order_by("pk")
    return {twin.case_number: twin for twin in found.select_for_update(no_key=True)}


def _people(case_numbers: Iterable[str]) -> dict[str, int]:
    found = Participant.objects.filter(case_number__in=list(case_numbers))
    return dict(found.values_list("case_number", "pk"))


def _begin(counterpart: Counterpart, case_numbers: Sequence[str], now: datetime) -> dict[str, Twin]:
    """New twins, which have their keys before they are kept: a question may be asked about them at once."""
    keys = draw_keys(Twin, len(case_numbers))() if case_numbers else []
    new = {"counterpart": counterpart, "met_at": now}
    return {number: Twin(pk=pk, case_number=number, **new) for pk, number in zip(keys, case_numbers, strict=True)}


def _is_old(twin: Twin | None, row: Row, person: int | None) -> bool:
    return twin is not None and row.revision < twin.revision and twin.participant_id == person


def _is_news(twin: Twin | None, row: Row) -> bool:
    return twin is None or (twin.high, twin.low) != row.digest


def _heard(twin: Twin, row: Row, person: int | None, now: datetime) -> Twin:
    twin.high, twin.low = row.digest
    twin.number, twin.revision, twin.heard_at = row.number, row.revision, now
    twin.participant_id, twin.said = person, row.said if person is not None else ""
    return twin


def _note_met(twins: Sequence[Twin], now: datetime) -> None:
    """From now on the file of each of these people is held against another one."""
    people = [twin.participant_id for twin in twins if twin.participant_id is not None]
    if people:
        record_each(
            verb="counterpart.met", actor=RULES, subject_kind="twin", subjects=[twin.pk for twin in twins],
            participants=people, now=now,
        )  # fmt: skip


def _differs(twin: Twin) -> Event:
    assert twin.participant_id is not None
    return Event("counterpart.differs", twin.participant_id, {"twin": twin.pk})


def compare_again(*, twin_id: int, read: Reader, now: datetime) -> list[Step]:
    """We may say something else now, or a person has decided: do what follows, and return what they are to be told."""
    with transaction.atomic():
        found = Twin.objects.select_related("counterpart__subscriber").select_for_update(of=("self",), no_key=True)
        twin = found.get(pk=twin_id)
        meeting = _Meeting(read, now, {}, {})
        meeting.prepare([twin])
        to_send = _compare(twin, meeting)
        twin.save(update_fields=_KEPT)
    return to_send


def _compare(twin: Twin, meeting: _Meeting) -> list[Step]:
    """Do what follows for each field; what is to be sent is returned."""
    assert twin.participant_id is not None
    person, ours = twin.participant_id, meeting.ours[twin.participant_id]
    questions = meeting.questions.get(twin.pk, {})
    asked = {name: Asked(one.ours, one.theirs, one.holds) for name, one in questions.items()}
    values, theirs = values_of(twin.told, ours), meeting.read(twin.said)
    to_send, taken = [], False
    for step in steps(FIELDS, agreed=twin.agreed, ours=values, theirs=theirs, asked=asked):
        if step.move is Move.SEND and meeting.sent.get(step.field.name) != step.ours:
            to_send.append(step)
        else:
            taken |= _follow(twin, step, questions.get(step.field.name), meeting)
    if taken:
        ours = said_by_us(of=[person], seen_by=RULES)[person]
    twin.ours = "" if to_send else ours  # they were not told yet: a look at both files whole must see it
    return to_send


def _follow(twin: Twin, step: Step, question: Disagreement | None, meeting: _Meeting) -> bool:
    """Take their value, ask a person, or note that both agree; True where what we say is another now."""
    takes, changed = step.move is Move.TAKE and can_take(step.field, step.theirs), False
    if takes:
        try:
            changed = take_value(twin=twin, field=step.field, value=step.theirs, question=question, now=meeting.now)
        except PhoneRefused:  # who decided may not see this person any more: another one is asked
            takes = False
    if question is not None:
        _end(question, meeting.now)
    if takes or step.move is Move.NOTHING:
        twin.agreed[step.field.name] = step.agreed or ""
    else:
        _ask(twin, step, meeting)
    return changed


def _end(question: Disagreement, now: datetime) -> None:
    Disagreement.objects.filter(pk=question.pk).update(ended_at=now)
    if question.decided_at is None or question.holds == Holds.OURS:
        record(
            verb="disagreement.ended", actor=RULES, now=now, subject=question, participant_id=question.participant_id,
            field=question.field,
        )  # fmt: skip


def _ask(twin: Twin, step: Step, meeting: _Meeting) -> None:
    """Both values wait for a person."""
    assert twin.participant_id is not None
    asked = Disagreement.objects.create(
        twin_id=twin.pk,
        participant_id=twin.participant_id,
        field=step.field.name,
        ours=step.ours[:400],
        theirs=step.theirs[:400],
        agreed=twin.agreed.get(step.field.name),
        there_as_of=meeting.as_of.get(twin.pk, "")[:40],
        opened_at=meeting.now,
    )
    record(
        verb="disagreement.found", actor=RULES, now=meeting.now, subject=asked, participant_id=twin.participant_id,
        field=step.field.name,
    )  # fmt: skip

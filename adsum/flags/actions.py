"""Raising and clearing flags, and the messages that raise some of them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.core.copying import draw_keys, numbers
from adsum.core.text import clean_text
from adsum.flags.models import Flag, ThreadMessage
from adsum.flags.policy import FlagsPolicy
from adsum.flags.rules import REASONS, Decision, NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force

_NEW = ("id", "participant_id", "reason", "about", "details", "urgency", "raised_at", "policy")

# Person by person: `= ANY` of very many, once it is planned for a table that was empty, compares each flag with each.
_OPEN = """
SELECT participant_id, reason, about
FROM unnest(%s::bigint[]) AS who (id)
CROSS JOIN LATERAL (
    SELECT participant_id, reason, about FROM adsum_flag
    WHERE participant_id = who.id AND cleared_at IS NULL OFFSET 0
) AS flag
"""


class DecisionRefused(Exception):
    """The decision cannot be taken so; the message says what to do."""


class MessageRefused(Exception):
    """This message is not kept: it is empty, or there were too many of late; its only argument says which."""


class AlreadyDecided(DecisionRefused):
    """Somebody else has decided meanwhile; their decision stands."""


def raise_flag(*, flag: NewFlag, actor: Actor, now: datetime, policy: str = "") -> None:
    """Put one thing on the worklist."""
    raise_flags(flags=[flag], actor=actor, now=now, policy=policy)


def raise_flags(*, flags: Sequence[NewFlag], actor: Actor, now: datetime, policy: str = "") -> None:
    """Put things on the worklist at once; what is open already stays as it is."""
    if not flags:
        return
    with transaction.atomic(savepoint=False):
        open_already = _open_already({flag.participant_id for flag in flags})
        fresh = [flag for flag in flags if (flag.participant_id, flag.reason, flag.about) not in open_already]
        ids = draw_keys(Flag, len(fresh))() if fresh else []
        Flag.objects.put_tuples(_NEW, [_row(pk, flag, now, policy) for pk, flag in zip(ids, fresh, strict=True)])
        lines = (
            Line("flag.raised", actor, "flag", pk, flag.participant_id, policy, {"reason": flag.reason})
            for pk, flag in zip(ids, fresh, strict=True)
        )
        record_lines(lines=lines, now=now)


def _open_already(people: Collection[int]) -> set[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [numbers(people)])
        return set(cursor.fetchall())


def _row(pk: int, flag: NewFlag, now: datetime, policy: str) -> tuple[Any, ...]:
    reason, urgency = flag.reason, REASONS[flag.reason].urgency
    return pk, flag.participant_id, reason.value, flag.about, flag.details, urgency, now, policy


def write_message(*, participant: Participant, words: str, asks_correction: bool, now: datetime) -> ThreadMessage:
    """A participant writes to their officer, who gets a flag with the words. Raises MessageRefused."""
    text = clean_text(words, longest=in_force(FlagsPolicy, now=now).longest_message)
    if not text:
        raise MessageRefused("empty")
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        mine = ThreadMessage.objects.filter(participant=participant, officer__isnull=True)
        if mine.filter(at__gt=now - timedelta(days=1)).count() >= in_force(FlagsPolicy, now=now).messages_per_day:
            raise MessageRefused("too-many")
        message = ThreadMessage.objects.create(
            participant=participant, asks_correction=asks_correction, words=text, at=now
        )
        actor, reason = participant.as_actor(), Reason.CORRECTION_ASKED if asks_correction else Reason.MESSAGE_WAITS
        record(verb="message.written", actor=actor, now=now, subject=message, participant_id=participant.pk)
        flag = NewFlag(participant.pk, reason, f"message:{message.pk}", {"words": text})
        raise_flag(flag=flag, actor=actor, now=now, policy=in_force(FlagsPolicy, now=now).version)
    return message


def write_answer(*, participant: Participant, officer: Staff, words: str, now: datetime) -> ThreadMessage:
    """An officer answers in the participant's thread."""
    with transaction.atomic():
        answer = ThreadMessage.objects.create(participant=participant, officer=officer, words=clean_text(words), at=now)
        actor = officer.as_actor()
        record(verb="message.answered", actor=actor, now=now, subject=answer, participant_id=participant.pk)
    return answer


def clear_flag(*, flag_id: int, officer: Staff, decision: str, reason: str, now: datetime) -> Flag:
    """An officer decides, with a reason. Raises DecisionRefused, or AlreadyDecided when somebody was faster."""
    words = clean_text(reason)
    with transaction.atomic():
        visible = participants(seen_by=officer.as_actor())
        flag = Flag.objects.select_for_update(of=("self",)).filter(pk=flag_id, participant__in=visible).first()
        if flag is None:
            raise DecisionRefused("This flag is not on your office's worklist.")
        if flag.cleared_at is not None:
            who = flag.cleared_by.name if flag.cleared_by else "Adsum"
            raise AlreadyDecided(f"{who} has decided this already: {flag.decision_words}.")
        if decision not in flag.doc.decisions:
            raise DecisionRefused("Choose one of the decisions.")
        if not words:
            raise DecisionRefused("Write a reason: the participant and their lawyer can ask for it.")
        flag.cleared_at, flag.cleared_by, flag.decision, flag.decision_reason = (
            now,
            officer,
            decision,
            words,
        )
        flag.save(update_fields=["cleared_at", "cleared_by", "decision", "decision_reason"])
        record(
            verb="flag.cleared",
            actor=officer.as_actor(),
            now=now,
            subject=flag,
            participant_id=flag.participant_id,
            policy=flag.policy,
            reason=flag.reason,
            decision=decision,
        )
    return flag


def lapse_flags(*, about: Collection[str], reasons: Collection[Reason], why: str, now: datetime) -> int:
    """Take open flags off the worklist because their ground is gone, and say why; returns how many.

    It can only ever spare somebody a decision: what a person has decided stays as it is.
    """
    with transaction.atomic():
        flags = Flag.objects.select_for_update().filter(about__in=about, reason__in=reasons, cleared_at__isnull=True)
        lapsed = list(flags.order_by("pk"))
        Flag.objects.filter(pk__in=[flag.pk for flag in lapsed]).update(
            cleared_at=now, decision=Decision.LAPSED, decision_reason=why
        )
        facts = [{"reason": flag.reason, "decision": str(Decision.LAPSED)} for flag in lapsed]
        lines = (
            Line("flag.lapsed", RULES, "flag", flag.pk, flag.participant_id, flag.policy, fact)
            for flag, fact in zip(lapsed, facts, strict=True)
        )
        record_lines(lines=lines, now=now)
    return len(lapsed)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase messages and decided flags from before this moment; open ones stay, and the counts stay in the ledger."""
    with transaction.atomic():
        count, _ = Flag.objects.filter(cleared_at__lt=before).delete()
        messages, _ = ThreadMessage.objects.filter(at__lt=before).delete()
        record(
            verb="flags.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(FlagsPolicy, now=now).version,
            count=count,
            messages=messages,
        )

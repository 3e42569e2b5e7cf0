"""Raising and clearing flags, and the messages that raise some of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from adsum.core.text import clean_text
from adsum.flags.models import Flag, ThreadMessage
from adsum.flags.policy import FlagsPolicy
from adsum.flags.rules import REASONS, NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force


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
    with transaction.atomic(savepoint=False):
        people = {flag.participant_id for flag in flags}
        open_already = set(
            Flag.objects.filter(participant__in=people, cleared_at__isnull=True).values_list(
                "participant_id", "reason", "about"
            )
        )
        raised = Flag.objects.bulk_create(
            (
                Flag(
                    participant_id=flag.participant_id,
                    reason=flag.reason,
                    about=flag.about,
                    details=flag.details,
                    urgency=REASONS[flag.reason].urgency,
                    raised_at=now,
                    policy=policy,
                )
                for flag in flags
                if (flag.participant_id, flag.reason, flag.about) not in open_already
            ),
            batch_size=2_000,
        )
        lines = (
            Line(
                "flag.raised",
                actor,
                "flag",
                flag.pk,
                flag.participant_id,
                policy,
                {"reason": flag.reason},
            )
            for flag in raised
        )
        record_lines(lines=lines, now=now)


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
        if flag.cleared_by is not None:
            raise AlreadyDecided(f"{flag.cleared_by.name} has decided this already: {flag.decision_words}.")
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

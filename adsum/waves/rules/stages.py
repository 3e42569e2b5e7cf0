"""Who is in which stage, and when each message goes. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adsum.core.ids import derived_code
from adsum.funnel.rules import Failed, Step, StepTaken
from adsum.notices.rules import Channel, MessageState
from adsum.waves.policy import WavesPolicy


@dataclass(frozen=True)
class Candidate:
    """Somebody of a wave; `group` is what the stages are stratified by: language and way."""

    id: int
    group: tuple[str, str]


def lot_of(person_id: int, *, wave_id: int) -> str:
    """A person's lot in this wave: the same each time, and nothing that anybody chose (SHA-256 of both ids)."""
    return hashlib.sha256(f"adsum wave {wave_id}:{person_id}".encode()).hexdigest()


def drawn(people: Sequence[Candidate], *, wave_id: int, percent: int) -> list[int]:
    """The ids of those who are in by the end of a stage with this percentage, by their lots.

    The share is drawn within each group and rounded up, so that the smallest stage already shows every group. Who is
    in at a lower percentage is in at a higher one.
    """
    groups: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for one in people:
        groups[one.group].append((lot_of(one.id, wave_id=wave_id), one.id))
    chosen: list[tuple[str, int]] = []
    for lots in groups.values():
        chosen += sorted(lots)[: -(-len(lots) * percent // 100)]
    return [person for _, person in sorted(chosen)]


def sending_times(count: int, *, now: datetime, zone: ZoneInfo, policy: WavesPolicy) -> Iterator[datetime]:
    """When so many messages go, one after the other: at the policy's rate, within the sending hours of that zone."""
    pause = timedelta(seconds=60 / policy.messages_per_minute)
    moment = _in_hours(now, zone, policy)
    for _ in range(count):
        yield moment
        moment = _in_hours(moment + pause, zone, policy)


def _in_hours(moment: datetime, zone: ZoneInfo, policy: WavesPolicy) -> datetime:
    """This moment, or the next one at which messages may go."""
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=local.hour >= policy.latest_hour)
    opens = datetime.combine(day, time(policy.earliest_hour), zone).astimezone(UTC)
    return max(moment.astimezone(UTC), opens)


def percent_of(number: int, policy: WavesPolicy) -> int | None:
    """How much of the wave is in by the end of this stage, counted from 1; None where the plan has no such stage."""
    percents = policy.stage_percents
    return percents[number - 1] if 1 <= number <= len(percents) else None


def code_of(message_id: int, *, edition: int, secret: str, length: int) -> str:
    """The code that this message brings: the same each time it is written, and stored nowhere."""
    return derived_code(secret, "invitation", f"{message_id}:{edition}", length)


def failure_of(*, state: str, was_sent: bool) -> Failed:
    """Which class of failure ended a message that is in this state for good."""
    if state == "failed":
        return Failed.NOT_DELIVERED if was_sent else Failed.ADDRESS_NOT_FOUND
    return Failed.GATEWAY_REFUSED


def useless_from(moment: datetime) -> datetime:
    """When a message that was to go at this moment and has not is dropped, and the next channel is tried."""
    return moment + timedelta(days=7)


class Told(Protocol):
    """An invitation as far as it says something about the way in."""

    participant_id: int
    channel: str
    state: str
    sent_at: datetime | None


def steps_said(message: Told) -> Iterator[StepTaken]:
    """What the newest state of an invitation says about the way in. Of a posted letter nobody hears more."""
    person, channel, state = message.participant_id, message.channel, message.state
    was_sent = message.sent_at is not None
    if was_sent:
        yield StepTaken(person, Step.INVITED, channel=channel)
    is_posted = channel == Channel.LETTER and state == MessageState.SENT
    if is_posted or state == MessageState.DELIVERED:
        yield StepTaken(person, Step.DELIVERED, channel=channel)
    if state in (MessageState.FAILED, MessageState.GAVE_UP):
        step = Step.DELIVERED if was_sent else Step.INVITED
        yield StepTaken(person, step, failed=failure_of(state=state, was_sent=was_sent), channel=channel)

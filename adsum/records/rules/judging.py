"""What judgements and answers lead to, and on which clock. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adsum.core.ids import in_groups
from adsum.records.policy import RecordsPolicy
from adsum.records.rules.kinds import Closed, Stage, Verdict


@dataclass(frozen=True)
class Found:
    """A participant who may be meant by a record: how likely, why, and how many others fit about as well."""

    participant_id: int
    probability: float
    explanation: Sequence[Mapping[str, object]]
    rivals: int = 0


def stage_after(
    verdicts: Sequence[Verdict], probability: float, *, by_supervisor: bool, policy: RecordsPolicy
) -> Stage:
    """Where a possible match stands after these judgements, the last of them perhaps a supervisor's.

    In the grey band two people must say the same; where they do not, a supervisor decides.
    """
    if not verdicts:
        return Stage.OPEN
    first, last = verdicts[0], verdicts[-1]
    if by_supervisor and len(verdicts) > 2:
        return Stage(last)
    if len(verdicts) == 1:
        return Stage.SECOND if needs_two(probability, policy=policy) else Stage(last)
    return Stage(last) if first == last else Stage.SUPERVISOR


def waits_again(judgements: int) -> Stage:
    """Where a possible match that waited goes on, by how many have judged it in its round."""
    return (Stage.OPEN, Stage.SECOND, Stage.SUPERVISOR)[min(judgements, 2)]


def opens_again(stage: Stage, why: str, *, facts_changed: bool) -> bool:
    """Whether a record that fits (again) is put before people anew.

    A judgement outlives another spelling. It does not outlive another birthday or number: then it was of other facts.
    """
    if stage == Stage.CLOSED:
        return facts_changed or why in {Closed.WITHDRAWN, Closed.CORRECTED}
    return facts_changed and stage != Stage.OPEN


def needs_two(probability: float, *, policy: RecordsPolicy) -> bool:
    """True in the grey band."""
    return policy.grey_from_percent <= 100 * probability <= policy.grey_to_percent


def answer_by(asked_at: datetime, *, urgent: bool, policy: RecordsPolicy) -> datetime:
    """Until when the agency is to answer."""
    return asked_at + timedelta(minutes=policy.urgent_minutes if urgent else policy.routine_minutes)


def one_in(probability: float) -> int:
    """Of how many such leads one would be about somebody else; 0 where it is more than every second."""
    wrong = 1 - probability
    return round(1 / wrong) if 0 < wrong <= 0.5 else (10_000 if wrong <= 0 else 0)


def reference(number: int) -> str:
    """How people name a possible match on the phone."""
    return in_groups(f"{number:06d}", 3)

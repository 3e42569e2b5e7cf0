"""When a report was made, and from when it counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adsum.checkins.policy import CheckinPolicy


@dataclass(frozen=True)
class Sending:
    """How a report came. `sent_at` is what the device's clock said when the person pressed “send”.

    `form_given_at` is when we gave the form, by our clock: a signed pass in it proves that the report was not made
    earlier. `clock_skew` is the device's clock less ours at that moment. `signed_out`: its device was, meanwhile.
    """

    sent_at: datetime | None = None
    form_given_at: datetime | None = None
    clock_skew: timedelta | None = None
    signed_out: bool = False


UNSAID = Sending()


class Surety(StrEnum):
    """How sure it is when a report was made."""

    NOT_SAID = "not-said"
    AGREES = "agrees"
    CORRECTED = "corrected"
    UNPROVEN = "unproven"
    IMPOSSIBLE = "impossible"


SURETIES = {
    Surety.NOT_SAID: "The phone did not say when. It counts from when it arrived.",
    Surety.AGREES: "Quite sure: the phone’s clock agreed with ours, and it was made after we gave the form.",
    Surety.CORRECTED: "Fairly sure: the phone’s clock was wrong, and we set it right by when it got the form.",
    Surety.UNPROVEN: "Not sure: nothing of ours says when the form was given. It counts from when it arrived.",
    Surety.IMPOSSIBLE: "Cannot be: by its clock it was made before we gave the form, or after it arrived. "
    "Clocks of phones are often wrong. It counts from when it arrived.",
}


def made_at(sending: Sending, *, received_at: datetime, policy: CheckinPolicy) -> datetime | None:
    """When a report was made, by our clock; None where that is not said, not proven, or cannot be."""
    given_at = sending.form_given_at
    if sending.sent_at is None or given_at is None or sending.clock_skew is None:
        return None
    made, slack = sending.sent_at - sending.clock_skew, timedelta(minutes=policy.clock_slack_minutes)
    if not given_at - slack <= made <= received_at + slack:
        return None
    return min(max(made, given_at), received_at)


def surety_of(sending: Sending, *, received_at: datetime, policy: CheckinPolicy) -> Surety:
    """How sure it is when a report was made."""
    if sending.sent_at is None:
        return Surety.NOT_SAID
    if sending.clock_skew is None:
        return Surety.UNPROVEN
    if made_at(sending, received_at=received_at, policy=policy) is None:
        return Surety.IMPOSSIBLE
    agrees = abs(sending.clock_skew) <= timedelta(minutes=policy.clock_slack_minutes)
    return Surety.AGREES if agrees else Surety.CORRECTED


def counts_from(
    received_at: datetime, *, tried_at: datetime | None, policy: CheckinPolicy, sending: Sending = UNSAID
) -> datetime:
    """From when a report counts: when it was first tried, or made offline, if that was not long before it came."""
    first = [received_at]
    if tried_at is not None and timedelta() <= received_at - tried_at <= timedelta(hours=policy.line_credit_hours):
        first.append(tried_at)
    made = made_at(sending, received_at=received_at, policy=policy)
    if made is not None and received_at - made <= timedelta(days=policy.offline_credit_days):
        first.append(made)
    return min(first)

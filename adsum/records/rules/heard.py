"""What a check may say of a source: only “answered” means that somebody looked. Pure."""

from datetime import datetime, timedelta

from adsum.records.policy import RecordsPolicy
from adsum.records.rules.kinds import Heard


def heard_from(
    *,
    heard_at: datetime | None,
    failing_since: datetime | None,
    is_daily: bool,
    waiting: int,
    now: datetime,
    policy: RecordsPolicy,
) -> Heard:
    """How a source stands at this moment.

    `waiting`: how many of its records have come and are not matched yet. A source that never said anything, or that
    should speak each day and has not, is silent: nothing found there means nothing.
    """
    if failing_since is not None:
        return Heard.DOWN
    if heard_at is None or (is_daily and now - heard_at > timedelta(hours=policy.silent_hours)):
        return Heard.SILENT
    return Heard.WAITING if waiting else Heard.ANSWERED

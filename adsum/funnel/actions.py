"""Noting the steps that people take on their way in, and forgetting on which device."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from adsum.funnel.models import DEVICE, LONGEST, FunnelStep
from adsum.funnel.policy import FunnelPolicy
from adsum.funnel.rules import StepTaken
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.policies.queries import in_force

# Who is not (or no longer) there is left out; it takes the same time, so that nobody learns who is.
_TAKE = """
INSERT INTO adsum_funnelstep (participant_id, step, failed, at, noted_by, browser, system, language, network, channel)
SELECT n.participant_id, n.step, n.failed, %s, %s, n.browser, n.system, n.language, n.network, n.channel
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS n (participant_id, step, failed, browser, system, language, network, channel, place)
JOIN adsum_participant p ON p.id = n.participant_id
WHERE CASE WHEN n.failed = ''
    THEN NOT EXISTS (SELECT FROM adsum_funnelstep s
        WHERE s.participant_id = n.participant_id AND s.step = n.step AND s.failed = '')
    ELSE %s > (SELECT count(*) FROM adsum_funnelstep s
        WHERE s.participant_id = n.participant_id AND s.at > %s AND s.failed <> '') END
ORDER BY n.place
ON CONFLICT DO NOTHING
"""


def take_steps(*, steps: Sequence[StepTaken], actor: Actor, now: datetime) -> None:
    """Keep that these people reached these steps, or failed at them, in one statement.

    A step reached twice counts once, the first time; failures are all kept, up to the policy's number a person and day.
    May stand in a `together`: it waits for no answer. `actor` is who says so.
    """
    if not steps:
        return
    most = in_force(FunnelPolicy, now=now).failures_per_day
    # In one order, here and in the statement, whatever its plan: no deadlock, and of two the first one stands.
    taken = sorted(steps, key=lambda one: (one.participant_id, one.step.place))
    columns: list[list[Any]] = [
        [one.participant_id for one in taken],
        [one.step.value for one in taken],
        [one.failed[:40] for one in taken],
        *([getattr(one.device, name)[: LONGEST[name]] for one in taken] for name in DEVICE),
        [one.channel[:8] for one in taken],
    ]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_TAKE, [now, actor.kind.value, *columns, most, now - timedelta(days=1)])


def forget(*, before: datetime, now: datetime) -> None:
    """Erase the failures from before this moment, and the devices of steps; that a step was reached stays a count."""
    with transaction.atomic():
        old = FunnelStep.objects.filter(at__lt=before)
        failures, _ = old.exclude(failed="").delete()
        nothing = dict.fromkeys(DEVICE, "")
        devices = old.exclude(Q(**nothing)).update(**nothing)
        record(
            verb="steps.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(FunnelPolicy, now=now).version,
            failures=failures,
            devices=devices,
        )

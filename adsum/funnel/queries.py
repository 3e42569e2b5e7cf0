"""How far people are on their way in, and who is stuck where."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from adsum.funnel.models import FunnelStep
from adsum.funnel.rules import GROUPINGS, ORDER, FunnelGroup, Step, make_group
from adsum.ledger.rules import Actor, FilePart
from adsum.people.models import Participant
from adsum.people.queries import participants

# How far each of these people is: the furthest step in the rows, or what their file says.
_STAND = """
WITH people (id) AS (<people>), standing AS (
    SELECT p.id, GREATEST(max(array_position(%(order)s::text[], s.step::text)) FILTER (WHERE s.failed = ''),
        CASE WHEN p.activated_at IS NULL THEN 1 ELSE %(confirmed)s END) AS place, <name> AS name
    FROM adsum_participant p LEFT JOIN adsum_funnelstep s ON s.participant_id = p.id
    WHERE p.id IN (SELECT id FROM people)
    GROUP BY p.id
)
"""
_COUNT = f"{_STAND} SELECT name, place, count(*) FROM standing GROUP BY name, place"  # noqa: S608 - made of constants
_FAILURES = """
WITH people (id) AS (<people>)
SELECT <name> AS name, s.step, s.failed, count(*)
FROM adsum_funnelstep s JOIN adsum_participant p ON p.id = s.participant_id
WHERE s.failed <> '' AND p.id IN (SELECT id FROM people)
GROUP BY 1, 2, 3
"""
_STUCK = f"""{_STAND}
SELECT st.id, COALESCE(reached.at, CASE WHEN st.place = 1 THEN p.enrolled_at ELSE p.activated_at END) AS since,
    last.step, last.failed, last.at
FROM standing st JOIN adsum_participant p ON p.id = st.id
LEFT JOIN adsum_funnelstep reached ON reached.participant_id = st.id AND reached.failed = ''
    AND reached.step = (%(order)s::text[])[st.place]
LEFT JOIN LATERAL (SELECT f.step, f.failed, f.at FROM adsum_funnelstep f
    WHERE f.participant_id = st.id AND f.failed <> '' ORDER BY f.at DESC, f.id DESC LIMIT 1) last ON true
WHERE st.place = %(place)s
ORDER BY since, st.id LIMIT %(most)s OFFSET %(after)s
"""  # noqa: S608 - made of constants
# The device is the first one that was seen, for whoever begins on a bad one and ends on a good one speaks of both; the
# channel is that of the last step which names one, for that is how the person was reached.
_OF_PERSON = {
    "": "''",
    "language": "p.language",
    "channel": "(array_agg(s.channel ORDER BY s.at DESC, s.id DESC)"
    " FILTER (WHERE s.channel <> '' AND s.failed = ''))[1]",
} | {
    name: f"(array_agg(s.{name} ORDER BY s.at, s.id) FILTER (WHERE s.{name} <> ''))[1]"
    for name in ("browser", "system", "network")
}
_OF_FAILURE = {"": "''", "language": "p.language"} | {
    name: f"s.{name}" for name in ("browser", "system", "network", "channel")
}


@dataclass(frozen=True)
class Stuck:
    """Somebody who stands at a step since then, with what failed last, if anything did."""

    participant: Participant
    since: datetime
    failed_step: str = ""
    failed: str = ""
    failed_at: datetime | None = None


def funnel_of(*, people: QuerySet[Participant], seen_by: Actor, by: str = "") -> list[FunnelGroup]:
    """How many of these people, as far as they may be seen, have reached each step; the largest group first.

    Grouped `by` one of GROUPINGS: people by their language, by the first browser, system and network that was seen, by
    the channel that reached them; failures by what they happened on. Two statements, whatever the number.
    """
    if by and by not in GROUPINGS:
        raise ValueError(f"people are not grouped by {by!r}")
    furthest: dict[str, Counter[Step]] = {}
    for name, place, count in _ask(_COUNT, people, seen_by, _OF_PERSON[by]):
        furthest.setdefault(name or "", Counter())[ORDER[place - 1]] += count
    groups = {name: make_group(name, counted) for name, counted in furthest.items()}
    for name, step, failed, count in _ask(_FAILURES, people, seen_by, _OF_FAILURE[by]):
        group = groups.setdefault(name or "", make_group(name or "", Counter()))
        group.failures[Step(step), failed] += count
    if not by and not groups:
        return [make_group("", Counter())]
    return sorted(groups.values(), key=lambda group: (-group.people, group.name))


def stuck_at(
    *, people: QuerySet[Participant], step: Step, seen_by: Actor, most: int = 25, after: int = 0
) -> list[Stuck]:
    """Those of these people whose furthest step is this one, longest first; `after` so many, `most` so many."""
    rows = list(_ask(_STUCK, people, seen_by, "''", place=step.place, most=most, after=after))
    known = participants(seen_by=seen_by).prefetch_related("contacts").in_bulk([row[0] for row in rows])
    return [
        Stuck(known[person], since, failed_step or "", failed or "", failed_at)
        for person, since, failed_step, failed, failed_at in rows
        if person in known
    ]


def _ask(statement: str, people: QuerySet[Participant], seen_by: Actor, name: str, **values: Any) -> list[Any]:
    """Ask about those of `people` whom this person may see. `name` is ours, never what somebody typed."""
    visible = people.filter(pk__in=participants(seen_by=seen_by).order_by().values("pk"))
    try:
        chosen, given = visible.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    named = {f"person_{place}": value for place, value in enumerate(given)}
    wanted = chosen % tuple(f"%({key})s" for key in named)
    with connection.cursor() as cursor:
        cursor.execute(
            statement.replace("<people>", wanted).replace("<name>", name),
            {"order": [step.value for step in ORDER], "confirmed": Step.CONFIRMED.place, **named, **values},
        )
        found: list[Any] = cursor.fetchall()
    return found


def steps_reached(*, participant_id: int, seen_by: Actor) -> set[Step]:
    """The steps that were noted of this person as reached."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    reached = FunnelStep.objects.filter(participant__in=visible, failed="")
    return {Step(step) for step in reached.values_list("step", flat=True)}


def way_in_of(*, participant_id: int, seen_by: Actor) -> QuerySet[FunnelStep]:
    """What was noted of one person's way in, latest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return FunnelStep.objects.filter(participant__in=visible).order_by("-at", "-pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    steps = FunnelStep.objects.filter(participant__in=visible).order_by("at", "pk")
    return {"way_in": list(steps.values("step", "failed", "at", "browser", "system", "language", "network", "channel"))}

"""What the court has said, and where that leaves each case."""

from collections.abc import Collection, Iterator
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, QuerySet, When

from adsum.court.models import (
    CourtAside,
    CourtCrosswalk,
    CourtDrop,
    CourtFile,
    CourtHearing,
    CourtProceeding,
    CourtStanding,
)
from adsum.court.rules import (
    AGAINST,
    APPEAL_KEPT,
    OF_THE_COURT,
    OPEN,
    CaseState,
    Listed,
    RowKind,
    Stand,
    Version,
    state_of_case,
)
from adsum.flags.queries import decided_about
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.queries import participants

_STATES = """
SELECT x.case_number, x.number, p.number, p.decision, p.in_absentia
FROM adsum_courtcrosswalk x LEFT JOIN adsum_courtproceeding p ON p.court_case = x.number
WHERE p.number IS NOT NULL OR EXISTS (SELECT 1 FROM adsum_courtcase c WHERE c.number = x.number)
    OR EXISTS (SELECT 1 FROM adsum_courthearing h WHERE h.court_case = x.number)
ORDER BY x.case_number, x.number, p.number, p.rank, p.drop_id
"""
AT_ONCE = 5_000


class StandingCase(NamedTuple):
    """Where a case stands."""

    case_number: str
    court_case: int
    state: CaseState


def states_of_all(*, seen_by: Actor) -> Iterator[StandingCase]:
    """Where each case stands of which a row and the case number are known, by case number; read as a stream."""
    if seen_by.kind is not ActorKind.OPERATOR:
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_STATES)
        for (case_number, court_case), rows in groupby(_streamed(cursor), lambda row: row[:2]):
            proceedings: dict[int, list[Version]] = {}
            for _, _, number, decision, in_absentia in rows:
                if number is not None:
                    proceedings.setdefault(number, []).append(Version(decision, in_absentia))
            yield StandingCase(case_number, court_case, state_of_case(proceedings))


def _streamed(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(AT_ONCE):
        yield from rows


def stands_of(*, court_cases: Collection[int], seen_by: Actor) -> dict[int, Stand]:
    """Where these cases stand, each with the row that says so; a case without a proceeding is not among them."""
    rows: dict[int, dict[int, list[CourtProceeding]]] = {}
    for row in _proceedings(court_cases, seen_by):
        rows.setdefault(row.court_case, {}).setdefault(row.number, []).append(row)
    return {number: _stand_of(proceedings) for number, proceedings in rows.items()}


def _stand_of(proceedings: dict[int, list[CourtProceeding]]) -> Stand:
    versions = {number: [_version(row) for row in rows] for number, rows in proceedings.items()}
    last = proceedings[max(proceedings)][-1]
    kept = last.appeal in APPEAL_KEPT
    return Stand(state_of_case(versions), last.number, last.decided_on, kept, last.drop_id, last.line)


def _version(row: CourtProceeding) -> Version:
    return Version(row.decision, row.in_absentia, row.decided_on, row.appeal)


def _proceedings(court_cases: Collection[int], seen_by: Actor) -> QuerySet[CourtProceeding]:
    rows = CourtProceeding.objects.filter(court_case__in=_of_whom(court_cases, seen_by))
    return rows.order_by("court_case", "number", "rank", "drop_id")


def _of_whom(court_cases: Collection[int], seen_by: Actor) -> Collection[int]:
    """Those of these cases that are about somebody whom this person may see."""
    if seen_by.kind in (ActorKind.RULES, ActorKind.OPERATOR):
        return court_cases
    numbers = participants(seen_by=seen_by).values("case_number")
    found = CourtCrosswalk.objects.filter(number__in=court_cases, case_number__in=numbers)
    return list(found.values_list("number", flat=True))


def listed_of(*, court_cases: Collection[int], seen_by: Actor) -> dict[int, list[Listed]]:
    """The lines of the court's schedule for these cases."""
    found: dict[int, list[Listed]] = {}
    for row in CourtHearing.objects.filter(court_case__in=_of_whom(court_cases, seen_by)):
        line = Listed(row.number, row.hearing_on, row.hearing_time, row.place, row.adjourned, row.updated_on, row.rank)
        found.setdefault(row.court_case, []).append(line)
    return found


def court_cases_of(*, participant_id: int, seen_by: Actor) -> list[int]:
    """The numbers of one person's cases at the court."""
    numbers = participants(seen_by=seen_by).filter(pk=participant_id).values("case_number")
    found = CourtCrosswalk.objects.filter(case_number__in=numbers).order_by("number")
    return list(found.values_list("number", flat=True))


def standings_of(*, participant_id: int, seen_by: Actor) -> QuerySet[CourtStanding]:
    """How one person's cases stand and have stood, the newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return CourtStanding.objects.filter(participant__in=visible).select_related("drop").order_by("-since", "-pk")


def orders_against(*, participant_id: int, seen_by: Actor) -> QuerySet[CourtStanding]:
    """The orders to leave that stand against one person."""
    stood = standings_of(participant_id=participant_id, seen_by=seen_by)
    return stood.filter(state__in=AGAINST, ended_at__isnull=True)


def rows_of_cases(*, court_cases: Collection[int], seen_by: Actor) -> list[CourtProceeding]:
    """Every version of these cases' proceedings, with the drop it came in, the newest first."""
    return list(reversed(_proceedings(court_cases, seen_by).select_related("drop")))


def schedule_of_cases(*, court_cases: Collection[int], seen_by: Actor) -> QuerySet[CourtHearing]:
    """Every line of the court's schedule for these cases, with the drop it came in, the latest day first."""
    rows = CourtHearing.objects.filter(court_case__in=_of_whom(court_cases, seen_by))
    return rows.select_related("drop").order_by("-updated_on", "-number")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    numbers = court_cases_of(participant_id=participant_id, seen_by=seen_by)
    stood = standings_of(participant_id=participant_id, seen_by=seen_by)
    where = ("number", "court_case", "hearing_on", "drop__name", "line")
    said, listed = ("decision", "in_absentia", "decided_on", "appeal"), ("place", "hearing_time", "adjourned")
    return {
        "court_cases": list(stood.values("court_case", "state", "decided_on", "since", "ended_at")),
        "court_proceedings": list(_proceedings(numbers, seen_by).values(*where, *said)),
        "court_hearings": list(schedule_of_cases(court_cases=numbers, seen_by=seen_by).values(*where, *listed)),
    }


def drops_of_court(*, seen_by: Actor) -> QuerySet[CourtDrop]:
    """What the court has delivered, the newest first; for who runs Adsum and for staff of no single office."""
    drops = CourtDrop.objects.order_by("-began_at", "-pk").prefetch_related("files")
    of_all = seen_by.kind is ActorKind.STAFF and seen_by.office_id is None
    return drops if of_all or seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES) else drops.none()


def files_of_drop(*, drop_id: int, seen_by: Actor) -> QuerySet[CourtFile]:
    """The files of a drop with how far each has been read: first who, then the cases, their proceedings, the dates."""
    order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(RowKind)))
    return CourtFile.objects.filter(drop__in=drops_of_court(seen_by=seen_by), drop_id=drop_id).order_by(order)


def lines_aside(*, drop_id: int, seen_by: Actor) -> QuerySet[CourtAside]:
    """The lines of this drop that could not be read, with why."""
    found = CourtAside.objects.filter(file__drop__in=drops_of_court(seen_by=seen_by), file__drop_id=drop_id)
    return found.select_related("file").order_by("file__kind", "line")


def decisions_since_open(*, standing: CourtStanding, seen_by: Actor) -> list[str]:
    """Who has decided what since the case was open last, up to this standing."""
    person = participants(seen_by=seen_by).filter(pk=standing.participant_id)
    stood = CourtStanding.objects.filter(participant__in=person, court_case=standing.court_case, pk__lte=standing.pk)
    decided = takewhile(lambda one: one.case_state not in OPEN, stood.order_by("-pk"))
    about = [f"court:{one.pk}" for one in decided]
    flags = decided_about(about=about, reasons=OF_THE_COURT, seen_by=seen_by)
    return [
        f"{flag.cleared_by.name if flag.cleared_by else 'Somebody'} acted on it: “{flag.decision_words}”, "
        f"because “{flag.decision_reason}”"
        for flag in flags
    ]

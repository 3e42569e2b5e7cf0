"""What two files say of a person, where they stand, and what waits for a person's decision."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from adsum.counterparts.models import Counterpart, Difference, Disagreement, Received, Reconciliation, Twin
from adsum.counterparts.rules import FIELDS, Asked
from adsum.ledger.rules import RULES, Actor, ActorKind, FilePart
from adsum.outbox.queries import find_subscriber
from adsum.people.queries import participants

AT_ONCE = 5_000
AFTER_ALL = "B"  # case numbers begin with A
# All that we say of a person, in one row: what a counterpart is told, and by what a change of ours is noticed.
_OURS = r"""
concat_ws(E'\x1f', p.surnames, p.given_names, p.date_of_birth::text,
    coalesce(home.street, ''), coalesce(home.unit, ''), coalesce(home.city, ''), coalesce(home.state, ''),
    coalesce(home.postal_code, ''),
    coalesce((SELECT c.value FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'phone' AND c.value <> ''
        ORDER BY c.since DESC, c.id DESC LIMIT 1), ''),
    coalesce((SELECT (r.received_at AT TIME ZONE office.time_zone)::date::text FROM adsum_report r
        WHERE r.participant_id = p.id AND r.kind = 'check-in' ORDER BY r.received_at DESC LIMIT 1), ''),
    CASE WHEN EXISTS (SELECT FROM adsum_monitorissue i WHERE i.participant_id = p.id AND i.ended_at IS NULL) THEN 'gps'
        WHEN EXISTS (SELECT FROM adsum_device d WHERE d.participant_id = p.id AND d.signed_out_at IS NULL) THEN 'phone'
        ELSE '' END)"""
_FROM = """
FROM adsum_participant p
JOIN adsum_fieldoffice office ON office.id = p.office_id
LEFT JOIN adsum_address home ON home.participant_id = p.id AND home.until IS NULL"""
_SAID = f"SELECT p.id, {_OURS} {_FROM} WHERE p.id = ANY(%s)"  # no value is written into it
_CHANGED = f"""
SELECT p.id, p.case_number, {_OURS} {_FROM}
JOIN adsum_twin t ON t.participant_id = p.id AND t.counterpart_id = %s
WHERE t.ours <> {_OURS} ORDER BY p.id"""
_NOT_THERE = """
SELECT p.id, p.case_number FROM adsum_participant p
WHERE p.left_at IS NULL AND NOT EXISTS (
    SELECT FROM adsum_twin t WHERE t.participant_id = p.id AND t.counterpart_id = %s)
ORDER BY p.case_number LIMIT %s"""
# Each range by itself, as the index has it: `width_bucket` would walk the bounds anew for each row.
_SUMS = """
SELECT sums.* FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS range (first, next, place), LATERAL (
    SELECT count(*), coalesce(sum(high), 0), coalesce(sum(low), 0) FROM adsum_twin
    WHERE counterpart_id = %s AND case_number >= range.first AND case_number < range.next) AS sums
ORDER BY place"""
_NOW_HERE = """
SELECT t.case_number FROM adsum_twin t JOIN adsum_participant p ON p.case_number = t.case_number
WHERE t.participant_id IS NULL AND t.counterpart_id = %s LIMIT %s"""


def said_by_us(*, of: Collection[int], seen_by: Actor) -> dict[int, str]:
    """What we say of these people now, each as one text."""
    if not _is_machine(seen_by):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [list(of)])
        return dict(cursor.fetchall())


def counterparts(*, seen_by: Actor) -> QuerySet[Counterpart]:
    """The systems with a file of their own, for those who may see whom we tell facts."""
    found = Counterpart.objects.select_related("subscriber").order_by("subscriber__title", "pk")
    is_office = seen_by.kind == ActorKind.STAFF and seen_by.office_id is not None and not seen_by.sees_every_office
    return found.none() if is_office or seen_by.kind == ActorKind.PARTICIPANT else found


def was_received(*, counterpart: Counterpart, name: str, seen_by: Actor) -> bool:
    """Whether a message or file of this name was taken before."""
    known = Received.objects.filter(counterpart=counterpart, name=name, refused="")
    return _is_machine(seen_by) and known.exists()


def find_counterpart(*, code: str, seen_by: Actor) -> Counterpart | None:
    """The counterpart with this code."""
    if find_subscriber(code=code, seen_by=seen_by) is None:
        return None
    return counterparts(seen_by=seen_by).filter(subscriber__code=code).first()


def counterpart_of(*, subscriber_id: int, seen_by: Actor) -> Counterpart | None:
    """The counterpart that is told as this subscriber."""
    return counterparts(seen_by=seen_by).filter(subscriber_id=subscriber_id).first()


def twins_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Twin]:
    """The files that other systems keep on one person."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Twin.objects.filter(participant__in=visible).select_related("counterpart__subscriber").order_by("pk")


def find_twin(*, counterpart_id: int, participant_id: int, seen_by: Actor) -> Twin | None:
    """One system's file on one person."""
    return twins_of(participant_id=participant_id, seen_by=seen_by).filter(counterpart_id=counterpart_id).first()


def twins_about(*, counterpart: Counterpart, people: Collection[int], seen_by: Actor) -> list[Twin]:
    """One system's files on these people."""
    visible = participants(seen_by=seen_by).filter(pk__in=people)
    return list(Twin.objects.filter(counterpart=counterpart, participant__in=visible).order_by("pk"))


def open_questions_of(*, twins: Collection[int], seen_by: Actor) -> dict[int, dict[str, Asked]]:
    """What a person is asked about these files, or has decided and was not done yet: by file, by field."""
    found: dict[int, dict[str, Asked]] = {}
    visible = Disagreement.objects.filter(participant__in=participants(seen_by=seen_by))
    for one in visible.filter(twin__in=twins, ended_at__isnull=True):
        found.setdefault(one.twin_id, {})[one.field] = Asked(one.ours, one.theirs, one.holds)
    return found


def strangers_now_here(*, counterpart: Counterpart, most: int, seen_by: Actor) -> list[str]:
    """Case numbers of files on people who were not with us when we heard of them, and are now; at most so many."""
    if not _is_machine(seen_by):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NOW_HERE, [counterpart.pk, most])
        return [number for (number,) in cursor.fetchall()]


def disagreements_to_decide(*, seen_by: Actor) -> QuerySet[Disagreement]:
    """The fields on which a person must decide, the oldest first; officers see their office's."""
    found = Disagreement.objects.filter(ended_at__isnull=True, decided_at__isnull=True)
    found = found.filter(participant__in=participants(seen_by=seen_by))
    return found.select_related("participant", "twin__counterpart__subscriber").order_by("opened_at", "pk")


def disagreements_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Disagreement]:
    """All on which files about one person have ever differed, the newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Disagreement.objects.filter(participant__in=visible)
    return found.select_related("decided_by", "twin__counterpart__subscriber").order_by("-opened_at", "-pk")


def changed_here(*, counterpart: Counterpart, seen_by: Actor) -> Iterator[tuple[int, str, str]]:
    """Of whom we say something else than when the files were last compared: id, case number, what we say; a stream."""
    if _is_machine(seen_by):
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(_CHANGED, [counterpart.pk])
            while rows := cursor.fetchmany(AT_ONCE):
                yield from rows


def not_there(*, counterpart: Counterpart, most: int, seen_by: Actor) -> list[tuple[int, str]]:
    """Whom they have no file on, of those who are with us: id and case number, at most so many."""
    if not _is_machine(seen_by):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NOT_THERE, [counterpart.pk, most])
        return list(cursor.fetchall())


class Sums(NamedTuple):
    """What stands for the rows of a range: how many they are, and the sums of both halves of their digests."""

    rows: int = 0
    high: int = 0
    low: int = 0


def sums_of(*, counterpart: Counterpart, bounds: Sequence[str], end: str, seen_by: Actor) -> list[Sums]:
    """What we have heard of theirs, range by range from one case number to the next; the last range ends at `end`."""
    if not _is_machine(seen_by):
        return [Sums()] * len(bounds)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(bounds), [*bounds[1:], end or AFTER_ALL], counterpart.pk])
        return [Sums(*map(int, sums)) for sums in cursor.fetchall()]


def spread_case_numbers(*, counterpart: Counterpart, apart: int, seen_by: Actor) -> list[str]:
    """Every so many'th case number of theirs that we have heard of, in order: bounds of ranges of equal weight."""
    if not _is_machine(seen_by):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_number FROM (SELECT case_number, row_number() OVER (ORDER BY case_number) AS place"
            " FROM adsum_twin WHERE counterpart_id = %s) AS twins WHERE place %% %s = 0 ORDER BY case_number",
            [counterpart.pk, apart],
        )
        return [number for (number,) in cursor.fetchall()]


def twins_between(*, counterpart: Counterpart, start: str, end: str, seen_by: Actor) -> dict[str, Twin]:
    """The files of a range, by case number; `end` is not in it, an empty one is none."""
    if not _is_machine(seen_by):
        return {}
    found = Twin.objects.filter(counterpart=counterpart, case_number__gte=start)
    return {twin.case_number: twin for twin in (found.filter(case_number__lt=end) if end else found)}


def reconciliations(*, counterpart: Counterpart, seen_by: Actor) -> QuerySet[Reconciliation]:
    """The looks at both files whole, the newest first."""
    visible = counterparts(seen_by=seen_by).filter(pk=counterpart.pk)
    return Reconciliation.objects.filter(counterpart__in=visible).order_by("-at", "-pk")


def differences_of(*, reconciliation: Reconciliation, seen_by: Actor) -> QuerySet[Difference]:
    """What was found, by case number."""
    visible = counterparts(seen_by=seen_by).filter(pk=reconciliation.counterpart_id)
    found = Difference.objects.filter(reconciliation=reconciliation, reconciliation__counterpart__in=visible)
    return found.order_by("case_number")


@dataclass(frozen=True)
class Standing:
    """How a counterpart stands: of how many people it has a file, of how many nobody is with us, what is undecided."""

    people: int = 0
    strangers: int = 0
    undecided: int = 0


def files_standing(*, counterpart: Counterpart, seen_by: Actor) -> Standing:
    """Counted now."""
    twins = Twin.objects.filter(counterpart__in=counterparts(seen_by=seen_by).filter(pk=counterpart.pk))
    undecided = Disagreement.objects.filter(twin__in=twins, decided_at__isnull=True, ended_at__isnull=True)
    met = twins.filter(participant__isnull=False).count()
    return Standing(met, twins.filter(participant__isnull=True).count(), undecided.count())


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file: what other systems say of them, and who decided which value holds."""
    twins = twins_of(participant_id=participant_id, seen_by=seen_by)
    told = [_shown(twin) for twin in twins]
    asked = disagreements_of(participant_id=participant_id, seen_by=seen_by)
    said = ("field", "ours", "theirs", "agreed", "opened_at", "decided_at", "decided_by__name", "holds", "reason")
    return {"other_files": told, "disagreements": list(asked.values(*said))}


def _shown(twin: Twin) -> Mapping[str, Any]:
    values = {**twin.agreed, **twin.told}
    return {
        "system": twin.counterpart.subscriber.title,
        "their_number": twin.number,
        "heard_at": twin.heard_at,
        **{FIELDS[name].title: value for name, value in values.items() if name in FIELDS},
    }


def _is_machine(actor: Actor) -> bool:
    return actor.kind in (ActorKind.RULES, ActorKind.OPERATOR)


def find_disagreement(*, disagreement_id: int, seen_by: Actor) -> Disagreement | None:
    """One field on which two files differ or differed, decided or not."""
    found = Disagreement.objects.filter(participant__in=participants(seen_by=seen_by), pk=disagreement_id)
    return found.select_related("participant", "decided_by", "twin__counterpart__subscriber").first()


def next_to_decide(*, after: Disagreement, seen_by: Actor) -> Disagreement | None:
    """What a person decides after this one: the next in order, or the first again."""
    waiting = disagreements_to_decide(seen_by=seen_by)
    later = Q(opened_at__gt=after.opened_at) | Q(opened_at=after.opened_at, pk__gt=after.pk)
    return waiting.filter(later).first() or waiting.first()


def received_of(*, counterpart: Counterpart, seen_by: Actor) -> QuerySet[Received]:
    """Messages and files that came in by themselves, the newest first."""
    visible = counterparts(seen_by=seen_by).filter(pk=counterpart.pk)
    return Received.objects.filter(counterpart__in=visible).order_by("-at", "-pk")


def count_without(*, counterpart: Counterpart, seen_by: Actor) -> int:
    """How many who are with us they have no file on, for those who see the counterpart."""
    if not counterparts(seen_by=seen_by).filter(pk=counterpart.pk).exists():
        return 0
    theirs = Twin.objects.filter(counterpart=counterpart, participant=OuterRef("pk"))
    return participants(seen_by=RULES).filter(~Exists(theirs), left_at__isnull=True).count()

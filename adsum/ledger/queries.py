"""Reading the ledger, and what proves it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, QuerySet

from adsum.core.proofs import Forest
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.ledger.rules import SECURITY_VERBS, Actor, ActorKind, FilePart, Proof, Sealed, SealedLine

# What a line says, as text that is the same on every server: an ordered JSON array, the moment in microseconds. Byte
# for byte what `jsonb_build_array(…)::text` gives (a test holds it to that), in half of the time.
SAYS = (
    "concat('[', l.id, ', ', (extract(epoch FROM l.at) * 1000000)::bigint, ', ', to_json(l.verb), ', ',"
    " to_json(l.actor_kind), ', ', coalesce(l.actor_id::text, 'null'), ', ', to_json(l.subject_kind), ', ',"
    " coalesce(l.subject_id::text, 'null'), ', ', coalesce(l.participant_id::text, 'null'), ', ',"
    " to_json(l.policy), ', ', l.facts, ']')"
)
TO_SEAL = " ".join((
    "SELECT l.id,", SAYS, "FROM adsum_ledgerline l",
    "WHERE ((l.transaction_number >= %s AND l.transaction_number < %s)",
    "OR l.transaction_number >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)",
    "AND NOT EXISTS (SELECT FROM adsum_ledgerseal s WHERE s.line_id = l.id) ORDER BY l.id",
))  # fmt: skip
SEALED = " ".join((
    "SELECT s.sequence, s.line_id, s.leaf,", SAYS, ", l.id FROM adsum_ledgerseal s",
    "LEFT JOIN adsum_ledgerline l ON l.id = s.line_id ORDER BY s.sequence",
))  # fmt: skip
SEALS_AFTER = "SELECT line_id, leaf FROM adsum_ledgerseal WHERE sequence > %s ORDER BY sequence"
SAID_OF = " ".join((
    "SELECT", SAYS, ", s.sequence FROM adsum_ledgerline l LEFT JOIN adsum_ledgerseal s ON s.line_id = l.id",
    "WHERE l.participant_id = %s ORDER BY s.sequence NULLS LAST, l.id",
))  # fmt: skip
AT_ONCE = 5_000


def lines_about(*, participant_id: int, seen_by: Actor) -> QuerySet[LedgerLine]:
    """One person's lines, newest first. Staff of one office come by `people.history_of`, which knows whose they are."""
    lines = LedgerLine.objects.filter(participant_id=participant_id).order_by("-id")
    may_see = (
        seen_by.kind in (ActorKind.RULES, ActorKind.OPERATOR)
        or (seen_by.kind == ActorKind.PARTICIPANT and seen_by.id == participant_id)
        or (seen_by.kind == ActorKind.STAFF and seen_by.sees_every_office)
    )
    return lines if may_see else lines.none()


def security_lines(*, since: datetime, seen_by: Actor) -> QuerySet[LedgerLine]:
    """What was refused, slowed or ended at the ways in since then, newest first; for who sees every office."""
    lines = LedgerLine.objects.filter(verb__in=SECURITY_VERBS, at__gte=since).order_by("-at", "-id")
    may_see = seen_by.kind == ActorKind.STAFF and (seen_by.sees_every_office or seen_by.office_id is None)
    return lines if may_see else lines.none()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """The ledger's part of a person's file."""
    lines = lines_about(participant_id=participant_id, seen_by=seen_by)
    return {"ledger": list(lines.values("at", "verb", "actor_kind", "subject_kind", "facts"))}


def prove_line(*, participant_id: int, verb: str, subject_id: int, seen_by: Actor) -> Proof | None:
    """The proof that this line about this person is sealed; None until it is, or where one may not see it."""
    lines = lines_about(participant_id=participant_id, seen_by=seen_by).filter(verb=verb, subject_id=subject_id)
    seal = LedgerSeal.objects.filter(line_id__in=lines.values("pk")).order_by("sequence").first()
    if seal is None:
        return None
    checkpoint, forest = _stretch_of(seal.sequence)
    if checkpoint is None or forest is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SAYS} FROM adsum_ledgerline l WHERE l.id = %s", [seal.line_id])  # noqa: S608
        says = cursor.fetchone()[0].encode()
    return Proof(says, seal.sequence, forest.path(seal.sequence - 1), _sealed(checkpoint))


def _sealed(row: LedgerCheckpoint) -> Sealed:
    return Sealed(row.size, row.at.isoformat(), bytes(row.root).hex(), bytes(row.signature).hex())


def seal_horizon(*, seen_by: Actor) -> int | None:
    """The transaction below which nothing can be written any more; None while another sealer works."""
    if seen_by.kind != ActorKind.RULES:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtext('adsum.seal'))"
            " THEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint END"
        )
        horizon: int | None = cursor.fetchone()[0]
    return horizon


def lines_to_seal(*, sealed_from: int, horizon: int, seen_by: Actor) -> Iterator[list[tuple[int, bytes]]]:
    """What is written but not sealed, in batches: ids and what the lines say, in the order of their ids.

    A line whose transaction lies beyond the newest one comes from a restored database: it is complete, too.
    """
    for batch in _stream(TO_SEAL, sealed_from, horizon, seen_by=seen_by):
        yield [(line_id, says.encode()) for line_id, says in batch]


def sealed_lines(*, seen_by: Actor) -> Iterator[SealedLine]:
    """Every sealed place with what its line says now, in the sealed order."""
    for batch in _stream(SEALED, seen_by=seen_by, ahead=True):
        for sequence, line_id, leaf, says, found in batch:
            yield SealedLine(sequence, line_id, leaf, says.encode() if found is not None else None)


def count_sealed_lines(*, seen_by: Actor) -> int:
    """Read the same and look at none of it: how fast the database alone is."""
    return sum(len(batch) for batch in _stream(SEALED, seen_by=seen_by, ahead=True))


def _stream(statement: str, *values: int, seen_by: Actor, ahead: bool = False) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in batches through a cursor of the server, so that memory stays flat; only for rules and operators."""
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        yield from _ahead(cursor) if ahead else iter(lambda: cursor.fetchmany(AT_ONCE), [])


def _ahead(cursor: CursorWrapper) -> Iterator[list[tuple[Any, ...]]]:
    """Fetch the next batch while the last one is looked at; for who does nothing else with the connection."""
    with ThreadPoolExecutor(1) as other:
        coming = other.submit(cursor.fetchmany, AT_ONCE)
        while batch := coming.result():
            coming = other.submit(cursor.fetchmany, AT_ONCE)
            yield batch


def slipped_in(*, seen_by: Actor) -> int | None:
    """The first line that stands below the sealed horizon without a seal: it was put there afterwards."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    if last is None or seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return None
    sealed = LedgerSeal.objects.filter(line_id=OuterRef("pk"))
    lines = LedgerLine.objects.filter(~Exists(sealed), transaction_number__lt=last.sealed_below)
    return lines.order_by("pk").values_list("pk", flat=True).first()


def checkpoints_after(*, size: int, seen_by: Actor) -> list[Sealed]:
    """The signed statements about more than `size` lines; only for rules and operators."""
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return []
    rows = LedgerCheckpoint.objects.filter(size__gt=size).order_by("size")
    return [_sealed(row) for row in rows]


def seals_after(*, size: int, seen_by: Actor) -> Iterator[tuple[int, bytes]]:
    """The seals behind the first `size`: line and leaf, in their order."""
    for batch in _stream(SEALS_AFTER, size, seen_by=seen_by):
        yield from ((line_id, bytes(leaf)) for line_id, leaf in batch)


def proven_lines(*, participant_id: int, seen_by: Actor) -> Iterator[tuple[str, Proof | None]]:
    """Every line about a person as it was sealed, each with its proof, in the sealed order; at last what is not yet."""
    lines = lines_about(participant_id=participant_id, seen_by=seen_by)
    if not lines.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(SAID_OF, [participant_id])
        said = cursor.fetchall()
    checkpoint, forest = None, None
    for says, sequence in said:
        if sequence and (checkpoint is None or sequence > checkpoint.size):
            checkpoint, forest = _stretch_of(sequence)
        if not sequence or checkpoint is None or forest is None:
            yield says, None
        else:
            yield says, Proof(says.encode(), sequence, forest.path(sequence - 1), _sealed(checkpoint))


def _stretch_of(sequence: int) -> tuple[LedgerCheckpoint | None, Forest | None]:
    """The first statement about this place, and the leaves between it and the one before."""
    checkpoint = LedgerCheckpoint.objects.filter(size__gte=sequence).order_by("size").first()
    if checkpoint is None:
        return None, None
    before = LedgerCheckpoint.objects.filter(size__lt=sequence).order_by("-size").first()
    begin, peaks = (before.size, [bytes.fromhex(peak) for peak in before.peaks]) if before else (0, [])
    tail = LedgerSeal.objects.filter(sequence__gt=begin, sequence__lte=checkpoint.size).order_by("sequence")
    return checkpoint, Forest(begin, peaks, [bytes(leaf) for leaf in tail.values_list("leaf", flat=True)])

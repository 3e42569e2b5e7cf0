"""Reading the ledger, and what proves it."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.ledger.rules import Actor, ActorKind, FilePart, Sealed, SealedLine

# What a line says, as text that is the same on every server: an ordered JSON array, the moment in microseconds.
SAYS = (
    "jsonb_build_array(l.id, (extract(epoch FROM l.at) * 1000000)::bigint, l.verb, l.actor_kind, l.actor_id,"
    " l.subject_kind, l.subject_id, l.participant_id, l.policy, l.facts)::text"
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


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """The ledger's part of a person's file."""
    lines = lines_about(participant_id=participant_id, seen_by=seen_by)
    return {"ledger": list(lines.values("at", "verb", "actor_kind", "subject_kind", "facts"))}


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
    for batch in _stream(SEALED, seen_by=seen_by):
        for sequence, line_id, leaf, says, found in batch:
            yield SealedLine(sequence, line_id, bytes(leaf), says.encode() if found is not None else None)


def _stream(statement: str, *values: int, seen_by: Actor) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in batches through a cursor of the server, so that memory stays flat; only for rules and operators."""
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while batch := cursor.fetchmany(AT_ONCE):
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
    return [Sealed(r.size, r.at.isoformat(), bytes(r.root).hex(), bytes(r.signature).hex()) for r in rows]


def seals_after(*, size: int, seen_by: Actor) -> Iterator[tuple[int, bytes]]:
    """The seals behind the first `size`: line and leaf, in their order."""
    for batch in _stream(SEALS_AFTER, size, seen_by=seen_by):
        yield from ((line_id, bytes(leaf)) for line_id, leaf in batch)

"""Writing to the ledger, always inside the transaction of what happened; and sealing what was written."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from adsum.core.copying import numbers
from adsum.core.merkle import Tree, leaf_hash
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.ledger.queries import lines_to_seal, seal_horizon
from adsum.ledger.rules import RULES, Actor, Line, Sealed

_EACH = """
INSERT INTO adsum_ledgerline (at, verb, actor_kind, actor_id, subject_kind, policy, subject_id, participant_id, facts)
SELECT %s, %s, %s, %s::bigint, %s, %s, subject_id, participant_id, '{}'
FROM unnest(%s::bigint[], %s::bigint[]) AS one (subject_id, participant_id)
"""
COLUMNS = (
    "at", "verb", "actor_kind", "actor_id", "subject_kind", "subject_id", "participant_id", "policy", "facts",
)  # fmt: skip


def record(
    *,
    verb: str,
    actor: Actor,
    now: datetime,
    subject: models.Model | None = None,
    participant_id: int | None = None,
    policy: str = "",
    **facts: Any,
) -> None:
    """Write one line: `actor` did `verb` to `subject`, which concerns `participant_id`."""
    kind = subject._meta.model_name or "" if subject else ""
    line = Line(verb, actor, kind, subject.pk if subject else None, participant_id, policy, facts)
    record_lines(lines=[line], now=now)


def record_lines(*, lines: Iterable[Line], now: datetime) -> None:
    """Write many lines at once, in the order given."""
    with transaction.atomic(savepoint=False):
        LedgerLine.objects.put_tuples(COLUMNS, [_values(line, now) for line in lines])


def record_each(
    *,
    verb: str,
    actor: Actor,
    subject_kind: str,
    subjects: Sequence[int],
    participants: Sequence[int],
    now: datetime,
    policy: str = "",
) -> None:
    """Write a line for each of very many people to whom the same was done, in the order given."""
    values: list[Any] = [now, verb, actor.kind.value, actor.id, subject_kind, policy]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_EACH, [*values, numbers(subjects), numbers(participants)])


def _values(line: Line, now: datetime) -> tuple[Any, ...]:
    who, kind, subject = line.actor, line.subject_kind, line.subject_id
    return now, line.verb, who.kind.value, who.id, kind, subject, line.participant_id, line.policy, line.facts


def seal_lines(*, sign: Callable[[bytes], bytes], now: datetime) -> int:
    """Seal what has been written and cannot change its order any more; returns how many lines.

    Writers never wait for this: a line is sealed once every transaction that could still come before it is over.
    One sealer works at a time; a second one returns at once.
    """
    with transaction.atomic():
        horizon = seal_horizon(seen_by=RULES)
        if horizon is None:
            return 0
        last = LedgerCheckpoint.objects.order_by("-size").first()
        tree = Tree(last.size, [bytes.fromhex(peak) for peak in last.peaks]) if last else Tree()
        # A restored database counts its transactions anew: then everything unsealed is looked at once.
        sealed_from = last.sealed_below if last and last.sealed_below <= horizon else 0
        fresh = lines_to_seal(sealed_from=sealed_from, horizon=horizon, seen_by=RULES)
        before = tree.size
        for batch in fresh:
            LedgerSeal.objects.bulk_create(_seals(batch, tree), batch_size=5_000)
        if tree.size > before:
            _checkpoint(tree, sign, horizon, now)
    return tree.size - before


def _seals(batch: list[tuple[int, bytes]], tree: Tree) -> list[LedgerSeal]:
    seals: list[LedgerSeal] = []
    for line_id, says in batch:
        leaf = leaf_hash(says)
        tree.add(leaf)
        seals.append(LedgerSeal(sequence=tree.size, line_id=line_id, leaf=leaf))
    return seals


def _checkpoint(tree: Tree, sign: Callable[[bytes], bytes], horizon: int, now: datetime) -> None:
    statement = Sealed(tree.size, now.isoformat(), tree.root.hex(), "")
    LedgerCheckpoint.objects.create(
        size=tree.size,
        at=now,
        root=tree.root,
        peaks=[peak.hex() for peak in tree.peaks],
        sealed_below=horizon,
        signature=sign(statement.signed_text),
    )

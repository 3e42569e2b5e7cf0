"""Writing to the ledger, always inside the transaction of what happened; and sealing what was written."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from adsum.core.merkle import Tree, leaf_hash
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.ledger.queries import lines_to_seal, seal_horizon
from adsum.ledger.rules import RULES, Actor, Line, Sealed


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
        LedgerLine.objects.put_rows([_row(line, now) for line in lines])


def _row(line: Line, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "verb": line.verb,
        "actor_kind": line.actor.kind,
        "actor_id": line.actor.id,
        "subject_kind": line.subject_kind,
        "subject_id": line.subject_id,
        "participant_id": line.participant_id,
        "policy": line.policy,
        "facts": line.facts,
    }


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

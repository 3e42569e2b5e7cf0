"""Proof of the ledger outside the database: the key, the copies of seals and checkpoints, the check of it all."""

import json
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adsum.core.merkle import Tree, leaf_hash
from adsum.core.signing import is_signed, load_key
from adsum.ledger.actions import seal_lines
from adsum.ledger.queries import checkpoints_after, sealed_lines, seals_after, slipped_in
from adsum.ledger.rules import OPERATOR, Sealed, SealedLine

_SEAL = struct.Struct(">q32s")


@dataclass(frozen=True)
class Verdict:
    """How many sealed lines were checked, and the first thing that is wrong with them, in words."""

    lines: int
    first_bad: int | None = None
    why: str = ""


class Outside:
    """The folder with the key and the copies. Whoever holds a copy of it can prove what the ledger said."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "ledger"
        self.seals, self.checkpoints = self.folder / "seals.bin", self.folder / "checkpoints.jsonl"

    def key(self) -> Ed25519PrivateKey:
        """The signing key of this installation."""
        return load_key(self.folder)

    def known_checkpoints(self) -> list[Sealed]:
        """The copies of the signed statements, oldest first; a last line cut by a kill is left out."""
        if not self.checkpoints.exists():
            return []
        lines = self.checkpoints.read_text().splitlines(keepends=True)
        return [Sealed(**json.loads(line)) for line in lines if line.endswith("\n")]

    def known_seals(self) -> Iterator[tuple[int, bytes]]:
        """The copies of the seals that are there now: line and leaf, in their order. What comes later is left out."""
        if not self.seals.exists():
            return iter(())
        return self._read_seals(self.seals.stat().st_size // _SEAL.size)

    def _read_seals(self, count: int) -> Iterator[tuple[int, bytes]]:
        with self.seals.open("rb") as file:
            for _ in range(count):
                yield _SEAL.unpack(file.read(_SEAL.size))

    def catch_up(self) -> None:
        """Copy what the database has sealed since; seals first, then the statements about them."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copied = self.seals.stat().st_size // _SEAL.size if self.seals.exists() else 0
        _append(
            self.seals, copied * _SEAL.size, (_SEAL.pack(*seal) for seal in seals_after(size=copied, seen_by=OPERATOR))
        )
        known = self.known_checkpoints()
        whole = sum(len(json.dumps(asdict(one))) + 1 for one in known)
        fresh = checkpoints_after(size=known[-1].size if known else 0, seen_by=OPERATOR)
        _append(self.checkpoints, whole, (f"{json.dumps(asdict(one))}\n".encode() for one in fresh))


def _append(path: Path, whole: int, records: Iterable[bytes]) -> None:
    """Append behind the first `whole` bytes, so that half a record left by a kill is written over; then fsync."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(whole)
        file.seek(whole)
        for record in records:
            file.write(record)
        file.flush()
        os.fsync(file.fileno())


def seal_ledger(home: Path, now: datetime) -> int:
    """Seal what is new and copy the proof outside; returns how many lines were sealed."""
    outside = Outside(home)
    sealed = seal_lines(sign=outside.key().sign, now=now)
    outside.catch_up()
    return sealed


def verify_ledger(home: Path, papers: Sequence[Sealed] = ()) -> Verdict:
    """Hold the database against itself, the copies outside, and statements kept on paper.

    Names the first line that is not as sealed.
    """
    outside = Outside(home)
    verdict = _walk(outside, {paper.size: paper for paper in papers})
    if verdict.first_bad is None and (line := slipped_in(seen_by=OPERATOR)) is not None:
        return Verdict(verdict.lines, line, "inserted after the lines around it were sealed")
    return verdict


def _walk(outside: Outside, papers: dict[int, Sealed]) -> Verdict:
    tree, copies = Tree(), outside.known_seals()
    statements = {one.size: one for one in outside.known_checkpoints()}
    public = outside.key().public_key()
    for place in sealed_lines(seen_by=OPERATOR):
        known = next(copies, None)
        if why := _fault_of(place, tree.size + 1, known):
            return Verdict(tree.size, known[0] if known else place.line_id, why)
        tree.add(place.leaf)
        if tree.size not in statements and tree.size not in papers:
            continue
        statement, paper = statements.pop(tree.size, None), papers.pop(tree.size, None)
        if paper and paper.root != tree.root.hex():
            return Verdict(tree.size, place.line_id, f"the paper about the first {tree.size} lines says something else")
        if statement and not _holds(statement, tree, public):
            return Verdict(tree.size, place.line_id, f"the statement about the first {tree.size} lines does not hold")
    missing = next(copies, None)
    if missing is not None or statements or papers:
        return Verdict(tree.size, missing[0] if missing else tree.size + 1, "cut off: it was sealed and is gone")
    return Verdict(tree.size)


def _holds(statement: Sealed, tree: Tree, public: Ed25519PublicKey) -> bool:
    signature = bytes.fromhex(statement.signature)
    return statement.root == tree.root.hex() and is_signed(public, statement.signed_text, signature)


def _fault_of(place: SealedLine, expected: int, known: tuple[int, bytes] | None) -> str:
    """What is wrong with one sealed place; the copy outside, where there is one, is what counts."""
    if place.sequence != expected or (known and known[0] != place.line_id):
        return "not at the place where it was sealed"
    if place.says is None:
        return "deleted"
    leaf = leaf_hash(place.says)
    if leaf != place.leaf or (known and known[1] != leaf):
        return "changed after it was sealed"
    return ""

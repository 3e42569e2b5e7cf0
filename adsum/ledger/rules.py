"""Who can act or look, as a value that every action and query takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from adsum.core.merkle import leaf_hash
from adsum.core.proofs import root_of_path

FilePart = dict[str, Sequence[Mapping[str, object]]]  # what one domain holds about a person


class ActorKind(StrEnum):
    """Who stands behind a line. RULES is the machine: it may remind, flag, draft and propose, never decide."""

    STAFF = "staff"
    PARTICIPANT = "participant"
    RULES = "rules"
    OPERATOR = "operator"
    STRANGER = "stranger"
    PARTNER = "partner"


@dataclass(frozen=True)
class Actor:
    """A person, a partner or the machine. `office_id` and `sees_every_office` say what a member of staff may see,
    `office_ids` whose people another agency's system may see.
    """

    kind: ActorKind
    id: int | None = None
    office_id: int | None = None
    sees_every_office: bool = False
    office_ids: frozenset[int] = frozenset()


RULES = Actor(ActorKind.RULES)
OPERATOR = Actor(ActorKind.OPERATOR)
STRANGER = Actor(ActorKind.STRANGER)
# What an auditor reads about the ways in. They have an index of their own.
SECURITY_VERBS = (
    "activation.refused",
    "activation.slowed",
    "devices.signed-out",
    "passkey.refused",
    "phone.changed",
    "phone.code-asked",
    "phone.code-refused",
    "pin.ended",
    "pin.refused",
    "staff.sign-in-refused",
    "ways-back.ended",
)


@dataclass(frozen=True)
class Line:
    """One fact before it is written. `facts` holds ids, codes and counts, never names, texts or coordinates."""

    verb: str
    actor: Actor
    subject_kind: str = ""
    subject_id: int | None = None
    participant_id: int | None = None
    policy: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sealed:
    """A signed statement: these were the first `size` lines, in this order, when it was made."""

    size: int
    at: str
    root: str
    signature: str

    @property
    def signed_text(self) -> bytes:
        """What is signed: origin, size and root, a line each, as in the checkpoints of transparency logs (C2SP)."""
        return f"adsum ledger\n{self.size}\n{self.root}\n".encode()


class SealedLine(NamedTuple):
    """One place of the sealed order as the database has it now. `says` is None when the line is gone."""

    sequence: int
    line_id: int
    leaf: bytes
    says: bytes | None


@dataclass(frozen=True)
class Proof:
    """That a line stands at its place in the sealed ledger: RFC 9162 inclusion in a signed checkpoint."""

    says: bytes
    sequence: int
    path: list[bytes]
    checkpoint: Sealed

    @property
    def holds(self) -> bool:
        """True where the path leads to the checkpoint's root; its signature is checked with the public key."""
        size, index = self.checkpoint.size, self.sequence - 1
        try:
            return root_of_path(leaf_hash(self.says), index, size, self.path).hex() == self.checkpoint.root
        except ValueError:
            return False

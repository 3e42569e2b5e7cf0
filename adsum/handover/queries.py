"""Who was handed over, who was taken over, and what the old site's ledger says of them."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import QuerySet

from adsum.core.signing import is_signed
from adsum.handover.models import Handing, OldLine, OldRow, TakeOver
from adsum.handover.rules.format import LEDGER
from adsum.ledger.rules import Actor, ActorKind, FilePart, Proof, Sealed
from adsum.people.queries import participants

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OldFact:
    """What one line of an old ledger says."""

    at: datetime
    verb: str
    actor_kind: str
    subject_kind: str
    facts: Mapping[str, Any]
    is_sealed: bool


@dataclass(frozen=True)
class ChapterProof:
    """How much of a chapter is proven: by the bundle's signature as a whole, and line by line by old checkpoints."""

    whole: bool
    lines: int
    proven: int
    broken: int

    @property
    def holds(self) -> bool:
        return self.whole and not self.broken


def handings_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Handing]:
    """The bundles that were made of one person, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Handing.objects.filter(participant__in=visible).select_related("made_by").order_by("-made_at", "-pk")


def take_overs_of(*, participant_id: int, seen_by: Actor) -> QuerySet[TakeOver]:
    """From where one person came, the last site first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return TakeOver.objects.filter(participant__in=visible).order_by("-taken_at", "-pk")


def find_take_over(*, bundle: str, seen_by: Actor) -> TakeOver | None:
    """The take-over by this very bundle; for the operator."""
    found = TakeOver.objects.filter(bundle=bundle).select_related("participant__office")
    return found.first() if seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES) else None


def is_known_key(*, public_key: str, seen_by: Actor) -> bool:
    """True where people were taken over with this key before: somebody has compared it then."""
    return seen_by.kind == ActorKind.OPERATOR and TakeOver.objects.filter(public_key=public_key).exists()


def old_facts(*, take_over_id: int, seen_by: Actor) -> Iterator[OldFact]:
    """What the old site's ledger says, oldest first."""
    for raw in _raw_lines(take_over_id, seen_by):
        line = orjson.loads(raw)
        _, micros, verb, actor_kind, _, subject_kind, _, _, _, facts = orjson.loads(line["says"])
        at = BEGIN + timedelta(microseconds=micros)
        yield OldFact(at, verb, actor_kind, subject_kind, facts, line["sequence"] is not None)


def prove_chapter(*, take_over_id: int, seen_by: Actor) -> ChapterProof | None:
    """Hold a chapter against the old site's key; None where one may not see it."""
    taken = TakeOver.objects.filter(pk=take_over_id, participant__in=participants(seen_by=seen_by)).first()
    if taken is None:
        return None
    key = Ed25519PublicKey.from_public_bytes(_bytes(taken.public_key))
    sealed = {one["size"]: Sealed(**one) for one in taken.checkpoints}
    good = {size for size, one in sealed.items() if is_signed(key, one.signed_text, bytes.fromhex(one.signature))}
    digest, lines, proven, broken = hashlib.sha256(), 0, 0, 0
    for raw in _raw_lines(take_over_id, seen_by):
        digest.update(f"{raw}\n".encode())
        line = orjson.loads(raw)
        lines += 1
        if line["sequence"] is None:
            continue
        holds = line["size"] in good and _proof(line, sealed[line["size"]]).holds
        proven, broken = proven + holds, broken + (not holds)
    signed = is_signed(key, taken.statement.encode(), _bytes(taken.signature))
    named = f"{digest.hexdigest()}  {LEDGER}" in taken.statement.split("\n")
    return ChapterProof(signed and named, lines, proven, broken)


def _proof(line: Mapping[str, Any], sealed: Sealed) -> Proof:
    return Proof(line["says"].encode(), line["sequence"], [bytes.fromhex(one) for one in line["path"]], sealed)


def _raw_lines(take_over_id: int, seen_by: Actor) -> Iterator[str]:
    mine = OldLine.objects.filter(take_over=take_over_id, take_over__participant__in=participants(seen_by=seen_by))
    return mine.order_by("position").values_list("raw", flat=True).iterator()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file: bundles, from where they came, and what the old site said of them."""
    taken = take_overs_of(participant_id=participant_id, seen_by=seen_by)
    rows = OldRow.objects.filter(take_over__in=taken).order_by("take_over", "pk")
    facts = (fact for one in taken for fact in old_facts(take_over_id=one.pk, seen_by=seen_by))
    made = handings_of(participant_id=participant_id, seen_by=seen_by)
    return {
        "bundles_made": list(made.values("made_at", "made_by__name", "reason")),
        "taken_over": list(taken.values("site", "made_at", "taken_at")),
        "old_ledger": [
            {"at": one.at, "verb": one.verb, "actor_kind": one.actor_kind, "subject_kind": one.subject_kind}
            | {"facts": one.facts}
            for one in facts
        ],
        "old_rows": list(rows.values("table", "body")),
    }

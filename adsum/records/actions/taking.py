"""Taking records, batch by batch: what came once is kept, and the newest version holds."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.records.actions.asking import ask_about_changes
from adsum.records.actions.closing import close_leads
from adsum.records.models import Delivery, OutsideRecord, RecordVersion, SetAside
from adsum.records.rules import Closed, RecordIn, version_key

TOLD = tuple(name for name in RecordIn.__dataclass_fields__ if name not in {"record_id", "withdrawn"})
LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Aside:
    """A row that cannot be read: its number in the delivery, why, and the row as it came."""

    row: int
    reason: str
    text: str


@dataclass
class _Taken:
    fresh: list[OutsideRecord] = field(default_factory=list)
    changed: dict[str, OutsideRecord] = field(default_factory=dict)
    touched: dict[str, OutsideRecord] = field(default_factory=dict)
    known: int = 0
    withdrawn: list[OutsideRecord] = field(default_factory=list)
    reworded: list[OutsideRecord] = field(default_factory=list)
    versions: list[tuple[OutsideRecord, RecordIn, bool]] = field(default_factory=list)


def take_records(
    *, delivery: Delivery, records: Sequence[RecordIn], aside: Sequence[Aside] = (), next_row: int, now: datetime
) -> None:
    """Take one batch: each record once, whatever order its versions come in; what cannot be read stands aside.

    `next_row` is where reading goes on. A batch that was taken already is left alone, so a reader that was killed
    may send it again.
    """
    with transaction.atomic():
        mine = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if next_row <= mine.next_row:
            return
        taken = _sort_in(mine, records, now)
        _write(mine, taken, now)
        SetAside.objects.bulk_create(
            SetAside(delivery=mine, row=one.row, reason=one.reason[:300], text=one.text[:LONGEST_TEXT], at=now)
            for one in aside
        )
        mine.next_row = next_row
        mine.rows += len(records) + len(aside)
        mine.fresh += len(taken.fresh)
        mine.changed += len(taken.changed)
        mine.known += taken.known
        mine.withdrawn += len(taken.withdrawn)
        mine.aside += len(aside)
        mine.save(update_fields=["next_row", "rows", "fresh", "changed", "known", "withdrawn", "aside"])
        close_leads(record_ids=[one.pk for one in taken.withdrawn], why=Closed.WITHDRAWN, now=now)
        ask_about_changes(record_ids=[one.pk for one in taken.reworded], now=now)
        record(
            verb="records.taken",
            actor=RULES,
            now=now,
            subject=mine,
            row=next_row,
            fresh=len(taken.fresh),
            changed=len(taken.changed),
        )
    delivery.refresh_from_db()


def _sort_in(delivery: Delivery, records: Iterable[RecordIn], now: datetime) -> _Taken:
    """Which are new, which change what is known, and which say what is known already, or what is older."""
    records = list(records)
    theirs = OutsideRecord.objects.select_for_update().filter(
        source_id=delivery.source_id, record_id__in={one.record_id for one in records}
    )
    known = {one.record_id: one for one in theirs.order_by("pk")}
    taken = _Taken()
    for said in records:
        mine = known.get(said.record_id)
        if mine is None:
            mine = known[said.record_id] = _new(delivery, said, now)
            taken.fresh.append(mine)
            taken.versions.append((mine, said, True))
        elif version_key(said.version) < version_key(mine.version):
            taken.known += 1
            taken.versions.append((mine, said, False))
        elif mine.content == said.content:
            taken.known += 1
            mine.version = said.version
            taken.touched.update({mine.record_id: mine} if mine.pk else {})
        else:
            _change(mine, said, taken, now)
    return taken


def _new(delivery: Delivery, said: RecordIn, now: datetime) -> OutsideRecord:
    told = {name: getattr(said, name) for name in TOLD}
    return OutsideRecord(
        source_id=delivery.source_id,
        record_id=said.record_id,
        identity=said.identity,
        facts=said.facts,
        content=said.content,
        received_at=now,
        changed_at=now,
        withdrawn_at=now if said.withdrawn else None,
        **told,
    )


def _change(mine: OutsideRecord, said: RecordIn, taken: _Taken, now: datetime) -> None:
    back = mine.withdrawn_at is not None and not said.withdrawn
    if mine.identity != said.identity or back:
        mine.screened_at, mine.poison = None, ""
    elif mine.withdrawn_at is None and not said.withdrawn and mine.pk:
        taken.reworded.append(mine)
    if said.withdrawn and mine.withdrawn_at is None:
        taken.withdrawn.append(mine)
    for name in TOLD:
        setattr(mine, name, getattr(said, name))
    mine.identity, mine.facts, mine.content = said.identity, said.facts, said.content
    mine.changed_at, mine.withdrawn_at = now, now if said.withdrawn else None
    taken.versions.append((mine, said, True))
    if mine.pk:
        taken.changed[mine.record_id] = mine


def _write(delivery: Delivery, taken: _Taken, now: datetime) -> None:
    OutsideRecord.objects.bulk_create(taken.fresh)
    digests = ("identity", "facts", "content", "changed_at", "withdrawn_at", "screened_at", "poison")
    OutsideRecord.objects.bulk_update((taken.touched | taken.changed).values(), [*TOLD, *digests])
    RecordVersion.objects.bulk_create(
        RecordVersion(record=one, delivery=delivery, at=now, version=said.version, says=asdict(said), held=held)
        for one, said, held in taken.versions
    )

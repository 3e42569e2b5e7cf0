"""What a look at both files whole has found, and who said that the mend be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.counterparts.models import Counterpart, Difference, Reconciliation, Twin
from adsum.counterparts.rules import MENDED_BY_US, Differs
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import Actor, Line
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant


@dataclass(frozen=True)
class Found:
    """One person on whom the files differ, and in which fields, as far as both say something."""

    case_number: str
    kind: Differs
    fields: tuple[str, ...] = ()


def keep_reconciliation(
    *, counterpart: Counterpart, found: Sequence[Found], figures: dict[str, Any], actor: Actor, now: datetime
) -> Reconciliation:
    """Keep what was found; nothing is mended by it."""
    with transaction.atomic():
        look = Reconciliation.objects.create(counterpart=counterpart, at=now, differences=len(found), **figures)
        numbers = [one.case_number for one in found]
        people = dict(Participant.objects.filter(case_number__in=numbers).values_list("case_number", "pk"))
        Difference.objects.bulk_create(
            Difference(
                reconciliation=look,
                case_number=one.case_number,
                participant_id=people.get(one.case_number),
                kind=one.kind,
                fields=list(one.fields),
            )
            for one in found
        )
        record(verb="counterpart.reconciled", actor=actor, now=now, subject=look, differences=len(found))
    return look


def accept_mends(*, differences: Sequence[Difference], by: str, actor: Actor, now: datetime) -> int:
    """Somebody says that what was proposed be done; returns of how many this is said for the first time.

    What we can mend is owed to the other side at once, and done when it answers. What only they can mend is noted as
    asked of them; a row of theirs that is gone is let go of, and nothing of it is undone here.
    """
    with transaction.atomic():
        keys = [one.pk for one in differences]
        waiting = Difference.objects.filter(pk__in=keys, accepted_at__isnull=True).order_by("pk")
        accepted = list(waiting.select_related("reconciliation").select_for_update(of=("self",)))
        for one in accepted:
            one.accepted_at, one.accepted_by = now, by[:120]
            one.save(update_fields=["accepted_at", "accepted_by"])
            record(
                verb="difference.accepted", actor=actor, now=now, subject=one, participant_id=one.participant_id,
                difference=one.kind,
            )  # fmt: skip
            if one.participant_id is not None and one.kind in MENDED_BY_US:
                body = {"anew": one.kind != Differs.UNSENT}
                emit_events(events=[Event("counterpart.differs", one.participant_id, body)], now=now)
            if one.kind == Differs.GONE:
                let_go(
                    counterpart_id=one.reconciliation.counterpart_id, case_numbers=[one.case_number], actor=actor,
                    now=now,
                )  # fmt: skip
    return len(accepted)


def let_go(*, counterpart_id: int, case_numbers: Sequence[str], actor: Actor, now: datetime) -> None:
    """Rows of theirs are gone: so are their twins here. What we say of the people stays as it is."""
    with transaction.atomic():
        gone = Twin.objects.filter(counterpart_id=counterpart_id, case_number__in=list(case_numbers))
        lines = [
            Line("counterpart.parted", actor, "counterpart", counterpart_id, person)
            for person in gone.values_list("participant_id", flat=True)
        ]
        gone.delete()
        record_lines(lines=lines, now=now)

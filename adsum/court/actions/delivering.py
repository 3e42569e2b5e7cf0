"""A drop's beginning and its end."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import F

from adsum.court.models import CourtDrop, CourtFile
from adsum.court.rules import GivenDrop, rank_of
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import Actor, Line


def begin_drop(*, given: GivenDrop, actor: Actor, now: datetime) -> CourtDrop:
    """The drop with these files: a new one, or the one that came before; its files say how far each has been read."""
    with transaction.atomic():
        drop, is_new = _drop_of(given, now)
        if is_new:
            files = [CourtFile(drop=drop, kind=f.kind, name=f.name, digest=f.digest, size=f.size) for f in given.files]
            CourtFile.objects.bulk_create(files)
        else:
            CourtDrop.objects.filter(pk=drop.pk).update(times=F("times") + 1)
        record(verb="court.drop-came", actor=actor, now=now, subject=drop, again=not is_new)
    return drop


def end_drop(*, drop: CourtDrop, actor: Actor, now: datetime) -> None:
    """All of it has been read."""
    with transaction.atomic():
        if CourtDrop.objects.filter(pk=drop.pk, ended_at__isnull=True).update(ended_at=now):
            counts = CourtFile.objects.filter(drop=drop).values_list("kind", "read", "changed", "set_aside")
            facts = {kind: {"read": read, "changed": new, "aside": aside} for kind, read, new, aside in counts}
            record_lines(lines=[Line("court.drop-read", actor, "courtdrop", drop.pk, facts=facts)], now=now)


def refuse_drop(*, name: str, refusal: str, actor: Actor, now: datetime) -> None:
    """Nothing of it is kept, for this reason; the operator's page shows it. The same again is counted only."""
    digest = hashlib.sha256(f"refused {name} {refusal}".encode()).hexdigest()
    with transaction.atomic():
        drop, is_new = _drop_of(GivenDrop(name, 0, now.date(), digest, ()), now)
        times = F("times") if is_new else F("times") + 1
        CourtDrop.objects.filter(pk=drop.pk).update(refusal=refusal[:500], began_at=now, times=times)
        record(verb="court.drop-refused", actor=actor, now=now, subject=drop)


def _drop_of(given: GivenDrop, now: datetime) -> tuple[CourtDrop, bool]:
    about = {"name": given.name[:200], "number": given.number, "as_of": given.as_of, "began_at": now}
    rank = rank_of(given.as_of, given.number)
    return CourtDrop.objects.get_or_create(digest=given.digest, defaults={**about, "rank": rank})

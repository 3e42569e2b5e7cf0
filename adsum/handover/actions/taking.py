"""A person is taken over from another site: all of the bundle, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction

from adsum.handover.actions.naming import Namer
from adsum.handover.actions.papers import Papers
from adsum.handover.actions.putting import PutBack
from adsum.handover.file_queries import BACK, NAMED, TOLD
from adsum.handover.models import OldLine, OldRow, TakeOver
from adsum.handover.queries import find_take_over, old_facts, prove_chapter
from adsum.handover.rules import BundleRefused, Goes, Head, Opened, in_batches, site_label
from adsum.handover.rules.format import CHECKPOINTS, LEDGER
from adsum.leaving.actions import carry_duties
from adsum.ledger.actions import record
from adsum.ledger.rules import OPERATOR, RULES
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.policies.models import PolicyVersion
from adsum.staffing.queries import caseloads_of


@dataclass(frozen=True)
class Taken:
    """What became of a bundle. `fresh` False: it was taken over before, and nothing has changed.

    `matched`: who of the old site's staff works here, by address and name; of the others only the name is here.
    """

    fresh: bool
    case_number: str
    site: str
    office: str
    taken_at: datetime
    rows: dict[str, int] = field(default_factory=dict)
    told: int = 0
    lines: int = 0
    papers: int = 0
    lacking: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()


def take_over(*, opened: Opened, office: FieldOffice, now: datetime, dry_run: bool = False) -> Taken:
    """Bring the person of this bundle into an office. Raises BundleRefused; then nothing has changed.

    The bundle was verified. With `dry_run` all of it is tried, but for the papers, and taken back.
    """
    try:
        with transaction.atomic():
            _one_at_a_time()
            Papers().clear_away()
            known = find_take_over(bundle=opened.bundle, seen_by=OPERATOR)
            if known is not None:
                who = known.participant
                return Taken(False, who.case_number, known.site, who.office.code, known.taken_at)
            taken, number = _take(opened, office, now, dry_run)
            record(
                verb="participant.taken-over",
                actor=OPERATOR,
                now=now,
                participant_id=number,
                site=taken.site,
                bundle=opened.bundle,
                rows=sum(taken.rows.values()),
                lines=taken.lines,
            )
            if dry_run:
                transaction.set_rollback(True)
    except DatabaseError as error:
        raise BundleRefused(f"it does not fit here: {str(error).strip().splitlines()[0]}") from error
    return taken


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adsum.take-over'))")


def _take(opened: Opened, office: FieldOffice, now: datetime, dry_run: bool) -> tuple[Taken, int]:
    head = opened.head()
    if head.public_key != opened.public_key:
        raise BundleRefused("it was signed with another key than the one that it names")
    here = Participant.objects.filter(case_number=head.case_number).select_related("office").first()
    if here is not None:
        raise BundleRefused(
            f"{head.case_number} is here already ({here.office.code}): nobody is put on top of somebody's file"
        )
    site = site_label(head.site, head.public_key)
    namer = Namer(site, now)
    for named in reversed(NAMED):
        if named.model is not PolicyVersion:
            _each(opened, f"{Goes.NAMED}/{named.name}.jsonl", partial(namer.take, named.model))
    put = PutBack(opened=opened, namer=namer, office=office, site=site, now=now)
    for table in BACK:
        put.number(table)
    rows = {table.name: put.back(table) for table in BACK}
    number = put.number_of("participant", head.participant)
    chapter = _keep_chapter(opened, head, site, number, now)
    told, lines = _keep_told(opened, chapter), _keep_lines(opened, chapter)
    _hold_chapter(chapter)
    _welcome(number, office, now)
    with nullcontext(0) if dry_run else Papers().kept(opened, number) as papers:
        return Taken(
            True,
            head.case_number,
            site,
            office.code,
            now,
            rows={name: count for name, count in rows.items() if count},
            told=told,
            lines=lines,
            papers=papers,
            lacking=head.lacking,
            matched=tuple(sorted(set(namer.matched))),
        ), number


def _welcome(number: int, office: FieldOffice, now: datetime) -> None:
    """An officer by this office's rule of caseloads, and open check-ins by its days."""
    person = Participant.objects.select_related("office").get(pk=number)
    caseloads = caseloads_of(office_id=office.pk, now=now, seen_by=RULES)
    Participant.objects.filter(pk=number).update(officer=caseloads.choose(person.language, number))
    carry_duties(participant=person, now=now)


def _each(opened: Opened, name: str, take: Callable[[dict[str, Any]], None]) -> None:
    for row in opened.rows(name):
        try:
            take(row)
        except (KeyError, TypeError, ValueError) as error:
            raise BundleRefused(f"{name} has a row that this Adsum cannot read ({error})") from error


def _keep_chapter(opened: Opened, head: Head, site: str, number: int, now: datetime) -> TakeOver:
    return TakeOver.objects.create(
        participant_id=number,
        bundle=opened.bundle,
        site=site,
        public_key=opened.public_key,
        statement=opened.statement,
        signature=opened.signature,
        checkpoints=opened.value(CHECKPOINTS),
        reason=head.reason,
        made_at=datetime.fromisoformat(head.made_at),
        taken_at=now,
    )


def _hold_chapter(chapter: TakeOver) -> None:
    """What cannot be proven or read later is not taken in."""
    try:
        proof = prove_chapter(take_over_id=chapter.pk, seen_by=OPERATOR)
        for _ in old_facts(take_over_id=chapter.pk, seen_by=OPERATOR):
            pass
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(f"{LEDGER} has a line that this Adsum cannot read ({error})") from error
    if proof is None or not proof.holds:
        raise BundleRefused(f"{LEDGER} does not hold against that site's checkpoints")


def _keep_told(opened: Opened, chapter: TakeOver) -> int:
    """What has no place here; and the versions of rules that the old site's decisions cite."""
    names = [f"{Goes.TOLD}/{table.name}.jsonl" for table in TOLD] + [f"{Goes.NAMED}/policyversion.jsonl"]

    def rows() -> Iterator[OldRow]:
        for name in names:
            table = name.partition("/")[2].removesuffix(".jsonl")
            yield from (OldRow(take_over=chapter, table=table, body=row) for row in opened.rows(name))

    return sum(len(OldRow.objects.bulk_create(batch)) for batch in in_batches(rows()))


def _keep_lines(opened: Opened, chapter: TakeOver) -> int:
    raw = (line.decode().removesuffix("\n") for line in opened.lines(LEDGER))
    lines = (OldLine(take_over=chapter, position=position, raw=one) for position, one in enumerate(raw))
    return sum(len(OldLine.objects.bulk_create(batch)) for batch in in_batches(lines))

"""People get an officer: each change has its line, and the participant learns the name where policy says so."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from django.db import connection, transaction

from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import Actor, Line
from adsum.notices.actions import queue_notices
from adsum.notices.rules import Draft, NoticeKind
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.policies.queries import in_force
from adsum.staffing.policy import StaffingPolicy
from adsum.staffing.queries import Proposal, propose_caseloads
from adsum.staffing.rules import Handing

BATCH = 2_000


def assign_caseloads(*, office: FieldOffice, level: bool, actor: Actor, now: datetime) -> Proposal:
    """Give people to officers as the office's rule says; the same again changes nothing. Returns what was done.

    `level`: also take from who has too many. Whoever assigns at the same time waits.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adsum.caseloads'), %s)", [office.pk])
        done = propose_caseloads(office=office, level=level, now=now, seen_by=actor)
        give_to_officer(handings=done.handings, office=office, actor=actor, now=now)
        record(
            verb="caseloads.assigned",
            actor=actor,
            now=now,
            subject=office,
            policy=in_force(StaffingPolicy, now=now, office_id=office.pk).version,
            count=len(done.handings),
            level=level,
        )
    return done


def give_to_officer(*, handings: Collection[Handing], office: FieldOffice, actor: Actor, now: datetime) -> None:
    """These people have these officers from now on."""
    policy = in_force(StaffingPolicy, now=now, office_id=office.pk)
    by_officer = sorted(handings, key=lambda one: (one.officer_id, one.person_id))
    with transaction.atomic():
        for officer_id, group in groupby(by_officer, key=lambda one: one.officer_id):
            people = [one.person_id for one in group]
            for start in range(0, len(people), BATCH):
                some = Participant.objects.filter(pk__in=people[start : start + BATCH], office=office)
                some.update(officer_id=officer_id)
        lines = (
            Line(
                "caseload.given",
                actor,
                "participant",
                one.person_id,
                one.person_id,
                policy.version,
                {"officer": one.officer_id, "before": one.before, "why": str(one.why)},
            )
            for one in by_officer
        )
        record_lines(lines=lines, now=now)
        if policy.told_of_officer:
            _tell([one for one in by_officer if one.before is not None], policy, now)


def _tell(changed: Collection[Handing], policy: StaffingPolicy, now: datetime) -> None:
    """Only those who had an officer before: a first one is no news."""
    names = dict(Staff.objects.filter(pk__in={one.officer_id for one in changed}).values_list("pk", "name"))
    officers = {one.person_id: names[one.officer_id] for one in changed}
    people = sorted(officers)
    for start in range(0, len(people), BATCH):
        some = Participant.objects.filter(pk__in=people[start : start + BATCH]).select_related("office")
        drafts = [Draft(one, NoticeKind.NEW_OFFICER, "", {"officer": officers[one.pk]}) for one in some]
        queue_notices(drafts=drafts, now=now, policy=policy.version)

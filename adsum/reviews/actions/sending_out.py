"""The complete file goes to the body outside this agency."""

from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.reviews.actions.appealing import AppealRefused
from adsum.reviews.models import Appeal
from adsum.reviews.queries import find_appeal
from adsum.reviews.rules import AppealStage


def send_out_appeal(*, appeal_id: int, staff: Staff, sha256: str, papers: int, now: datetime) -> Appeal:
    """A supervisor has taken the file out, for the outside body; with so many papers. Raises AppealRefused.

    `sha256` is of its index on paper.
    """
    with transaction.atomic():
        found = find_appeal(appeal_id=appeal_id, seen_by=staff.as_actor())
        if found is None or staff.role != Role.SUPERVISOR or found.stage != AppealStage.OUTSIDE:
            raise AppealRefused("Only an appeal before the outside body has a file to send out.")
        Appeal.objects.filter(pk=found.pk, sent_out_at=None).update(sent_out_at=now)
        who = found.decision.participant_id
        record(
            verb="appeal.sent-out",
            actor=staff.as_actor(),
            now=now,
            subject=found,
            participant_id=who,
            policy=found.decision.policy,
            sha256=sha256,
            papers=papers,
        )
    return found

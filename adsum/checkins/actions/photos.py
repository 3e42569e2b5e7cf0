"""A photo of the person, or their word that they cannot take one, answers the photo that a plan asks for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from adsum.checkins.actions.reports import submit_report
from adsum.checkins.models import Report
from adsum.checkins.queries import waiting_duties
from adsum.checkins.rules import CANNOT, DutyKind, ReportContent
from adsum.people.models import Participant


def answer_with_photo(
    *, participant: Participant, key: UUID, sha256: str, taken_at: datetime, now: datetime
) -> Report | None:
    """Its report, where a photo is owed or was missed; else nothing. `sha256`: of the photo; empty: there can be none.

    A photo that was kept before the duty's time (`taken_at`) does not answer it. The same key is the same report.
    """
    with transaction.atomic():
        mine = waiting_duties(at=now, seen_by=participant.as_actor()).filter(participant=participant)
        owed = mine.filter(plan__kind=DutyKind.PHOTO, opens_at__lte=taken_at).exists()
        known = Report.objects.filter(participant=participant, key=key).exists()
        if not owed and not known:
            return None
        content = ReportContent(answers={"photo": sha256 or CANNOT})
        return submit_report(participant=participant, key=key, content=content, now=now, kind=DutyKind.PHOTO)

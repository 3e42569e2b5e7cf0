"""A photo that is owed, as a step of the check-in; the check-in counts with it and without it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4, uuid5

from django.http import HttpRequest
from django.utils import timezone

from adsum.checkins.actions import answer_with_photo
from adsum.documents.actions import say_unable
from adsum.documents.rules import DocumentRefused, Kind, Says
from adsum.portal.evidence import photo_standing
from adsum.portal.reading import Sent
from adsum.portal.uploads import keep_sent

if TYPE_CHECKING:
    from adsum.checkins.models import Report
    from adsum.people.models import Participant


def photo_step(participant: Participant, now: datetime) -> dict[str, Any]:
    """What the form of a check-in needs to ask for the photo too; nothing where none is owed."""
    standing = photo_standing(participant, now)
    if standing.owed is None and standing.missed is None:
        return {}
    return {"photo_standing": standing, "photo_key": uuid4()}


def take_photo_with(request: HttpRequest, sent: Sent, participant: Participant, report: Report) -> None:
    """The photo that came with this check-in, or the word that there can be none, answers the photo that is owed.

    A file that cannot be kept leaves the photo owed: the receipt's page asks for it again.
    """
    has_file, cannot = "file" in request.FILES, sent.get("says") == Says.NO_CAMERA
    if not has_file and not cannot:
        return
    key, sha256, now = uuid5(report.key, Kind.PHOTO), "", timezone.now()
    if has_file:
        with suppress(DocumentRefused):
            photo = keep_sent(request, participant, Kind.PHOTO, key)
            sha256, now = photo.sha256, photo.received_at
        if not sha256:
            return
    elif not photo_step(participant, now):
        return
    else:
        say_unable(participant=participant, kind=Kind.PHOTO, says=Says.NO_CAMERA, now=now)
    answer_with_photo(participant=participant, key=key, sha256=sha256, taken_at=now, now=timezone.now())

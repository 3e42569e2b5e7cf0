"""An uploaded list: kept, tried, enrolled, forgotten."""

from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.core.text import clean_line
from adsum.enrolment.models import Wave
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import FieldOffice, Staff
from adsum.policies.queries import in_force
from adsum.waves.models import Invitee, LetterBatch, PageTime, Stage, WaveFile
from adsum.waves.policy import WavesPolicy
from adsum.waves.rules import LARGEST_FILE


class WaveRefused(Exception):
    """Why this cannot be done, in words for whoever asked."""


def keep_file(
    *, office: FieldOffice, wave_name: str, file_name: str, content: bytes, staff: Staff, actor: Actor, now: datetime
) -> WaveFile:
    """Keep an uploaded list until the worker has tried it. Raises WaveRefused."""
    name = clean_line(wave_name)
    if not 1 <= len(name) <= 80:
        raise WaveRefused("Give the wave a name of 1 to 80 characters, such as 2027-01.")
    if not content:
        raise WaveRefused("Choose a file: CSV, plain or gzip. This one is empty.")
    if len(content) > LARGEST_FILE:
        raise WaveRefused("This file is larger than 50 MB. Compress it with gzip, or use adsum enrol.")
    with transaction.atomic():
        kept = WaveFile.objects.create(
            office=office,
            wave_name=name,
            file_name=clean_line(file_name)[-120:],
            content=content,
            uploaded_at=now,
            uploaded_by=staff,
        )
        record(verb="wave-file.uploaded", actor=actor, now=now, subject=kept, bytes=len(content))
    return kept


def note_trial(*, file: WaveFile, trial: dict[str, Any], rejects: str, now: datetime) -> None:
    """The worker has tried this file: nothing was written, these are the figures."""
    with transaction.atomic():
        WaveFile.objects.filter(pk=file.pk).update(tried_at=now, trial=trial, rejects=rejects)
        record(verb="wave-file.tried", actor=RULES, now=now, subject=file, policy=trial["policy"], read=trial["read"])


def refuse_file(*, file: WaveFile, why: str, now: datetime) -> None:
    """This file cannot be read; its content is erased at once."""
    with transaction.atomic():
        WaveFile.objects.filter(pk=file.pk).update(tried_at=now, refused=why, content=None)
        record(verb="wave-file.refused", actor=RULES, now=now, subject=file)


def ask_enrolment(*, file_id: int, staff: Staff, actor: Actor, now: datetime) -> None:
    """A supervisor has seen the figures: enrol this file. Asked twice is asked once. Raises WaveRefused."""
    with transaction.atomic():
        tried = WaveFile.objects.filter(pk=file_id, office_id=actor.office_id, tried_at__isnull=False, refused="")
        asked = tried.filter(enrol_asked_at__isnull=True).update(enrol_asked_at=now, enrol_asked_by=staff)
        if asked:
            record(verb="wave-file.enrolment-asked", actor=actor, now=now, subject=tried.get())
        elif not tried.exists():
            raise WaveRefused("This file has not been tried yet.")


def note_enrolled(*, file: WaveFile, wave: Wave, now: datetime) -> None:
    """The people of this file are enrolled; its content is erased."""
    with transaction.atomic():
        WaveFile.objects.filter(pk=file.pk).update(enrolled_at=now, wave=wave, content=None)
        record(verb="wave-file.enrolled", actor=RULES, now=now, subject=file, wave=wave.pk)


def forget_files(*, before: datetime, now: datetime) -> None:
    """Erase what was uploaded before this moment: content, and the rows that were rejected."""
    with transaction.atomic():
        old = WaveFile.objects.filter(uploaded_at__lt=before)
        count = old.exclude(content=None, rejects="").update(content=None, rejects="")
        record(verb="wave-files.forgotten", actor=RULES, now=now, policy=_policy(now).version, count=count)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase who was invited by stages that began before this moment, with the stages; the count stays in the ledger."""
    with transaction.atomic():
        old = Stage.objects.filter(started_at__lt=before)
        count, _ = Invitee.objects.filter(stage__in=old).delete()
        LetterBatch.objects.filter(stage__in=old).delete()
        record(verb="invitees.forgotten", actor=RULES, now=now, policy=_policy(now).version, count=count)


def forget_page_times(*, before: datetime, now: datetime) -> None:
    """Erase how fast the pages were before this moment."""
    with transaction.atomic():
        count, _ = PageTime.objects.filter(at__lt=before).delete()
        record(verb="page-times.forgotten", actor=RULES, now=now, policy=_policy(now).version, count=count)


def note_page_time(*, took_ms: int | None, now: datetime) -> None:
    """The worker has opened the page behind the links; None where it did not answer."""
    with transaction.atomic():
        PageTime.objects.create(at=now, took_ms=took_ms)


def _policy(now: datetime) -> WavesPolicy:
    return in_force(WavesPolicy, now=now)

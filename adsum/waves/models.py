"""Uploaded files, the stages of waves with their people, print runs of letters, verdicts, how fast the pages are."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.enrolment.models import Wave
from adsum.notices.models import Message
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.waves.rules import Answer


class WaveFile(models.Model):
    """An agency's list as it was uploaded: first tried, then enrolled by name. Its content goes with the enrolment."""

    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+")
    wave_name = models.CharField(max_length=80)
    file_name = models.CharField(max_length=120)
    content = models.BinaryField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    tried_at = models.DateTimeField(null=True)
    trial = models.JSONField(null=True)
    rejects = models.TextField(blank=True)
    refused = models.TextField(blank=True)
    enrol_asked_at = models.DateTimeField(null=True)
    enrol_asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    enrolled_at = models.DateTimeField(null=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["office", "-uploaded_at"], name="wave_files_of_office"),
            models.Index(fields=["id"], name="wave_files_to_read", condition=Q(content__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrol_asked_at__isnull=True) | Q(enrol_asked_by__isnull=False, tried_at__isnull=False),
                name="a_file_is_enrolled_by_name_after_a_trial",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def waits_for_worker(self) -> bool:
        return not self.refused and not self.enrolled_at and (not self.tried_at or self.enrol_asked_at is not None)


class Stage(models.Model):
    """One stage of a wave that has begun: until its end so many per cent of the wave are invited."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    policy = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "number"], name="a_stage_starts_once")]

    def __str__(self) -> str:
        return f"stage {self.number}"


class Invitee(models.Model):
    """Somebody whom a stage invites, and over which channel they are tried now.

    `message` is the newest; `followed` is its state as far as it has been acted on; `tried` are the channels so far.
    `edition` counts prints of the letter: each has a code of its own.
    """

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in Channel])
    attempt = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    followed = models.CharField(max_length=10, default="waiting")
    invited_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=40, blank=True)
    edition = models.PositiveSmallIntegerField(default=0)
    batch = models.ForeignKey("LetterBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["stage", "channel"], name="invitees_of_stage")]


class LetterBatch(models.Model):
    """One print run of letters. Its file, which holds the codes, is made once, for one person, and is not kept."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "number"], name="one_batch_per_stage_and_number"),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(printed_at__isnull=False), name="only_what_is_printed_is_posted"
            ),
        ]


class Verdict(models.Model):
    """What was found about a stage, by the rules or by a person: go on, wait, hold, and why. The newest one holds."""

    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=[(one, one) for one in Answer])
    reasons = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    next_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    by_person = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    policy = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["stage", "-id"], name="verdicts_of_stage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_person=False) | Q(words__regex=r"\S"), name="a_person_says_why_a_stage_goes_on"
            ),
        ]


class PageTime(models.Model):
    """How long the page behind the links took to answer, seen from the worker; null where it did not."""

    at = models.DateTimeField(db_index=True)
    took_ms = models.PositiveIntegerField(null=True)

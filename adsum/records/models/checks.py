"""Dated checks of people against all sources, the nightly run, and who has been looked up as they are now."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.people.models import Participant
from adsum.records.rules import CheckedFor


class RecordCheck(models.Model):
    """That one person was looked up: when, which sources answered, which did not, what was found.

    `about` names what it belongs to (report:7). `answers` has for each source what was heard (rules.Heard), when, how
    many leads stand, and how often it was asked. While a source has not answered, it is asked again at `next_at`.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=[(one, one) for one in CheckedFor])
    about = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["next_at", "id"], name="checks_to_make", condition=Q(done_at__isnull=True)),
            models.Index(fields=["participant", "-asked_at"], name="checks_of_participant"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["about"], condition=~Q(about=""), name="one_check_per_thing"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(next_at__isnull=False), name="an_open_check_has_its_moment"
            ),
        ]


class Screening(models.Model):
    """A nightly run over everybody: the dated check of all who did not report that day. `sources` as in a check."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(db_default=0)
    records = models.PositiveIntegerField(db_default=0)
    leads = models.PositiveIntegerField(db_default=0)
    sources = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="screenings_by_day")]


class Watched(models.Model):
    """That a participant, as described by this digest, was matched against all records."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+", primary_key=True)
    described = models.CharField(max_length=32)
    matched_at = models.DateTimeField()

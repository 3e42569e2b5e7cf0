"""Beside a check-in: its place handed over, a request to be excused, the ladder after a miss."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from adsum.checkins.models.owed import Duty
from adsum.checkins.rules import (
    OPEN_RUNGS,
    AskedReason,
    ExcuseAnswer,
    RungState,
    Through,
    Way,
)
from adsum.core.copying import CopyManager
from adsum.core.references import checked_in_sets
from adsum.documents.models import Document
from adsum.notices.models import Message
from adsum.offices.models import Staff
from adsum.people.models import Participant


class HandOff(models.Model):
    """A code by which a phone gives its place to a report in the making, kept as a keyed hash, and that place."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "key"], name="one_hand_off_per_report"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, latitude__isnull=True, longitude__isnull=True)
                | Q(used_at__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_used_hand_off_has_a_place",
            ),
        ]


class HandOffTry(models.Model):
    """One wrong code from a network, which is a keyed hash: it limits, it does not identify."""

    at = models.DateTimeField()
    network_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["network_hash", "at"], name="hand_offs_of_network")]


class ExcuseRequest(models.Model):
    """Somebody says why they could not, or cannot, check in. An officer answers; asking counts against nobody.

    What is asked again about the same duty while it waits is a further row, and is answered with the first.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    through = models.CharField(max_length=8, choices=[(way, way) for way in Through])
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=[(reason, reason) for reason in AskedReason])
    words = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    policy = models.CharField(max_length=80)
    answer = models.CharField(max_length=12, blank=True, choices=[(answer, answer) for answer in ExcuseAnswer])
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_words = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-asked_at"], name="excuses_of_participant"),
            models.Index(fields=["duty"], name="excuses_waiting", condition=Q(answer="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False, answer_words__regex=r"\S"),
                name="an_excuse_is_answered_by_name_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(through=Through.PHONE) | Q(noted_by__isnull=False), name="a_phone_note_has_a_name"
            ),
        ]

    @property
    def waits(self) -> bool:
        return not self.answer


class Rung(models.Model):
    """One attempt to reach somebody after a missed check-in, or a moment at which an officer is asked again.

    Of the policy's attempts only the next one is a row; `rest` are those that follow it: position, way, moment.
    """

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8, choices=[(way, way) for way in Way])
    climb_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=RungState.WAITING, choices=[(one, one) for one in RungState])
    closed_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.TextField(blank=True)
    set_aside = models.TextField(blank=True)
    policy = models.CharField(max_length=80)
    rest = models.JSONField(default=list)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["climb_at"], name="rungs_to_climb", condition=Q(state="waiting", set_aside="")),
            models.Index(fields=["climb_at"], name="calls_to_make", condition=Q(state="to-call")),
            models.Index(fields=["message"], name="rungs_of_message", condition=Q(message__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["duty", "position"], name="one_rung_per_duty_and_position"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_RUNGS, closed_at__isnull=True)
                | ~Q(state__in=OPEN_RUNGS) & Q(closed_at__isnull=False),
                name="a_closed_rung_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RungState.REACHED, RungState.NOT_REACHED]) | Q(officer__isnull=False),
                name="a_call_has_a_caller",
            ),
        ]
        triggers = checked_in_sets(duty="adsum_duty", participant="adsum_participant")

    @property
    def size(self) -> int:
        """How many attempts this row stands for: itself, and those that follow it."""
        return 1 + len(self.rest)

    @property
    def following(self) -> "list[Rung]":
        """The attempts that come after this one, as they will be, or as they are not needed any more."""
        return [
            Rung(
                duty=self.duty,
                participant_id=self.participant_id,
                position=position,
                way=way,
                climb_at=datetime.fromisoformat(climb_at),
                state=self.state,
                closed_at=self.closed_at,
                policy=self.policy,
            )
            for position, way, climb_at in self.rest
        ]

    @property
    def follower(self) -> "Rung | None":
        """The attempt that comes after this one, to be written once this one is climbed."""
        following = self.following
        if not following:
            return None
        first = following[0]
        first.state, first.closed_at, first.rest = RungState.WAITING, None, self.rest[1:]
        return first

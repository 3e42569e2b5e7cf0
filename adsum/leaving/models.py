"""Departures."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from adsum.leaving.rules import ERASED_AFTER, REASONS, LeftBecause
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant

_ERASED_AFTER = sorted(ERASED_AFTER)


class Departure(models.Model):
    """That somebody left, why, who says so and by what evidence. It lasts until somebody ends it with a reason.

    One that was MOVED holds nobody back and has no end. `ended` is what an officer counted: what ended with it.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=10, choices=[(one, one) for one in LeftBecause])
    evidence = models.TextField()
    left_at = models.DateTimeField()
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.CharField(max_length=12, blank=True)
    ended = models.JSONField(default=dict)
    policy = models.CharField(max_length=80)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    return_flagged_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    back_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    back_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-left_at"], name="departures_of_participant"),
            models.Index(fields=["office", "-left_at"], name="departures_of_office"),
            models.Index(fields=["erase_on"], name="departures_to_erase", condition=Q(erased_at=None, back_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(back_at__isnull=True) & ~Q(reason=LeftBecause.MOVED),
                name="one_leaves_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(evidence__regex=r"\S") | Q(erased_at__isnull=False), name="a_departure_has_evidence"
            ),
            models.CheckConstraint(
                condition=Q(reason=LeftBecause.MOVED) & Q(to_office__isnull=False) & ~Q(to_office=F("office"))
                | ~Q(reason=LeftBecause.MOVED) & Q(to_office__isnull=True),
                name="who_moves_goes_somewhere_else",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=_ERASED_AFTER) ^ Q(erase_on__isnull=True), name="a_departure_starts_its_clock"
            ),
            models.CheckConstraint(
                condition=Q(back_at__isnull=True, back_by__isnull=True)
                | Q(back_at__isnull=False, back_by__isnull=False, back_reason__regex=r"\S", erased_at__isnull=True),
                name="who_brings_somebody_back_says_why",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="departures_stand", fields=["participant", "reason", "left_at", "noted_by", "office", "to_office"]
            )
        ]

    def __str__(self) -> str:
        return REASONS[LeftBecause(self.reason)]

    @property
    def is_in_force(self) -> bool:
        return self.back_at is None and self.reason != LeftBecause.MOVED

"""Waves, their rows, invitations, and attempts to activate."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.core.references import KEPT, checked_in_sets
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant


class Wave(models.Model):
    """One list of people that an office enrols. `whole_at`: when one was last enrolled to its end."""

    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="one_wave_per_office_and_name")]
        triggers = [KEPT]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """The row of a wave by which a participant came in, with its grades."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    row_number = models.PositiveIntegerField()
    faults = ArrayField(models.CharField(max_length=30), default=list)

    objects = CopyManager()

    class Meta:
        triggers = checked_in_sets(wave="adsum_wave", participant="adsum_participant")


class Invitation(models.Model):
    """A one-time code, kept only as a keyed hash. It ends when it is used, replaced or expired."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="one_open_invitation",
            ),
        ]

    def is_open(self, now: datetime) -> bool:
        """Whether its code lets somebody in."""
        return self.used_at is None and self.replaced_at is None and self.expires_at > now


class ActivationTry(models.Model):
    """One failed attempt to activate. Code, network and device are keyed hashes: they limit, they do not identify."""

    at = models.DateTimeField()
    code_hash = models.CharField(max_length=64)
    network_hash = models.CharField(max_length=64)
    device_hash = models.CharField(max_length=64, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="tries_of_all"),
            models.Index(fields=["device_hash", "at"], name="tries_of_device"),
            models.Index(fields=["code_hash", "at"], name="tries_of_code"),
            models.Index(fields=["network_hash", "at"], name="tries_of_network"),
        ]


class PhoneChange(models.Model):
    """A new phone number (E.164) that a person asked for, or that an officer put down with a reason.

    The code that goes to it is derived from the row and kept only as a keyed hash, until it ends: it was right, too
    often wrong, or replaced. `before`: the numbers that it took the place of.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(db_default=0)
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    before = ArrayField(models.CharField(max_length=200), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-asked_at"], name="phone_changes_of_participant"),
            models.Index(fields=["number", "asked_at"], name="phone_changes_to_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at__isnull=True), name="one_open_phone_change"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(code_hash=""), name="an_ended_phone_change_keeps_no_code"
            ),
            models.CheckConstraint(
                condition=Q(changed_by__isnull=True) | ~Q(reason=""), name="an_officers_phone_change_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

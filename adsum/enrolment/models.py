"""Waves, their rows, invitations, and attempts to activate."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant


class Wave(models.Model):
    """One list of people that an office enrols."""

    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="one_wave_per_office_and_name")]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """The row of a wave by which a participant came in, with its grades."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    row_number = models.PositiveIntegerField()
    faults = ArrayField(models.CharField(max_length=30), default=list)

    objects = CopyManager()


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


class ActivationTry(models.Model):
    """One failed attempt to activate. Code and network are keyed hashes: they limit, they do not identify."""

    at = models.DateTimeField()
    code_hash = models.CharField(max_length=64)
    network_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["code_hash", "at"], name="tries_of_code"),
            models.Index(fields=["network_hash", "at"], name="tries_of_network"),
        ]

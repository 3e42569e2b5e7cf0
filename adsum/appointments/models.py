"""Appointments."""

from django.db import models
from django.db.models import Q

from adsum.appointments.rules import ATTENDANCES, KINDS, Attendance, Kind, Source
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant


class Appointment(models.Model):
    """When and where a participant is expected: at `office`, or at the `place` that is written out.

    `day` is that of `starts_at` in the zone of the participant's office. One that was moved is ended, and the one that
    took its place names it in `moved_from`.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    starts_at = models.DateTimeField()
    day = models.DateField()
    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=300, blank=True)
    instructions = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=[(source, source) for source in Source])
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    moved_from = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="moved_to")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=1000, blank=True)
    attendance = models.CharField(max_length=8, choices=list(ATTENDANCES.items()), default=Attendance.UNKNOWN)
    attendance_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    attendance_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-starts_at"], name="appointments_of_participant"),
            models.Index(fields=["day"], name="appointments_to_remind", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["starts_at"], name="appointments_to_forget"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "starts_at"],
                condition=Q(ended_at__isnull=True),
                name="one_appointment_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(office__isnull=False) | Q(place__regex=r"\S"), name="an_appointment_is_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.OFFICER) | Q(made_by__isnull=False), name="an_officer_names_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | Q(ended_at__isnull=False, end_reason__regex=r"\S"),
                name="an_appointment_ends_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(attendance=Attendance.UNKNOWN)
                | Q(attendance_by__isnull=False, attendance_at__gte=models.F("starts_at"), ended_at__isnull=True),
                name="attendance_is_noted_by_a_person_afterwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.where}"

    @property
    def where(self) -> str:
        """Where it is, in one line."""
        return self.place or str(self.office or "")

    @property
    def kind_words(self) -> str:
        return KINDS[Kind(self.kind)]

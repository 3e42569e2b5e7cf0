"""Plans, duties, reports, excuses."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.checkins.rules import CONCERNS, Concern, ExcuseReason, Outcome, receipt_statement
from adsum.core.copying import CopyManager
from adsum.core.ids import in_groups
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.places.models import LocationFix
from adsum.places.rules import PlaceClass


class Plan(models.Model):
    """How often a participant checks in. `next_due_on` is the first due day that has no duty yet."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    interval_days = models.PositiveSmallIntegerField()
    next_due_on = models.DateField()
    last_due_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due_on"],
                name="plans_to_make",
                condition=Q(ended_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_days__range=(1, 366)),
                name="interval_of_a_day_to_a_year",
            ),
        ]


class Duty(models.Model):
    """One check-in owed. Its deadline is stored, so that a sweep asks one indexed question."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    missed_after = models.DateTimeField()
    outcome = models.CharField(max_length=10, null=True, choices=[(outcome, outcome) for outcome in Outcome])
    settled_at = models.DateTimeField(null=True)
    set_aside = models.TextField(blank=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["missed_after"],
                name="duties_to_sweep",
                condition=Q(outcome__isnull=True, set_aside=""),
            ),
            models.Index(fields=["participant", "-due_at"], name="duties_of_participant"),
            models.Index(fields=["due_on"], name="duties_to_remind", condition=Q(outcome__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="one_duty_per_plan_and_day"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, settled_at__isnull=True)
                | Q(outcome__isnull=False, settled_at__isnull=False),
                name="an_outcome_has_a_moment",
            ),
        ]


class Report(models.Model):
    """What a participant sent, with its receipt. The client makes the key, so a retry is the same report."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, related_name="reports")
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    receipt_number = models.CharField(max_length=12, unique=True)
    received_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    lives_there = models.BooleanField(null=True)
    address_shown = models.CharField(max_length=500, blank=True)
    address_given = models.CharField(max_length=500, blank=True)
    new_phone = models.CharField(max_length=60, blank=True)
    wants_contact = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    place_class = models.CharField(max_length=12, choices=[(kind, kind) for kind in PlaceClass])
    fix = models.ForeignKey(LocationFix, on_delete=models.SET_NULL, null=True, related_name="+")
    concerns = ArrayField(models.CharField(max_length=30), default=list)

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["participant", "-received_at"], name="reports_of_participant")]
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="one_report_per_key")]

    def __str__(self) -> str:
        return in_groups(self.receipt_number)

    @property
    def statement(self) -> str:
        return receipt_statement(
            number=self.receipt_number, key=self.key, received_at=self.received_at, fingerprint=self.fingerprint
        )

    @property
    def concern_words(self) -> list[str]:
        return [CONCERNS[Concern(concern)] for concern in self.concerns]


class Excuse(models.Model):
    """Why a duty counts as done without a report in time, and who said so (nobody: the rules, in favour)."""

    duty = models.OneToOneField(Duty, on_delete=models.CASCADE, related_name="excuse")
    reason = models.CharField(max_length=20, choices=[(reason, reason) for reason in ExcuseReason])
    excused_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=ExcuseReason.OFFICER) | Q(excused_by__isnull=False, words__regex=r"\S"),
                name="an_officers_excuse_has_name_and_reason",
            ),
        ]

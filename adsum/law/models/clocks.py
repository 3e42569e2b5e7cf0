"""Clocks, as they run."""

from datetime import datetime

from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q

from adsum.checkins.rules import Span
from adsum.law.models.laws import LawRule
from adsum.law.rules import KINDS, OWED, ClockKind
from adsum.people.models import Participant


class Clock(models.Model):
    """The time that somebody has, or the agency has for them, about one thing (review:7). It runs until it is stopped.

    `rule` None: the policy's default; `days` is what the rule gives at least. `pauses`: from when to when it stood, and
    why; since `paused_at` it stands. `outage_days` counts days given back. `reckoned_on`: last counted on this day.
    """

    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in ClockKind])
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60)
    counted_from = models.DateTimeField()
    counted_on = models.DateField()
    posted = models.BooleanField()
    rule = models.ForeignKey(LawRule, on_delete=models.PROTECT, null=True, related_name="+")
    days = models.PositiveSmallIntegerField()
    policy = models.CharField(max_length=80)
    last_day = models.DateField()
    ends_at = models.DateTimeField()
    reckoned_on = models.DateField()
    outage_days = models.PositiveSmallIntegerField(default=0)
    pauses = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.TextField(blank=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.TextField(blank=True)
    alarmed_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-counted_from"], name="clocks_of_participant"),
            models.Index(fields=["reckoned_on"], name="clocks_to_reckon", condition=Q(stopped_at__isnull=True)),
            models.Index(
                fields=["ends_at"], name="clocks_to_end", condition=Q(stopped_at__isnull=True, paused_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "kind"], condition=Q(stopped_at__isnull=True), name="one_open_clock_per_thing"
            ),
            models.CheckConstraint(
                condition=Q(
                    last_day__gte=ExpressionWrapper(F("counted_on") + F("days"), output_field=DateField()), days__gte=1
                ),
                name="no_clock_shorter_than_its_rule",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("counted_from")), name="a_clock_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_why="")
                | Q(stopped_at__isnull=False, stopped_why__regex=r"\S"),
                name="a_clock_stops_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="")
                | Q(paused_at__isnull=False, paused_why__regex=r"\S"),
                name="a_clock_is_paused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(escalated_at__isnull=True) | Q(alarmed_at__isnull=False),
                name="the_supervisor_hears_before_the_programme",
            ),
        ]

    def __str__(self) -> str:
        return KINDS[ClockKind(self.kind)]

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None

    @property
    def is_owed(self) -> bool:
        """True where it is the agency's time that runs."""
        return self.kind in OWED

    @property
    def flag_about(self) -> str:
        return f"clock:{self.pk}"

    def pauses_until(self, now: datetime) -> list[Span]:
        """When it stood; a pause that goes on ends now."""
        closed = [Span(datetime.fromisoformat(one[0]), datetime.fromisoformat(one[1])) for one in self.pauses]
        return [*closed, Span(self.paused_at, now)] if self.paused_at and self.paused_at < now else closed

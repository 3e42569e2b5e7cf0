"""Rules of law, as they were entered."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from adsum.law.rules import KINDS, ClockKind, CountsFrom, Rule, Unit
from adsum.offices.models import Staff


class LawRule(models.Model):
    """How long one kind of clock runs from a day until a day, by which source. It holds once a second person agrees.

    Nothing of it ever changes; it is vacated, by a person with a reason, and is then as if it had never been.
    """

    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in ClockKind])
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=[(unit, unit) for unit in Unit])
    counts_from = models.CharField(max_length=10, choices=[(one, one) for one in CountsFrom])
    mail_days = models.PositiveSmallIntegerField()
    rolls = models.BooleanField()
    tolls_outage = models.BooleanField()
    tolls_request = models.BooleanField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.TextField()
    reason = models.TextField()
    entered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    vacated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    vacated_at = models.DateTimeField(null=True)
    vacate_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "starts_on"], name="law_rules_of_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="a_law_rule_gives_a_day"),
            models.CheckConstraint(
                condition=Q(source__regex=r"\S", reason__regex=r"\S"), name="a_law_rule_has_source_and_reason"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="a_law_rule_lasts"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("entered_by")),
                name="a_second_person_approves_a_law_rule",
            ),
            models.CheckConstraint(
                condition=Q(vacated_by__isnull=True, vacated_at__isnull=True, vacate_reason="")
                | Q(vacated_by__isnull=False, vacated_at__isnull=False, vacate_reason__regex=r"\S"),
                name="a_person_vacates_a_law_rule_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="law_rules_stand",
                fields=[
                    "kind", "days", "unit", "counts_from", "mail_days", "rolls", "tolls_outage", "tolls_request",
                    "starts_on", "ends_on", "source", "reason", "entered_by", "entered_at",
                ],
            ),
            pgtrigger.Protect(name="law_rules_stay", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{KINDS[ClockKind(self.kind)]}: {self.days} {self.unit} days"

    @property
    def waits(self) -> bool:
        """Entered, and neither approved nor vacated."""
        return self.approved_at is None and self.vacated_at is None

    def as_rule(self) -> Rule:
        """The rule as the counting takes it."""
        return Rule(
            days=self.days,
            unit=Unit(self.unit),
            counts_from=CountsFrom(self.counts_from),
            mail_days=self.mail_days,
            rolls=self.rolls,
            tolls_outage=self.tolls_outage,
            tolls_request=self.tolls_request,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            number=self.pk,
            source=self.source,
        )

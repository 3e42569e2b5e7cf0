"""Versions of the model that says how likely a match is."""

from django.db import models
from django.db.models import F, Q

from adsum.offices.models import Staff


class MatchModel(models.Model):
    """One version: its weights, what it was learnt from, its figures on judged pairs, and who switched it on.

    It only orders and explains what people look at. One is on at a time; an earlier one can be switched on again.
    One person proposes it and another switches it on; who goes back to the one before needs nobody else.
    Without weights it is the one that Adsum is delivered with.
    """

    name = models.CharField(max_length=60, unique=True)
    weights = models.TextField()
    learnt_at = models.DateTimeField()
    learnt_from = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    on_since = models.DateTimeField(null=True)
    off_since = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_why = models.TextField(blank=True)
    switched_on_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(switched_on_by__isnull=True) | Q(reason__regex=r"\S"),
                name="a_model_is_switched_on_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True, proposed_why="")
                | Q(proposed_by__isnull=False, proposed_at__isnull=False, proposed_why__regex=r"\S"),
                name="a_model_is_proposed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(on_since__isnull=True) | Q(proposed_by__isnull=True) | ~Q(switched_on_by=F("proposed_by")),
                name="a_second_person_switches_a_model_on",
            ),
        ]

    @property
    def waits(self) -> bool:
        """Proposed, and not on yet."""
        return self.proposed_by_id is not None and self.on_since is None

    def __str__(self) -> str:
        return self.name


class MatchFigures(models.Model):
    """What each version says of the pairs that people have judged, and the work by kinds of names, as of one night."""

    made_at = models.DateTimeField()
    model = models.CharField(max_length=60)
    pairs = models.PositiveIntegerField()
    names = models.JSONField(default=list)
    versions = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.pairs} pairs"

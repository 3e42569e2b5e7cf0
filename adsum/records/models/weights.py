"""Versions of the model that says how likely a match is."""

from django.db import models
from django.db.models import Q

from adsum.offices.models import Staff


class MatchModel(models.Model):
    """One version: its weights, what it was learnt from, its figures on judged pairs, and who switched it on.

    It only orders and explains what people look at. One is on at a time; an earlier one can be switched on again.
    Without weights it is the one that Adsum is delivered with.
    """

    name = models.CharField(max_length=60, unique=True)
    weights = models.TextField()
    learnt_at = models.DateTimeField()
    learnt_from = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    on_since = models.DateTimeField(null=True)
    off_since = models.DateTimeField(null=True)
    switched_on_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(switched_on_by__isnull=True) | Q(reason__regex=r"\S"),
                name="a_model_is_switched_on_with_a_reason",
            )
        ]

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

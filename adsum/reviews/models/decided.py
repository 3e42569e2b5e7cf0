"""Signed decisions about a level."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q

from adsum.core.ids import in_groups
from adsum.offices.models import Staff
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.reviews.models.asked import Review
from adsum.reviews.rules import OUTCOMES, REFUSALS, Outcome

_LEVELS = [(level, level) for level in Level]
_FIXED = (
    "review",
    "participant",
    "outcome",
    "refuses",
    "level_before",
    "level_after",
    "weighed",
    "words",
    "letter",
    "decided_by",
)


class ReviewDecision(models.Model):
    """What a named person decided and signed: with a reason for each criterion, the letter, and how to appeal.

    `refuses`: they did not get all that they asked for, so they can appeal. A step up holds once a second person has
    signed. `made_by` is who made the order that is looked at: another person
    decides about it. `facts` are those that stood on the screen. The words of a signed decision are never changed.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()))
    refuses = models.BooleanField()
    level_before = models.CharField(max_length=12, choices=_LEVELS)
    level_after = models.CharField(max_length=12, choices=_LEVELS)
    weighed = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    words = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    letter = models.JSONField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField()
    second_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    second_at = models.DateTimeField(null=True)
    second_agrees = models.BooleanField(null=True)
    second_reason = models.TextField(blank=True)
    effective_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    policy = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-signed_at"], name="decisions_of_participant"),
            models.Index(fields=["signed_at"], name="decisions_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(second_agrees__isnull=True) | Q(second_agrees=True),
                name="a_review_is_decided_once",
            ),
            models.CheckConstraint(
                condition=~Q(weighed={}) | Q(words__regex=r"\S"), name="a_decision_about_a_level_has_reasons"
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True) | ~Q(made_by=F("decided_by")),
                name="nobody_decides_about_their_own_order",
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True) | Q(told_at__isnull=False), name="no_decision_holds_untold"
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True) | Q(refuses=False) | Q(appeal_until__isnull=False),
                name="a_refusal_has_its_last_day_of_appeal",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=sorted(REFUSALS)) | Q(refuses=True), name="keeping_and_stepping_up_refuse"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True, second_at__isnull=True, second_agrees__isnull=True)
                | Q(second_by__isnull=False, second_at__isnull=False, second_agrees__isnull=False)
                & Q(second_reason__regex=r"\S")
                & ~Q(second_by=F("decided_by")),
                name="a_second_person_signs_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.STEP_UP)
                | Q(effective_at__isnull=True)
                | Q(second_agrees__isnull=False, second_agrees=True, evidence__regex=r"\S", words__regex=r"\S"),
                name="a_step_up_has_two_signatures_and_evidence",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="signed_decisions_stand", fields=list(_FIXED))]

    def __str__(self) -> str:
        return OUTCOMES[Outcome(self.outcome)]

    @property
    def number(self) -> str:
        return in_groups(f"{self.pk:06d}", 3)

    @property
    def about(self) -> str:
        return f"decision:{self.pk}"

    @property
    def waits_for_second(self) -> bool:
        return self.outcome == Outcome.STEP_UP and self.second_agrees is None

    def can_be_appealed(self, now: datetime) -> bool:
        """While its last day has not passed and nothing has reversed it."""
        return bool(self.appeal_until and now < self.appeal_until and self.reversed_at is None)

"""The worklist's one table."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.core.references import checked_in_sets, checked_in_sets_and_changes
from adsum.flags.rules import DECISIONS, REASONS, Decision, Reason, ReasonDoc
from adsum.offices.models import Staff
from adsum.people.models import Participant


class Flag(models.Model):
    """Something for an officer. It closes by a named person's decision with a reason, or lapses with its ground."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    reason = models.CharField(max_length=40, choices=[(reason, reason) for reason in Reason])
    about = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    urgency = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    policy = models.CharField(max_length=80, blank=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    decision = models.CharField(
        max_length=20,
        blank=True,
        choices=[(decision, decision) for decision in Decision],
    )
    decision_reason = models.TextField(blank=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "raised_at", "id"],
                name="flags_open",
                condition=Q(cleared_at__isnull=True),
            ),
            models.Index(fields=["participant", "-raised_at"], name="flags_of_participant"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "reason", "about"],
                condition=Q(cleared_at__isnull=True),
                name="one_open_flag_per_reason_and_thing",
            ),
            models.CheckConstraint(
                condition=Q(
                    cleared_at__isnull=True,
                    cleared_by__isnull=True,
                    decision="",
                    decision_reason="",
                )
                | Q(
                    cleared_at__isnull=False,
                    cleared_by__isnull=False,
                    decision_reason__regex=r"\S",
                )
                & ~Q(decision="")
                & ~Q(decision=Decision.LAPSED)
                | Q(
                    cleared_at__isnull=False,
                    cleared_by__isnull=True,
                    decision=Decision.LAPSED,
                    decision_reason__regex=r"\S",
                ),
                name="a_decision_has_a_person_and_a_reason",
            ),
        ]
        triggers = [
            *checked_in_sets(participant="adsum_participant"),
            *checked_in_sets_and_changes(cleared_by="adsum_staff"),
        ]

    def __str__(self) -> str:
        return self.doc.title

    @property
    def doc(self) -> ReasonDoc:
        return REASONS[Reason(self.reason)]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(decision, DECISIONS[decision]) for decision in self.doc.decisions]

    @property
    def decision_words(self) -> str:
        return DECISIONS[Decision(self.decision)] if self.decision else ""

    def about_id(self, kind: str) -> int | None:
        """The id of the thing this flag is about, when it is of this kind."""
        named, _, number = self.about.partition(":")
        return int(number) if named == kind else None


class ThreadMessage(models.Model):
    """What a participant wrote to their officer; or, where `officer` says who, what an officer answered."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    asks_correction = models.BooleanField(default=False)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-at"], name="thread_of_participant")]
        constraints = [models.CheckConstraint(condition=Q(words__regex=r"\S"), name="a_message_has_words")]

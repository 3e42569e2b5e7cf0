"""What people said of possible matches, and what the agency answered."""

import pgtrigger
from django.db import models
from django.db.models import Q

from adsum.offices.models import Staff
from adsum.records.models.leads import Lead
from adsum.records.rules import ANSWERS, VERDICTS, Answer, Verdict


class Judgement(models.Model):
    """What a named person said of a possible match, seeing what, and why. Never changed, never deleted by a machine.

    `round` counts how often the lead was opened anew: a later round starts without the earlier ones' words.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="judgements", db_index=False)
    round = models.PositiveSmallIntegerField(db_default=1)
    verdict = models.CharField(max_length=12, choices=[(one, VERDICTS[one]) for one in Verdict])
    judged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    reason = models.TextField()
    probability = models.FloatField()
    model = models.CharField(max_length=60)
    as_supervisor = models.BooleanField(db_default=False)

    class Meta:
        indexes = [models.Index(fields=["judged_at"], name="judgements_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["lead", "round", "judged_by"], name="nobody_judges_a_lead_twice"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="a_judgement_has_a_reason"),
        ]
        triggers = [pgtrigger.Protect(name="judgements_stand", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return VERDICTS[Verdict(self.verdict)]


class Confirmation(models.Model):
    """The question to the agency that owns a record, whether it holds and is about this person, with its clock.

    Nothing follows from a record before somebody has written down who at the agency said so. No answer is no answer.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="confirmations")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    urgent = models.BooleanField()
    policy = models.CharField(max_length=80)
    overdue_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, blank=True, choices=[(one, ANSWERS[one]) for one in Answer])
    answered_by = models.CharField(max_length=160, blank=True)
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by"],
                name="confirmations_to_answer",
                condition=Q(answered_at__isnull=True, lapsed_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(answered_at__isnull=True, lapsed_at__isnull=True),
                name="one_open_question_per_lead",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", answered_by="")
                | Q(answered_at__isnull=False, answered_by__regex=r"\S") & ~Q(answer=""),
                name="an_agencys_answer_says_who_gave_it",
            ),
        ]

    def __str__(self) -> str:
        return ANSWERS[Answer(self.answer)] if self.answer else "not answered"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.lapsed_at is None

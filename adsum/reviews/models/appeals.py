"""Appeals against decisions about a level, stage by stage, and the votes on them."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.ids import in_groups
from adsum.documents.models import Document
from adsum.offices.models import Staff
from adsum.people.models import Representative
from adsum.reviews.models.decided import ReviewDecision
from adsum.reviews.rules import ANSWERS, STAGES, WAYS, Answer, AppealStage, Way


class Appeal(models.Model):
    """A participant says that a decision is wrong. `touched` names everybody who had a part in it: they do not vote.

    `stays`: while it runs, a step up does not count. `next_until`: until when they can go to the next stage.
    """

    decision = models.ForeignKey(ReviewDecision, on_delete=models.CASCADE, related_name="appeals")
    stage = models.CharField(max_length=12, choices=list(STAGES.items()))
    asked_at = models.DateTimeField()
    way = models.CharField(max_length=16, choices=list(WAYS.items()))
    words = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    representative = models.ForeignKey(Representative, on_delete=models.SET_NULL, null=True, related_name="+")
    wants_hearing = models.BooleanField(db_default=False)
    touched = ArrayField(models.BigIntegerField(), default=list)
    stays = models.BooleanField(db_default=False)
    withdrawn_at = models.DateTimeField(null=True)
    sent_out_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, blank=True, choices=list(ANSWERS.items()))
    told_at = models.DateTimeField(null=True)
    next_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="appeals_open", condition=Q(answered_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["decision", "stage"], name="each_stage_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False, told_at__isnull=False) & ~Q(answer=""),
                name="an_answered_appeal_is_told",
            ),
        ]

    def __str__(self) -> str:
        return in_groups(f"{self.pk:06d}", 3)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def about(self) -> str:
        """How its clock and its flags name it."""
        return f"appeal:{self.pk}"

    @property
    def came(self) -> str:
        return WAYS[Way(self.way)]

    @property
    def who_looks(self) -> str:
        return STAGES[AppealStage(self.stage)]

    @property
    def said(self) -> str:
        return ANSWERS[Answer(self.answer)] if self.answer else ""


class AppealVote(models.Model):
    """What one person who had no part in it says of an appeal, and why. For the outside body, who noted its answer."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="votes", db_index=False)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=list(ANSWERS.items()))
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appeal", "by"], name="nobody_votes_twice"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="a_vote_has_a_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="votes_stand", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="nobody_votes_on_their_own_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM adsum_appeal a WHERE a.id = NEW.appeal_id AND a.stage <> 'outside'"
                    " AND NEW.by_id = ANY (a.touched)) THEN"
                    " RAISE EXCEPTION 'nobody votes on a decision that they had a part in'; END IF; RETURN NEW;"
                ),
            ),
        ]

"""The steps that people took on their way in."""

import pgtrigger
from django.db import models
from django.db.models import Q

from adsum.funnel.rules import Step
from adsum.ledger.rules import ActorKind
from adsum.people.models import Participant

LONGEST = {"browser": 20, "system": 20, "language": 12, "network": 12}
DEVICE = tuple(LONGEST)


class FunnelStep(models.Model):
    """That a person reached a step, once and for good, or failed at it (`failed`), as often as it happened.

    What stands here is not changed; only the device is forgotten after a while, and failures as a whole.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(max_length=20, choices=[(step, step) for step in Step])
    failed = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    noted_by = models.CharField(max_length=12, choices=[(kind, kind) for kind in ActorKind])
    browser = models.CharField(max_length=LONGEST["browser"], blank=True)
    system = models.CharField(max_length=LONGEST["system"], blank=True)
    language = models.CharField(max_length=LONGEST["language"], blank=True)
    network = models.CharField(max_length=LONGEST["network"], blank=True)
    channel = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "step"], condition=Q(failed=""), name="one_step_once"),
        ]
        indexes = [
            models.Index(fields=["participant", "at"], name="funnel_of_participant"),
            models.Index(fields=["at"], name="funnel_to_forget"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="steps_taken_stand", fields=["participant", "step", "failed", "at", "noted_by", "channel"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.failed}".strip()

"""Possible matches."""

from django.db import models
from django.db.models import Q

from adsum.people.models import Participant
from adsum.records.models.outside import OutsideRecord
from adsum.records.rules import (
    CLOSED_WORDS,
    STAGES,
    WAITING,
    Closed,
    Stage,
    one_in,
    reference,
)

_WAITING = sorted(WAITING)
_SETTLED = [Stage.SAME, Stage.NOT_SAME, Stage.CANNOT_TELL]


class Lead(models.Model):
    """That a record may be about a participant, how likely a model held it to be, and why. It proves nothing.

    What people said of it stands in its judgements; no later suggestion overwrites them. `facts` is what the record
    said besides spellings when it was judged. `not_me_at`: since when the participant says that it is not them.
    """

    record = models.ForeignKey(OutsideRecord, on_delete=models.CASCADE, related_name="leads", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=12, choices=[(one, one) for one in Stage], default=Stage.OPEN)
    round = models.PositiveSmallIntegerField(db_default=1)
    probability = models.FloatField()
    model = models.CharField(max_length=60)
    explanation = models.JSONField(default=list)
    rivals = models.PositiveIntegerField(db_default=0)
    found_at = models.DateTimeField()
    waits_since = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    facts = models.CharField(max_length=32, blank=True)
    remembered = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    why_closed = models.CharField(max_length=12, blank=True, choices=[(one, one) for one in Closed])
    not_me_at = models.DateTimeField(null=True)
    not_me_words = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["waits_since", "id"], name="leads_to_judge", condition=Q(stage__in=_WAITING)),
            models.Index(fields=["participant", "stage"], name="leads_of_participant"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record", "participant"], name="one_lead_per_record_and_person"),
            models.CheckConstraint(condition=Q(probability__range=(0, 1)), name="a_lead_has_a_probability"),
            models.CheckConstraint(
                condition=Q(stage__in=_SETTLED, settled_at__isnull=False) | ~Q(stage__in=_SETTLED),
                name="a_judged_lead_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED, closed_at__isnull=False) & ~Q(why_closed="")
                | ~Q(stage=Stage.CLOSED) & Q(closed_at__isnull=True, why_closed=""),
                name="a_closed_lead_says_why",
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.stage in WAITING

    @property
    def stage_words(self) -> str:
        return STAGES[Stage(self.stage)]

    @property
    def closed_words(self) -> str:
        return CLOSED_WORDS[Closed(self.why_closed)] if self.why_closed else ""

    @property
    def told(self) -> dict[str, object]:
        """What a flag says of it."""
        outside = self.record
        return {
            "lead": self.pk,
            "kind": outside.kind_words,
            "what": outside.what,
            "where": outside.where,
            "on": outside.event_on,
            "agency": outside.source.agency,
        }

    @property
    def wrong_one_in(self) -> int:
        """Of so many leads like this one, one is about somebody else; 0 where most are."""
        return one_in(self.probability)

    @property
    def number(self) -> str:
        return reference(self.pk)

"""What was asked, and what joined it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.ids import in_groups
from adsum.documents.models import Document
from adsum.offices.models import Staff
from adsum.orders.rules import Level
from adsum.people.models import Participant, Representative
from adsum.reviews.rules import NOTED_BY_STAFF, WAYS, WISHES, Because, Way, Wish

_LEVELS = [(level, level) for level in Level]


class Review(models.Model):
    """That somebody's level is looked at, from the first request until it is decided, withdrawn, or they leave.

    Further requests join it and do not start its clock anew. `level` is the level when it began. After an appeal that
    sent it back, `not_by` names who may not decide it again.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    wish = models.CharField(max_length=8, choices=list(WISHES.items()))
    level = models.CharField(max_length=12, choices=_LEVELS)
    began_at = models.DateTimeField()
    claimed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    not_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    more_asked = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    policy = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["participant", "-began_at"], name="reviews_of_participant")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(closed_at__isnull=True), name="one_open_review_per_person"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(closed_at__isnull=False), name="withdrawn_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return in_groups(f"{self.pk:06d}", 3)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def about(self) -> str:
        """How clocks and flags name it."""
        return f"review:{self.pk}"


class ReviewAsk(models.Model):
    """One request, as it came: by whom, how, why, and with which paper. It is never changed."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="asks")
    asked_at = models.DateTimeField()
    wish = models.CharField(max_length=8, choices=list(WISHES.items()))
    way = models.CharField(max_length=16, choices=list(WAYS.items()))
    because = ArrayField(models.CharField(max_length=12, choices=[(one, one) for one in Because]), default=list)
    words = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    representative = models.ForeignKey(Representative, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(way__in=sorted(NOTED_BY_STAFF)) | Q(noted_by__isnull=False),
                name="what_staff_note_has_their_name",
            )
        ]

    @property
    def came(self) -> str:
        return WAYS[Way(self.way)]

    @property
    def wants(self) -> str:
        return WISHES[Wish(self.wish)]


class Snooze(models.Model):
    """That the office does not look at somebody's level on its own before a day, who said so, and why."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    until = models.DateField()
    reason = models.TextField()
    said_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-until"], name="snoozes_of_participant")]
        constraints = [models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="a_snooze_has_a_reason")]

"""Orders of monitoring."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.core.references import checked_in_sets, checked_in_sets_and_changes
from adsum.offices.models import Staff
from adsum.orders.policy import MOST_PHOTO_DAYS, OrdersPolicy
from adsum.orders.rules import GROUNDS, Level, PointSource, review_day
from adsum.people.models import Participant
from adsum.policies.queries import in_force


class Order(models.Model):
    """The level at which a participant is monitored. No order in force lacks a ground.

    `decided_by` is who decided it, where that was a person of ours and not an agency's list.
    It asks for the place to be shared after check-ins only where a named officer said so, with a reason.
    `photo_every_days` is its own value; none means that the policy's holds, 0 that no photo is asked for.
    `terms`: one in each line. `review_on` is a day that a person has set; none means that the policy's holds.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    level = models.CharField(max_length=12, choices=[(level, level) for level in Level])
    ground = models.CharField(max_length=20, choices=list(GROUNDS.items()))
    ground_note = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    ended_at = models.DateTimeField(null=True)
    share_asked_at = models.DateTimeField(null=True)
    share_asked_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    share_reason = models.TextField(blank=True, db_default="")
    photo_every_days = models.PositiveSmallIntegerField(null=True)
    terms = models.TextField(blank=True, db_default="")
    review_on = models.DateField(null=True)

    objects = CopyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at__isnull=True),
                name="one_order_in_force",
            ),
            models.CheckConstraint(
                condition=Q(photo_every_days__isnull=True) | Q(photo_every_days__lte=MOST_PHOTO_DAYS),
                name="a_photo_is_asked_for_in_days",
            ),
            models.CheckConstraint(condition=Q(ground__regex=r"\S"), name="an_order_has_a_ground"),
            models.CheckConstraint(
                condition=Q(share_asked_at__isnull=True) | Q(share_asked_by__isnull=False, share_reason__regex=r"\S"),
                name="asking_to_share_has_a_person_and_a_reason",
            ),
        ]
        triggers = [
            *checked_in_sets(participant="adsum_participant"),
            *checked_in_sets_and_changes(decided_by="adsum_staff", share_asked_by="adsum_staff"),
        ]

    def policy_at(self, now: datetime) -> OrdersPolicy:
        """What holds then for this order's office and level."""
        return in_force(OrdersPolicy, now=now, office_id=self.participant.office_id, level=self.level)

    def review_day_at(self, now: datetime) -> date | None:
        """The day on which a person looks at this level again without being asked, by what holds then."""
        started_on = self.started_at.astimezone(self.participant.office.zone).date()
        policy = self.policy_at(now)
        return review_day(Level(self.level), started_on=started_on, set_to=self.review_on, policy=policy)

    @property
    def said_terms(self) -> list[str]:
        return self.terms.splitlines()


class SharedPoint(models.Model):
    """Where a participant was inside a sharing window. It is erased on its date."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=4, choices=[(source, source) for source in PointSource])
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField()
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    erase_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-taken_at"], name="points_of_participant"),
            models.Index(fields=["erase_at"], name="points_to_erase"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180), accuracy_m__gte=0),
                name="point_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__lt=models.F("window_ends_at"), received_at__lt=models.F("window_ends_at")),
                name="a_point_lies_in_its_window",
            ),
        ]


class SharingStop(models.Model):
    """A participant stopped the window that was open then. It has no consequence by itself."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class TrackingApp(models.Model):
    """The name and the password's hash with which a participant's OwnTracks app sends points."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    user = models.CharField(max_length=10, unique=True)
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

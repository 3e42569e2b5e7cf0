"""What devices warned of, and what a person says of it."""

from django.db import models
from django.db.models import Case, Q, Value, When

from adsum.monitors.models.devices import Monitor, MonitorIssue
from adsum.monitors.rules import ALERT_KINDS, RATINGS, SAID, WHYS, AlertKind, Rating, Said, Why
from adsum.offices.models import Staff
from adsum.people.models import Participant

SOONEST = Case(
    *(When(rating=rating, then=Value(place)) for place, rating in enumerate(RATINGS)),
    output_field=models.IntegerField(),
)


class MonitorAlert(models.Model):
    """One matter of which a device warned, however often it told it. No machine judges it; nothing follows by itself.

    `doubts` and `graves` are why it is rated as it is. It is open until an officer has judged it, with a reason.
    """

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    issue = models.ForeignKey(MonitorIssue, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=8, choices=[(kind.value, words) for kind, words in ALERT_KINDS.items()])
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    rating = models.CharField(max_length=12, choices=[(one.value, words) for one, words in RATINGS.items()])
    doubts = models.JSONField(default=list)
    graves = models.JSONField(default=list)
    policy = models.CharField(max_length=80)
    said = models.CharField(max_length=12, blank=True, choices=[(one.value, words) for one, words in SAID.items()])
    said_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(null=True)
    said_why = models.CharField(max_length=2_000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["monitor", "-last_at"], name="alerts_of_monitor"),
            models.Index(fields=["participant", "-last_at"], name="alerts_of_participant"),
            models.Index(fields=["last_at"], name="alerts_to_judge", condition=Q(said="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(said="", said_by__isnull=True, said_at__isnull=True, said_why="")
                | Q(said__in=list(Said), said_by__isnull=False, said_at__isnull=False, said_why__regex=r"\S"),
                name="an_alert_is_judged_by_a_person_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("began_at")), name="an_alert_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return ALERT_KINDS[AlertKind(self.kind)]

    @property
    def is_open(self) -> bool:
        return not self.said

    @property
    def rating_words(self) -> str:
        return RATINGS[Rating(self.rating)]

    @property
    def said_words(self) -> str:
        return SAID[Said(self.said)] if self.said else ""

    @property
    def doubt_words(self) -> list[str]:
        return [WHYS[Why(one)] for one in self.doubts]

    @property
    def grave_words(self) -> list[str]:
        return [WHYS[Why(one)] for one in self.graves]


class AlertSignal(models.Model):
    """One time at which a device told of a matter: told again, the same changes nothing."""

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="+", db_index=False)
    alert = models.ForeignKey(MonitorAlert, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["monitor", "kind", "at"], name="a_signal_counts_once")]

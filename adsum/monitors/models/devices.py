"""GPS devices, who wears them, and their history."""

import pgtrigger
from django.db import models
from django.db.models import Q

from adsum.monitors.rules import HAPPENED, KINDS, STATES, Happened, State
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.models import Order
from adsum.orders.rules import Level
from adsum.people.models import Participant

_UNDER_ITS_ORDER = """
IF NOT EXISTS (SELECT FROM adsum_order AS o JOIN adsum_monitor AS m ON m.id = NEW.monitor_id
        WHERE o.id = NEW.order_id AND o.participant_id = NEW.participant_id AND o.ended_at IS NULL
            AND o.level = m.level) THEN
    RAISE check_violation USING MESSAGE = 'no order in force of this level covers this device',
        CONSTRAINT = 'a_monitor_is_worn_under_an_order_of_its_level';
END IF;
RETURN NEW;
"""


class Monitor(models.Model):
    """A GPS device of an office. Its kind is the level whose orders it is for; the last lines are of the device alone.

    `heard_at`, `battery_percent`, `is_charging`: what it told last, wherever it lay.
    """

    serial = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=12, choices=[(level.value, words) for level, words in KINDS.items()])
    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=[(state.value, words) for state, words in STATES.items()])
    added_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    battery_percent = models.PositiveSmallIntegerField(null=True)
    is_charging = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(serial__regex=r"^\S+$"), name="a_monitor_has_a_serial_number"),
            models.CheckConstraint(condition=Q(level__in=list(KINDS)), name="a_monitor_is_for_wrist_or_ankle"),
            models.CheckConstraint(
                condition=Q(battery_percent__isnull=True) | Q(battery_percent__lte=100), name="a_battery_is_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def kind_words(self) -> str:
        return KINDS[Level(self.level)]

    @property
    def is_in_stock(self) -> bool:
        return self.state == State.STOCK

    @property
    def is_faulty(self) -> bool:
        return self.state == State.FAULTY


class MonitorIssue(models.Model):
    """That a participant wears a device, from when until when, by whose hand. Never but under an order of its level."""

    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="issues")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    ended_as = models.CharField(max_length=10, blank=True, choices=[(one.value, one) for one in Happened])
    end_reason = models.CharField(max_length=1_000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at__isnull=True), name="one_monitor_worn_by_a_person"
            ),
            models.UniqueConstraint(
                fields=["monitor"], condition=Q(ended_at__isnull=True), name="a_monitor_is_worn_by_one_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__regex=r"\S") & ~Q(ended_as=""),
                name="a_monitor_comes_off_by_a_person_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="worn_under_its_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_UNDER_ITS_ORDER
            ),
            pgtrigger.ReadOnly(
                name="issues_stand", fields=["monitor", "participant", "order", "issued_by", "issued_at"]
            ),
        ]

    @property
    def is_covered(self) -> bool:
        """False where the order has ended: the device must come off, and nothing of it is kept."""
        return self.order.ended_at is None


class MonitorEvent(models.Model):
    """What a named officer did with a device, and when. It is never changed."""

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="events")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    happened = models.CharField(max_length=10, choices=[(one.value, words) for one, words in HAPPENED.items()])
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=1_000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["monitor", "-at"], name="events_of_monitor"),
            models.Index(fields=["participant", "-at"], name="monitor_events_of_person"),
        ]
        triggers = [pgtrigger.Protect(name="monitor_events_stand", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return HAPPENED[Happened(self.happened)]

"""What devices tell becomes positions and alerts, inside an order's terms; else a number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from adsum.core.earth import Spot
from adsum.ledger.rules import RULES
from adsum.monitors.actions.alerting import take_alert
from adsum.monitors.models import DroppedCount, Monitor, MonitorPosition
from adsum.monitors.past_queries import Wearing, wearing_now
from adsum.monitors.rules import REFUSED, Fate, Heard, fate_of

AHEAD = timedelta(minutes=10)  # a clock that goes wrong by more tells nothing


@dataclass
class Taken:
    """What became of a delivery: positions by their fate, and how many signals of an alert counted."""

    fates: Counter[Fate] = field(default_factory=Counter)
    alerts: int = 0

    @property
    def kept(self) -> int:
        return self.fates[Fate.KEPT]

    @property
    def dropped(self) -> int:
        return self.fates.total() - self.kept


def take_heard(*, heard: Sequence[Heard], now: datetime) -> Taken:
    """Keep of a delivery what may be kept. The same delivery again changes nothing but the number that was dropped."""
    taken = Taken()
    with transaction.atomic():
        known = {one.serial: one for one in _locked({one.serial for one in heard})}
        worn = wearing_now(monitors=known.values(), at=now, seen_by=RULES)
        pairs = [(one, known.get(one.serial)) for one in sorted(heard, key=lambda one: one.at)]
        told = [(one, worn.get(monitor.pk) if monitor else None) for one, monitor in pairs]
        fates = [_fate(*pair, wearing, now) for pair, (_, wearing) in zip(pairs, told, strict=True)]
        taken.fates.update(fate for fate, (one, _) in zip(fates, told, strict=True) if one.spot or fate in REFUSED)
        _keep_positions([pair for pair, fate in zip(told, fates, strict=True) if fate == Fate.KEPT])
        _note_states(pairs, now)
        for fate, (one, wearing) in zip(fates, told, strict=True):
            if wearing and one.alert and fate not in REFUSED:
                taken.alerts += take_alert(one=one, kind=one.alert, wearing=wearing, now=now)
        _count_dropped(taken, now)
    return taken


def _locked(serials: set[str]) -> list[Monitor]:
    return list(Monitor.objects.select_for_update().filter(serial__in=serials).order_by("pk"))


def _fate(one: Heard, monitor: Monitor | None, wearing: Wearing | None, now: datetime) -> Fate:
    if monitor is None:
        return Fate.UNKNOWN
    if one.at > now + AHEAD:
        return Fate.AHEAD
    if wearing is None:
        return Fate.NOT_WORN
    local = one.at.astimezone(wearing.zone)
    return fate_of(one, wearing.standing, local=local, now=now, keep_days=wearing.policy.keep_position_days)


def _note_states(pairs: Sequence[tuple[Heard, Monitor | None]], now: datetime) -> None:
    for one, monitor in pairs:
        if monitor and one.at <= now + AHEAD and (monitor.heard_at is None or monitor.heard_at <= one.at):
            monitor.heard_at = one.at
            monitor.battery_percent = monitor.battery_percent if one.battery_percent is None else one.battery_percent
            monitor.is_charging = monitor.is_charging if one.is_charging is None else one.is_charging
            monitor.save(update_fields=["heard_at", "battery_percent", "is_charging"])


def _keep_positions(told: Sequence[tuple[Heard, Wearing | None]]) -> None:
    positions = [_position(one.at, one.spot, wearing) for one, wearing in told if one.spot and wearing]
    MonitorPosition.objects.bulk_create(positions, ignore_conflicts=True, batch_size=2_000)


def _position(at: datetime, spot: Spot, wearing: Wearing) -> MonitorPosition:
    return MonitorPosition(
        participant_id=wearing.issue.participant_id,
        issue=wearing.issue,
        latitude=spot.latitude,
        longitude=spot.longitude,
        accuracy_m=spot.accuracy_m,
        taken_at=at,
        erase_at=at + timedelta(days=wearing.policy.keep_position_days),
    )


def _count_dropped(taken: Taken, now: datetime) -> None:
    for why, count in taken.fates.items():
        if why != Fate.KEPT:
            DroppedCount.objects.update_or_create(
                on_day=now.astimezone(UTC).date(),
                why=why,
                defaults={"count": F("count") + count},
                create_defaults={"count": count},
            )

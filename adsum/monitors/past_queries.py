"""Who wears which devices, as rules read it, where an alert began, and how many were judged true."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adsum.core.asking import any_of
from adsum.core.earth import Spot, metres_between
from adsum.ledger.rules import Actor
from adsum.monitors.models import DeadSpot, Monitor, MonitorAlert, MonitorIssue, MonitorPosition
from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.rules import Said, Standing
from adsum.orders.models import Order
from adsum.orders.rules import Level, TermRefused, Terms, read_terms
from adsum.people.queries import participants
from adsum.policies.queries import in_force

PLACE_WITHIN = timedelta(hours=1)  # a position older than this does not say where an alert began


@dataclass(frozen=True)
class Wearing:
    """A device on a person, with how that stands by the order in force, and what the policy says for them."""

    monitor: Monitor
    issue: MonitorIssue
    standing: Standing
    policy: MonitorsPolicy

    @property
    def zone(self) -> ZoneInfo:
        return self.issue.participant.office.zone


def wearing_now(*, monitors: Collection[Monitor], at: datetime, seen_by: Actor) -> dict[int, Wearing]:
    """Who wears these devices now, by the device."""
    mine = {one.pk: one for one in monitors}
    worn = MonitorIssue.objects.filter(
        monitor__in=mine, ended_at__isnull=True, participant__in=participants(seen_by=seen_by)
    )
    issues = list(worn.select_related("participant__office"))
    people = [issue.participant_id for issue in issues]
    orders = {one.participant_id: one for one in Order.objects.filter(participant__in=people, ended_at__isnull=True)}
    return {
        issue.monitor_id: _wearing(mine[issue.monitor_id], issue, orders.get(issue.participant_id), at)
        for issue in issues
    }


def _wearing(monitor: Monitor, issue: MonitorIssue, order: Order | None, at: datetime) -> Wearing:
    office = issue.participant.office_id
    policy = in_force(MonitorsPolicy, now=at, office_id=office, level=monitor.level)
    return Wearing(monitor, issue, _standing(monitor, issue, order), policy)


def _standing(monitor: Monitor, issue: MonitorIssue, order: Order | None) -> Standing:
    """Terms that cannot be read cover nothing, as no order does."""
    kind = Level(monitor.level)
    with suppress(TermRefused):
        if order is not None:
            terms = read_terms(order.said_terms)
            return Standing(issue.issued_at, kind, Level(order.level), order.started_at, terms)
    return Standing(issue.issued_at, kind, None, None, Terms())


def place_of_alert(*, alert: MonitorAlert, seen_by: Actor) -> MonitorPosition | None:
    """Where the device was last before the end of the alert, as far as that is kept."""
    near = (alert.began_at - PLACE_WITHIN, alert.last_at)
    visible = participants(seen_by=seen_by).filter(pk=alert.participant_id)
    kept = MonitorPosition.objects.filter(issue_id=alert.issue_id, taken_at__range=near, participant__in=visible)
    return kept.order_by("-taken_at").first()


def is_dead_spot(*, place: Spot, office_id: int, within_m: float, seen_by: Actor) -> bool:
    """True where an officer of this office has noted that no signal is to be expected there."""
    if seen_by.office_id not in (None, office_id):
        return False
    spots = DeadSpot.objects.filter(office=office_id).values_list("latitude", "longitude")
    return any(metres_between(place, Spot(*spot)) <= within_m for spot in spots)


def true_alerts_of(*, since: Mapping[int, datetime], seen_by: Actor) -> dict[int, int]:
    """How many alerts officers have judged true, of each person who has worn a device since their moment.

    Who has worn none is not in it: nothing is known of them.
    """
    worn = MonitorIssue.objects.filter(any_of("participant_id", since), participant__in=participants(seen_by=seen_by))
    ends = worn.values_list("participant_id", "ended_at")
    counts = {who: 0 for who, ended_at in ends if ended_at is None or ended_at >= since[who]}
    if counts:
        true = MonitorAlert.objects.filter(any_of("participant_id", counts), said=Said.TRUE)
        for who, last_at in true.values_list("participant_id", "last_at"):
            counts[who] += last_at >= since[who]
    return counts

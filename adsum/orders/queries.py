"""Who is monitored how."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, DateField, ExpressionWrapper, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from adsum.checkins.queries import reports_of
from adsum.core.ids import read_code
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.offices.models import FieldOffice
from adsum.orders.models import Order, SharedPoint, SharingStop, TrackingApp
from adsum.orders.policy import OrdersPolicy
from adsum.orders.rules import Level, SharingWindow, days_left, window_of
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force


def order_in_force(*, participant_id: int, seen_by: Actor) -> Order | None:
    """The order that holds now."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Order.objects.filter(participant__in=visible, ended_at__isnull=True).first()


def orders_to_look_at(*, office: FieldOffice, on: date, now: datetime, seen_by: Actor) -> QuerySet[Order]:
    """Orders whose day to be looked at again (`look_on`) has come by this day, the longest waiting first.

    The day is the one that `Order.review_day_at` gives for each.
    """
    levels = [level for level in Level if level != Level.NONE]
    days = Case(
        *(When(level=level, then=Value(_review_days(office, level, now))) for level in levels),
        output_field=IntegerField(),
    )
    started_on = TruncDate("started_at", tzinfo=office.zone)
    by_policy = ExpressionWrapper(started_on + days, output_field=DateField())
    mine = participants(seen_by=seen_by).filter(office=office)
    held = Order.objects.filter(participant__in=mine, ended_at=None, level__in=levels)
    come = held.annotate(look_on=Coalesce("review_on", by_policy)).filter(look_on__lte=on)
    return come.select_related("participant").order_by("look_on", "pk")


def _review_days(office: FieldOffice, level: Level, now: datetime) -> int:
    return in_force(OrdersPolicy, now=now, office_id=office.pk, level=level).review_days


@dataclass(frozen=True)
class Sharing:
    """How a participant shares their place: whether their order asks for it, why, and the window that is open."""

    asked: bool = False
    reason: str = ""
    window: SharingWindow | None = None
    stopped_at: datetime | None = None
    days_left: int = 0
    days: int = OrdersPolicy.share_days


def sharing_of(*, participant_id: int, at: datetime, seen_by: Actor) -> Sharing:
    """How this participant shares their place at this moment."""
    order = order_in_force(participant_id=participant_id, seen_by=seen_by)
    if order is None or order.share_asked_at is None:
        return Sharing()
    policy = order.policy_at(at)
    reports = reports_of(participant_id=participant_id, seen_by=seen_by)
    reported_at = reports.values_list("received_at", flat=True).first()
    stops = SharingStop.objects.filter(participant=participant_id).order_by("-at")
    stopped_at = stops.values_list("at", flat=True).first()
    window = window_of(
        asked_at=order.share_asked_at,
        reported_at=reported_at,
        stopped_at=stopped_at,
        at=at,
        policy=policy,
    )
    stopped_now = stopped_at if stopped_at and reported_at and stopped_at >= reported_at else None
    left = days_left(window, at=at) if window else 0
    return Sharing(True, order.share_reason, window, stopped_now, left, policy.share_days)


def shared_points(*, participant_id: int, seen_by: Actor, most: int = 50) -> list[SharedPoint]:
    """The points that are kept, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return list(SharedPoint.objects.filter(participant__in=visible).order_by("-taken_at")[:most])


def find_tracked(*, user: str, password: str, seen_by: Actor) -> Participant | None:
    """Whose app this is; only the door asks, before it knows who is there."""
    if seen_by.kind != ActorKind.RULES:
        return None
    apps = TrackingApp.objects.filter(user=user, secret_hash=hash_token(read_code(password)))
    found = apps.select_related("participant__office").first()
    return found.participant if found else None


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    orders = Order.objects.filter(participant__in=visible).order_by("-started_at")
    points = SharedPoint.objects.filter(participant__in=visible).order_by("-taken_at")
    stops = SharingStop.objects.filter(participant__in=visible).order_by("-at")
    asked = ("share_asked_at", "share_reason", "photo_every_days", "terms", "review_on")
    return {
        "orders": list(orders.values("level", "ground", "ground_note", "started_at", "ended_at", *asked)),
        "shared_points": list(points.values("source", "latitude", "longitude", "accuracy_m", "taken_at", "erase_at")),
        "sharing_stops": list(stops.values("at")),
        "tracking_app": list(TrackingApp.objects.filter(participant__in=visible).values("user", "made_at")),
    }

"""Figures for whoever watches the service: OpenMetrics, read from the database at each scrape. Nobody is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from adsum.api.access import watchers
from adsum.checkins.past_queries import seen_alive, sweeping_now
from adsum.checkins.queries import count_set_aside
from adsum.court.queries import drops_of_court
from adsum.ledger.rules import OPERATOR
from adsum.outbox.queries import Standing, messages_refused, standings, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from adsum.outbox.models import Subscriber

TOLD = {
    "waiting_facts": "Facts that are numbered for it and that it has not taken yet",
    "oldest_waiting_seconds": "How long the oldest of them has waited; 0: there is none",
    "parked_facts": "Facts refused so often that a person must look at them",
    "delivered_facts": "Facts that it has taken; fewer again after a replay",
    "silent_seconds": "For how long it has not answered; 0 while it does",
    "looked_seconds": "Since new facts were last looked for; nobody looks while it is paused, or before its next file",
    "paused": "1 while an operator has paused it",
}
Figure = tuple[str, str, float | None]
_JOBS = """
SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed'),
    extract(epoch FROM %s - min(coalesce(scheduled_at, %s)) FILTER (WHERE status = 'todo'))::float,
    extract(epoch FROM %s - (SELECT max(at) FROM procrastinate_events WHERE type = 'succeeded'))::float
FROM procrastinate_jobs WHERE status IN ('todo', 'failed')
"""


@watchers
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """How each subscriber, the sweep, the jobs and the court feed stand, for Prometheus. Needs its token."""
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    registry = CollectorRegistry()
    try:
        registry.register(Figures(timezone.now()))
        return HttpResponse(encode(registry), content_type=kind)
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")


class Figures(Collector):
    """All figures of one scrape; the number of questions does not grow with the number of subscribers."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[Metric]:
        """Nothing beforehand: names are known once the figures are."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure as it is now."""
        for name, says, value in (*self._sweep(), *self._jobs(), self._court()):
            if value is not None:
                yield GaugeMetricFamily(f"adsum_{name}", says, value=value)
        yield from self._subscribers()
        yield from self._alive()
        yield self._refused()

    def _subscribers(self) -> Iterator[Metric]:
        stand = standings(seen_by=OPERATOR)
        told = [one for one in subscribers(seen_by=OPERATOR) if one.ended_at is None]
        values = {one: self._values(one, stand.get(one.pk, Standing())) for one in told}
        for name, says in TOLD.items():
            family = GaugeMetricFamily(f"adsum_subscriber_{name}", says, labels=("subscriber", "way"))
            for one, known in values.items():
                if (value := known[name]) is not None:
                    family.add_metric((one.code, one.way), float(value))
            yield family

    def _values(self, one: Subscriber, figure: Standing) -> dict[str, float | None]:
        return {
            "waiting_facts": figure.waiting,
            "oldest_waiting_seconds": self._since(figure.since) or 0,
            "parked_facts": figure.parked,
            "delivered_facts": figure.delivered,
            "silent_seconds": self._since(one.silent_since) or 0,
            "looked_seconds": self._since(one.looked_at),
            "paused": one.paused_at is not None,
        }

    def _refused(self) -> Metric:
        family = CounterMetricFamily(
            "adsum_refused_messages", "Messages of other systems that were refused", labels=("door", "reason")
        )
        for labels, count in messages_refused(seen_by=OPERATOR).items():
            family.add_metric(labels, count)
        return family

    def _sweep(self) -> Iterator[Figure]:
        stands = sweeping_now(now=self._now, seen_by=OPERATOR)
        aside = count_set_aside(seen_by=OPERATOR)
        yield "overdue_duties", "Check-ins that are overdue and not marked yet", stands.overdue
        yield "oldest_overdue_seconds", "How long the oldest of them is so; 0: none is", self._since(stands.since) or 0
        yield "swept_seconds", "Since all that was overdue was last looked at", self._since(stands.swept_at)
        yield "set_aside_duties", "Check-ins that could not be marked, and steps not taken", aside

    def _alive(self) -> Iterator[Metric]:
        seen = GaugeMetricFamily(
            "adsum_seen_alive_seconds", "Since this part of the service was last seen alive", labels=("part",)
        )
        for part, at in seen_alive(seen_by=OPERATOR).items():
            seen.add_metric((part,), self._since(at) or 0)
        yield seen

    def _jobs(self) -> Iterator[Figure]:
        with connection.cursor() as cursor:
            cursor.execute(_JOBS, [self._now] * 3)
            waiting, failed, oldest, done = cursor.fetchone()
        yield "jobs_waiting", "Jobs of the worker that wait", waiting
        yield "jobs_failed", "Jobs of the worker that failed for good", failed
        yield "job_oldest_waiting_seconds", "Since the oldest of them was due; 0: none is", max(oldest or 0, 0)
        yield "job_done_seconds", "Since a job was last done", done

    def _court(self) -> Figure:
        whole = drops_of_court(seen_by=OPERATOR).prefetch_related(None).filter(ended_at__isnull=False)
        ended = whole.values_list("ended_at", flat=True).first()
        return "court_drop_age_seconds", "Since the court's last drop was read whole", self._since(ended)

    def _since(self, at: datetime | None) -> float | None:
        return None if at is None else max((self._now - at).total_seconds(), 0)

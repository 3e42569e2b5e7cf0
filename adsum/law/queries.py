"""Which clocks run, which are late, and what the law says."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet

from adsum.law.models import Clock, LawRule
from adsum.law.rules import OWED, ClockKind
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.queries import participants


def clocks_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Clock]:
    """One person's clocks: those that run first, by their last day, then those that have stopped."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Clock.objects.filter(participant__in=visible).select_related("rule", "participant__office")
    return found.order_by(F("stopped_at").desc(nulls_first=True), "last_day", "pk")


def open_clock(*, about: str, kind: ClockKind, seen_by: Actor) -> Clock | None:
    """The clock of this kind that runs about this thing, or None where none does or this person may not see it."""
    found = Clock.objects.filter(about=about, kind=kind, stopped_at__isnull=True)
    return found.filter(participant__in=participants(seen_by=seen_by)).select_related("rule").first()


def clocks_about(*, about: Collection[str], seen_by: Actor) -> dict[str, Clock]:
    """The agency's clocks that run about these things, by thing."""
    running = Clock.objects.filter(about__in=about, kind__in=OWED, stopped_at__isnull=True)
    return {clock.about: clock for clock in running.filter(participant__in=participants(seen_by=seen_by))}


def clocks_late(*, seen_by: Actor) -> QuerySet[Clock]:
    """Overdue answers, the longest first. Supervisors were told; since `escalated_at` the programme is told, too."""
    late = Clock.objects.filter(kind__in=OWED, alarmed_at__isnull=False, stopped_at__isnull=True)
    late = late.filter(participant__in=participants(seen_by=seen_by))
    return late.select_related("participant__office", "participant__officer").order_by("ends_at", "pk")


def clocks_to_alarm(*, now: datetime, seen_by: Actor) -> QuerySet[Clock]:
    """Answers whose last day is over, and of which nobody was told; paused clocks do not run out."""
    over = Clock.objects.filter(kind__in=OWED, ends_at__lte=now, stopped_at__isnull=True, paused_at__isnull=True)
    return over.filter(alarmed_at__isnull=True, participant__in=participants(seen_by=seen_by)).order_by("ends_at", "pk")


def rules_known(*, seen_by: Actor) -> QuerySet[LawRule]:
    """Every rule that was ever entered, the newest first; participants read those that were approved."""
    rules = LawRule.objects.select_related("entered_by", "approved_by", "vacated_by")
    if seen_by.kind not in (ActorKind.STAFF, ActorKind.OPERATOR, ActorKind.RULES):
        rules = rules.filter(approved_at__isnull=False)
    return rules.order_by("-starts_on", "-pk")


def find_rule(*, rule_id: int, seen_by: Actor) -> LawRule | None:
    """One rule, or None where there is none that this person may read."""
    return rules_known(seen_by=seen_by).filter(pk=rule_id).first()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = clocks_of(participant_id=participant_id, seen_by=seen_by)
    times = ("counted_from", "posted", "last_day", "ends_at", "outage_days", "pauses", "paused_at", "paused_why")
    law = ("rule__days", "rule__unit", "rule__source", "policy", "stopped_at", "stopped_why", "alarmed_at")
    return {"clocks": list(found.values("kind", "about", *times, *law))}

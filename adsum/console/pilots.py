"""A pilot beside not-yet: what differs, how sure that is, and what to be careful about."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import FEATURES, Feature, percent_of
from adsum.policies.queries import in_force
from adsum.trials.policy import TrialsPolicy
from adsum.trials.queries import compare_pilot
from adsum.trials.rules import Comparison, Group

if TYPE_CHECKING:
    from adsum.offices.models import Staff

LONGEST = timedelta(days=366)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def pilots(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Which features are switched on for how many; one of them compared over some days, also as CSV."""
    now, today, error = timezone.now(), timezone.localdate(), ""
    asked = request.GET.get("feature", "")
    feature = Feature(asked) if asked in set(Feature) else Feature.LADDER
    since = today - timedelta(days=in_force(TrialsPolicy, now=now).shown_days)
    until = today - timedelta(days=1)
    try:
        since, until = _days(request, since, until)
    except ValueError:
        error = "Give two days of at most a year, the first one first."
    policy = in_force(PilotPolicy, now=now, office_id=staff.office_id)
    found = compare_pilot(feature=feature, since=since, until=until, now=now, seen_by=staff.as_actor())
    if request.GET.get("csv") == "yes" and not error:
        return _save(found, feature, since, until)
    page = {
        "staff": staff,
        "features": [(one.value, words, percent_of(one, policy=policy)) for one, words in FEATURES.items()],
        "feature": feature,
        "since": since,
        "until": until,
        "found": found,
        "rows": _rows(found),
        "error": error,
    }
    return render(request, "console/pilots.html", page, status=400 if error else 200)


def _days(request: HttpRequest, since: date, until: date) -> tuple[date, date]:
    """The days that were asked for. Raises ValueError."""
    first, last = (request.GET.get(name, "") for name in ("from", "to"))
    since, until = date.fromisoformat(first) if first else since, date.fromisoformat(last) if last else until
    if not timedelta() <= until - since <= LONGEST or since.year < 2000:
        raise ValueError
    return since, until


def _rows(found: Comparison) -> list[tuple[str, str, str, str]]:
    """Each measure in words: the pilot, not-yet, and how far they lie apart."""
    rows = [("People", f"{found.pilot.people:,}", f"{found.not_yet.people:,}", "")]
    rows += [("Check-ins due", f"{found.pilot.due:,}", f"{found.not_yet.due:,}", "")]
    for one in found.measures:
        apart = f"{100 * one.apart.share:+.1f} points ({100 * one.apart.low:+.1f} to {100 * one.apart.high:+.1f})"
        told = "clearly" if one.is_clear else "may be chance"
        rows.append(
            (
                one.name,
                f"{one.pilot:,} ({100 * one.pilot_share.share:.1f} %)",
                f"{one.not_yet:,} ({100 * one.not_yet_share.share:.1f} %)",
                f"{apart}, {told}",
            )
        )
    return [*rows, _by_hundred("Contacts", found, "contacts"), _by_hundred("Visits at the office", found, "visits")]


def _by_hundred(name: str, found: Comparison, what: str) -> tuple[str, str, str, str]:
    def told(group: Group) -> str:
        count = getattr(group, what)
        return f"{count:,} ({group.for_each_hundred(count):.1f} for 100 people)"

    saved = f"{found.visits_saved:.0f} saved" if what == "visits" and found.not_yet.people else ""
    return name, told(found.pilot), told(found.not_yet), saved


def _save(found: Comparison, feature: Feature, since: date, until: date) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"adsum-pilot-{feature}-{since}-{until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    table = csv.writer(response)
    table.writerow(["measure", "pilot", "not yet", "difference"])
    table.writerows(_rows(found))
    table.writerows(["warning", words] for words in found.warnings)
    return response

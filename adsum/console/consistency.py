"""Whether like people are decided alike: rates, times and reversals by group, on a page and as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.console.words import LEVELS, language_words
from adsum.offices.rules import Role
from adsum.orders.rules import Level
from adsum.policies.queries import in_force
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import decisions_weighed
from adsum.reviews.rules import months_ago
from adsum.reviews.rules.consistency import COMPARED, compare

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.reviews.rules.consistency import Consistency

COLUMNS = (
    *("group_by", "group", "since", "decided", "lowered", "ended", "kept", "raised"),
    *("lowered_share", "lowered_low", "lowered_high", "half_within_days", "nine_of_ten_within_days"),
    *("appealed", "answered", "reversed", "reversed_share", "reversed_low", "reversed_high", "differs"),
)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def consistency(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One comparison on a page, or all of them as CSV; docs/consistency.md says what each column means."""
    now = timezone.now()
    months = in_force(ReviewsPolicy, now=now).compare_months
    since, by = months_ago(now, months), request.GET.get("by", "")
    by = by if by in COMPARED else "office"
    found = decisions_weighed(since=since, seen_by=staff.as_actor())
    if request.GET.get("csv"):
        rows = [(one, group) for one in COMPARED for group in compare(found, by=one)[1]]
        return _as_csv([("all", compare(found, by="office")[0]), *rows], since.date().isoformat())
    usual, groups = compare(found, by=by)
    named = [(_name(by, one.name), one) for one in groups]
    shown = {"staff": staff, "by": by, "compared": COMPARED, "months": months, "since": since}
    return render(request, "console/consistency.html", {**shown, "rows": [("All", usual), *named]})


def _name(by: str, name: str) -> str:
    if by == "level":
        return LEVELS[Level(name)]
    return language_words(name) if by == "language" else name or "Not known"


def _as_csv(rows: list[tuple[str, Consistency]], since: str) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="consistency.csv"'
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    writer.writerows(_line(by, one, since) for by, one in rows)
    return answer


def _line(by: str, one: Consistency, since: str) -> list[object]:
    counts = [one.decided, one.lowered, one.ended, one.kept, one.raised]
    shares = [[f"{part:.4f}" for part in share] for share in (one.lowered_share, one.reversed_share)]
    times, appeals = [one.half_within_days, one.most_within_days], [one.appealed, one.answered, one.reversed]
    return [
        by,
        _plain(one.name),
        since,
        *counts,
        *shares[0],
        *times,
        *appeals,
        *shares[1],
        "yes" if one.differs else "",
    ]


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in tuple("=+-@\t\r") and name else name

"""What was refused, slowed or ended at the ways in: for those who watch over the whole, without anybody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.ledger.queries import security_lines
from adsum.offices.rules import Role

if TYPE_CHECKING:
    from adsum.offices.models import Staff

DAYS, LATEST = 14, 100
WORDS = {
    "activation.refused": "A code, a date of birth and the number did not go together",
    "activation.slowed": "Too many tries: slowed down",
    "passkey.refused": "A passkey was refused",
    "phone.code-asked": "A code was sent to a new phone number",
    "phone.code-refused": "A wrong code for a new phone number",
    "phone.changed": "A phone number has changed",
    "pin.refused": "Six wrong numbers on a device",
    "pin.ended": "Too many wrong numbers: the PIN ended",
    "staff.sign-in-refused": "Staff sign-in refused",
    "devices.signed-out": "Signed out everywhere: a lost phone",
    "ways-back.ended": "Passkeys and PINs taken back",
}


@staff_only(Role.PROGRAMME, Role.AUDITOR, Role.OPERATOR)
@require_safe
def security(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Counts by day and kind, and the latest lines of the ledger. The lines hold no code, no date and no network."""
    since = timezone.now() - timedelta(days=DAYS)
    lines = security_lines(since=since, seen_by=staff.as_actor())
    counted = lines.order_by().annotate(day=TruncDate("at")).values("day", "verb").annotate(count=Count("pk"))
    page = {
        "staff": staff,
        "days": DAYS,
        "counts": [{**row, "words": WORDS[row["verb"]]} for row in counted.order_by("-day", "verb")],
        "latest": [(line, WORDS[line.verb]) for line in lines[:LATEST]],
    }
    return render(request, "console/security.html", page)

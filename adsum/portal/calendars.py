"""The participant's dates for the calendar on their phone (RFC 5545): as a file, and by a secret address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adsum.appointments.queries import coming_appointments
from adsum.checkins.actions import end_calendar, make_calendar
from adsum.checkins.queries import calendar_of, find_calendar
from adsum.ledger.rules import RULES
from adsum.notices.queries import discreet_people
from adsum.people.rules import hash_token
from adsum.portal.access import anyone, participants_only
from adsum.portal.easing import easing_until
from adsum.portal.resting import dates_ahead

if TYPE_CHECKING:
    from adsum.appointments.models import Appointment
    from adsum.checkins.models import Duty
    from adsum.people.models import Participant

LINE_BYTES = 75  # RFC 5545, 3.1: longer lines are folded
APPOINTMENT_ALARMS = ("-P1D", "-PT2H")
ALARMS = ("-PT15H", "PT9H")  # at nine in the morning, on the day before and on the day itself


@participants_only
@require_safe
def my_dates(request: HttpRequest, participant: Participant) -> HttpResponse:
    """My next check-ins as a file for a calendar."""
    response = _calendar(participant)
    response["Content-Disposition"] = 'attachment; filename="adsum.ics"'
    return response


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest, participant: Participant) -> HttpResponse:
    """A secret address that keeps a calendar up to date: make it, renew it, end it."""
    now, wanted, link = timezone.now(), request.POST.get("do", ""), ""
    if request.method == "POST" and wanted == "end":
        end_calendar(participant=participant, now=now)
    elif request.method == "POST":
        token = make_calendar(participant=participant, now=now)
        link = f"{settings.PUBLIC_URL}/calendar/{token}/adsum.ics"
    feed = calendar_of(participant_id=participant.pk, seen_by=participant.as_actor())
    return render(request, "portal/calendar.html", {"participant": participant, "feed": feed, "link": link})


@anyone
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates behind a secret address, for a calendar program; no name, no case number."""
    feed = find_calendar(token_hash=hash_token(token), seen_by=RULES)
    if feed is None:
        raise Http404
    person = feed.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        return _calendar(person)


def _calendar(participant: Participant) -> HttpResponse:
    zone, now = participant.office.zone, timezone.now()
    duties = dates_ahead(participant, now)
    expected = coming_appointments(participant_id=participant.pk, since=now, seen_by=participant.as_actor())
    discreet = bool(discreet_people(among=[participant.pk], seen_by=participant.as_actor()))
    easing = easing_until(participant, now)
    text = calendar_text(duties, expected, office_zone=zone.key, discreet=discreet, now=now, easing=easing)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def calendar_text(
    duties: Iterable[Duty],
    expected: Iterable[Appointment] = (),
    *,
    office_zone: str,
    now: datetime,
    discreet: bool = False,
    easing: date | None = None,
) -> str:
    """These dates as a calendar in the language that is active.

    A check-in takes a whole day, which is the same in every zone; an appointment has its moment, in UTC.
    `easing` is the last day for asking a judge to ease conditions. A discreet one says neither what it is nor where.
    """
    name = _escaped(_("Check-in"))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Adsum//check-ins//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{name}",
        f"X-WR-TIMEZONE:{office_zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for duty in duties:
        lines += _event(duty, now)
    for appointment in expected:
        lines += _appointment(appointment, now, discreet)
    if easing:
        lines += _last_day(easing, now, discreet)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _fold(line))


def _event(duty: Duty, now: datetime) -> Iterator[str]:
    due_on, page = duty.due_on, "my-photo" if duty.is_photo else "check-in"
    check_in, photo = _("Check in today, on your phone or any computer"), _("Send a photo of you today")
    words = _escaped(photo if duty.is_photo else check_in)
    more = _escaped(_("You have until the end of the day. You can also do it some days before."))
    yield "BEGIN:VEVENT"
    yield f"UID:check-in-{duty.pk}@adsum"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{due_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{due_on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{words}"
    yield f"DESCRIPTION:{more}"
    yield f"URL:{settings.PUBLIC_URL}{reverse(page)}"
    yield "TRANSP:TRANSPARENT"
    for trigger in ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{words}", "END:VALARM")
    yield "END:VEVENT"


def _appointment(appointment: Appointment, now: datetime, discreet: bool) -> Iterator[str]:
    shown = {} if discreet else {"appointment": appointment}
    words = _escaped(render_to_string("portal/appointment_kind.html", shown).strip())
    yield "BEGIN:VEVENT"
    yield f"UID:appointment-{appointment.pk}@adsum"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART:{appointment.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "DURATION:PT1H"
    yield f"SUMMARY:{words}"
    if not discreet:
        yield f"LOCATION:{_escaped(appointment.where)}"
    yield f"URL:{settings.PUBLIC_URL}/my-file/"
    for trigger in APPOINTMENT_ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{words}", "END:VALARM")
    yield "END:VEVENT"


def _last_day(easing: date, now: datetime, discreet: bool) -> Iterator[str]:
    """A whole day: the last one for asking a judge."""
    hidden = render_to_string("portal/appointment_kind.html", {}).strip()
    words = _escaped(hidden if discreet else _("Last day to ask a judge for easier conditions"))
    yield "BEGIN:VEVENT"
    yield f"UID:easing-{easing:%Y%m%d}@adsum"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{easing:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{easing + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{words}"
    yield f"URL:{settings.PUBLIC_URL}/my-file/"
    yield "TRANSP:TRANSPARENT"
    for trigger in ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{words}", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never inside a character; each but the first begins with a blank."""
    piece, size = "", 0
    for char in line:
        if size + len(char.encode()) > LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece, size = piece + char, size + len(char.encode())
    yield piece

"""A phone number that a check-in gives: nothing goes to it before a code that was sent there is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adsum.enrolment.actions import PhoneRefused, ask_phone_code
from adsum.notices.channels.all import channels_set_up
from adsum.notices.rules import Channel
from adsum.people.queries import find_participant
from adsum.people.rules import ContactKind, read_phone

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.checkins.models import Report
    from adsum.people.models import Participant


def ask_about_number(participant: Participant, report: Report, now: datetime) -> None:
    """Send a code to the number in this report, once, where texts can be sent; else an officer confirms the number.

    A report that was there before has had its code. What cannot be a number, or was asked for too often, stays with
    the report, for the officer.
    """
    number = read_phone(report.new_phone)
    if number is None or report.received_at != now or Channel.SMS not in channels_set_up():
        return
    found = find_participant(participant_id=participant.pk, seen_by=participant.as_actor())
    known = {one.value for one in found.contacts.all() if one.kind == ContactKind.PHONE} if found else set()
    if number in known:
        return
    try:
        ask_phone_code(participant=participant, typed=report.new_phone, now=now)
    except PhoneRefused:
        return

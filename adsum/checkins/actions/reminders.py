"""Reminders of duties: made for a whole office and day at once; and what became of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from adsum.appointments.actions import remind_of_appointments
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.rules import RULES
from adsum.notices.actions import make_messages, mark_heard, mark_tried
from adsum.notices.models import ReminderDay
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Channel, Fate, Heard, MessageState, Tried, windows_of
from adsum.notices.rules import sending_day as sending_day_of
from adsum.offices.models import FieldOffice
from adsum.people.actions import end_gone_pushes, note_contact_results
from adsum.pilots.policy import PilotPolicy
from adsum.policies.queries import in_force

_OWED = "SELECT id, participant_id, due_on AS day, NULL::timestamptz AS starts_at FROM adsum_duty WHERE outcome IS NULL"


def make_reminders(*, can: Collection[Channel], now: datetime) -> int:
    """Make the reminders of every office whose next sending day has none yet, of appointments too; returns how many.

    One transaction an office: its day is marked as made together with the reminders; who comes second waits for who
    was first. What a stopped worker has missed is caught up, and none is made twice. `can`: the channels set up.
    """
    made = 0
    for office in FieldOffice.objects.order_by("pk"):
        day = sending_day_of(now, zone=office.zone, policy=in_force(NoticesPolicy, now=now))
        with transaction.atomic():
            made_day, is_first = ReminderDay.objects.get_or_create(office=office, day=day, defaults={"made_at": now})
            if is_first:
                made_day.count = _make(office, day, can, now)
                made_day.save(update_fields=["count"])
                made += made_day.count
    return made


def _make(office: FieldOffice, day: date, can: Collection[Channel], now: datetime) -> int:
    catch_up = not ReminderDay.objects.filter(office=office, day=day - timedelta(days=1)).exists()
    windows = [
        one
        for one in windows_of(now, zone=office.zone, policy=in_force(NoticesPolicy, now=now))
        if catch_up or one.is_new(day)
    ]
    duties = 0
    if not in_force(PilotPolicy, now=now, office_id=office.pk).check_in_off:
        duties = make_messages(about="duty", things=_OWED, office=office, windows=windows, can=can, now=now)
    return duties + remind_of_appointments(office=office, windows=windows, can=can, now=now)


def settle_tried(*, tried: Sequence[Tried], contacts: dict[int, int], last: Collection[int], now: datetime) -> None:
    """Keep what became of a batch; a contact that cannot work raises a flag. `contacts`: of each message."""
    impossible = [one.outgoing.message_id for one in tried if one.fate is Fate.IMPOSSIBLE]
    with transaction.atomic():
        mark_tried(tried=tried, last=last, now=now)
        _note([], [contacts[one] for one in impossible if one in contacts], now)
        end_gone_pushes(ids=[target for one in tried for target in one.gone], now=now)


def settle_heard(*, heard: Sequence[Heard], now: datetime) -> int:
    """Keep delivery receipts; a contact at which too many in a row failed raises a flag. Returns how many were news."""
    with transaction.atomic():
        changed = mark_heard(heard=heard, now=now)
        known = [(contact, state) for contact, state in changed if contact is not None]
        worked = [contact for contact, state in known if state is MessageState.DELIVERED]
        _note(worked, [contact for contact, state in known if state is MessageState.FAILED], now)
    return len(changed)


def _note(worked: Collection[int], failed: Collection[int], now: datetime) -> None:
    broken = note_contact_results(
        worked=worked, failed=failed, most_failures=in_force(NoticesPolicy, now=now).failures_until_broken, now=now
    )
    flags = [
        NewFlag(one.participant_id, Reason.CONTACT_BROKEN, f"contact:{one.pk}", {"contact": one.kind}) for one in broken
    ]
    raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(NoticesPolicy, now=now).version)

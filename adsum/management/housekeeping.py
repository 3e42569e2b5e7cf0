"""What the worker does on schedule."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adsum.appointments import actions as appointments
from adsum.appointments.policy import AppointmentsPolicy
from adsum.checkins import actions as checkins
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.core.knobs import Policy
from adsum.documents import actions as documents
from adsum.documents.policy import DocumentsPolicy
from adsum.enrolment import actions as enrolment
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.flags import actions as flags
from adsum.flags.policy import FlagsPolicy
from adsum.misses import actions as misses
from adsum.notices import actions as notices
from adsum.notices.policy import NoticesPolicy
from adsum.offices import actions as offices
from adsum.offices.policy import OfficesPolicy
from adsum.orders import actions as orders
from adsum.orders.policy import OrdersPolicy
from adsum.people import actions as people
from adsum.people.policy import PeoplePolicy
from adsum.places import actions as places
from adsum.places.policy import PlacesPolicy
from adsum.policies.queries import in_force

RETENTION: tuple[tuple[Callable[..., None], type[Policy], str], ...] = (
    (appointments.forget, AppointmentsPolicy, "keep_days"),
    (checkins.forget, CheckinPolicy, "keep_answers_days"),
    (checkins.forget_receipt_misses, CheckinPolicy, "keep_receipt_misses_days"),
    (documents.forget, DocumentsPolicy, "keep_days"),
    (enrolment.forget, EnrolmentPolicy, "keep_tries_days"),
    (flags.forget, FlagsPolicy, "keep_days"),
    (misses.forget, LadderPolicy, "keep_days"),
    (notices.forget, NoticesPolicy, "keep_days"),
    (offices.forget, OfficesPolicy, "keep_tries_days"),
    (orders.forget, OrdersPolicy, "keep_shared_days"),
    (people.forget, PeoplePolicy, "keep_signed_out_days"),
    (places.forget, PlacesPolicy, "keep_fix_days"),
)


def keep_duties(now: datetime) -> tuple[int, int]:
    """Make the duties that come next, then mark what is overdue; returns how many of each."""
    return checkins.make_duties(now=now), checkins.sweep_overdue(now=now)


def see_returns(now: datetime) -> int:
    """Propose to end “absconded” for who has checked in; returns for how many."""
    return misses.flag_returns(now=now)


def keep_documents(now: datetime) -> tuple[int, int]:
    """Erase uploads that were given up, ask the scanner about what is in quarantine; returns how many of each."""
    return documents.erase_unfinished(now=now), documents.scan_again(now=now)


def erase_what_has_ended(now: datetime) -> None:
    """Each domain forgets what its policy no longer lets it keep."""
    for forget, kind, knob in RETENTION:
        forget(before=now - timedelta(days=getattr(in_force(kind, now=now), knob)), now=now)

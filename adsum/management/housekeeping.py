"""What the worker does on schedule."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adsum.checkins import actions as checkins
from adsum.checkins.policy import POLICY as CHECKINS
from adsum.checkins.policy import LadderPolicy
from adsum.documents import actions as documents
from adsum.documents.policy import POLICY as DOCUMENTS
from adsum.enrolment import actions as enrolment
from adsum.enrolment.policy import POLICY as ENROLMENT
from adsum.flags import actions as flags
from adsum.flags.policy import POLICY as FLAGS
from adsum.misses import actions as misses
from adsum.notices import actions as notices
from adsum.notices.policy import POLICY as NOTICES
from adsum.offices import actions as offices
from adsum.offices.policy import POLICY as OFFICES
from adsum.orders import actions as orders
from adsum.orders.policy import POLICY as ORDERS
from adsum.people import actions as people
from adsum.people.policy import POLICY as PEOPLE
from adsum.places import actions as places
from adsum.places.policy import POLICY as PLACES

RETENTION: tuple[tuple[Callable[..., None], int], ...] = (
    (checkins.forget, CHECKINS.keep_answers_days),
    (checkins.forget_receipt_misses, CHECKINS.keep_receipt_misses_days),
    (documents.forget, DOCUMENTS.keep_days),
    (enrolment.forget, ENROLMENT.keep_tries_days),
    (flags.forget, FLAGS.keep_days),
    (misses.forget, LadderPolicy().keep_days),
    (notices.forget, NOTICES.keep_days),
    (offices.forget, OFFICES.keep_tries_days),
    (orders.forget, ORDERS.keep_shared_days),
    (people.forget, PEOPLE.keep_signed_out_days),
    (places.forget, PLACES.keep_fix_days),
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
    for forget, days in RETENTION:
        forget(before=now - timedelta(days=days), now=now)

"""What the worker does on schedule."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from adsum.appointments import actions as appointments
from adsum.appointments.policy import AppointmentsPolicy
from adsum.checkins import actions as checkins
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.core.knobs import Policy
from adsum.counterparts import actions as counterparts
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.court import actions as court
from adsum.court.past_queries import cases_never_followed, cases_of_drop, drops_to_follow, standings_parted
from adsum.court.policy import CourtPolicy
from adsum.documents import actions as documents
from adsum.documents.policy import DocumentsPolicy
from adsum.enrolment import actions as enrolment
from adsum.enrolment.policy import EnrolmentPolicy, PhonePolicy
from adsum.families import actions as families
from adsum.families.policy import FamiliesPolicy
from adsum.flags import actions as flags
from adsum.flags.policy import FlagsPolicy
from adsum.funnel import actions as funnel
from adsum.funnel.policy import FunnelPolicy
from adsum.handover import actions as handover
from adsum.handover.policy import HandoverPolicy
from adsum.law import actions as law
from adsum.law.policy import LawPolicy
from adsum.leaving import actions as leaving
from adsum.leaving.policy import LeavingPolicy
from adsum.ledger.rules import RULES
from adsum.management.records_drop import forget_drops
from adsum.management.sweeping import sweep_duties
from adsum.misses import actions as misses
from adsum.monitors import actions as monitors
from adsum.monitors.policy import MonitorsPolicy
from adsum.notices import actions as notices
from adsum.notices.policy import NoticesPolicy
from adsum.offices import actions as offices
from adsum.offices.policy import OfficesPolicy
from adsum.orders import actions as orders
from adsum.orders.policy import OrdersPolicy
from adsum.partners import actions as partners
from adsum.partners.policy import PartnersPolicy
from adsum.people import actions as people
from adsum.people.policy import PeoplePolicy
from adsum.places import actions as places
from adsum.places.policy import PlacesPolicy
from adsum.policies.queries import in_force
from adsum.records import actions as records
from adsum.records.policy import RecordsPolicy
from adsum.reviews import actions as reviews
from adsum.reviews.policy import ReviewsPolicy
from adsum.waves import actions as waves
from adsum.waves.policy import WavesPolicy

RETENTION: tuple[tuple[Callable[..., None], type[Policy], str], ...] = (
    (appointments.forget, AppointmentsPolicy, "keep_days"),
    (checkins.forget, CheckinPolicy, "keep_answers_days"),
    (checkins.forget_receipt_misses, CheckinPolicy, "keep_receipt_misses_days"),
    (counterparts.forget, CounterpartsPolicy, "keep_decided_days"),
    (counterparts.forget_received, CounterpartsPolicy, "keep_received_days"),
    (court.forget, CourtPolicy, "keep_aside_days"),
    (documents.forget, DocumentsPolicy, "keep_days"),
    (enrolment.forget, EnrolmentPolicy, "keep_tries_days"),
    (enrolment.forget_phone_changes, PhonePolicy, "keep_days"),
    (families.forget, FamiliesPolicy, "keep_ended_days"),
    (flags.forget, FlagsPolicy, "keep_days"),
    (law.forget, LawPolicy, "keep_days"),
    (leaving.forget, LeavingPolicy, "keep_ended_days"),
    (funnel.forget, FunnelPolicy, "keep_days"),
    (handover.forget, HandoverPolicy, "keep_handings_days"),
    (misses.forget, LadderPolicy, "keep_days"),
    (monitors.forget, MonitorsPolicy, "keep_days"),
    (notices.forget, NoticesPolicy, "keep_days"),
    (offices.forget, OfficesPolicy, "keep_tries_days"),
    (orders.forget, OrdersPolicy, "keep_shared_days"),
    (partners.forget, PartnersPolicy, "keep_days"),
    (partners.forget_spent, PartnersPolicy, "keep_spent_days"),
    (people.forget, PeoplePolicy, "keep_signed_out_days"),
    (places.forget, PlacesPolicy, "keep_fix_days"),
    (records.forget, RecordsPolicy, "keep_days"),
    (records.forget_unmatched, RecordsPolicy, "keep_unmatched_days"),
    (records.forget_aside, RecordsPolicy, "keep_aside_days"),
    (reviews.forget, ReviewsPolicy, "keep_days"),
    (waves.forget, WavesPolicy, "keep_days"),
    (waves.forget_files, WavesPolicy, "keep_file_days"),
    (waves.forget_page_times, WavesPolicy, "keep_load_days"),
)


def keep_duties(now: datetime) -> tuple[int, int]:
    """Make the duties that come next, then mark what is overdue where it is asked for; returns how many of each."""
    made = checkins.make_duties(now=now)
    checkins.rest_where_off(now=now)
    return made, sweep_duties(now=now)


def see_returns(now: datetime) -> int:
    """Propose to end “absconded” for who has checked in, ask about who had left, and about steps whose ground is gone;
    returns for how many."""
    return misses.flag_returns(now=now) + leaving.flag_unexpected(now=now) + misses.flag_groundless(now=now)


def see_ages(now: datetime) -> int:
    """Ask an officer about children who have come of age; returns about how many."""
    return families.flag_of_age(now=now)


def keep_clocks(now: datetime) -> int:
    """Go on where what was asked for has not come, count open clocks anew each day, tell of late answers: how many."""
    return reviews.go_on_without(now=now) + law.sweep_clocks(now=now)


def keep_documents(now: datetime) -> tuple[int, int]:
    """Erase uploads that were given up, ask the scanner about what is in quarantine; returns how many of each."""
    return documents.erase_unfinished(now=now), documents.scan_again(now=now)


def follow_court(now: datetime) -> int:
    """Let the court's news reach people: those of each drop, and of who has come since; returns how many cases."""
    changed = 0
    while parted := standings_parted(seen_by=RULES):
        changed += court.part_cases(standings=parted, now=now)
    for drop in drops_to_follow(seen_by=RULES):
        changed += _follow(partial(cases_of_drop, drop_id=drop.pk, seen_by=RULES), now)
        court.mark_followed(drop=drop, now=now)
    return changed + _follow(partial(cases_never_followed, seen_by=RULES), now)


def _follow(coming: Callable[..., list[tuple[int, int]]], now: datetime) -> int:
    after = changed = 0
    while cases := coming(after=after):
        changed += court.follow_cases(cases=cases, now=now)
        after = cases[-1][1]
    return changed


def erase_what_has_ended(now: datetime) -> None:
    """Each domain forgets what its policy no longer lets it keep."""
    for forget, kind, knob in RETENTION:
        forget(before=now - timedelta(days=getattr(in_force(kind, now=now), knob)), now=now)
    leaving.erase_files(now=now)
    forget_drops(before=now - timedelta(days=in_force(RecordsPolicy, now=now).keep_aside_days))

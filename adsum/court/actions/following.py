"""What the court's news mean for participants: a flag for an officer, a date in the calendar; nothing by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from adsum.court.actions.calendar import keep_hearing
from adsum.court.models import CourtDrop, CourtStanding
from adsum.court.queries import court_cases_of, decisions_since_open, listed_of, stands_of
from adsum.court.rules import OF_THE_COURT, Stand, asks_for, is_reversal, words_of
from adsum.flags.actions import lapse_flags, raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.people.models import Participant

CALENDAR = ("hearing", "listed", "time_zone", "appointment")  # what goes on when the case stands otherwise


def follow_cases(*, cases: Sequence[tuple[int, int]], now: datetime) -> int:
    """Let these (participant, court case) stand as the court's rows say; returns how many stand otherwise now."""
    with transaction.atomic():
        numbers = [number for _, number in cases]
        stands, listed = stands_of(court_cases=numbers, seen_by=RULES), listed_of(court_cases=numbers, seen_by=RULES)
        ids = [participant_id for participant_id, _ in cases]
        people = Participant.objects.select_related("office").select_for_update(of=("self",), no_key=True).in_bulk(ids)
        held = _standing(numbers)
        changed = 0
        for participant_id, number in cases:
            person, before = people[participant_id], held.get((participant_id, number))
            stand = stands.get(number, Stand.unknown())
            now_held = before if before and before.says(stand) else _change(person, number, before, stand, now)
            changed += now_held is not before
            keep_hearing(standing=now_held, person=person, lines=listed.get(number, []), now=now)
    return changed


def follow_person(*, participant_id: int, now: datetime) -> int:
    """Let what the court said meanwhile reach somebody who is here again; returns how many cases stand otherwise."""
    with transaction.atomic():
        numbers = court_cases_of(participant_id=participant_id, seen_by=RULES)
        known = sorted(stands_of(court_cases=numbers, seen_by=RULES))
        return follow_cases(cases=[(participant_id, number) for number in known], now=now)


def mark_followed(*, drop: CourtDrop, now: datetime) -> None:
    """What this drop says has reached people."""
    with transaction.atomic():
        CourtDrop.objects.filter(pk=drop.pk).update(followed_at=now)
        record(verb="court.drop-followed", actor=RULES, now=now, subject=drop)


def _standing(numbers: Sequence[int]) -> Mapping[tuple[int, int], CourtStanding]:
    open_ones = CourtStanding.objects.filter(court_case__in=numbers, ended_at__isnull=True)
    return {(one.participant_id, one.court_case): one for one in open_ones.select_for_update(of=("self",))}


def _change(
    person: Participant, number: int, before: CourtStanding | None, stand: Stand, now: datetime
) -> CourtStanding:
    if before:
        CourtStanding.objects.filter(pk=before.pk).update(ended_at=now)
    standing = CourtStanding.objects.create(
        participant=person,
        court_case=number,
        state=stand.state,
        proceeding=stand.proceeding,
        decided_on=stand.decided_on,
        appeal_kept=stand.appeal_kept,
        drop_id=stand.drop_id,
        line=stand.line,
        since=now,
        **({name: getattr(before, name) for name in CALENDAR} if before else {}),
    )
    record(
        verb="court.standing-changed",
        actor=RULES,
        now=now,
        subject=standing,
        participant_id=person.pk,
        state=standing.state,
        court_case=number,
        drop=stand.drop_id,
        row=stand.line,
    )
    _ask(standing, before, stand, now)
    return standing


def _ask(standing: CourtStanding, before: CourtStanding | None, stand: Stand, now: datetime) -> None:
    """What was asked about how the case stood is not asked any more; who has acted on it hears when it is gone."""
    words, about = words_of(stand, cited=standing.cited), f"court:{standing.pk}"
    if before:
        lapse_flags(about=[f"court:{before.pk}"], reasons=OF_THE_COURT, why="The case stands otherwise now.", now=now)
        acted = _acted(standing) if is_reversal(before.case_state, stand.state) else []
        if acted:
            flag = NewFlag(standing.participant_id, Reason.COURT_REVERSED, about, {"court": [*words, *acted]})
            raise_flag(flag=flag, actor=RULES, now=now)
    if reason := asks_for(stand.state):
        flag = NewFlag(standing.participant_id, reason, about, {"court": words})
        raise_flag(flag=flag, actor=RULES, now=now)


def _acted(standing: CourtStanding) -> list[str]:
    """Who has decided what since the case was open last, before this standing."""
    before = CourtStanding.objects.filter(
        participant=standing.participant_id, court_case=standing.court_case, pk__lt=standing.pk
    )
    last = before.order_by("-pk").first()
    return decisions_since_open(standing=last, seen_by=RULES) if last else []

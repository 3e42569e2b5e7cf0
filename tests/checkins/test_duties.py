"""Duties: made ahead, swept when overdue, excused by a person."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from adsum.checkins.actions import PlanStart, excuse_duty, make_duties, start_plans, sweep_overdue
from adsum.checkins.actions.excuses import ExcuseRefused
from adsum.checkins.models import Duty, Excuse
from adsum.checkins.rules import Outcome
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.notices.actions import writing as notices
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_office, make_participant, make_staff

DUE_ON = date(2026, 11, 25)
LATER = datetime(2026, 11, 27, 12, tzinfo=UTC)


def days_of(person: Participant) -> list[date]:
    return list(Duty.objects.filter(participant=person).order_by("due_on").values_list("due_on", flat=True))


def test_duties_are_made_ahead_and_never_twice(person: Participant) -> None:
    start_plans(starts=[PlanStart(person, 14, DUE_ON, "check-in")], actor=OPERATOR, now=NOW)
    assert make_duties(now=NOW) == 2
    assert make_duties(now=NOW) == 0
    assert days_of(person) == [date(2026, 11, 25), date(2026, 12, 9), date(2026, 12, 23)]


def test_a_stopped_maker_catches_up_and_blames_nobody_for_the_gap(person: Participant) -> None:
    start_plans(starts=[PlanStart(person, 7, DUE_ON, "check-in")], actor=OPERATOR, now=NOW)
    make_duties(now=NOW + timedelta(days=100))
    assert days_of(person)[:2] == [DUE_ON, date(2027, 3, 3)]


def test_batches_make_the_same_as_one_run(office: FieldOffice) -> None:
    people = [make_participant(office) for _ in range(5)]
    start_plans(starts=[PlanStart(person, 7, DUE_ON, "check-in") for person in people], actor=OPERATOR, now=NOW)
    assert make_duties(now=NOW, batch=2) == 5 * 4


def test_the_sweep_tells_the_participant_and_flags_the_officer(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    assert sweep_overdue(now=duty.missed_after - timedelta(seconds=1)) == 0
    assert sweep_overdue(now=LATER) == 1
    assert sweep_overdue(now=LATER) == 0
    duty.refresh_from_db()
    notice, flag, event = Notice.objects.get(), Flag.objects.get(), OutboxEvent.objects.get()
    assert duty.outcome == Outcome.MISSED
    assert (notice.participant, notice.language, notice.about) == (person, "es", f"duty:{duty.pk}")
    assert (flag.reason, flag.about) == (Reason.MISSED_CHECK_IN, f"duty:{duty.pk}")
    assert (event.kind, event.body) == ("checkin.missed", {"duty": duty.pk, "due_on": "2026-11-25"})
    [line] = LedgerLine.objects.filter(participant_id=person.pk, at=LATER)
    assert (line.verb, line.actor_kind, line.subject_id) == ("checkin.missed", "rules", duty.pk)
    assert line.facts == {"due_on": "2026-11-25", "notice": notice.pk, "flag": flag.pk}


def test_who_never_got_in_is_excused_not_missed(office: FieldOffice) -> None:
    person = make_participant(office, active=False)
    duty = make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=LATER)
    duty.refresh_from_db()
    assert duty.outcome == Outcome.EXCUSED
    assert (Excuse.objects.get().reason, Flag.objects.get().reason) == ("never-signed-in", Reason.NEVER_SIGNED_IN)
    assert not Notice.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_one_bad_row_is_set_aside_and_stops_nobody(office: FieldOffice) -> None:
    languages = ["es", "ht", "es"]
    duties = [make_duty(make_participant(office, language=language), due_on=DUE_ON) for language in languages]
    real = notices._word

    def word(kind: object, who: object, office: object, language: str, facts: object) -> object:
        if language == "ht":
            raise RuntimeError("no template")
        return real(kind, who, office, language, facts)  # type: ignore[arg-type]

    with patch.object(notices, "_word", word):
        assert sweep_overdue(now=LATER) == 3
        assert sweep_overdue(now=LATER) == 0
    outcomes = list(Duty.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["missed", None, "missed"]
    assert Duty.objects.get(pk=duties[1].pk).set_aside == "RuntimeError: no template"
    assert LedgerLine.objects.filter(verb="duty.set-aside", subject_id=duties[1].pk).exists()


@pytest.mark.parametrize("bad", [{2}, {0, 6}, set(range(7))], ids=["one", "first and last", "all"])
def test_what_the_database_refuses_is_set_aside_among_people_who_are_alike(office: FieldOffice, bad: set[int]) -> None:
    duties = [make_duty(make_participant(office, active=False), due_on=DUE_ON) for _ in range(7)]
    for number in bad:
        Excuse.objects.create(duty=duties[number], reason="never-signed-in", at=NOW)
    assert sweep_overdue(now=LATER) == 7
    found = Duty.objects.order_by("pk").values_list("outcome", "set_aside")
    assert [outcome for outcome, _ in found] == [None if number in bad else "excused" for number in range(7)]
    assert [aside.startswith("IntegrityError") for _, aside in found] == [number in bad for number in range(7)]
    assert Flag.objects.count() == LedgerLine.objects.filter(verb="flag.raised").count() == 7 - len(bad)


def test_many_overdue_are_swept_in_batches(office: FieldOffice) -> None:
    for _ in range(7):
        make_duty(make_participant(office), due_on=DUE_ON)
    assert sweep_overdue(now=LATER, batch=3) == 7
    assert Flag.objects.count() == 7


def test_an_officer_excuses_and_the_participant_is_told(person: Participant, officer: Staff) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=LATER)
    excuse_duty(duty_id=duty.pk, officer=officer, words="In hospital, letter seen", now=LATER)
    duty.refresh_from_db()
    excuse = Excuse.objects.get()
    assert (duty.outcome, excuse.excused_by, excuse.words) == ("excused", officer, "In hospital, letter seen")
    assert Notice.objects.filter(kind="checkin-excused", participant=person).exists()
    with pytest.raises(ExcuseRefused, match="done already"):
        excuse_duty(duty_id=duty.pk, officer=officer, words="again", now=LATER)


def test_another_offices_officer_cannot_excuse(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    stranger = make_staff(make_office("LAX", "America/Los_Angeles"))
    with pytest.raises(ExcuseRefused, match="not one of your office"):
        excuse_duty(duty_id=duty.pk, officer=stranger, words="x", now=LATER)
    assert Duty.objects.get().outcome is None

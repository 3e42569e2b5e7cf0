"""The screener: both directions, each once, and checks that never say “nothing found” where nobody looked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adsum.leaving.actions import bring_back, note_departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.management.record_checks import make_checks
from adsum.management.screening import Screener
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.records.actions import ask_checks, begin_screening, judge_lead, mark_watched, note_failing
from adsum.records.matching.living import LivingMatcher
from adsum.records.matching.population import Description
from adsum.records.models import Delivery, Lead, OutsideRecord, RecordCheck, RecordSource, Screening, Watched
from adsum.records.rules import CheckedFor, Closed, Heard, Stage, Verdict
from tests.factories import NOW, make_participant, make_staff
from tests.records.conftest import WARRANT

Deliver = Callable[..., Delivery]
OKSANA = replace(WARRANT, given_names="OKSANA", surnames="ZHURAVLYOVA", date_of_birth="1991-07-30")
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def everybody(office: FieldOffice) -> list[Participant]:
    names = [("Jose", "Garcia"), ("Ana", "Perez Lima"), ("Wei", "Chen"), ("Jean", "Pierre"), ("Amina", "Haddad")]
    return [
        make_participant(office, given_names=given, surnames=last, date_of_birth=date(1970 + n, 2 + n, 5 + n))
        for n, (given, last) in enumerate(names)
    ]


def oksana(office: FieldOffice) -> Participant:
    return make_participant(office, given_names="Oksana", surnames="Zhuravlyova", date_of_birth=date(1991, 7, 30))


def work(screener: Screener) -> None:
    """Turns, a minute apart, until nothing waits."""
    now = max(LATER, screener.looked_at + timedelta(minutes=1))
    while screener.turn(now):
        now += timedelta(minutes=1)


def test_a_new_record_finds_whom_it_may_be_about(
    everybody: list[Participant],
    office: FieldOffice,
    deliver: Deliver,
) -> None:
    person = oksana(office)
    deliver(OKSANA)
    screener = Screener(NOW)
    work(screener)
    lead = Lead.objects.get(stage=Stage.OPEN)
    assert lead.participant == person
    told = {line["field"]: line for line in lead.explanation}
    assert (told["birthday"]["agrees"], told["surnames"]["agrees"]) == ("yes", "yes")
    assert told["surnames"]["one_in"] > 1
    assert told["surnames"]["file"] == "Zhuravlyova"
    work(screener)
    assert Lead.objects.count() == 1


def test_somebody_enrolled_later_is_held_against_records_from_before(
    everybody: list[Participant],
    office: FieldOffice,
    deliver: Deliver,
) -> None:
    deliver(OKSANA)
    screener = Screener(NOW)
    work(screener)
    assert not Lead.objects.exists()
    person = oksana(office)
    work(screener)
    assert Lead.objects.get().participant == person


def test_somebody_corrected_is_held_against_all_records_in_the_night(
    everybody: list[Participant],
    deliver: Deliver,
) -> None:
    deliver(OKSANA)
    screener = Screener(NOW)
    work(screener)
    changed = {"given_names": "Oksana", "surnames": "Zhuravlyova", "date_of_birth": date(1991, 7, 30)}
    Participant.objects.filter(pk=everybody[0].pk).update(**changed)
    begin_screening(now=NOW + timedelta(seconds=1))
    begin_screening(now=NOW + timedelta(seconds=2))
    work(screener)
    assert Lead.objects.get().participant == everybody[0]
    night = Screening.objects.get()
    assert (night.people, night.records, night.leads) == (len(everybody), 1, 1)
    assert night.sources["nj-warrants"]["heard"] == Heard.ANSWERED


def test_a_night_ends_when_it_is_over_not_when_it_began_to_read(everybody: list[Participant]) -> None:
    """Reading everybody anew takes minutes, and is one turn."""
    screener, began = Screener(NOW), NOW + timedelta(seconds=1)
    work(screener)
    begin_screening(now=began)
    minutes = 0
    while Screening.objects.get().ended_at is None:
        screener.turn(began + timedelta(minutes=5 * minutes))
        minutes += 1
    assert Screening.objects.get().ended_at == began + timedelta(minutes=5) * (minutes - 1)
    assert minutes > 1


def test_a_record_that_breaks_the_engine_stops_no_other(
    everybody: list[Participant],
    office: FieldOffice,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oksana(office)
    deliver(replace(OKSANA, record_id="bad", city="BOOM"), OKSANA)
    real = LivingMatcher.candidates

    def breaks(self: LivingMatcher, record: object, **given: float) -> object:
        if getattr(record, "city", "") == "BOOM":
            raise ZeroDivisionError("so it is")
        return real(self, record, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(LivingMatcher, "candidates", breaks)
    work(Screener(NOW))
    assert OutsideRecord.objects.get(record_id="bad").poison == "ZeroDivisionError: so it is"
    assert Lead.objects.get().record.record_id == "W-1"


def test_somebody_who_breaks_the_engine_stops_no_other_and_is_never_called_searched(
    everybody: list[Participant],
    office: FieldOffice,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, real = everybody[0], LivingMatcher.near

    def breaks(self: LivingMatcher, person: Description) -> object:
        if person.key == str(broken.pk):
            raise ZeroDivisionError("so it is")
        return real(self, person)

    deliver(OKSANA)
    screener = Screener(NOW)
    work(screener)
    ask_checks(people=[(broken.pk, "report:1"), (everybody[1].pk, "report:2")], why=CheckedFor.REPORT, now=LATER)
    Watched.objects.all().delete()
    person = oksana(office)
    with monkeypatch.context() as patched:
        patched.setattr(LivingMatcher, "near", breaks)
        work(screener)
    assert Lead.objects.get().participant == person
    heard = {check.about: check.answers["nj-warrants"]["heard"] for check in RecordCheck.objects.all()}
    assert heard == {"report:1": Heard.WAITING, "report:2": Heard.ANSWERED}
    tonight = RecordCheck.objects.get(done_at=None).next_at
    assert tonight
    begin_screening(now=tonight)
    night = Screener(tonight)
    while night.turn(tonight):
        pass
    assert not RecordCheck.objects.filter(done_at=None).exists()


def test_where_nothing_waits_nothing_is_written(everybody: list[Participant]) -> None:
    screener = Screener(NOW)
    work(screener)
    before = LedgerLine.objects.count()
    for minute in range(2, 6):
        assert screener.turn(screener.looked_at + timedelta(minutes=minute)) == 0
    assert LedgerLine.objects.count() == before


def test_records_that_wait_too_long_are_a_source_that_has_not_answered(maria: Participant, deliver: Deliver) -> None:
    deliver(OKSANA)
    mark_watched(described={maria.pk: "as she is"}, now=NOW)
    ask_checks(people=[(maria.pk, "report:1")], why=CheckedFor.REPORT, now=NOW)
    assert make_checks(NOW + timedelta(seconds=5)) == 0
    assert make_checks(NOW + timedelta(minutes=1)) == 1
    check = RecordCheck.objects.get()
    assert (check.answers["nj-warrants"]["heard"], check.done_at) == (Heard.WAITING, None)


def test_a_check_says_which_source_answered_and_which_did_not(
    maria: Participant,
    source: RecordSource,
    deliver: Deliver,
) -> None:
    ask_checks(people=[(maria.pk, "report:1")], why=CheckedFor.REPORT, now=NOW)
    screener = Screener(NOW)
    work(screener)
    check = RecordCheck.objects.get()
    assert (check.answers["nj-warrants"]["heard"], check.done_at) == (Heard.SILENT, None)
    deliver(OKSANA)
    RecordCheck.objects.update(next_at=NOW)
    work(screener)
    check.refresh_from_db()
    assert (check.answers["nj-warrants"]["heard"], check.done_at is not None) == (Heard.ANSWERED, True)


def test_a_source_that_is_down_is_named(maria: Participant, source: RecordSource, deliver: Deliver) -> None:
    deliver(OKSANA)
    note_failing(source=source, error="timed out", now=NOW)
    ask_checks(people=[(maria.pk, "report:2")], why=CheckedFor.REPORT, now=NOW)
    work(Screener(NOW))
    assert RecordCheck.objects.get().answers["nj-warrants"]["heard"] == Heard.DOWN


def test_who_has_left_is_held_against_nothing(
    everybody: list[Participant],
    office: FieldOffice,
    deliver: Deliver,
) -> None:
    person = oksana(office)
    screener = Screener(NOW)
    work(screener)
    Participant.objects.filter(pk=person.pk).update(left_at=NOW)
    deliver(OKSANA)
    work(screener)
    assert not Lead.objects.exists()


def be_away(person: Participant, why: LeftBecause, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Away for a month, in which something happens."""
    officer, back = make_staff(person.office), NOW + timedelta(days=30)
    left = Left(why, "A call from the jail")
    departure = note_departure(participant_id=person.pk, left=left, officer=officer, now=NOW)
    meanwhile()
    first = back.date() + timedelta(days=5)
    bring_back(departure_id=departure.pk, from_on=first, reason="Seen today", officer=officer, now=back)


def test_who_comes_back_is_held_against_what_came_while_they_were_away(
    everybody: list[Participant], office: FieldOffice, deliver: Deliver
) -> None:
    person = oksana(office)
    screener = Screener(NOW)
    work(screener)

    def warrant() -> None:
        deliver(OKSANA)
        work(screener)
        assert not Lead.objects.exists()

    be_away(person, LeftBecause.DETAINED, warrant)
    ask_checks(people=[(person.pk, "report:1")], why=CheckedFor.REPORT, now=NOW)
    make_checks(LATER)
    assert RecordCheck.objects.get().answers["nj-warrants"]["heard"] == Heard.WAITING
    work(screener)
    assert (Lead.objects.get().participant, Lead.objects.get().stage) == (person, Stage.OPEN)


def test_what_waited_when_they_left_waits_again_and_the_first_judgement_counts(
    maria: Participant, deliver: Deliver, find: Callable[..., Lead]
) -> None:
    deliver()
    lead = find(maria, probability=0.5)
    judge_lead(lead_id=lead.pk, verdict=Verdict.SAME, reason="Face", staff=make_staff(maria.office), now=NOW)
    be_away(maria, LeftBecause.CLOSED)
    lead.refresh_from_db()
    assert (lead.stage, lead.round, lead.why_closed, lead.closed_at) == (Stage.SECOND, 1, "", None)
    assert find(maria, probability=0.5).stage == Stage.SECOND
    second = make_staff(maria.office)
    assert judge_lead(lead_id=lead.pk, verdict=Verdict.SAME, reason="Scar", staff=second, now=NOW).stage == Stage.SAME


def test_what_was_taken_back_or_is_of_other_facts_does_not_wait_for_who_comes_back(
    maria: Participant, deliver: Deliver, find: Callable[..., Lead]
) -> None:
    deliver(WARRANT, replace(WARRANT, record_id="W-2"))
    taken_back, corrected = find(maria), find(maria, record_id="W-2")
    be_away(
        maria,
        LeftBecause.ERROR,
        lambda: deliver(
            replace(WARRANT, version="2", withdrawn=True),
            replace(WARRANT, record_id="W-2", version="2", date_of_birth="1988-03-15"),
        ),
    )
    taken_back.refresh_from_db()
    corrected.refresh_from_db()
    assert (taken_back.stage, taken_back.why_closed) == (Stage.CLOSED, Closed.WITHDRAWN)
    assert corrected.stage == Stage.CLOSED
    deliver(replace(WARRANT, version="3"))
    assert (find(maria).stage, find(maria, record_id="W-2").stage) == (Stage.OPEN, Stage.OPEN)

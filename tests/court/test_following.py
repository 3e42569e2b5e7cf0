"""What the court's news mean for a participant: a flag, a date; and the way back when the court takes it back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from adsum.appointments.actions import cancel_appointment
from adsum.appointments.models import Appointment
from adsum.court.models import CourtStanding
from adsum.court.queries import everything_about
from adsum.flags.actions import clear_flag
from adsum.flags.models import Flag
from adsum.leaving.actions import bring_back, note_departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.management.housekeeping import follow_court
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.court.saying import SOON, Court
from tests.exchange.court import load
from tests.factories import make_participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def court(tmp_path: Path, person: Participant) -> Court:
    return Court(tmp_path, person)


def flags() -> list[str]:
    """Why the worklist has something, as codes."""
    return [flag.reason for flag in Flag.objects.filter(cleared_at__isnull=True).order_by("pk")]


def date_of(court: Court) -> Appointment:
    """The one hearing in the calendar."""
    return Appointment.objects.get(participant=court.person, ended_at__isnull=True)


def test_a_hearing_stands_in_the_calendar_and_moves_with_the_court(court: Court) -> None:
    court.says()
    given = date_of(court)
    zone = court.person.office.zone
    assert (given.kind, given.source, given.place) == ("court-hearing", "court", "Immigration court NYB")
    assert given.starts_at == datetime(SOON.year, SOON.month, SOON.day, 9, tzinfo=zone)
    court.says(ADJ_DATE=str(SOON + timedelta(days=7)), ADJ_TIME_START="1:30 PM")
    moved = date_of(court)
    assert (moved.moved_from, moved.starts_at.astimezone(zone).hour) == (given, 13)
    court.says()
    assert date_of(court) == moved
    court.says(ADJ_RSN="25")
    assert not Appointment.objects.filter(ended_at__isnull=True).exists()
    kinds = Notice.objects.filter(participant=court.person).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["appointment-given", "appointment-moved", "appointment-cancelled"]


def test_why_an_earlier_hearing_did_not_take_place_says_nothing_of_the_next_one(court: Court) -> None:
    court.says(IDNSCHEDULE="990", ADJ_DATE="2026-11-02")
    court.says(IDNSCHEDULE="995", ADJ_DATE=str(SOON))
    given = date_of(court)
    court.says(IDNSCHEDULE="990", ADJ_DATE="2026-11-02", ADJ_RSN="25")
    assert date_of(court) == given
    court.says(IDNSCHEDULE="995", ADJ_DATE=str(SOON), ADJ_RSN="17")
    assert not Appointment.objects.filter(ended_at__isnull=True).exists()


def test_the_hours_of_a_court_do_not_move_with_the_person(court: Court) -> None:
    court.says()
    given = date_of(court)
    FieldOffice.objects.filter(pk=court.person.office_id).update(time_zone="America/Chicago")
    court.says()
    assert date_of(court) == given
    court.says(ADJ_TIME_START="1000")
    moved = date_of(court)
    assert (moved.moved_from, moved.starts_at - given.starts_at) == (given, timedelta(hours=1))
    court.says(HEARING_LOC_CODE="CHI")
    assert date_of(court).starts_at.astimezone(ZoneInfo("America/Chicago")).hour == 10


def test_what_the_court_said_while_somebody_was_in_custody_reaches_them_when_they_are_back(
    court: Court, officer: Staff
) -> None:
    court.says()
    given, now = date_of(court), timezone.now()
    gone = Left(LeftBecause.DETAINED, "The jail's list")
    departure = note_departure(participant_id=court.person.pk, left=gone, officer=officer, now=now)
    court.says(ADJ_DATE=str(SOON - timedelta(days=7)))
    assert date_of(court) == given
    day = now.astimezone(court.person.office.zone).date() + timedelta(days=3)
    bring_back(departure_id=departure.pk, from_on=day, reason="released", officer=officer, now=timezone.now())
    assert date_of(court).starts_at == given.starts_at - timedelta(days=7)


@pytest.mark.parametrize("said", [{"ADJ_DATE": "2020-01-01"}, {"ADJ_DATE": "9999-12-31"}, {"ADJ_DATE": "2090-01-01"}])
def test_a_date_that_no_calendar_can_take_is_left_out(court: Court, said: dict[str, str]) -> None:
    court.says(**said)
    assert (Appointment.objects.count(), CourtStanding.objects.get().state) == (0, "pending")


def test_an_officer_may_cancel_a_date_and_the_same_news_do_not_bring_it_back(court: Court, officer: Staff) -> None:
    court.says()
    Appointment.objects.update(ended_at=timezone.now(), end_reason="Wrong person", ended_by=officer)
    court.says()
    assert Appointment.objects.filter(ended_at__isnull=True).count() == 0


def test_an_order_is_a_flag_that_cites_its_row_and_nothing_else(court: Court) -> None:
    court.says()
    court.says(DEC_CODE="X", ABSENTIA="Y", COMP_DATE="2026-11-12")
    flag = Flag.objects.get()
    assert (flag.reason, flag.about) == ("court-order", f"court:{CourtStanding.objects.latest('pk').pk}")
    assert flag.details["court"] == [
        "Order to leave, made in absentia: the person was not at the hearing",
        "Decided on November 12, 2026",
        "From the court's drop day2, proceedings, line 2",
    ]
    verbs = set(LedgerLine.objects.filter(participant_id=court.person.pk).values_list("verb", flat=True))
    assert {verb for verb in verbs if verb.startswith("court.")} == {"court.standing-changed", "court.hearing-followed"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"DEC_CODE": "X", "ABSENTIA": "Y"}, ["court-order"]),
        ({"DEC_CODE": "X", "APPEAL_RSVD": "Y"}, ["court-order"]),
        ({"DEC_CODE": "R"}, ["court-relief"]),
        ({"DEC_CODE": "T"}, []),
        ({}, []),
    ],
)
def test_what_an_officer_is_asked(court: Court, said: dict[str, str], expected: list[str]) -> None:
    court.says()
    court.says(**said)
    assert flags() == expected


def test_an_order_taken_back_before_anybody_acted_leaves_the_worklist(court: Court) -> None:
    court.says(DEC_CODE="X", ABSENTIA="Y")
    court.says(DEC_CODE="", ABSENTIA="N")
    assert (flags(), Flag.objects.get().decision) == ([], "lapsed")
    assert LedgerLine.objects.filter(verb="flag.lapsed", participant_id=court.person.pk).count() == 1
    assert CourtStanding.objects.get(ended_at=None).state == "rescinded"


def test_who_acted_on_an_order_that_was_taken_back_is_told(court: Court, officer: Staff) -> None:
    court.says(DEC_CODE="X", ABSENTIA="Y")
    flag = Flag.objects.get()
    clear_flag(flag_id=flag.pk, officer=officer, decision="reached", reason="I called her", now=timezone.now())
    court.says(APPEAL_RSVD="Y")
    assert flags() == ["court-order"]
    court.says(DEC_CODE="", ABSENTIA="N", APPEAL_RSVD="")
    told = Flag.objects.get(cleared_at=None)
    assert told.reason == "court-reversed"
    assert told.details["court"][-1] == "Ana Rivera acted on it: “I spoke with the person”, because “I called her”"
    court.says(DEC_CODE="R")
    assert flags() == ["court-relief"]


def test_a_case_linked_to_the_wrong_person_moves_with_all_that_hung_on_it(
    court: Court, office: FieldOffice, officer: Staff
) -> None:
    wrong, right = court.person, make_participant(office, case_number="A111222333")
    court.says()
    hearing = date_of(court)
    court.says(DEC_CODE="X", ABSENTIA="Y")
    flag = Flag.objects.get()
    clear_flag(flag_id=flag.pk, officer=officer, decision="reached", reason="I called her", now=timezone.now())
    court.person = right
    court.says()
    told, fresh = Flag.objects.filter(cleared_at=None).order_by("participant_id")
    assert (told.participant, told.reason) == (wrong, "court-reversed")
    assert told.details["court"] == [
        "The court’s list now says that this case is about somebody else (case 77)",
        "Ana Rivera acted on it: “I spoke with the person”, because “I called her”",
    ]
    assert (fresh.participant, fresh.reason) == (right, "court-order")
    assert CourtStanding.objects.get(ended_at=None).participant == right
    hearing.refresh_from_db()
    assert hearing.ended_at is not None
    notice = Notice.objects.filter(participant=wrong).order_by("-pk")[0]
    assert "La lista de la corte dice ahora que esta fecha es de otra persona" in notice.body
    assert "Si un papel de la corte dice otra cosa, siga lo que dice el papel" in notice.body
    assert "No tiene que venir" not in notice.body, "a list may be wrong, and whoever stays away is ordered removed"
    assert follow_court(timezone.now()) == 0


def test_news_that_come_late_are_no_news(court: Court, tmp_path: Path) -> None:
    court.says()
    court.delivers(DEC_CODE="X", ABSENTIA="Y")
    court.says(DEC_CODE="", ABSENTIA="N")
    assert flags() == []
    assert CourtStanding.objects.get(ended_at=None).state == "rescinded"
    assert (load(tmp_path).changed, follow_court(timezone.now())) == (0, 0)


def test_who_is_enrolled_after_the_drop_is_followed_and_nobody_else(court: Court, office: FieldOffice) -> None:
    stranger = replace(court)
    stranger.person = Participant(case_number="A111222333")
    stranger.says(DEC_CODE="X", ABSENTIA="Y")
    assert (flags(), CourtStanding.objects.count()) == ([], 0)
    make_participant(office, case_number="A111222333")
    assert (follow_court(timezone.now()), follow_court(timezone.now())) == (1, 0)
    assert flags() == ["court-order"]
    assert not CourtStanding.objects.filter(participant=court.person).exists()


def test_a_person_reads_all_of_it_in_their_file(court: Court, office: FieldOffice) -> None:
    court.says(DEC_CODE="X", ABSENTIA="Y")
    held = everything_about(participant_id=court.person.pk, seen_by=court.person.as_actor())
    assert [row["state"] for row in held["court_cases"]] == ["in_absentia"]
    assert [row["decision"] for row in held["court_proceedings"]] == ["X"]
    assert len(held["court_hearings"]) == 1
    other = make_participant(office).as_actor()
    assert not any(everything_about(participant_id=court.person.pk, seen_by=other).values())
    assert everything_about(participant_id=court.person.pk, seen_by=RULES) == held


def test_the_person_reads_how_their_case_stands(court: Court, sign_in: Callable[[Participant], Client]) -> None:
    phone = sign_in(court.person)
    assert "Your case at the court" not in phone.get("/my-file/").content.decode()
    court.says(DEC_CODE="X", ABSENTIA="Y")
    assert "because you were not at the hearing" in phone.get("/my-file/").content.decode()
    court.says(DEC_CODE="", ABSENTIA="N")
    assert "Your case is open again" in phone.get("/my-file/").content.decode()


def test_the_courts_own_reasons_are_read_in_ones_language_and_an_officers_as_they_are(court: Court) -> None:
    court.says()
    court.says(ADJ_DATE=str(SOON + timedelta(days=7)))
    assert "“La corte ha cambiado esta fecha.”" in Notice.objects.get(kind="appointment-moved").body
    cancel_appointment(appointment_id=date_of(court).pk, reason="Iré <yo>", by=None, now=timezone.now())
    assert "“Iré <yo>”" in Notice.objects.get(kind="appointment-cancelled").body

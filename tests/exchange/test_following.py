"""Two systems with a file each: what one changes reaches the other, what no rule settles reaches a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from adsum.appointments.models import Appointment
from adsum.counterparts.actions import DecisionRefused, decide_disagreement
from adsum.counterparts.models import Disagreement, Received, Twin
from adsum.counterparts.queries import everything_about
from adsum.court.models import CourtCrosswalk, CourtHearing
from adsum.enrolment.actions import set_phone
from adsum.exchange.adapting import Answered, Away
from adsum.exchange.hearing import Hearer
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.notices.rules import NoticeKind
from adsum.people.models import Contact, Participant
from adsum.places.actions import change_address
from adsum.places.models import Address
from adsum.places.rules import GivenAddress
from peers.legacy_tracker.rows import as_json
from tests.exchange.tracker import CALM, There, legacy_tracker, make_counterpart, speak
from tests.factories import make_office, make_participant, make_staff
from tests.outbox.told import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
MOVED = GivenAddress("9 Elm St", "2", "Queens", "NY", "11375")


@pytest.fixture
def there(committed: str, settings: Any, tmp_path: Path) -> Iterator[There]:
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")
    with legacy_tracker(tmp_path) as peer:
        yield peer


@pytest.fixture
def person(there: There) -> Participant:
    return make_participant(make_office())


def open_questions() -> list[tuple[str, str, str]]:
    found = Disagreement.objects.filter(ended_at__isnull=True).order_by("field")
    return list(found.values_list("field", "ours", "theirs"))


def test_files_that_say_the_same_meet_without_a_question(there: There, person: Participant) -> None:
    there.knows(person)
    speak(make_counterpart(there.address, there.folder))
    twin = Twin.objects.get()
    assert (twin.participant_id, twin.number, open_questions()) == (person.pk, "LT-00000001", [])
    assert twin.agreed["names"] == "Lopez Garcia, Maria"
    assert there.says(person).rev == 1, "nothing was written there that said nothing new"


def test_an_address_given_here_stands_there_and_does_not_come_back(there: There, person: Participant) -> None:
    there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    change_address(participant=person, given=MOVED, actor=person.as_actor(), now=timezone.now())
    eventually(lambda: bool(speak(counterpart)) and there.says(person).addr == "9 Elm St 2", 20)
    assert (there.says(person).city, there.says(person).zip, there.says(person).rev) == ("Queens", "11375", 2)
    speak(counterpart)
    assert there.says(person).rev == 2, "no echo"
    assert Address.objects.filter(participant=person).count() == 2
    assert open_questions() == []


def test_what_they_own_is_followed_and_a_person_told(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, cust="D", nm="LOPEZ GARCIA, MARIA ELENA", hrg="03/02/2027 09:30")
    speak(counterpart)
    person.refresh_from_db()
    assert person.full_name == "MARIA ELENA LOPEZ GARCIA"
    [flag] = Flag.objects.filter(reason=Reason.OTHER_FILE)
    assert (flag.details["field"], flag.details["value"]) == ("Custody", "detained")
    [hearing] = Appointment.objects.all()
    assert hearing.starts_at.astimezone(person.office.zone).isoformat() == "2027-03-02T09:30:00-05:00"
    there.types(number, cust="R", hrg="03/09/2027 13:00")
    speak(counterpart)
    assert [f.details["value"] for f in Flag.objects.filter(cleared_at__isnull=True, reason=Reason.OTHER_FILE)] == [
        "released"
    ]
    assert Appointment.objects.filter(ended_at__isnull=True).get().starts_at.isoformat().startswith("2027-03-09T18:00")
    told = Notice.objects.get(kind=NoticeKind.APPOINTMENT_MOVED).body
    assert "Los registros de su caso indican ahora otra fecha" in told
    assert ("No vaya a la cita anterior" in told, "Si un papel de la corte dice otra cosa" in told) == (False, True)


@pytest.mark.parametrize("there_now", ["", "03/09/2046 13:00"])
def test_a_hearing_that_they_take_back_is_not_cancelled_an_officer_asks(
    there: There, person: Participant, there_now: str
) -> None:
    number = there.knows(person, hrg="03/02/2027 09:30")
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, hrg=there_now)
    speak(counterpart)
    hearing = Appointment.objects.get()
    assert hearing.ended_at is None
    [flag] = Flag.objects.filter(reason=Reason.OTHER_FILE, cleared_at__isnull=True)
    assert (flag.details["field"], flag.details["before"]) == ("Next hearing", "2027-03-02T09:30")
    assert not Notice.objects.exclude(kind=NoticeKind.APPOINTMENT_GIVEN).exists()
    there.types(number, hrg="03/09/2027 13:00")
    speak(counterpart)
    assert Appointment.objects.get(ended_at__isnull=True).moved_from == hearing
    flag.refresh_from_db()
    assert flag.cleared_at is not None


def test_who_has_a_number_at_the_court_and_no_row_is_heard_of_here(there: There, person: Participant) -> None:
    row = {"drop_id": 1, "rank": 1, "line": 2}
    CourtCrosswalk.objects.create(number=77, case_number=person.case_number, **row)
    number = there.knows(person, hrg="03/02/2027 09:30")
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    assert Appointment.objects.count() == 1
    CourtHearing.objects.create(number=990, proceeding=88, court_case=77, **row)
    there.types(number, hrg="03/09/2027 13:00")
    speak(counterpart)
    assert Appointment.objects.count() == 1, "the court's own feed says it"


def test_after_a_hearing_the_next_one_takes_nothing_from_it(there: There, person: Participant) -> None:
    number = there.knows(person, hrg="03/02/2027 09:30")
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    over = timezone.now() - timedelta(days=1)
    Appointment.objects.update(starts_at=over, day=over.date())
    there.types(number, hrg="")
    speak(counterpart)
    assert not Flag.objects.filter(reason=Reason.OTHER_FILE).exists()
    there.types(number, hrg="03/09/2027 13:00")
    speak(counterpart)
    first, second = Appointment.objects.order_by("starts_at")
    assert (first.ended_at, second.moved_from) == (None, None)


def test_a_phone_changed_there_is_asked_of_a_person_who_is_obeyed(there: There, person: Participant) -> None:
    number = there.knows(person, tel="12125550123")
    officer = make_staff(person.office)
    set_phone(participant_id=person.pk, typed="+12125550123", reason="seen", officer=officer, now=timezone.now())
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    assert open_questions() == []
    there.types(number, tel="2125550177")
    speak(counterpart)
    assert open_questions() == [("phone", "+12125550123", "+12125550177")]
    assert there.says(person).tel == "2125550177", "neither side wins by itself"
    asked = Disagreement.objects.get()
    with pytest.raises(DecisionRefused, match="how you know"):
        decide_disagreement(disagreement_id=asked.pk, holds="theirs", reason=" ", officer=officer, now=timezone.now())
    stranger = make_staff(make_office("LAX"))
    with pytest.raises(DecisionRefused):
        decide_disagreement(disagreement_id=asked.pk, holds="theirs", reason="x", officer=stranger, now=timezone.now())
    decide_disagreement(
        disagreement_id=asked.pk, holds="theirs", reason="I called", officer=officer, now=timezone.now()
    )
    eventually(lambda: bool(speak(counterpart)) and open_questions() == [], 20)
    assert list(Contact.objects.values_list("value", flat=True)) == ["+12125550177"]
    asked.refresh_from_db()
    assert (asked.holds, asked.decided_by, asked.reason) == ("theirs", officer, "I called")
    assert LedgerLine.objects.filter(verb="disagreement.decided", participant_id=person.pk).count() == 1


def test_who_decided_and_may_not_see_the_person_any_more_is_not_obeyed_and_nothing_stops(
    there: There, person: Participant
) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, tel="2125550177")
    speak(counterpart)
    asked, officer = Disagreement.objects.get(), make_staff(person.office)
    decide_disagreement(disagreement_id=asked.pk, holds="theirs", reason="Called", officer=officer, now=timezone.now())
    Participant.objects.filter(pk=person.pk).update(office=make_office("LAX"))
    eventually(lambda: bool(speak(counterpart)) and Disagreement.objects.count() == 2, 20)
    assert open_questions() == [("phone", "", "+12125550177")]
    assert not Contact.objects.exists()


def test_decided_for_ours_is_written_there(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, addr="1 OTHER RD")
    speak(counterpart)
    [(field, _, theirs)] = open_questions()
    assert (field, theirs) == ("address", "1 OTHER RD\nBROOKLYN\nNY\n11226")
    asked, officer = Disagreement.objects.get(), make_staff(person.office)
    decide_disagreement(
        disagreement_id=asked.pk, holds="ours", reason="Lease seen", officer=officer, now=timezone.now()
    )
    eventually(lambda: bool(speak(counterpart)) and there.says(person).addr == "123 Main St Apt 4", 20)
    assert open_questions() == []


def test_another_value_is_another_question(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, tel="2125550177")
    speak(counterpart)
    there.types(number, tel="2125550178")
    speak(counterpart)
    assert open_questions() == [("phone", "", "+12125550178")]
    assert Disagreement.objects.count() == 2
    there.types(number, tel="")
    speak(counterpart)
    assert open_questions() == [], "they came to say what we say"


def test_rows_late_twice_and_out_of_order_change_nothing(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    there.types(number, ord_cd="RMV")
    speak(counterpart)
    old = there.store.find(number)
    there.types(number, ord_cd="TRM")
    hearer = speak(counterpart)
    row = hearer.adapter.read_message({**as_json(old), "asof": ""})
    hearer.hear([row, row])
    twin = Twin.objects.get()
    assert (twin.revision, twin.told["order"]) == (3, "terminated")


@pytest.mark.parametrize(
    ("columns", "field"),
    [({"dob": "02/30/1990"}, "date_of_birth"), ({"nm": "1, 2"}, "names")],
)
def test_what_cannot_be_kept_is_asked_not_swallowed(
    there: There, person: Participant, columns: dict[str, str], field: str
) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, **columns)
    speak(counterpart)
    assert [name for name, _, _ in open_questions()] == [field]
    before = person.full_name
    person.refresh_from_db()
    assert person.full_name == before


def test_who_is_not_with_us_leaves_nothing_but_that_a_row_is_there(there: There, person: Participant) -> None:
    stranger = Participant(
        case_number="A999999991", surnames="OTHER", given_names="ONE", date_of_birth=person.date_of_birth
    )
    there.knows(stranger, tel="2125550100")
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    twin = Twin.objects.get()
    assert (twin.participant_id, twin.said, twin.agreed, twin.told) == (None, "", {}, {})
    came = make_participant(person.office, case_number="A999999991", surnames="OTHER", given_names="ONE")
    speak(counterpart)
    twin.refresh_from_db()
    assert twin.participant_id == came.pk and twin.said


def test_a_nightly_file_is_taken_whole_or_not_at_all(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    there.types(number, cust="D")
    path = there.writes_file()
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    hearer = Hearer(counterpart)
    hearer.read_files(now=timezone.now())
    [refused] = Received.objects.all()
    assert "line" in refused.refused and not Twin.objects.exists()
    path.write_bytes(whole)
    hearer.read_files(now=timezone.now())
    assert Twin.objects.get().told["custody"] == "detained"
    assert sorted(Received.objects.values_list("rows", flat=True)) == [0, 1]
    Hearer(counterpart).read_files(now=timezone.now())
    assert Received.objects.count() == 2, "the same file again is no news"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda raw: raw.replace(b"TRAILER|1", b"TRAILER|2"), "cut short"),
        (lambda raw: raw.replace(b"subj_no", b"subject"), "line 1"),
        (lambda raw: raw.replace(b"|D|", b"|D|D|"), "line 2: 16 columns"),
        (lambda raw: raw.replace(b"LT-0", b"XT-0"), "line 2: subj_no"),
        (lambda raw: raw.replace(b"LOPEZ", b"LO\x81EZ"), "line 2"),
        (lambda raw: b"", "middle of a line"),
    ],
)
def test_a_file_that_is_wrong_says_where(there: There, person: Participant, spoil: Any, says: str) -> None:
    there.knows(person, cust="D")
    path = there.writes_file()
    path.write_bytes(spoil(path.read_bytes()))
    Hearer(make_counterpart(there.address, there.folder)).read_files(now=timezone.now())
    assert says in Received.objects.get().refused
    assert not Twin.objects.exists()


def test_a_row_that_cannot_be_read_keeps_no_other_from_being_heard(there: There, person: Participant) -> None:
    other = make_participant(person.office)
    there.knows(person)
    good = there.knows(other)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.is_written_past_the_door(person, cust="D\tX")
    there.types(good, cust="D")
    speak(counterpart)
    assert Twin.objects.get(participant=other).told["custody"] == "detained"
    refused = Received.objects.get()
    assert refused.name == "row 3 of its log" and "cust: a printable text" in refused.refused
    assert person.case_number not in refused.name + refused.refused
    assert Twin.objects.get(participant=person).told.get("custody", "") == ""
    counterpart.refresh_from_db()
    assert (counterpart.silent_since, counterpart.cursor) == (None, 4)
    there.types(there.number_of(person), cust="D")
    speak(counterpart)
    assert Twin.objects.get(participant=person).told["custody"] == "detained"


def test_a_log_in_which_nothing_can_be_read_is_not_read_past(there: There, person: Participant) -> None:
    """Then it is not the rows: their program writes another way, and ours must learn it first."""
    counterpart = make_counterpart(there.address, there.folder)
    for _ in range(3):
        there.knows(make_participant(person.office), nm="X" * 500)
    with pytest.raises(Answered, match="3 rows of which none can be read; the first is a row that is none: nm"):
        Hearer(counterpart).read_changes(CALM)
    counterpart.refresh_from_db()
    assert counterpart.cursor == 0 and not Received.objects.exists()


def test_letters_that_a_file_lacks_are_left_to_polling(there: There, person: Participant) -> None:
    number = there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types(number, nm="LÓPEZ GARCÍA, MARÍA Њ")
    there.writes_file()
    hearer = Hearer(counterpart)
    hearer.read_files(now=timezone.now())
    assert Received.objects.get().left_to_polling == 1
    person.refresh_from_db()
    assert "?" not in person.full_name
    hearer.read_changes(CALM)
    person.refresh_from_db()
    assert person.full_name == "MARÍA Њ LÓPEZ GARCÍA"


def test_a_log_that_was_set_back_is_read_from_its_beginning(there: There, person: Participant) -> None:
    there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    counterpart.cursor = 50
    counterpart.save()
    hearer = Hearer(counterpart)
    hearer.read_changes(CALM)
    hearer.read_changes(CALM)
    assert Twin.objects.get().participant_id == person.pk


def test_who_does_not_answer_is_named_and_nothing_follows(there: There, person: Participant) -> None:
    there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    hearer = Hearer(counterpart)
    there.close()
    hearer.read_if_due(now=timezone.now(), stop=CALM)
    counterpart.refresh_from_db()
    assert counterpart.silent_since is not None and counterpart.last_error
    assert not Twin.objects.exists()


def test_an_answer_that_breaks_off_is_no_answer(there: There, person: Participant) -> None:
    there.knows(person)
    hearer = Hearer(make_counterpart(there.address, there.folder))
    object.__setattr__(there.faults.rates, "truncate", 1.0)
    with pytest.raises((Answered, Away)):
        hearer.read_changes(CALM)
    assert not Twin.objects.exists()


def test_a_message_that_was_done_though_the_answer_was_lost_is_not_done_twice(
    there: There, person: Participant
) -> None:
    there.knows(person)
    counterpart = make_counterpart(there.address, there.folder)
    hearer = speak(counterpart)
    change_address(participant=person, given=MOVED, actor=person.as_actor(), now=timezone.now())
    there.store.change("LT-00000001", {"addr": "9 Elm St 2", "city": "Queens", "zip": "11375"}, by="interface", at="")
    eventually(lambda: bool(speak(counterpart)) and Twin.objects.get().revision == 2, 20)
    assert there.says(person).rev == 2
    assert open_questions() == []
    assert hearer.code == "tracker"


def test_the_person_reads_what_the_other_file_says(there: There, person: Participant) -> None:
    there.knows(person, cust="R")
    speak(make_counterpart(there.address, there.folder))
    held = everything_about(participant_id=person.pk, seen_by=person.as_actor())
    assert held["other_files"][0]["Custody"] == "released"
    other = make_participant(person.office)
    assert everything_about(participant_id=person.pk, seen_by=other.as_actor()) == {
        "other_files": [],
        "disagreements": [],
    }
    assert everything_about(participant_id=person.pk, seen_by=RULES)["other_files"]

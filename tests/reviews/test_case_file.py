"""A file is assembled from what is really on record, each thing with its link, and by its side what it means."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from adsum.appointments.actions import note_attendance
from adsum.appointments.rules import Attendance
from adsum.checkins.actions import excuse_duty, sweep_overdue
from adsum.monitors.actions import judge_alert
from adsum.monitors.rules import Said
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.actions import change_level
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.records.rules import Heard
from adsum.reviews.actions import ask_for_review, decide_review
from adsum.reviews.models import ReviewDecision
from adsum.reviews.past_queries import assemble
from adsum.reviews.rules import CaseFile, CriterionKey, DecisionAsked, Fact, Met, Topic, Way, Weighed, Whose, Wish
from tests.factories import NOW, make_appointment, make_document, make_staff
from tests.leads import make_lead
from tests.reviews.lives import keep_well, look_up, owe, put_at, send, warn, wear


def told(file: CaseFile, topic: Topic) -> list[tuple[str, bool]]:
    """The words of these facts, and whether they count."""
    return [(fact.words, not fact.neutral) for fact in file.facts if fact.topic is topic]


def the_file(person: Participant, officer: Staff) -> CaseFile:
    return assemble(participant=person, seen_by=officer.as_actor(), now=NOW)


def test_somebody_who_keeps_to_it_meets_everything(person: Participant, officer: Staff) -> None:
    keep_well(person)
    assert set(the_file(person, officer).profile.values()) == {Met.MET}


def test_check_ins_are_told_as_they_went(person: Participant, officer: Staff) -> None:
    put_at(person)
    duties = owe(person, 120, 90, 60, 30, 10)
    send(duties[0])
    send(duties[1], late=timedelta(days=2))
    send(duties[4])
    sweep_overdue(now=NOW)
    excuse_duty(duty_id=duties[2].pk, officer=officer, words="Was in hospital", now=NOW)
    file = the_file(person, officer)
    assert sorted(told(file, Topic.CHECK_INS)) == [
        ("An officer excused it", False),
        ("Came late, came " + (duties[1].missed_after + timedelta(days=2)).date().isoformat(), True),
        ("Came on time: 2, the last one due on", True),
        ("Never came", True),
    ]
    share = next(one for one in file.criteria if one.key is CriterionKey.ON_TIME)
    assert (share.has, share.of, share.met) == (2, 4, Met.NOT_MET)
    assert "Was in hospital" in [fact.quote for fact in file.facts]


def test_what_was_before_this_level_counts_neither_way(person: Participant, officer: Staff) -> None:
    put_at(person)
    owe(person, 120, 90)
    sweep_overdue(now=NOW)
    change_level(
        participant=person,
        level=Level.GPS_WRIST,
        note="d",
        actor=officer.as_actor(),
        decided_by=officer,
        now=NOW - timedelta(days=60),
    )
    file = the_file(person, officer)
    assert told(file, Topic.CHECK_INS) == [("Never came", False), ("Never came", False)]
    assert file.profile[CriterionKey.MISSES] is Met.NO_DATA


def test_the_same_level_again_goes_on(person: Participant, officer: Staff) -> None:
    put_at(person)
    change_level(
        participant=person,
        level=Level.CHECK_IN,
        note="d",
        actor=officer.as_actor(),
        decided_by=officer,
        now=NOW - timedelta(days=5),
    )
    assert the_file(person, officer).profile[CriterionKey.TIME] is Met.MET


def test_what_nobody_noted_or_proved_is_missing_and_says_whose_it_is(person: Participant, officer: Staff) -> None:
    put_at(person)
    make_appointment(person, days=6, now=NOW - timedelta(days=12))
    make_lead(person)
    look_up(person, heard=Heard.DOWN)
    file = the_file(person, officer)
    day = (NOW - timedelta(days=6)).date().isoformat()
    assert {(one.what, one.whose) for one in file.missing} == {
        ("A proof of address", Whose.PARTICIPANT),
        (f"Whether the person came: visit at the field office of {day}", Whose.OFFICE),
        ("A judgement of a possible match (warrant)", Whose.OFFICE),
        ("What nj-warrants knows: it has not answered", Whose.AGENCY),
        ("Too few check-ins were owed to say how they come", Whose.OFFICE),
        ("A recent look at outside records", Whose.OFFICE),
    }
    assert file.profile[CriterionKey.HEARINGS] is Met.NO_DATA
    assert file.profile[CriterionKey.RECORDS] is Met.NO_DATA


def test_a_possible_match_never_counts(person: Participant, officer: Staff) -> None:
    keep_well(person)
    make_lead(person)
    assert the_file(person, officer).profile[CriterionKey.RECORDS] is Met.MET


def test_attendance_is_told(person: Participant, officer: Staff) -> None:
    keep_well(person)
    for days, attendance in ((6, Attendance.CAME), (7, Attendance.ABSENT)):
        held = make_appointment(person, days=days, now=NOW - timedelta(days=12))
        note_attendance(appointment_id=held.pk, attendance=attendance, by=officer, now=NOW)
    file = the_file(person, officer)
    assert [words.rpartition(": ")[2] for words, _ in told(file, Topic.HEARINGS)] == ["did not come", "came"]
    assert file.profile[CriterionKey.HEARINGS] is Met.NOT_MET


def test_what_the_caller_knows_stands_in_the_file(person: Participant, officer: Staff) -> None:
    put_at(person, Level.GPS_ANKLE)
    ground = Fact(Topic.GROUNDS, "Says that the device hurts", "Request 7", quote="It hurts")
    assert ground in assemble(participant=person, seen_by=officer.as_actor(), now=NOW, grounds=[ground]).facts


def test_alerts_stand_by_their_rating_and_who_must_judge_them(person: Participant, officer: Staff) -> None:
    put_at(person, Level.GPS_ANKLE)
    assert told(the_file(person, officer), Topic.ALERTS) == []
    alert = warn(wear(person, officer))
    file = the_file(person, officer)
    assert "A judgement of 1 alert" in [one.what for one in file.missing if one.whose is Whose.OFFICE]
    assert ("Alerts by rating: urgent: 1, needs a look: 0, likely false: 0", False) in told(file, Topic.ALERTS)
    judge_alert(alert_id=alert.pk, officer=officer, said=Said.FALSE, reason="It was charging", now=NOW)
    file = the_file(person, officer)
    assert ("Judged true: 0, judged false: 1", True) in told(file, Topic.ALERTS)
    assert file.profile[CriterionKey.ALERTS] is Met.MET


def test_what_was_decided_before_stands_in_the_file(person: Participant, officer: Staff) -> None:
    put_at(person)
    review = ask_for_review(participant=person, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    asked = DecisionAsked("keep", weighed={"time-at-level": Weighed("against")}, words="Two months are short.")
    decided = decide_review(
        review_id=review.pk,
        officer=officer,
        asked=asked,
        criteria=[{"key": "time-at-level"}],
        facts=[],
        letter={"theirs": "x"},
        now=NOW,
    )
    earlier = [one for one in the_file(person, officer).facts if one.topic is Topic.EARLIER]
    assert [(one.words, one.quote, one.neutral) for one in earlier] == [("Keep the level", "Two months are short.", "")]
    ReviewDecision.objects.filter(pk=decided.pk).update(reversed_at=NOW)
    assert told(the_file(person, officer), Topic.EARLIER) == [("Keep the level", False)]


def test_another_office_gets_an_empty_file(person: Participant, other_office: FieldOffice) -> None:
    keep_well(person)
    file = assemble(participant=person, seen_by=make_staff(other_office).as_actor(), now=NOW)
    assert (file.level, file.facts, file.criteria, file.missing) == ("", (), (), ())


def test_every_link_leads_somewhere(person: Participant, officer: Staff, client: Client) -> None:
    keep_well(person)
    make_document(person)
    make_lead(person)
    make_appointment(person, days=6, now=NOW - timedelta(days=12))
    client.force_login(officer)
    file = the_file(person, officer)
    linked = [*(fact.link for fact in file.facts), *(missing.link for missing in file.missing)]
    links = {link for link in linked if link}
    assert {link.name for link in links} == {"person", "document", "lead"}
    for link in links:
        page = client.get(reverse(link.name, args=link.args))
        assert page.status_code == 200
        assert not link.anchor or f'id="{link.anchor}"' in page.content.decode(), link

"""What a step rests on is taken back: who acted is told, and nothing that harms stands without a person's word."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import excuse_duty
from adsum.checkins.models import Duty
from adsum.court.models import CourtStanding
from adsum.flags.actions import DecisionRefused
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.management.housekeeping import see_returns
from adsum.misses.actions import answer_contest, contest_step, decide_miss, flag_groundless, sign_step
from adsum.misses.models import Absconding, MissStep, StepGround
from adsum.misses.rules import CHECKS, StepAsked
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.records.actions import judge_lead, note_answer, say_not_me
from adsum.records.models import Confirmation
from adsum.records.rules import Kind
from tests.court.saying import Court
from tests.factories import make_participant, make_staff
from tests.ladder import MISSED, miss, with_contacts
from tests.leads import make_lead, make_record, make_source

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
IN_ABSENTIA = {"DEC_CODE": "X", "ABSENTIA": "Y", "COMP_DATE": "2026-11-12"}
RESCINDED = {"DEC_CODE": "", "ABSENTIA": "N"}


@pytest.fixture
def court(tmp_path: Path, person: Participant) -> Court:
    with_contacts(person)
    miss(person)
    return Court(tmp_path, person)


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Grace Okafor")


def decide(officer: Staff, step: str = "warning", **checks: str) -> MissStep:
    flag = Flag.objects.get(reason="missed-check-in", cleared_at=None)
    asked = StepAsked(step=step, reason="She was not in court", checks={**dict.fromkeys(CHECKS, "yes"), **checks})
    decide_miss(flag_id=flag.pk, officer=officer, asked=asked, now=MISSED)
    return MissStep.objects.latest("pk")


def sign(step: MissStep, supervisor: Staff) -> None:
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="The order says so", now=MISSED)


def told() -> list[str]:
    """What the one open flag about a step says."""
    [flag] = Flag.objects.filter(reason="ground-gone", cleared_at=None)
    return list(flag.details["ground"])


def answer(desk: Client, decision: str, reason: str = "It rested on the order alone") -> None:
    flag = Flag.objects.get(reason="ground-gone", cleared_at=None)
    desk.post(f"/console/flags/{flag.pk}/decision/", {"decision": decision, "reason": reason})


def test_an_order_is_rescinded_and_what_was_done_because_of_it_is_undone(
    court: Court, officer: Staff, supervisor: Staff, other_office: FieldOffice, sign_in: SignIn
) -> None:
    court.says(**IN_ABSENTIA)
    desk = sign_in(officer)
    miss_flag = Flag.objects.get(reason="missed-check-in")
    assert "made in absentia" in desk.get(f"/console/misses/{miss_flag.pk}/").content.decode()
    step = decide(officer, "absconded")
    sign(step, supervisor)
    assert (see_returns(timezone.now()), Absconding.objects.get().is_in_force) == (0, True)
    court.says(**RESCINDED)
    assert (see_returns(timezone.now()), see_returns(timezone.now())) == (1, 0)
    assert told() == [
        "The court has taken back its order, which stood when this was decided",
        "Ana Rivera on November 25, 2026: Propose “absconded”; a supervisor signs. Reason: “She was not in court”",
        "Grace Okafor signed it: “The order says so”",
        "Its checklist says: the person did not come to court. Look at that line again",
    ]
    assert Absconding.objects.get().is_in_force  # a person ends it
    for page in ("/console/", f"/console/people/{court.person.pk}/"):
        assert "A step rests on what was taken back" in desk.get(page).content.decode()
    stranger = sign_in(make_staff(other_office))
    assert "A step rests on" not in stranger.get("/console/").content.decode()
    answer(stranger, "undone")
    assert Absconding.objects.get().is_in_force
    answer(desk, "undone")
    step.refresh_from_db()
    assert step.undone_at is not None and not Absconding.objects.get().is_in_force
    notice = Notice.objects.get(kind="step-answered")
    assert "It rested on the order alone" in notice.body
    assert "Ya no cuenta" in notice.body
    court.says(**IN_ABSENTIA)
    court.says(**RESCINDED)
    assert see_returns(timezone.now()) == 0


def test_what_took_two_people_stands_on_by_a_supervisors_word_only_and_can_be_contested_anew(
    court: Court, officer: Staff, supervisor: Staff, sign_in: SignIn
) -> None:
    court.says(**IN_ABSENTIA)
    step = decide(officer, "absconded")
    sign(step, supervisor)
    court.says(**RESCINDED)
    flag_groundless(now=timezone.now())
    flag = Flag.objects.get(reason="ground-gone")
    page = f"/console/flags/{flag.pk}/decision/"
    refused = sign_in(officer).post(page, {"decision": "stands", "reason": "I still cannot find her"})
    assert "a supervisor says whether it stands" in refused.content.decode()
    late = MISSED + timedelta(days=40)
    answer_contest(flag_id=flag.pk, officer=supervisor, decision="stands", reason="Nobody has seen her", now=late)
    step.refresh_from_db()
    assert step.undone_at is None and "Nobody has seen her" in Notice.objects.get(kind="step-answered").body
    contest_step(participant=court.person, step_id=step.pk, words="I was ill", now=late + timedelta(days=29))


def test_a_proposal_that_waits_lapses_and_is_decided_anew(court: Court, officer: Staff, supervisor: Staff) -> None:
    court.says(**IN_ABSENTIA)
    step = decide(officer, "absconded")
    court.says(**RESCINDED)
    with pytest.raises(DecisionRefused, match="was taken back: refuse this one"):
        sign(step, supervisor)
    assert flag_groundless(now=timezone.now()) == 1
    step.refresh_from_db()
    assert step.lapsed_at is not None and not step.waits
    again = Flag.objects.get(reason="missed-check-in", cleared_at=None)
    assert again.details["ground"][-1] == "It was not signed yet"
    assert not Flag.objects.filter(reason="ground-gone").exists()
    with pytest.raises(DecisionRefused, match="signed or refused this already"):
        sign(step, supervisor)
    decide(officer)
    assert not StepGround.objects.filter(ended_at=None).exists()


def test_a_lapsed_proposal_about_what_counts_as_done_meanwhile_asks_nobody(court: Court, officer: Staff) -> None:
    court.says(**IN_ABSENTIA)
    decide(officer, "absconded")
    excuse_duty(duty_id=Duty.objects.get().pk, officer=officer, words="She was ill", now=timezone.now())
    court.says(**RESCINDED)
    assert flag_groundless(now=timezone.now()) == 1
    assert not Flag.objects.filter(reason="missed-check-in", cleared_at=None).exists()


def test_an_order_that_came_after_the_proposal_is_a_ground_where_the_checklist_names_the_court(
    court: Court, officer: Staff, supervisor: Staff
) -> None:
    step = decide(officer, "absconded")
    sign(step, supervisor)
    court.says(**IN_ABSENTIA)
    assert (flag_groundless(now=timezone.now()), StepGround.objects.get().step) == (0, step)
    court.says(**RESCINDED)
    assert flag_groundless(now=timezone.now()) == 1
    assert told()[-1].endswith("Look at that line again")


@pytest.mark.parametrize(
    ("step", "checks"), [("warning", {}), ("absconded", {"court_no_show": "no"}), ("stays-missed", {})]
)
def test_what_does_not_rest_on_the_order_is_left_alone(
    court: Court, officer: Staff, step: str, checks: dict[str, str]
) -> None:
    decide(officer, step, **checks)
    court.says(**IN_ABSENTIA)
    flag_groundless(now=timezone.now())
    court.says(**RESCINDED)
    assert flag_groundless(now=timezone.now()) == 0
    assert not StepGround.objects.exists()


def test_an_order_that_becomes_another_order_still_stands(court: Court, officer: Staff) -> None:
    court.says(**IN_ABSENTIA)
    decide(officer)
    court.says(DEC_CODE="X", ABSENTIA="N")
    assert CourtStanding.objects.get(ended_at=None).state == "removal_ordered"
    assert flag_groundless(now=timezone.now()) == 0
    court.says(DEC_CODE="R")
    assert flag_groundless(now=timezone.now()) == 1


def test_a_case_that_was_somebody_elses_is_no_ground(court: Court, officer: Staff, office: FieldOffice) -> None:
    court.says(**IN_ABSENTIA)
    decide(officer)
    court.person = make_participant(office, case_number="A111222333")
    court.says()
    assert flag_groundless(now=timezone.now()) == 1


def confirmed(person: Participant, officer: Staff) -> int:
    lead = make_lead(person, make_record(make_source(), kind=Kind.WARRANT), now=timezone.now())
    judge_lead(lead_id=lead.pk, staff=officer, verdict="same", reason="x", now=timezone.now())
    asked = Confirmation.objects.get()
    note_answer(confirmation_id=asked.pk, answer="confirmed", answered_by="Sgt Kim", staff=officer, now=timezone.now())
    return lead.pk


@pytest.mark.usefixtures("court")
def test_a_confirmed_record_that_is_taken_back_or_disputed_is_a_ground_that_is_gone(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    lead = confirmed(person, officer)
    flag = Flag.objects.get(reason="missed-check-in")
    assert "Driving without a licence" in sign_in(officer).get(f"/console/misses/{flag.pk}/").content.decode()
    step = decide(officer)
    assert flag_groundless(now=timezone.now()) == 0
    say_not_me(lead_id=lead, participant=person, words="Not me", now=timezone.now())
    assert flag_groundless(now=timezone.now()) == 1
    assert told()[0] == "A record that stood when this was decided does not hold any more"
    verbs = LedgerLine.objects.filter(participant_id=person.pk, subject_id=step.pk).values_list("verb", flat=True)
    assert {"step.grounded", "step.ground-gone"} <= set(verbs)


def test_a_step_that_is_over_takes_its_grounds_with_it(court: Court, officer: Staff) -> None:
    court.says(**IN_ABSENTIA)
    decide(officer)
    MissStep.objects.update(undone_at=timezone.now())
    assert flag_groundless(now=timezone.now()) == 0
    assert not StepGround.objects.filter(ended_at=None).exists()


def test_the_database_knows_what_a_ground_is(court: Court, officer: Staff) -> None:
    court.says(**IN_ABSENTIA)
    step = decide(officer)
    with pytest.raises(IntegrityError, match="a_ground_is_an_order_or_a_record"), transaction.atomic():
        StepGround.objects.create(step=step)

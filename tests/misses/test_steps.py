"""What an officer decides about a missed check-in: one person, a reason, a signature, a way to contest."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from adsum.appointments.models import Appointment
from adsum.checkins.actions import excuse_duty, make_duties, submit_report, sweep_overdue
from adsum.checkins.models import Duty, Plan, Rung
from adsum.checkins.policy import LadderPolicy
from adsum.checkins.rules import ReportContent
from adsum.documents.models import Document
from adsum.flags.actions import AlreadyDecided, DecisionRefused
from adsum.flags.models import Flag
from adsum.flags.rules import ADVERSE, OF_A_MISS
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.misses.actions import (
    answer_contest,
    contest_step,
    decide_miss,
    end_absconding,
    flag_returns,
    forget,
    sign_step,
)
from adsum.misses.actions.contesting import ContestRefused
from adsum.misses.models import Absconding, MissStep
from adsum.misses.queries import absconding_of, steps_of, steps_to_sign
from adsum.misses.rules import CHECKS, COMMON_REASONS, StepAsked, fault_in, needs_signature
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.models import Order
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from tests.factories import make_duty, make_participant, make_picture, make_staff
from tests.ladder import MISSED, climb_until, miss, with_contacts

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
POLICY = LadderPolicy()
LATER = MISSED + timedelta(days=1)
CHECKED = dict.fromkeys(CHECKS, "yes")


def ask(step: str, **given: Any) -> StepAsked:
    """A step with all that it needs."""
    asked: dict[str, Any] = {"reason": "Nobody answered", "on": date(2026, 12, 2), "place": "Room 4", "hour": "10:30"}
    return StepAsked(step=step, **{**asked, "level": "phone-call", "checks": CHECKED, **given})


@pytest.fixture
def duty(person: Participant) -> Duty:
    with_contacts(person)
    start_orders(
        levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="A list", actor=OPERATOR, now=MISSED
    )
    return miss(person)


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Supervisor")


def decide(officer: Staff, step: str, **given: Any) -> MissStep:
    flag = Flag.objects.get(reason="missed-check-in", cleared_at__isnull=True)
    decide_miss(flag_id=flag.pk, officer=officer, asked=ask(step, **given), now=LATER)
    return MissStep.objects.latest("pk")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, ""),
        ({"step": "deport"}, "Choose one of the steps"),
        ({"step": ""}, "Choose one of the steps"),
        ({"step": "seen"}, "Choose one of the steps"),
        ({"reason": " \n"}, "reason"),
        ({"on": None}, "Give a day"),
        ({"on": date(2026, 11, 26)}, "Give a day"),
        ({"on": date(2028, 1, 1)}, "Give a day"),
        ({"place": ""}, "where"),
        ({"step": "level-change", "level": "jail"}, "level"),
        ({"step": "absconded", "checks": {**CHECKED, "mail_returned": ""}}, "checklist"),
        ({"step": "absconded", "checks": {**CHECKED, "mail_returned": "not-done"}}, ""),
        ({"step": "excused", "on": None, "place": ""}, ""),
    ],
)
def test_what_a_step_needs(change: dict[str, Any], says: str) -> None:
    asked = ask(change.pop("step", "appointment"), **change)
    fault = fault_in(asked, levels=frozenset(Level), today=date(2026, 11, 26), policy=POLICY)
    assert says in fault
    assert bool(says) == bool(fault)


def test_a_policy_may_forbid_a_step_and_ask_for_signatures_but_never_do_without_the_one() -> None:
    strict = LadderPolicy(steps=("excused",), signed_steps=("warning",))
    assert fault_in(ask("warning"), levels=frozenset(), today=date(2026, 11, 26), policy=strict)
    assert needs_signature("warning", policy=strict)
    assert not needs_signature("level-change", policy=strict)
    assert needs_signature("absconded", policy=strict)


def test_every_step_has_common_reasons_and_a_participant_reads_each_that_they_get_to_read() -> None:
    assert set(COMMON_REASONS) == set(OF_A_MISS)
    assert all(COMMON_REASONS.values())
    keys = [key for listed in COMMON_REASONS.values() for key in listed]
    assert len(keys) == len(set(keys))
    told = [key for step in ADVERSE for key in COMMON_REASONS[step]]
    with translation.override("es"):
        words = [render_to_string("notices/step_reason.txt", {"step": MissStep(common=key)}) for key in told]
        nothing = [render_to_string("notices/step_reason.txt", {"step": MissStep(common=key)}) for key in ("", "ill")]
    assert len(set(words) - {""}) == len(told)
    assert nothing == ["", ""]


def test_a_participant_reads_a_common_reason_in_their_language(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    now = timezone.now()
    miss_now(person, now)
    asked = StepAsked(step="warning", common="no-reason", reason="Third time")
    decide_miss(flag_id=Flag.objects.get().pk, officer=officer, asked=asked, now=now)
    step = MissStep.objects.get()
    assert step.reason == "Several check-ins were missed without a reason. Third time"
    page = sign_in(person).get(f"/my-file/decisions/{step.pk}/", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    for text in (page, Notice.objects.get(kind="step-taken").body):
        assert "no sabemos el motivo" in text
        assert "Third time" in text
        assert "without a reason" not in text


def test_an_appointment_of_the_ladder_is_one_like_others_and_goes_when_it_is_undone(
    duty: Duty, officer: Staff, supervisor: Staff, person: Participant
) -> None:
    flag = contested(duty, officer, supervisor, "appointment")
    step, given = MissStep.objects.get(), Appointment.objects.get()
    assert (given.starts_at, given.place, given.made_by) == (step.appointed_at, step.place, officer)
    assert Notice.objects.filter(kind="appointment-given").count() == 1
    answer_contest(flag_id=flag.pk, officer=supervisor, decision="undone", reason="She has come", now=LATER)
    given.refresh_from_db()
    assert (given.ended_by, given.end_reason) == (supervisor, "She has come")


def test_an_appointment_at_the_office_is_at_the_office(duty: Duty, officer: Staff) -> None:
    decide(officer, "appointment", place=duty.participant.office.name)
    assert Appointment.objects.get().office == duty.participant.office


def test_an_appointment_that_cannot_be_is_refused_whole(duty: Duty, officer: Staff) -> None:
    with pytest.raises(DecisionRefused, match="hours before"), transaction.atomic():
        decide(officer, "appointment", on=LATER.date() + timedelta(days=1), hour="00:01")
    assert not MissStep.objects.exists()
    assert Flag.objects.get(reason="missed-check-in").cleared_at is None


@pytest.mark.parametrize("step", [step for step in OF_A_MISS if step not in ("level-change", "absconded")])
def test_a_step_is_kept_with_person_reason_policy_and_evidence(duty: Duty, officer: Staff, step: str) -> None:
    kept = decide(officer, step)
    assert (kept.step, kept.decided_by, kept.reason, kept.effective_at) == (step, officer, "Nobody answered", LATER)
    assert kept.policy == POLICY.version
    assert len(kept.evidence) == len(POLICY.contact_by)
    lines = LedgerLine.objects.filter(actor_id=officer.pk, actor_kind="staff")
    assert {"miss.decided", "step.holds", "flag.cleared"} <= set(lines.values_list("verb", flat=True))
    told = Notice.objects.filter(kind="step-taken")
    assert told.exists() == (step in ADVERSE)
    if step in ADVERSE:
        assert "No estoy de acuerdo" in told.get().body
        assert "26 de diciembre de 2026" in told.get().body
        assert "Nobody answered" in told.get().body
    still = Rung.objects.filter(state="waiting").exclude(way="task").exists()
    assert still == (step in ("not-reached", "home-visit", "appointment"))


def test_a_new_date_is_a_new_duty_and_the_old_one_is_done(duty: Duty, officer: Staff) -> None:
    decide(officer, "new-date")
    duty.refresh_from_db()
    given = Duty.objects.get(due_on=date(2026, 12, 2))
    assert (duty.outcome, given.outcome, given.opens_at) == ("excused", None, LATER)
    assert "2 de diciembre" in Notice.objects.get(kind="checkin-new-date").title
    submit_report(participant=duty.participant, key=uuid4(), content=ReportContent(lives_there=True), now=LATER)
    given.refresh_from_db()
    assert given.outcome == "reported"


def test_a_new_date_where_one_is_due_already_is_refused_and_nothing_is_kept(duty: Duty, officer: Staff) -> None:
    make_duties(now=MISSED)
    taken = Duty.objects.filter(outcome__isnull=True).earliest("due_on").due_on
    with pytest.raises(DecisionRefused, match="due on that day already"):
        decide(officer, "new-date", on=taken)
    assert not MissStep.objects.exists()
    assert Flag.objects.get().cleared_at is None


def test_a_call_in_vain_comes_back_unless_the_person_does(duty: Duty, officer: Staff) -> None:
    decide(officer, "not-reached")
    assert not Flag.objects.filter(cleared_at__isnull=True).exists()
    climb_until(LATER + timedelta(days=8))
    assert Flag.objects.get(cleared_at__isnull=True).details["again"] == "yes"


def test_nothing_harms_before_the_second_signature(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    step = decide(officer, "absconded", notes={"address_visited": "Nobody at home on Nov 20"})
    assert step.waits
    assert absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR) is None
    assert not Notice.objects.filter(kind="step-taken").exists()
    assert list(steps_of(participant_id=duty.participant_id, seen_by=duty.participant.as_actor())) == []
    assert list(steps_to_sign(seen_by=supervisor.as_actor())) == [step]
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="I have read the trail", now=LATER)
    found = absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR)
    assert found is not None
    assert (found.proposed_by, found.signed_by, found.began_at) == (officer, supervisor, LATER)
    assert Notice.objects.get(kind="step-taken").title == "No pudimos encontrarle"
    with pytest.raises(DecisionRefused, match="already"):
        sign_step(step_id=step.pk, supervisor=supervisor, agrees=False, reason="No", now=LATER)


def test_a_refusal_puts_it_before_an_officer_again(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    step = decide(officer, "level-change")
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=False, reason="Call once more", now=LATER)
    assert Flag.objects.get(cleared_at__isnull=True).details["refused"] == "Call once more"
    assert Order.objects.get().level == "check-in"
    assert not Notice.objects.filter(kind="step-taken").exists()


def test_who_may_sign(duty: Duty, officer: Staff, supervisor: Staff, other_office: FieldOffice) -> None:
    step = decide(supervisor, "level-change")
    elsewhere = make_staff(other_office, Role.SUPERVISOR)
    for who in (supervisor, officer, elsewhere):
        with pytest.raises(DecisionRefused):
            sign_step(step_id=step.pk, supervisor=who, agrees=True, reason="Yes", now=LATER)
    second = make_staff(duty.participant.office, Role.SUPERVISOR)
    with pytest.raises(DecisionRefused, match="reason"):
        sign_step(step_id=step.pk, supervisor=second, agrees=True, reason=" ", now=LATER)
    sign_step(step_id=step.pk, supervisor=second, agrees=True, reason="Yes", now=LATER)
    assert Order.objects.get(ended_at__isnull=True).level == "phone-call"
    assert Plan.objects.get().level == "phone-call"


def test_nobody_signs_absconded_for_who_has_checked_in_since(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    step = decide(officer, "absconded")
    since = LATER + timedelta(minutes=5)
    submit_report(participant=duty.participant, key=uuid4(), content=ReportContent(lives_there=True), now=since)
    with pytest.raises(DecisionRefused, match="has checked in since"):
        sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="Yes", now=since)
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=False, reason="She is back", now=since)


@pytest.mark.parametrize("step", ["warning", "new-date", "home-visit"])
def test_nothing_harms_for_a_check_in_that_counts_as_done(duty: Duty, officer: Staff, step: str) -> None:
    Duty.objects.filter(pk=duty.pk).update(outcome="excused")
    with pytest.raises(DecisionRefused, match="counts as done"):
        decide(officer, step)
    assert not MissStep.objects.exists()


def test_nobody_signs_for_a_check_in_that_was_excused_meanwhile(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    step = decide(officer, "level-change")
    excuse_duty(duty_id=duty.pk, officer=officer, words="The letter came", now=LATER)
    with pytest.raises(DecisionRefused, match="counts as done"):
        sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="Yes", now=LATER)


def contested(duty: Duty, officer: Staff, supervisor: Staff, step: str = "absconded") -> Flag:
    taken = decide(officer, step)
    if taken.waits:
        sign_step(step_id=taken.pk, supervisor=supervisor, agrees=True, reason="Yes", now=LATER)
    contest_step(participant=duty.participant, step_id=taken.pk, words="I was in hospital", now=LATER)
    return Flag.objects.get(reason="contested")


@pytest.mark.parametrize("now_at", ["none", "phone-gps"])
def test_a_level_that_was_changed_or_ended_meanwhile_does_not_come_back(
    duty: Duty, officer: Staff, supervisor: Staff, now_at: str
) -> None:
    flag = contested(duty, officer, supervisor, "level-change")
    running = Order.objects.filter(participant=duty.participant, ended_at__isnull=True)
    running.update(**({"ended_at": LATER} if now_at == "none" else {"level": now_at}))
    before = list(Order.objects.order_by("pk").values_list("level", "ended_at"))
    third = make_staff(duty.participant.office, Role.SUPERVISOR)
    answer_contest(flag_id=flag.pk, officer=third, decision="undone", reason="The letter is here", now=LATER)
    assert MissStep.objects.get().undone_at == LATER
    assert list(Order.objects.order_by("pk").values_list("level", "ended_at")) == before


@pytest.mark.parametrize("step", ["absconded", "level-change", "warning"])
def test_another_supervisor_undoes_a_contested_step(duty: Duty, officer: Staff, supervisor: Staff, step: str) -> None:
    flag = contested(duty, officer, supervisor, step)
    assert flag.details["words"] == "I was in hospital"
    third = make_staff(duty.participant.office, Role.SUPERVISOR)
    signed = MissStep.objects.get().signed_by
    for who in (officer, *([signed] if signed else [])):
        with pytest.raises(DecisionRefused, match="neither decided nor signed"):
            answer_contest(flag_id=flag.pk, officer=who, decision="undone", reason="True", now=LATER)
    answer_contest(flag_id=flag.pk, officer=third, decision="undone", reason="The letter is here", now=LATER)
    kept = MissStep.objects.get()
    assert (kept.answer, kept.answered_by, kept.undone_at) == ("undone", third, LATER)
    assert absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR) is None
    assert Order.objects.get(ended_at__isnull=True).level == "check-in"
    assert "queda anulada" in Notice.objects.get(kind="step-answered").title
    if step == "absconded":
        ended = Absconding.objects.get()
        assert (ended.ended_by, ended.end_reason) == (third, "The letter is here")


def test_a_contested_step_that_stands(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    flag = contested(duty, officer, supervisor)
    third = make_staff(duty.participant.office, Role.SUPERVISOR)
    answer_contest(flag_id=flag.pk, officer=third, decision="stands", reason="No letter came", now=LATER)
    assert absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR) is not None
    assert "No letter came" in Notice.objects.get(kind="step-answered").body


@pytest.mark.parametrize(
    ("when", "words", "why"),
    [
        (timedelta(), " ", "empty"),
        (timedelta(days=31), "I was ill", "over"),
        (timedelta(days=30, hours=23), "I was ill", ""),
        (timedelta(days=29), "I was ill", ""),
    ],
)
def test_how_long_a_step_can_be_contested(duty: Duty, officer: Staff, when: timedelta, words: str, why: str) -> None:
    step = decide(officer, "warning")
    if why:
        with pytest.raises(ContestRefused, match=why):
            contest_step(participant=duty.participant, step_id=step.pk, words=words, now=LATER + when)
        assert not Flag.objects.filter(reason="contested").exists()
    else:
        contest_step(participant=duty.participant, step_id=step.pk, words=words, now=LATER + when)
        with pytest.raises(ContestRefused, match="done"):
            contest_step(participant=duty.participant, step_id=step.pk, words="again", now=LATER)


def test_nobody_contests_for_somebody_else(duty: Duty, officer: Staff) -> None:
    step = decide(officer, "warning")
    stranger = make_participant(duty.participant.office)
    with pytest.raises(ContestRefused, match="absent"):
        contest_step(participant=stranger, step_id=step.pk, words="x", now=LATER)


def abscond(duty: Duty, officer: Staff, supervisor: Staff) -> MissStep:
    step = decide(officer, "absconded")
    return sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="Yes", now=LATER)


def test_who_comes_back_is_shown_once_and_a_person_ends_it(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    abscond(duty, officer, supervisor)
    assert flag_returns(now=LATER) == 0
    back = LATER + timedelta(days=3)
    submit_report(participant=duty.participant, key=uuid4(), content=ReportContent(lives_there=True), now=back)
    assert (flag_returns(now=back), flag_returns(now=back)) == (1, 0)
    assert absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR) is not None
    flag = Flag.objects.get(reason="back-again")
    answer_contest(flag_id=flag.pk, officer=officer, decision="undone", reason="She is back", now=back)
    assert absconding_of(participant_id=duty.participant_id, seen_by=OPERATOR) is None
    assert Absconding.objects.get().ended_by == officer


def test_an_officer_ends_it_with_a_reason(
    duty: Duty, officer: Staff, supervisor: Staff, other_office: FieldOffice
) -> None:
    abscond(duty, officer, supervisor)
    who = duty.participant_id
    for staff, reason in ((officer, " "), (make_staff(other_office), "Found")):
        with pytest.raises(DecisionRefused):
            end_absconding(participant_id=who, officer=staff, reason=reason, now=LATER)
    end_absconding(participant_id=who, officer=officer, reason="She called", now=LATER)
    assert MissStep.objects.get().undone_at == LATER
    with pytest.raises(DecisionRefused, match="not recorded"):
        end_absconding(participant_id=who, officer=officer, reason="Again", now=LATER)


def test_two_officers_decide_and_the_first_stands(duty: Duty, officer: Staff) -> None:
    flag = Flag.objects.get()
    decide(officer, "warning")
    with pytest.raises(AlreadyDecided):
        decide_miss(flag_id=flag.pk, officer=officer, asked=ask("excused"), now=LATER)
    assert MissStep.objects.get().step == "warning"


def test_another_office_decides_nothing(duty: Duty, other_office: FieldOffice) -> None:
    with pytest.raises(DecisionRefused, match="not on your office"):
        decide(make_staff(other_office), "excused")


def test_forgetting_keeps_who_is_recorded(duty: Duty, officer: Staff, supervisor: Staff) -> None:
    abscond(duty, officer, supervisor)
    forget(before=LATER + timedelta(days=1), now=LATER)
    assert MissStep.objects.count() == 1
    end_absconding(participant_id=duty.participant_id, officer=officer, reason="Found", now=LATER)
    forget(before=LATER + timedelta(days=1), now=LATER)
    assert MissStep.objects.count() == 0


CLEAN: dict[str, Any] = {
    "step": "warning", "decided_at": LATER, "reason": "x", "policy": "p", "needs_signature": False,
    "effective_at": LATER, "told_at": LATER, "contest_until": LATER + timedelta(days=30),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({}, ""),
        ({"reason": " "}, "a_step_has_a_reason"),
        ({"told_at": None}, "an_adverse_step_is_told_and_can_be_contested"),
        ({"contest_until": None}, "an_adverse_step_is_told_and_can_be_contested"),
        ({"contest_until": LATER}, "an_adverse_step_is_told_and_can_be_contested"),
        ({"needs_signature": True}, "no_step_holds_before_its_signature"),
        ({"step": "absconded"}, "absconded_needs_a_signature"),
        ({"answer": "stands"}, "an_answer_has_a_person_and_a_reason"),
        ({"decided_by": None}, "decided_by"),
        ({"signs": "officer"}, "a_second_person_signs_a_step"),
    ],
)
def test_the_database_refuses(duty: Duty, officer: Staff, change: dict[str, Any], constraint: str) -> None:
    values = {**CLEAN, "decided_by": officer, "participant": duty.participant, "duty": duty, **change}
    if values.pop("signs", ""):
        values |= {"signed_by": officer, "signed_at": LATER, "signature_agrees": True, "signature_reason": "x"}
    if not constraint:
        MissStep.objects.create(**values)
        return
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MissStep.objects.create(**values)


def test_the_database_refuses_absconded_by_one_person(duty: Duty, officer: Staff) -> None:
    step = decide(officer, "absconded")
    with pytest.raises(IntegrityError, match="two_people_decide_absconded"), transaction.atomic():
        Absconding.objects.filter(step=step).update(began_at=LATER)
    with pytest.raises(IntegrityError, match="two_people_decide_absconded"), transaction.atomic():
        Absconding.objects.filter(step=step).update(began_at=LATER, signed_by=officer)


def test_what_was_decided_cannot_be_rewritten(duty: Duty, officer: Staff) -> None:
    step = decide(officer, "warning")
    with pytest.raises(DatabaseError), transaction.atomic():
        MissStep.objects.filter(pk=step.pk).update(reason="Another reason")


def test_the_doors_of_a_missed_check_in(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    now = timezone.now()
    with_contacts(person)
    for _ in range(2):
        other = make_participant(person.office)
        miss_now(other, now)
    miss_now(person, now)
    browser = sign_in(officer)
    first = browser.get("/console/misses/")
    page = browser.get(first["Location"]).content.decode()
    assert "3 missed check-ins to decide" in page
    assert "Text message" in page
    path = f"/console/flags/{first['Location'].split('/')[3]}/decision/"
    for fields in ({}, {"decision": "excused"}, {"decision": "excused", "common": "nobody"}):
        answer = browser.post(path, {"queue": "yes", **fields})
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
    done = browser.post(path, {"queue": "yes", "decision": "excused", "common": "ill"})
    following = browser.get(done["Location"])
    assert following["Location"] != first["Location"]
    assert MissStep.objects.get().reason == "Was ill or in hospital"
    assert "2 missed check-ins to decide" in browser.get(following["Location"]).content.decode()


def miss_now(person: Participant, now: Any) -> None:
    """A check-in of theirs that was due some days ago and is marked missed now."""
    make_duty(person, due_on=(now - timedelta(days=4)).date(), now=now - timedelta(days=10))
    sweep_overdue(now=now)


def test_a_participant_contests_from_their_file(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    now = timezone.now()
    miss_now(person, now)
    flag = Flag.objects.get()
    decide_miss(flag_id=flag.pk, officer=officer, asked=StepAsked(step="warning", reason="Third time"), now=now)
    step = MissStep.objects.get()
    browser, path = sign_in(person), f"/my-file/decisions/{step.pk}/"
    assert path in browser.get("/my-file/").content.decode()
    assert "Third time" in browser.get(path).content.decode()
    assert browser.post(path, {"words": " "}).status_code == 400
    assert browser.post(path, {"words": "My phone was stolen"}).status_code == 302
    assert "My phone was stolen" in browser.get(path).content.decode()
    assert Flag.objects.get(reason="contested").details["words"] == "My phone was stolen"
    assert browser.post(path, {"words": "Again"}).status_code == 400
    stranger = sign_in(make_participant(person.office))
    assert (stranger.get(path).status_code, stranger.post(path, {"words": "x"}).status_code) == (404, 404)


def test_a_contest_may_bring_a_paper(
    person: Participant, officer: Staff, supervisor: Staff, sign_in: SignIn, other_office: FieldOffice
) -> None:
    now = timezone.now()
    miss_now(person, now)
    asked = StepAsked(step="warning", reason="Third time")
    decide_miss(flag_id=Flag.objects.get().pk, officer=officer, asked=asked, now=now)
    step = MissStep.objects.get()
    browser, path = sign_in(person), f"/my-file/decisions/{step.pk}/"
    wrong = browser.post(path, {"words": "I was ill", "file": SimpleUploadedFile("x.jpg", b"MZ no picture")})
    assert (wrong.status_code, Document.objects.count()) == (422, 0)
    assert "I was ill" in wrong.content.decode()
    assert browser.post(path, {"words": "", "file": SimpleUploadedFile("x.jpg", make_picture())}).status_code == 400
    assert not Document.objects.exists()
    browser.post(path, {"words": "I was ill", "file": SimpleUploadedFile("letter.jpg", make_picture())})
    paper = Document.objects.get()
    step.refresh_from_db()
    assert (paper.kind, step.contest_document) == ("contest", paper)
    assert f'"/documents/{paper.pk}/"' in browser.get(path).content.decode()
    where = f"/console/documents/{paper.pk}/"
    assert where in sign_in(supervisor).get(f"/console/people/{person.pk}/").content.decode()
    assert sign_in(supervisor).get(where).status_code == 200
    assert sign_in(make_staff(other_office)).get(where).status_code == 404


def test_a_supervisor_signs_at_their_own_worklist(
    person: Participant, officer: Staff, supervisor: Staff, sign_in: SignIn
) -> None:
    miss_now(person, timezone.now())
    fields = {"decision": "absconded", "reason": "Nobody knows", **CHECKED, "mail_returned_note": "On May 3"}
    sign_in(officer).post(f"/console/flags/{Flag.objects.get().pk}/decision/", fields)
    step = MissStep.objects.get()
    assert sign_in(officer).get("/console/signatures/").status_code == 403
    browser = sign_in(supervisor)
    page = browser.get("/console/signatures/").content.decode()
    assert "On May 3" in page
    assert "Nobody knows" in page
    browser.post(f"/console/signatures/{step.pk}/", {"answer": "sign", "reason": "I agree"})
    assert "Recorded as absconded" in browser.get(f"/console/people/{person.pk}/").content.decode()
    browser.post(f"/console/people/{person.pk}/absconding/", {"reason": "Found"})
    assert "Recorded as absconded" not in browser.get(f"/console/people/{person.pk}/").content.decode()

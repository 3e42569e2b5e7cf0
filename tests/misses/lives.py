"""A life: people, officers, a clock, outages, stopped workers, changing rules, in any order that hypothesis likes."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adsum.checkins.actions import (
    add_plan,
    answer_with_photo,
    ask_excuse,
    beat,
    climb_rungs,
    decide_flag,
    excuse_duty,
    make_duties,
    note_attempt,
    note_closed_days,
    pause_schedule,
    rest_where_off,
    resume_schedule,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.actions.excuses import AskRefused, ExcuseRefused
from adsum.checkins.actions.schedules import ScheduleRefused
from adsum.checkins.models import Duty, Pause
from adsum.checkins.past_queries import lives_between, start_simulation
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.checkins.queries import askable_duties
from adsum.checkins.rules import (
    AskedReason,
    DutyKind,
    FailedTry,
    Failure,
    NotedBy,
    Outcome,
    PauseReason,
    ReportContent,
    Rhythm,
    RungState,
    Source,
    Step,
    Through,
)
from adsum.checkins.rules.simulation import read_proposal
from adsum.core.knobs import Policy
from adsum.flags.actions import AlreadyDecided, DecisionRefused
from adsum.flags.models import Flag
from adsum.flags.rules import ADVERSE, OF_A_MISS, Decision
from adsum.ledger.rules import OPERATOR, RULES
from adsum.misses.actions import answer_contest, contest_step, decide_miss, sign_step
from adsum.misses.actions.contesting import ContestRefused
from adsum.misses.models import MissStep
from adsum.misses.rules import CHECKS, StepAsked, needs_signature
from adsum.offices.actions import OfficeRefused
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.pilots.policy import PilotPolicy
from adsum.policies.actions import approve_policy, propose_policy
from adsum.policies.queries import in_force, put_book_away
from adsum.policies.rules import Scope
from tests.factories import make_duty, make_office, make_participant, make_staff
from tests.ladder import ALL, with_contacts
from tests.misses.broken_rights import broken_rights

A_MOMENT = timedelta(seconds=1)  # between what two people do: the record could not tell who was first
BEGIN = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)  # so that a life may cross the end of summer time
REACHING = (RungState.WRITTEN, RungState.TO_CALL, RungState.ASKED, RungState.NO_WAY)
SOMEBODY = st.integers(0, 2)
CHANGES: tuple[tuple[type[Policy], dict[str, Any]], ...] = (
    (CheckinPolicy, {"grace_hours": 0}),
    (CheckinPolicy, {"grace_hours": 72}),
    (CheckinPolicy, {"last_chance_hours": 12}),
    (LadderPolicy, {"signed_steps": []}),
    (LadderPolicy, {"contact_after_hours": [0, 5]}),
    (LadderPolicy, {}),
)


World = tuple[FieldOffice, list[Participant], Staff, list[Staff]]


def make_world() -> World:
    """One office with three people, of whom one has never signed in; an officer and two supervisors."""
    office = make_office("LIVES")
    people = [make_participant(office) for _ in range(3)]
    for one in people[:2]:
        with_contacts(one)
    for one, since in zip(people, (BEGIN, BEGIN, None), strict=True):
        Participant.objects.filter(pk=one.pk).update(activated_at=since)
    levels = [(one, Level.CHECK_IN) for one in people]
    start_orders(levels=levels, ground=Ground.AGENCY_LIST, note="test", actor=OPERATOR, now=BEGIN)
    for number, one in enumerate(people):
        make_duty(one, due_on=date(2026, 10, 24 + number), interval_days=7, now=BEGIN)
    return office, people, make_staff(office), [make_staff(office, Role.SUPERVISOR) for _ in range(2)]


class Lives(RuleBasedStateMachine):
    """Each life begins in the same `world`, which is made once, and leaves nothing behind in it."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.life = transaction.atomic()
        self.life.__enter__()
        put_book_away()
        self.now = BEGIN
        self.office, self.people, self.officer, self.supervisors = deepcopy(self.world)
        self.sent: list[tuple[int, UUID]] = []
        self.looked_at: set[int] = set()
        self.missed_rightly: set[int] = set()
        self.beating = True
        self.working = True
        beat(source=Source.WORKER, now=self.now)

    def teardown(self) -> None:
        if hasattr(self, "life"):
            try:
                self.live_it_again()
            finally:
                transaction.set_rollback(True)
                self.life.__exit__(None, None, None)
                put_book_away()

    def pass_hours(self, hours: float) -> None:
        """Time goes by, minute hands and all; what is alive is seen alive each few minutes."""
        until = self.now + timedelta(hours=hours)
        if self.beating:
            beat(source=Source.WORKER, now=self.now)
            connection.cursor().execute("UPDATE adsum_heartbeat SET last_at = %s", [until])
        self.now = until

    @rule(hours=st.sampled_from([0.02, 0.5, 3, 11, 26, 50, 121]))
    def time_passes(self, hours: float) -> None:
        self.pass_hours(hours)
        if self.working and self.beating:
            self.the_worker_works()

    @rule()
    def the_worker_works(self) -> None:
        make_duties(now=self.now)
        rest_where_off(now=self.now)
        sweep_overdue(now=self.now)
        climb_rungs(can=ALL, now=self.now)

    @rule(stops=st.booleans())
    def the_worker_stops_or_starts(self, stops: bool) -> None:
        self.working = not stops
        put_book_away()

    @rule(hours=st.sampled_from([0.2, 4, 30]))
    def the_service_is_down(self, hours: float) -> None:
        beat(source=Source.WORKER, now=self.now)
        self.beating = False
        self.pass_hours(hours)
        self.beating = True
        beat(source=Source.WORKER, now=self.now)

    @rule(hours=st.sampled_from([2, 9]))
    def the_service_is_down_when_somebody_is_due(self, hours: float) -> None:
        """Nobody can check in from an hour before the next deadline on."""
        owed = self.duties().filter(outcome=None, missed_after__gt=self.now).order_by("missed_after").first()
        if owed is not None:
            before = owed.missed_after - timedelta(hours=1)
            self.pass_hours(max(0.0, (before - self.now).total_seconds() / 3600))
            self.the_service_is_down(hours)
            self.the_worker_works()

    @rule(who=st.integers(0, 1), again=st.booleans(), message=st.sampled_from(["", "Please call me"]))
    def somebody_checks_in(self, who: int, again: bool, message: str) -> None:
        self.now += A_MOMENT
        key = uuid4()
        content = ReportContent(lives_there=True, message=message)
        for _ in range(2 if again else 1):
            submit_report(participant=self.people[who], key=key, content=content, now=self.now)
        self.sent.append((self.people[who].pk, key))

    @rule(who=st.integers(0, 1), noted_by=st.sampled_from(list(NotedBy)))
    def a_try_fails(self, who: int, noted_by: NotedBy) -> None:
        self.now += A_MOMENT
        failed = FailedTry(next(iter(Step)), next(iter(Failure)))
        note_attempt(participant=self.people[who], key=uuid4(), failed=failed, noted_by=noted_by, now=self.now)

    @rule(change=st.sampled_from(CHANGES), hours=st.sampled_from([1, 40]))
    def a_rule_changes(self, change: tuple[type[Policy], dict[str, Any]], hours: int) -> None:
        kind, values = change
        first, second = (one.as_actor() for one in self.supervisors)
        version = propose_policy(
            kind=kind, values=values, scope=Scope(self.office.pk), valid_from=self.now + timedelta(hours=hours),
            reason="A test", source="Memo", author=first, now=self.now,
        )  # fmt: skip
        approve_policy(version_id=version.pk, approver=second, now=self.now)

    @rule(step=st.sampled_from(sorted(OF_A_MISS)), days=st.integers(1, 9))
    def an_officer_decides(self, step: str, days: int) -> None:
        self.now += A_MOMENT
        flag = Flag.objects.filter(participant__office=self.office, reason="missed-check-in", cleared_at=None).first()
        if flag is None:
            return
        day = self.now.astimezone(self.office.zone).date() + timedelta(days=days)
        checks = dict.fromkeys(CHECKS, "not-done")
        asked = StepAsked(step, "Nobody answered", on=day, place="Room 4", level="phone-call", checks=checks)
        try:
            with transaction.atomic():
                decide_miss(flag_id=flag.pk, officer=self.officer, asked=asked, now=self.now)
        except (DecisionRefused, AlreadyDecided):
            pass

    @rule(agrees=st.booleans())
    def a_supervisor_signs_or_refuses(self, agrees: bool) -> None:
        self.now += A_MOMENT
        step = self.steps().filter(needs_signature=True, signature_agrees=None).first()
        if step is not None:
            try:
                with transaction.atomic():
                    sign_step(
                        step_id=step.pk, supervisor=self.supervisors[0], agrees=agrees, reason="Read it", now=self.now
                    )
            except DecisionRefused:
                pass

    @rule(undone=st.booleans())
    def somebody_contests(self, undone: bool) -> None:
        self.now += A_MOMENT
        step = self.steps().filter(effective_at__isnull=False, contested_at=None, step__in=ADVERSE).first()
        if step is None:
            return
        try:
            with transaction.atomic():
                contest_step(step_id=step.pk, participant=step.participant, words="I was ill", now=self.now)
                flag = Flag.objects.get(about=f"step:{step.pk}", cleared_at=None)
                answer_contest(
                    flag_id=flag.pk,
                    officer=self.supervisors[1],
                    decision="undone" if undone else "stands",
                    reason="Read it",
                    now=self.now,
                )
        except (ContestRefused, DecisionRefused):
            pass

    @rule(who=SOMEBODY)
    def an_officer_excuses(self, who: int) -> None:
        self.now += A_MOMENT
        duty = Duty.objects.filter(participant=self.people[who], outcome=Outcome.MISSED).first()
        if duty is not None:
            try:
                with transaction.atomic():
                    excuse_duty(duty_id=duty.pk, officer=self.officer, words="Was ill", now=self.now)
            except ExcuseRefused:
                pass

    @rule(who=st.integers(0, 1), reason=st.sampled_from(list(AskedReason)))
    def somebody_asks_to_be_excused(self, who: int, reason: AskedReason) -> None:
        self.now += A_MOMENT
        askable = askable_duties(participant=self.people[who], now=self.now, seen_by=RULES)
        if askable:
            try:
                with transaction.atomic():
                    ask_excuse(
                        participant=self.people[who], duty_id=askable[0].pk, reason=reason, words="x",
                        through=Through.WEB, now=self.now,
                    )  # fmt: skip
            except AskRefused:
                pass

    @rule(answer=st.sampled_from([Decision.EXCUSED, Decision.NOT_EXCUSED, Decision.MORE_ASKED, Decision.NEW_DATE]))
    def an_officer_answers_a_request(self, answer: Decision) -> None:
        self.now += A_MOMENT
        flag = Flag.objects.filter(participant__office=self.office, reason="excuse-asked", cleared_at=None).first()
        if flag is None:
            return
        duty = Duty.objects.get(pk=flag.about_id("duty") or 0)
        day = max(duty.due_on, self.today()) + timedelta(days=1)
        try:
            with transaction.atomic():
                decide_flag(
                    flag_id=flag.pk, officer=self.officer, decision=answer, reason="Read it", new_date=day, now=self.now
                )
        except (DecisionRefused, AlreadyDecided, ExcuseRefused):
            pass

    @rule(days=st.integers(-4, 6))
    def the_office_is_closed_some_day(self, days: int) -> None:
        self.now += A_MOMENT
        day = self.today() + timedelta(days=days)
        try:
            with transaction.atomic():
                note_closed_days(office=self.office, days=[day], why="Snow", actor=OPERATOR, now=self.now)
        except OfficeRefused:
            pass

    @rule(who=st.integers(0, 1))
    def somebody_is_paused_or_comes_back(self, who: int) -> None:
        self.now += A_MOMENT
        person, soon = self.people[who], self.today() + timedelta(days=3)
        try:
            with transaction.atomic():
                if Pause.objects.filter(participant=person, ended_at=None).exists():
                    resume_schedule(participant=person, from_on=soon, reason="Back", officer=self.officer, now=self.now)
                else:
                    pause_schedule(
                        participant=person, why=PauseReason.HOSPITAL, reason="Ill", officer=self.officer, now=self.now
                    )
        except ScheduleRefused:
            pass

    @rule(minutes=st.sampled_from([1, 4, 90]))
    def the_public_address_is_silent(self, minutes: int) -> None:
        """The worker lives and sweeps, while from outside nobody can come in."""
        beat(source=Source.ADDRESS, now=self.now)
        for part in (0.5, 0.5):
            self.now += timedelta(minutes=minutes * part)
            connection.cursor().execute("UPDATE adsum_heartbeat SET last_at = %s WHERE source = 'worker'", [self.now])
            if self.working:
                self.the_worker_works()
        beat(source=Source.ADDRESS, now=self.now)

    def today(self) -> date:
        return self.now.astimezone(self.office.zone).date()

    def live_it_again(self) -> None:
        """What is recorded, lived once more under the rules that held, gives the same ends and the same flags."""
        since, until = BEGIN.date() - timedelta(days=1), self.now.date()
        proposal = read_proposal({"checkins": {"grace_hours": 24}}, name="any", offices={})
        again = start_simulation(proposal=proposal, since=since, until=until, now=self.now, seen_by=RULES)
        for life in lives_between(since=since, until=until, seen_by=RULES):
            for one in life:
                if one.office_id == self.office.pk:
                    again.add(one)
        assert not again.differences, (dict(again.differences), again.examples)

    def steps(self) -> Any:
        return MissStep.objects.filter(participant__office=self.office).order_by("pk")

    def duties(self) -> Any:
        return Duty.objects.filter(participant__office=self.office)

    @invariant()
    def no_right_is_broken(self) -> None:
        """Each duty has one end, each miss a person; nothing is lost; no machine harms; a report ends the reaching."""
        if hasattr(self, "life"):
            people = [one.pk for one in self.people]
            found = broken_rights(people=people, never_in=people[2], sent=self.sent)
            assert not found, found

    @invariant()
    def nobody_is_missed_where_no_check_in_was_asked_for(self) -> None:
        """The switch of the moment when it was due decides, whenever the worker came."""
        for duty in self.duties().filter(outcome=Outcome.MISSED).exclude(pk__in=self.missed_rightly):
            assert not in_force(PilotPolicy, now=duty.due_at, office_id=self.office.pk).check_in_off
            self.missed_rightly.add(duty.pk)

    @invariant()
    def what_the_policy_wants_signed_is_signed(self) -> None:
        """By the policy of the moment, and not by what the step says of itself."""
        for step in self.steps().filter(effective_at__isnull=False).exclude(pk__in=self.looked_at):
            policy = in_force(LadderPolicy, now=step.decided_at, office_id=self.office.pk, level="check-in")
            assert step.signature_agrees or not needs_signature(step.step, policy=policy)
            self.looked_at.add(step.pk)


class LateLives(Lives):
    """Lives in which people report late, while somebody is to be reached."""

    @rule(hours=st.sampled_from([1, 30]))
    def somebody_reports_late(self, hours: float) -> None:
        """The next check-in that comes due is missed, and comes while somebody is to be reached."""
        owed = self.duties().filter(participant__in=self.people[:2], outcome=None, missed_after__gt=self.now)
        duty = owed.order_by("missed_after").first()
        if duty is not None and self.working:
            self.pass_hours((duty.missed_after - self.now).total_seconds() / 3600 + 0.1)
            self.the_worker_works()
            self.pass_hours(hours)
            self.the_worker_works()
            self.somebody_checks_in(self.people.index(duty.participant), again=False, message="")


class SigningLives(Lives):
    """Lives in which an officer decides what wants a second signature."""

    @rule(step=st.sampled_from(sorted(LadderPolicy().signed_steps)))
    def an_officer_decides_what_wants_a_signature(self, step: str) -> None:
        owed = self.duties().filter(participant__in=self.people[:2], outcome=None, missed_after__gt=self.now)
        duty = owed.order_by("missed_after").first()
        if duty is not None and self.working:
            self.pass_hours((duty.missed_after - self.now).total_seconds() / 3600 + 0.1)
            self.the_worker_works()
            self.an_officer_decides(step, days=3)


class RestingLives(Lives):
    """Lives in which an office goes without check-ins for a time, and somebody owes photos too."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        add_plan(
            participant=self.people[0], kind=DutyKind.PHOTO, rhythm=Rhythm(interval_days=9), from_on=date(2026, 10, 25),
            officer=self.officer, reason="The photo in the file is old", now=self.now,
        )  # fmt: skip

    @rule(off=st.booleans(), hours=st.sampled_from([1, 40]))
    def the_office_is_switched(self, off: bool, hours: int) -> None:
        self.a_rule_changes((PilotPolicy, {"check_in_off": off}), hours)

    @rule()
    def somebody_is_due_while_it_is_off(self) -> None:
        owed = self.duties().filter(participant__in=self.people[:2], outcome=None, due_at__gt=self.now)
        duty = owed.order_by("missed_after").first()
        if duty is not None and self.working:
            self.the_office_is_switched(off=True, hours=1)
            self.pass_hours((duty.missed_after - self.now).total_seconds() / 3600 + 0.1)
            self.the_worker_works()

    @rule(can=st.booleans())
    def somebody_answers_for_a_photo(self, can: bool) -> None:
        self.now += A_MOMENT
        key, sha256 = uuid4(), "ab" * 32 if can else ""
        kept = answer_with_photo(participant=self.people[0], key=key, sha256=sha256, taken_at=self.now, now=self.now)
        if kept is not None:
            self.sent.append((self.people[0].pk, key))

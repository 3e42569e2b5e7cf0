"""Thousands of lives: people, officers, a clock, outages, stopped workers and changing rules, in any order.

Whatever happens, no one is harmed by a machine, no one is missed for what was not their fault, and nothing is lost.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adsum.checkins.actions import (
    beat,
    climb_rungs,
    excuse_duty,
    make_duties,
    note_attempt,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.actions.excuses import ExcuseRefused
from adsum.checkins.models import Attempt, Duty, Excuse, Outage, Report, Rung
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.checkins.rules import FailedTry, Failure, NotedBy, Outcome, ReportContent, RungState, Source, Step
from adsum.core.knobs import Policy
from adsum.flags.actions import AlreadyDecided, DecisionRefused
from adsum.flags.models import Flag
from adsum.flags.rules import ADVERSE, OF_A_MISS
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, ActorKind
from adsum.misses.actions import answer_contest, contest_step, decide_miss, sign_step
from adsum.misses.actions.contesting import ContestRefused
from adsum.misses.models import Absconding, MissStep
from adsum.misses.rules import CHECKS, StepAsked
from adsum.notices.models import Message, Notice
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.policies.actions import approve_policy, propose_policy
from adsum.policies.queries import in_force, put_book_away
from adsum.policies.rules import Scope
from tests.factories import make_duty, make_office, make_participant, make_staff
from tests.ladder import ALL, with_contacts

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


class Lives(RuleBasedStateMachine):
    """One office with three people, of whom one has never signed in; an officer and two supervisors."""

    @initialize()
    def begin(self) -> None:
        self.life = transaction.atomic()
        self.life.__enter__()
        put_book_away()
        self.now = BEGIN
        self.office = make_office(f"N{uuid4().hex[:8].upper()}")
        self.people = [make_participant(self.office) for _ in range(3)]
        for one in self.people[:2]:
            with_contacts(one)
            type(one).objects.filter(pk=one.pk).update(activated_at=BEGIN)
        type(self.people[2]).objects.filter(pk=self.people[2].pk).update(activated_at=None)
        levels = [(one, Level.CHECK_IN) for one in self.people]
        start_orders(levels=levels, ground=Ground.AGENCY_LIST, note="test", actor=OPERATOR, now=BEGIN)
        for number, one in enumerate(self.people):
            make_duty(one, due_on=date(2026, 10, 24 + number), interval_days=7, now=BEGIN)
        self.officer = make_staff(self.office)
        self.supervisors = [make_staff(self.office, Role.SUPERVISOR) for _ in range(2)]
        self.sent: list[tuple[int, UUID]] = []
        self.beating = True
        self.working = True
        beat(source=Source.WORKER, now=self.now)

    def teardown(self) -> None:
        if hasattr(self, "life"):
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
        key = uuid4()
        content = ReportContent(lives_there=True, message=message)
        for _ in range(2 if again else 1):
            submit_report(participant=self.people[who], key=key, content=content, now=self.now)
        self.sent.append((self.people[who].pk, key))

    @rule(who=st.integers(0, 1), noted_by=st.sampled_from(list(NotedBy)))
    def a_try_fails(self, who: int, noted_by: NotedBy) -> None:
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
        duty = Duty.objects.filter(participant=self.people[who], outcome=Outcome.MISSED).first()
        if duty is not None:
            try:
                with transaction.atomic():
                    excuse_duty(duty_id=duty.pk, officer=self.officer, words="Was ill", now=self.now)
            except ExcuseRefused:
                pass

    def steps(self) -> Any:
        return MissStep.objects.filter(participant__office=self.office).order_by("pk")

    def duties(self) -> Any:
        return Duty.objects.filter(participant__office=self.office)

    @invariant()
    def each_duty_has_one_end(self) -> None:
        """Reported, excused, missed and before a person or decided by one, or open; and never two for a day."""
        for duty in self.duties():
            excused = Excuse.objects.filter(duty=duty).exists()
            reported = Report.objects.filter(duty=duty).exists()
            assert duty.set_aside == ""
            match duty.outcome:
                case None:
                    assert not excused
                case Outcome.REPORTED:
                    assert reported
                case Outcome.EXCUSED:
                    assert excused
                case Outcome.MISSED:
                    about = Flag.objects.filter(participant=duty.participant_id)
                    before_a_person = any(duty.pk in (one.about_id("duty"), one.details.get("duty")) for one in about)
                    assert before_a_person or reported, "a miss that no person will see"

    @invariant()
    def nothing_sent_is_lost(self) -> None:
        kept = set(Report.objects.filter(participant__in=self.people).values_list("participant_id", "key"))
        assert kept == set(self.sent)
        assert Report.objects.filter(participant__in=self.people).count() == len(self.sent)

    @invariant()
    def no_step_that_harms_without_a_person_a_reason_and_a_notice(self) -> None:
        for step in self.steps().filter(effective_at__isnull=False):
            assert step.decided_by_id and step.reason.strip()
            assert not step.needs_signature or (step.signature_agrees and step.signed_by_id != step.decided_by_id)
            if step.step in ADVERSE:
                assert step.told_at and step.contest_until > step.effective_at
                assert Notice.objects.filter(participant=step.participant_id, about=f"step:{step.pk}").exists()
        assert not Absconding.objects.filter(
            participant__office=self.office, began_at__isnull=False, signed_by__isnull=True
        ).exists()
        harms = LedgerLine.objects.filter(verb__in=["miss.decided", "step.holds", "step.signed"])
        assert not harms.exclude(actor_kind=ActorKind.STAFF).exists()

    @invariant()
    def nobody_is_missed_while_an_outage_covers_their_last_chance(self) -> None:
        outages = [(one.began_at, one.ended_at) for one in Outage.objects.all()]
        for duty in self.duties().filter(outcome=Outcome.MISSED):
            planned = duty.moved_from or duty.missed_after
            policy = in_force(CheckinPolicy, now=duty.settled_at, office_id=self.office.pk, level="check-in")
            shortest = timedelta(minutes=policy.outage_counts_minutes)
            for began, ended in outages:
                if began < planned < ended and ended - began >= shortest:
                    assert duty.missed_after >= ended, "missed although nobody could check in to the end"
            tries = Attempt.objects.filter(participant=duty.participant_id, failed_at__range=(duty.opens_at, planned))
            for one in tries.filter(received_at__lte=duty.settled_at):
                hours = (
                    policy.noted_try_credit_hours
                    if one.noted_by == NotedBy.SERVER
                    else policy.reported_try_credit_hours
                )
                assert duty.settled_at >= one.failed_at + timedelta(hours=hours)

    @invariant()
    def a_report_cancels_the_rungs(self) -> None:
        """After a report or an excuse of a duty no rung of it reaches out any more."""
        for report in Report.objects.filter(participant__in=self.people, duty__isnull=False):
            late = Rung.objects.filter(duty=report.duty_id, state__in=REACHING, closed_at__gt=report.received_at)
            assert not late.exists()
        for message in Message.objects.filter(participant__in=self.people, kind="missed"):
            duty = Duty.objects.get(pk=message.about_id("duty") or 0)
            assert duty.outcome != Outcome.EXCUSED or message.queued_at <= (duty.settled_at or message.queued_at)

    @invariant()
    def who_could_not_get_in_is_never_missed(self) -> None:
        assert not self.duties().filter(participant=self.people[2], outcome=Outcome.MISSED).exists()


@pytest.mark.django_db
def test_many_lives(request: pytest.FixtureRequest) -> None:
    examples = int(request.config.getoption("--lives"))
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )

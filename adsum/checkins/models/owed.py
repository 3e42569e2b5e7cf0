"""Plans, duties, reports, excuses, failed attempts, outages."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import (
    CANNOT,
    CONCERNS,
    PAUSES,
    SURETIES,
    Concern,
    DutyKind,
    ExcuseReason,
    FailedTry,
    Failure,
    NotedBy,
    Outcome,
    PauseReason,
    Rhythm,
    Sending,
    Source,
    Step,
    Surety,
    attempt_statement,
    made_at,
    receipt_statement,
    surety_of,
)
from adsum.core.copying import CopyManager
from adsum.core.ids import in_groups
from adsum.core.references import KEPT, checked_in_sets, checked_in_sets_and_changes
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.places.models import LocationFix
from adsum.places.rules import PlaceClass
from adsum.policies.queries import in_force
from adsum.questions.models import QuestionTemplate
from adsum.questions.policy import QuestionsPolicy
from adsum.questions.rules import Answered, answered

KINDS = [(kind, kind) for kind in DutyKind]
KEPT_AS_IT_CAME = [pgtrigger.Protect(name="kept_as_it_came", operation=pgtrigger.Update | pgtrigger.Delete)]


class Plan(models.Model):
    """When a participant checks in: every so many days, on weekdays, or on a day of the month; at which level.

    A person may have a plan of each kind, side by side: a check-in each week, a photo each month.
    `next_due_on` is the first due day that has no duty yet. While it is paused, no duties are made.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, default=DutyKind.CHECK_IN, db_default=DutyKind.CHECK_IN, choices=KINDS)
    level = models.CharField(max_length=12, blank=True)
    interval_days = models.PositiveSmallIntegerField(default=0)
    weekdays = models.PositiveSmallIntegerField(default=0)
    month_day = models.PositiveSmallIntegerField(default=0)
    next_due_on = models.DateField()
    last_due_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    set_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    reason = models.TextField(default="")
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due_on"],
                name="plans_to_make",
                condition=Q(ended_at__isnull=True, paused_at__isnull=True),
            ),
            models.Index(fields=["participant", "ended_at"], name="plans_of_participant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_days__range=(1, 366), weekdays=0, month_day=0)
                | Q(interval_days=0, weekdays__range=(1, 127), month_day=0)
                | Q(interval_days=0, weekdays=0, month_day__range=(1, 31)),
                name="a_plan_has_one_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(set_by__isnull=True) | Q(reason__regex=r"\S"), name="an_officers_plan_has_a_reason"
            ),
        ]
        triggers = [
            KEPT,
            *checked_in_sets(participant="adsum_participant"),
            *checked_in_sets_and_changes(set_by="adsum_staff"),
        ]

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.interval_days, self.weekdays, self.month_day)


class Pause(models.Model):
    """From when to when nobody asked a participant for check-ins, why, and who said so."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=[(why, why) for why in PauseReason])
    words = models.TextField()
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["participant", "-began_at"], name="pauses_of_participant")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at__isnull=True), name="one_pause_at_a_time"
            ),
            models.CheckConstraint(condition=Q(words__regex=r"\S"), name="a_pause_has_words"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False), name="who_ended_a_pause_is_named"
            ),
        ]

    @property
    def why_words(self) -> str:
        return PAUSES[PauseReason(self.why)]


class Duty(models.Model):
    """One check-in owed. Its deadline is stored, so that a sweep asks one indexed question.

    `moved_from` is the `missed_after` of the plan, where failed attempts or outages have moved it. `made_at` is when it
    was made: by the rules of then, and nobody could answer it before, even where its window reaches further back.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    due_on = models.DateField()
    made_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    missed_after = models.DateTimeField()
    moved_from = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, null=True, choices=[(outcome, outcome) for outcome in Outcome])
    settled_at = models.DateTimeField(null=True)
    set_aside = models.TextField(blank=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["missed_after"],
                name="duties_to_sweep",
                condition=Q(outcome__isnull=True, set_aside=""),
            ),
            models.Index(fields=["participant", "-due_at"], name="duties_of_participant"),
            models.Index(fields=["due_on"], name="duties_to_remind", condition=Q(outcome__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="one_duty_per_plan_and_day"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, settled_at__isnull=True)
                | Q(outcome__isnull=False, settled_at__isnull=False),
                name="an_outcome_has_a_moment",
            ),
        ]
        triggers = [
            *checked_in_sets(plan="adsum_plan", participant="adsum_participant"),
            pgtrigger.Protect(
                name="settled_is_kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__outcome__isnull=False)
            ),
        ]

    @property
    def is_photo(self) -> bool:
        return self.plan.kind == DutyKind.PHOTO

    def policy_at(self, now: datetime) -> CheckinPolicy:
        """What holds then for this duty's office and level."""
        return in_force(CheckinPolicy, now=now, office_id=self.participant.office_id, level=self.plan.level)


class Report(models.Model):
    """What a participant sent, with its receipt. The client makes the key, so a retry is the same report."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    duty = models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, related_name="reports")
    kind = models.CharField(max_length=10, default=DutyKind.CHECK_IN, db_default=DutyKind.CHECK_IN, choices=KINDS)
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    receipt_number = models.CharField(max_length=12, unique=True)
    received_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    form_given_at = models.DateTimeField(null=True)
    clock_skew = models.DurationField(null=True)
    lives_there = models.BooleanField(null=True)
    address_shown = models.CharField(max_length=500, blank=True)
    address_given = models.CharField(max_length=500, blank=True)
    new_phone = models.CharField(max_length=60, blank=True)
    wants_contact = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    template = models.ForeignKey(QuestionTemplate, on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    place_class = models.CharField(max_length=12, choices=[(kind, kind) for kind in PlaceClass])
    fix = models.ForeignKey(LocationFix, on_delete=models.SET_NULL, null=True, related_name="+")
    concerns = ArrayField(models.CharField(max_length=30), default=list)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-received_at"], name="reports_of_participant"),
            models.Index(fields=["participant"], name="late_reports", condition=Q(concerns__contains=[Concern.LATE])),
        ]
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="one_report_per_key")]

    def __str__(self) -> str:
        return in_groups(self.receipt_number)

    @property
    def statement(self) -> str:
        return receipt_statement(
            number=self.receipt_number, key=self.key, received_at=self.received_at, fingerprint=self.fingerprint
        )

    def answered_in(self, language: str) -> list[Answered]:
        """The office's questions with their answers, as this version of them was asked."""
        questions = self.template.questions if self.template else ()
        return answered(
            questions, self.answers, language=language, policy=in_force(QuestionsPolicy, now=self.received_at)
        )

    @property
    def is_photo(self) -> bool:
        return self.kind == DutyKind.PHOTO

    @property
    def says_cannot(self) -> bool:
        return self.is_photo and self.answers.get("photo") == CANNOT

    @property
    def sending(self) -> Sending:
        return Sending(self.sent_at, self.form_given_at, self.clock_skew)

    @property
    def made_at(self) -> datetime | None:
        """When it was made by our clock, where that can be believed and was clearly before it came."""
        made = made_at(self.sending, received_at=self.received_at, policy=in_force(CheckinPolicy, now=self.received_at))
        clearly = (
            made is not None
            and (self.received_at - made).total_seconds()
            > in_force(CheckinPolicy, now=self.received_at).clock_slack_minutes * 60
        )
        return made if clearly else None

    @property
    def surety_words(self) -> str:
        surety = surety_of(
            self.sending, received_at=self.received_at, policy=in_force(CheckinPolicy, now=self.received_at)
        )
        return "" if surety is Surety.NOT_SAID else SURETIES[surety]

    @property
    def concern_words(self) -> list[str]:
        return [CONCERNS[Concern(concern)] for concern in self.concerns]


class Excuse(models.Model):
    """Why a duty counts as done without a report in time, and who said so (nobody: the rules, in favour)."""

    duty = models.OneToOneField(Duty, on_delete=models.CASCADE, related_name="excuse")
    reason = models.CharField(max_length=20, choices=[(reason, reason) for reason in ExcuseReason])
    excused_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=ExcuseReason.OFFICER) | Q(excused_by__isnull=False, words__regex=r"\S"),
                name="an_officers_excuse_has_name_and_reason",
            ),
        ]


class Attempt(models.Model):
    """A try to check in that failed, with a receipt of its own. The database keeps it as it came."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    receipt_number = models.CharField(max_length=12, unique=True)
    received_at = models.DateTimeField()
    failed_at = models.DateTimeField()
    step = models.CharField(max_length=8, choices=[(step, step) for step in Step])
    failure = models.CharField(max_length=10, choices=[(failure, failure) for failure in Failure])
    noted_by = models.CharField(max_length=8, choices=[(who, who) for who in NotedBy])

    class Meta:
        indexes = [models.Index(fields=["participant", "failed_at"], name="attempts_of_participant")]
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="one_attempt_per_key")]
        triggers = KEPT_AS_IT_CAME

    def __str__(self) -> str:
        return in_groups(self.receipt_number)

    @property
    def statement(self) -> str:
        return attempt_statement(
            number=self.receipt_number,
            key=self.key,
            received_at=self.received_at,
            failed=FailedTry(Step(self.step), Failure(self.failure)),
        )


class Heartbeat(models.Model):
    """When a part of the service was last seen alive."""

    source = models.CharField(max_length=10, primary_key=True, choices=[(source, source) for source in Source])
    last_at = models.DateTimeField()


class Outage(models.Model):
    """From when to when a part of the service was not seen alive. Everybody may read it."""

    source = models.CharField(max_length=10, choices=[(source, source) for source in Source])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ended_at"], name="outages_by_end")]
        constraints = [models.CheckConstraint(condition=Q(ended_at__gt=models.F("began_at")), name="an_outage_lasts")]
        triggers = KEPT_AS_IT_CAME


class SweepRun(models.Model):
    """From when to when overdue check-ins were looked at again and again, without a longer pause.

    Between two of them nobody was marked as missed, whatever was overdue: who replays the past needs to know.
    """

    began_at = models.DateTimeField(unique=True)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="sweep_runs_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_at__gte=models.F("began_at")), name="a_sweep_run_ends_after_it_began"
            )
        ]


class ReceiptMiss(models.Model):
    """One look for a receipt number that does not exist. The network is a keyed hash: it limits, nothing else."""

    at = models.DateTimeField()
    network_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["network_hash", "at"], name="receipt_misses_of_network")]


class CalendarFeed(models.Model):
    """The secret address under which a calendar reads one participant's dates; a new one ends the one before."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

"""Plans, duties, reports, excuses, failed attempts, outages."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.checkins.policy import POLICY
from adsum.checkins.rules import (
    CONCERNS,
    OPEN_RUNGS,
    SURETIES,
    Concern,
    ExcuseReason,
    FailedTry,
    Failure,
    NotedBy,
    Outcome,
    RungState,
    Sending,
    Source,
    Step,
    Surety,
    Way,
    attempt_statement,
    made_at,
    receipt_statement,
    surety_of,
)
from adsum.core.copying import CopyManager
from adsum.core.ids import in_groups
from adsum.notices.models import Message
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.places.models import LocationFix
from adsum.places.rules import PlaceClass
from adsum.questions.models import QuestionTemplate
from adsum.questions.policy import POLICY as QUESTIONS
from adsum.questions.rules import Answered, answered

KEPT_AS_IT_CAME = [pgtrigger.Protect(name="kept_as_it_came", operation=pgtrigger.Update | pgtrigger.Delete)]


class Plan(models.Model):
    """How often a participant checks in, at which level of their order.

    `next_due_on` is the first due day that has no duty yet.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12, blank=True)
    interval_days = models.PositiveSmallIntegerField()
    next_due_on = models.DateField()
    last_due_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due_on"],
                name="plans_to_make",
                condition=Q(ended_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_days__range=(1, 366)),
                name="interval_of_a_day_to_a_year",
            ),
        ]


class Duty(models.Model):
    """One check-in owed. Its deadline is stored, so that a sweep asks one indexed question.

    `moved_from` is the `missed_after` of the plan, where failed attempts or outages have moved it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
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


class Report(models.Model):
    """What a participant sent, with its receipt. The client makes the key, so a retry is the same report."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.SET_NULL, null=True, related_name="reports")
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
        indexes = [models.Index(fields=["participant", "-received_at"], name="reports_of_participant")]
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
        return answered(questions, self.answers, language=language, policy=QUESTIONS)

    @property
    def sending(self) -> Sending:
        return Sending(self.sent_at, self.form_given_at, self.clock_skew)

    @property
    def made_at(self) -> datetime | None:
        """When it was made by our clock, where that can be believed and was clearly before it came."""
        made = made_at(self.sending, received_at=self.received_at, policy=POLICY)
        clearly = made is not None and (self.received_at - made).total_seconds() > POLICY.clock_slack_minutes * 60
        return made if clearly else None

    @property
    def surety_words(self) -> str:
        surety = surety_of(self.sending, received_at=self.received_at, policy=POLICY)
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


class HandOff(models.Model):
    """A code by which a phone gives its place to a report in the making, kept as a keyed hash, and that place."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "key"], name="one_hand_off_per_report"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, latitude__isnull=True, longitude__isnull=True)
                | Q(used_at__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_used_hand_off_has_a_place",
            ),
        ]


class HandOffTry(models.Model):
    """One wrong code from a network, which is a keyed hash: it limits, it does not identify."""

    at = models.DateTimeField()
    network_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["network_hash", "at"], name="hand_offs_of_network")]


class Rung(models.Model):
    """One attempt to reach somebody after a missed check-in, or a moment at which an officer is asked again."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8, choices=[(way, way) for way in Way])
    climb_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=RungState.WAITING, choices=[(one, one) for one in RungState])
    closed_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    set_aside = models.TextField(blank=True)
    policy = models.CharField(max_length=80)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["climb_at"], name="rungs_to_climb", condition=Q(state="waiting", set_aside="")),
            models.Index(fields=["climb_at"], name="calls_to_make", condition=Q(state="to-call")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["duty", "position"], name="one_rung_per_duty_and_position"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_RUNGS, closed_at__isnull=True)
                | ~Q(state__in=OPEN_RUNGS) & Q(closed_at__isnull=False),
                name="a_closed_rung_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RungState.REACHED, RungState.NOT_REACHED]) | Q(officer__isnull=False),
                name="a_call_has_a_caller",
            ),
        ]

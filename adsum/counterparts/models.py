"""Counterparts, their files on people, what was received, on what a person decides, and looks at both files whole."""

from django.db import models
from django.db.models import Q

from adsum.appointments.models import Appointment
from adsum.core.copying import CopyManager
from adsum.counterparts.rules import DIFFERS, FIELDS, Holds
from adsum.offices.models import Staff
from adsum.outbox.models import Subscriber
from adsum.people.models import Participant

_FIELDS = [(name, field.title) for name, field in FIELDS.items()]


class Counterpart(models.Model):
    """Another system with its own file on the same people. What it is told waits with its subscriber.

    `adapter` names the folder that speaks its language, `folder` is where its nightly files arrive. `cursor`: up to
    which number of its log we have read. The other moments are of the reading: telling has its own.
    """

    subscriber = models.OneToOneField(Subscriber, on_delete=models.PROTECT, related_name="+")
    adapter = models.CharField(max_length=40)
    folder = models.CharField(max_length=400, blank=True)
    cursor = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    reconcile_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subscriber.title


class Twin(models.Model):
    """A counterpart's file on one participant. On who is not with us we keep nothing but that it is there.

    `revision`, `said`, `high` and `low`: their row as it was heard of last, and its digest. `ours`: what we said of the
    person when the two were last compared. `agreed`: each field's value that both said last. `told`: what they told us
    of fields of which we keep no value of our own.
    """

    counterpart = models.ForeignKey(Counterpart, on_delete=models.PROTECT, related_name="+", db_index=False)
    case_number = models.CharField(max_length=10)
    number = models.CharField(max_length=40)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    revision = models.BigIntegerField()
    said = models.TextField(blank=True)
    high = models.BigIntegerField()
    low = models.BigIntegerField()
    ours = models.TextField(blank=True)
    agreed = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    hearing = models.ForeignKey(Appointment, on_delete=models.SET_NULL, null=True, related_name="+")
    met_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    objects = CopyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counterpart", "case_number"], name="one_twin_per_case_number", include=["high", "low"]
            ),
            models.UniqueConstraint(
                fields=["counterpart", "participant"],
                name="one_twin_per_participant",
                condition=Q(participant__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(said="", ours="", agreed={}, told={}),
                name="nothing_is_kept_of_who_is_not_with_us",
            ),
        ]
        indexes = [
            models.Index(fields=["counterpart", "number"], name="twins_by_number"),
            models.Index(fields=["case_number"], name="twins_of_nobody", condition=Q(participant__isnull=True)),
        ]


class Received(models.Model):
    """A message or a file that came in by itself, by its name: the same again changes nothing. `refused`: why."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    left_to_polling = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counterpart", "name"], name="a_message_is_received_once")]
        indexes = [models.Index(fields=["at"], name="received_by_day")]


class Disagreement(models.Model):
    """A field on which two files differ so that no rule says who is right: a person decides, with a reason.

    `agreed` is what both said before, where they ever did; `there_as_of` what their clock said of theirs. It ends by
    itself when both come to say the same, or when one says something else again: that is another question.
    """

    twin = models.ForeignKey(Twin, on_delete=models.CASCADE, related_name="+", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=20, choices=_FIELDS)
    ours = models.CharField(max_length=400, blank=True)
    theirs = models.CharField(max_length=400, blank=True)
    agreed = models.CharField(max_length=400, blank=True, null=True)
    there_as_of = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    holds = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in Holds])
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["twin", "field"], name="one_open_question_per_field", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, holds="", reason="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, reason__regex=r"\S") & ~Q(holds=""),
                name="which_value_holds_has_a_person_and_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"],
                name="disagreements_to_decide",
                condition=Q(decided_at__isnull=True, ended_at__isnull=True),
            )
        ]

    @property
    def title(self) -> str:
        return FIELDS[self.field].title


class Reconciliation(models.Model):
    """One look at both files whole. `ranges`: how many were asked for; `cut_short`: their list cannot be whole."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    seconds = models.FloatField()
    here = models.PositiveIntegerField()
    there = models.PositiveIntegerField()
    ranges = models.PositiveIntegerField()
    rows_read = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()
    cut_short = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["counterpart", "-at"], name="reconciliations_by_day")]


class Difference(models.Model):
    """One person on whom the files were found to differ, and who said that the proposed mend be done."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="found")
    case_number = models.CharField(max_length=10)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind, words[0]) for kind, words in DIFFERS.items()])
    fields = models.JSONField(default=list)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "case_number"], name="one_difference_per_case_number"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by="")
                | Q(accepted_at__isnull=False) & ~Q(accepted_by=""),
                name="who_accepted_a_mend_is_named",
            ),
        ]

    @property
    def words(self) -> str:
        return DIFFERS[self.kind][0]  # type: ignore[index]

    @property
    def mend(self) -> str:
        return DIFFERS[self.kind][1]  # type: ignore[index]

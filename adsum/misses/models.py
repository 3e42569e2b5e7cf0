"""Steps after missed check-ins, and the status “absconded”. The database refuses one without its person and reason."""

from datetime import datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q

from adsum.checkins.models import Duty
from adsum.core.ids import in_groups
from adsum.court.models import CourtStanding
from adsum.documents.models import Document
from adsum.flags.rules import ADVERSE, DECISIONS, OF_A_MISS, Decision
from adsum.misses.rules import CHECKS, Checked
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.records.models import Lead

_ADVERSE = sorted(ADVERSE)
_CHECKED = [(one, one) for one in Checked]


class MissStep(models.Model):
    """What a named officer decided about a missed check-in. It holds from `effective_at` on.

    Where a signature is needed, it holds once a second person has signed; they may also refuse, with a reason.
    One that harms tells the participant (`told_at`) until when they can contest it. It lapses unsigned when they leave.
    `reason` is all that officers read; for participants it is the common one in their language, and the own `words`.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20, choices=[(step, step) for step in OF_A_MISS])
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField()
    common = models.CharField(max_length=16, blank=True)
    words = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    policy = models.CharField(max_length=80)
    appointed_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=12, blank=True)
    level_before = models.CharField(max_length=12, blank=True)
    needs_signature = models.BooleanField()
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signature_agrees = models.BooleanField(null=True)
    signature_reason = models.TextField(blank=True)
    effective_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    contest_until = models.DateTimeField(null=True)
    contested_at = models.DateTimeField(null=True)
    contest_words = models.TextField(blank=True)
    contest_document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in ("stands", "undone")])
    answer_reason = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-decided_at"], name="steps_of_participant"),
            models.Index(
                fields=["decided_at"],
                name="steps_to_sign",
                condition=Q(needs_signature=True, signature_agrees__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="a_step_has_a_reason"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True, signature_agrees__isnull=True)
                | Q(
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    signature_agrees__isnull=False,
                    signature_reason__regex=r"\S",
                )
                & ~Q(signed_by=F("decided_by")),
                name="a_second_person_signs_a_step",
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True)
                | Q(needs_signature=False)
                | Q(signature_agrees__isnull=False, signature_agrees=True),
                name="no_step_holds_before_its_signature",
            ),
            models.CheckConstraint(
                condition=~Q(step=Decision.ABSCONDED) | Q(needs_signature=True), name="absconded_needs_a_signature"
            ),
            models.CheckConstraint(
                condition=~Q(step__in=_ADVERSE)
                | Q(effective_at__isnull=True)
                | Q(told_at__isnull=False, contest_until__isnull=False, contest_until__gt=F("effective_at")),
                name="an_adverse_step_is_told_and_can_be_contested",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, answer="")
                | Q(answered_by__isnull=False, answered_at__isnull=False, answer_reason__regex=r"\S") & ~Q(answer=""),
                name="an_answer_has_a_person_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(contested_at__isnull=True)
                | Q(answered_by__isnull=True)
                | (~Q(answered_by=F("decided_by")) & (Q(signed_by__isnull=True) | ~Q(answered_by=F("signed_by")))),
                name="another_person_answers_a_contest",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="steps_stand",
                fields=[
                    "participant",
                    "duty",
                    "step",
                    "decided_by",
                    "decided_at",
                    "reason",
                    "common",
                    "words",
                    "needs_signature",
                ],
            )
        ]

    def __str__(self) -> str:
        return DECISIONS[Decision(self.step)]

    @property
    def is_adverse(self) -> bool:
        return self.step in ADVERSE

    @property
    def waits(self) -> bool:
        return self.needs_signature and self.signature_agrees is None and self.lapsed_at is None

    @property
    def contest_last(self) -> datetime | None:
        """The last moment of the last day on which it can be contested."""
        return self.contest_until - timedelta(seconds=1) if self.contest_until else None

    @property
    def number(self) -> str:
        return in_groups(f"{self.pk:06d}", 3)


class StepGround(models.Model):
    """What stood against a person when a step that harms was decided: an order of the court, or a confirmed record.

    It ends (`ended_at`) when the court or the agency takes it back, or with the step itself.
    """

    step = models.ForeignKey(MissStep, on_delete=models.CASCADE, related_name="grounds")
    standing = models.ForeignKey(CourtStanding, on_delete=models.CASCADE, null=True, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="grounds_that_stand", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__isnull=True, lead__isnull=False) | Q(standing__isnull=False, lead__isnull=True),
                name="a_ground_is_an_order_or_a_record",
            ),
            models.UniqueConstraint(fields=["step", "standing"], name="an_order_is_a_ground_once"),
            models.UniqueConstraint(fields=["step", "lead"], name="a_record_is_a_ground_once"),
        ]


class Absconding(models.Model):
    """That somebody could not be found, as two named people have decided with what they checked. No machine sets it.

    It lasts from the second signature until a person ends it with a reason; what has ended stays in the file.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    step = models.OneToOneField(MissStep, on_delete=models.CASCADE, related_name="absconding")
    attempts_made = models.CharField(max_length=8, choices=_CHECKED)
    address_visited = models.CharField(max_length=8, choices=_CHECKED)
    court_no_show = models.CharField(max_length=8, choices=_CHECKED)
    mail_returned = models.CharField(max_length=8, choices=_CHECKED)
    notes = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True)
    return_flagged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["participant"], name="abscondings_in_force", condition=Q(began_at__isnull=False, ended_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(began_at__isnull=False, ended_at__isnull=True),
                name="one_absconding_in_force",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__in": list(Checked) for name in CHECKS}), name="every_check_is_answered"
            ),
            models.CheckConstraint(
                condition=Q(began_at__isnull=True) | Q(signed_by__isnull=False) & ~Q(signed_by=F("proposed_by")),
                name="two_people_decide_absconded",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, began_at__isnull=False, end_reason__regex=r"\S"),
                name="absconded_ends_by_a_person_with_a_reason",
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        return self.began_at is not None and self.ended_at is None

"""Families, guardianships, seats."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from adsum.families.rules import LONGEST_HOUSEHOLD
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Device, Participant


class Family(models.Model):
    """People whom an officer has linked: one officer, one visit can be for all. It opens nobody's file to another."""

    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


class FamilyMember(models.Model):
    """That somebody belongs to a family; each person to one."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="members")
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


class ListedHousehold(models.Model):
    """What the list by which somebody came in calls their household. People of one are proposed, never linked by it."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    household = models.CharField(max_length=LONGEST_HOUSEHOLD)
    listed_in = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["listed_in", "household"], name="people_by_household")]


class FamilyDecision(models.Model):
    """That a person has said of people who were proposed: they are a family, or are none; until it is undone.

    `before`: of all whom it moved, by id, the family in which they were, or none.
    """

    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, related_name="+")
    people = ArrayField(models.BigIntegerField())
    together = models.BooleanField()
    before = models.JSONField(default=dict)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["office", "-decided_at"], name="family_decisions_of_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "people"], condition=Q(undone_at__isnull=True), name="one_decision_about_a_family"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) ^ Q(undone_by__isnull=False),
                name="a_family_decision_is_undone_by_a_person",
            ),
        ]


class Guardianship(models.Model):
    """That one participant acts for a child: who decided it and by what evidence, until somebody ends it."""

    guardian = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    child = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    evidence = models.TextField()
    began_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "child"], condition=Q(ended_at__isnull=True), name="one_guardianship_of_a_pair"
            ),
            models.CheckConstraint(condition=~Q(guardian=F("child")), name="nobody_is_their_own_guardian"),
            models.CheckConstraint(condition=Q(evidence__regex=r"\S"), name="a_guardianship_has_evidence"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) ^ Q(ended_by__isnull=False), name="a_guardianship_ends_by_a_person"
            ),
        ]


class Seat(models.Model):
    """A person on a phone that others use too: their device there. The phone itself is a keyed hash of its cookie.

    It ends with the device's sign-in. `wrong_tries`: of their date of birth, since `tried_at`.
    """

    phone_hash = models.CharField(max_length=64)
    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_hash"], name="seats_of_phone")]

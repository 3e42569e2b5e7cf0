"""The court's rows, each with where it stands."""

from django.db import models

from adsum.court.models.drops import CourtDrop


class _Row(models.Model):
    """Where a row comes from: the line of a drop's file. A row of a higher rank has the last word.

    No drop is ever deleted, so the database need not look for it with each of 46 million rows.
    """

    drop = models.ForeignKey(CourtDrop, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    rank = models.BigIntegerField()
    line = models.BigIntegerField()

    class Meta:
        abstract = True


class CourtCrosswalk(_Row):
    """Which person a court case is about: the court's number of the case beside the person's case number."""

    number = models.BigIntegerField(primary_key=True)
    case_number = models.CharField(max_length=10)

    class Meta:
        indexes = [models.Index(fields=["case_number"], name="court_cases_of_a_person")]


class CourtCase(_Row):
    """A case at the court, as its newest row tells it."""

    number = models.BigIntegerField(primary_key=True)
    case_type = models.CharField(max_length=10, blank=True)
    custody = models.CharField(max_length=10, blank=True)


class CourtProceeding(_Row):
    """A proceeding of a case as one drop tells it: what a newer drop no longer says must not be lost."""

    number = models.BigIntegerField()
    court_case = models.BigIntegerField()
    case_type = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=10, blank=True)
    begun_on = models.DateField(null=True)
    hearing_on = models.DateField(null=True)
    hearing_time = models.CharField(max_length=10, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    completion = models.CharField(max_length=10, blank=True)
    in_absentia = models.BooleanField()
    decided_on = models.DateField(null=True)
    appeal = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["court_case"], name="proceedings_of_a_court_case"),
            models.Index(fields=["drop", "court_case"], name="proceedings_of_a_drop"),
        ]
        constraints = [models.UniqueConstraint(fields=["number", "drop"], name="one_version_of_a_drop")]


class CourtHearing(_Row):
    """A line of the court's schedule, as its newest row tells it. `adjourned`: why it did not take place then."""

    number = models.BigIntegerField(primary_key=True)
    proceeding = models.BigIntegerField()
    court_case = models.BigIntegerField()
    place = models.CharField(max_length=10, blank=True)
    hearing_on = models.DateField(null=True)
    hearing_time = models.CharField(max_length=10, blank=True)
    hearing_kind = models.CharField(max_length=10, blank=True)
    adjourned = models.CharField(max_length=10, blank=True)
    updated_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["court_case"], name="hearings_of_a_court_case"),
            models.Index(fields=["drop", "court_case"], name="hearings_of_a_drop"),
        ]

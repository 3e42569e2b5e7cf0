"""Drops of the court, their files, and lines that could not be read."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.court.rules import RowKind


class CourtDrop(models.Model):
    """One delivery. The same files are the same drop, however often they come; `rank` says which of two is newer.

    `refusal`: why nothing of it was kept; `followed_at`: when its news had reached people.
    """

    name = models.CharField(max_length=200)
    number = models.BigIntegerField()
    as_of = models.DateField()
    rank = models.BigIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    refusal = models.CharField(max_length=500, blank=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="court_drops_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(refusal=""), name="a_refused_drop_never_ends")
        ]

    def __str__(self) -> str:
        return self.name


class CourtFile(models.Model):
    """One file of a drop, and how far it has been read: up to the byte `done`, which is behind the line `lines`."""

    drop = models.ForeignKey(CourtDrop, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in RowKind])
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    set_aside = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drop", "kind"], name="one_court_file_of_a_kind"),
            models.CheckConstraint(condition=Q(done__lte=models.F("size")), name="a_court_file_is_read_once"),
        ]


class CourtAside(models.Model):
    """A line that could not be read, with its beginning and the reason."""

    file = models.ForeignKey(CourtFile, on_delete=models.CASCADE, related_name="aside")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="court_aside_to_forget")]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="a_line_is_set_aside_once")]

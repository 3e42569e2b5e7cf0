"""Documents, uploads on their way, and what somebody cannot show."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from adsum.documents.rules import FormCode, Kind, Says, Scan
from adsum.flags.rules import Decision
from adsum.people.models import Participant
from adsum.places.models import Address


class Upload(models.Model):
    """A file on its way. How much of it is kept is the size of its own file: that is what outlives a power cut."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    length = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="uploads_to_erase")]
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="one_upload_per_key")]

    @property
    def path(self) -> Path:
        return Path(settings.HOME) / "documents" / "unfinished" / f"{self.participant_id}-{self.key.hex}"

    @property
    def kept(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0


class Document(models.Model):
    """A picture or paper as it is kept: cleaned, named by its SHA-256. `sent_sha256` is that of what was sent."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    address = models.ForeignKey(Address, on_delete=models.CASCADE, null=True, related_name="+")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=16, choices=[(scan, scan) for scan in Scan])
    given_by = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    decision = models.CharField(max_length=20, blank=True, choices=[(one, one) for one in Decision])
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-received_at"], name="documents_of_participant"),
            models.Index(fields=["received_at"], name="documents_to_erase"),
            models.Index(fields=["id"], name="documents_to_scan", condition=Q(scan=Scan.QUARANTINED)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["participant", "key"], name="one_document_per_key"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_document_has_its_hash"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="a_decided_document_has_a_date",
            ),
        ]

    @property
    def path(self) -> Path:
        return Path(settings.HOME) / "documents" / str(self.participant_id) / self.sha256

    @property
    def is_shown(self) -> bool:
        return self.scan != Scan.QUARANTINED

    @property
    def is_picture(self) -> bool:
        return self.media_type == "image/jpeg"


class Inability(models.Model):
    """Somebody says that they show no paper or photo, and why. An officer knows it; nothing follows by itself."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    says = models.CharField(max_length=20, choices=[(says, says) for says in Says])
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-said_at"], name="inabilities_of_participant")]


class FormSent(models.Model):
    """A participant says that they have sent this form about this address."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=20, choices=[(form, form) for form in FormCode])
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "form"], name="a_form_is_sent_once")]

"""Messages to participants."""

from django.db import models

from adsum.core.copying import CopyManager
from adsum.notices.rules import NoticeKind
from adsum.people.models import Participant


class Notice(models.Model):
    """One message, in the words and the language in which it was said."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40, choices=[(kind, kind) for kind in NoticeKind])
    about = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    body = models.TextField()
    queued_at = models.DateTimeField()
    policy = models.CharField(max_length=80, blank=True)

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["participant", "-queued_at"], name="notices_of_participant")]

    def __str__(self) -> str:
        return self.title

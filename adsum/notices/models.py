"""Messages to participants."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.core.references import checked_in_sets
from adsum.notices.rules import Asked, Channel, Hours, MessageKind, MessageState, NoticeKind
from adsum.offices.models import FieldOffice
from adsum.people.models import Contact, Participant


class Notice(models.Model):
    """One message, in the words and the language in which it was said; `to_pass_on`: not on its channels yet."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=40, choices=[(kind, kind) for kind in NoticeKind])
    about = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    body = models.TextField()
    queued_at = models.DateTimeField()
    policy = models.CharField(max_length=80, blank=True)
    to_pass_on = models.BooleanField(default=False)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-queued_at"], name="notices_of_participant"),
            models.Index(fields=["id"], name="notices_to_pass_on", condition=Q(to_pass_on=True)),
        ]
        triggers = checked_in_sets(participant="adsum_participant")

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """One text on its way over one channel. Its words and where they went are kept once it was sent.

    `step` is how many days before the date it goes. While it is being tried, `send_at` is when it is tried again.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in MessageKind])
    about = models.CharField(max_length=60)
    step = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=[(channel, channel) for channel in Channel])
    queued_at = models.DateTimeField()
    send_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(state, state) for state in MessageState], db_default="waiting")
    tries = models.PositiveSmallIntegerField(db_default=0)
    sent_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, db_default="")
    address = models.CharField(max_length=200, db_default="")
    language = models.CharField(max_length=12, db_default="")
    title = models.CharField(max_length=200, db_default="")
    body = models.TextField(db_default="")
    policy = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["channel", "send_at"], name="messages_to_send", condition=Q(state="waiting")),
            models.Index(fields=["expires_at"], name="messages_to_drop", condition=Q(state="waiting")),
            models.Index(fields=["participant", "-queued_at"], name="messages_of_participant"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["about", "step", "channel"], name="one_message_per_thing_step_channel"),
        ]

    def __str__(self) -> str:
        return self.title or self.about

    def about_id(self, kind: str) -> int | None:
        """The id of the thing this message is about, when it is of this kind."""
        named, _, number = self.about.partition(":")
        return int(number) if named == kind else None


class ReminderDay(models.Model):
    """An office whose reminders for that day are made; written together with them, so that none is made twice."""

    office = models.ForeignKey(FieldOffice, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="reminders_are_made_once_a_day")]


class Wish(models.Model):
    """How a participant wants to hear from Adsum. `discreet`: others read this phone or mail too."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    channels = ArrayField(models.CharField(max_length=8, choices=[(channel, channel) for channel in Channel]))
    hours = models.CharField(max_length=10, choices=[(hours, hours) for hours in Hours])
    discreet = models.BooleanField()
    chosen_at = models.DateTimeField()


class StoppedNumber(models.Model):
    """A phone number (E.164) from which somebody said stop; nothing is texted there until it says start."""

    number = models.CharField(max_length=20, unique=True)
    stopped_at = models.DateTimeField()


class Reply(models.Model):
    """A text message that came in, once per the gateway's own id, and what was answered."""

    gateway_id = models.CharField(max_length=100, unique=True)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")
    number = models.CharField(max_length=40)
    text = models.TextField()
    asked = models.CharField(max_length=8, choices=[(asked, asked) for asked in Asked])
    answer = models.TextField(blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-heard_at"], name="replies_of_participant")]

"""Participants, contacts, devices."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from adsum.core.copying import CopyManager
from adsum.core.references import KEPT, checked_in_sets, checked_in_sets_and_changes
from adsum.ledger.rules import Actor, ActorKind
from adsum.offices.models import FieldOffice, Staff
from adsum.people.rules import ContactKind


class Participant(models.Model):
    """A person whose case is pending and who lives at home. Country and language serve them; no rule reads them.

    `left_at`: nobody asks for check-ins since then; `silent_since`: nothing is ever sent any more (`leaving`).
    """

    office = models.ForeignKey(
        FieldOffice, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    case_number = models.CharField(max_length=10)
    given_names = models.CharField(max_length=200, blank=True)
    surnames = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField()
    sex = models.CharField(max_length=1, blank=True)
    country = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12)
    enrolled_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "surnames", "given_names"], name="people_by_name"),
            GinIndex(models.Func("given_names", "surnames", function="adsum_words"), name="people_by_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case_number"], name="one_person_per_case_number"),
            models.CheckConstraint(
                condition=models.Q(case_number__regex=r"^[AX][0-9]{9}$"),
                name="case_number_is_a_and_nine_digits",
            ),
        ]
        triggers = [KEPT, *checked_in_sets_and_changes(office="adsum_fieldoffice", officer="adsum_staff")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.surnames}".strip() or self.case_number

    def as_actor(self) -> Actor:
        """This person as the one who acts or looks."""
        return Actor(ActorKind.PARTICIPANT, self.pk, self.office_id)


class Contact(models.Model):
    """One way to reach a participant, as given and, where it can be used, in its standard form (E.164, RFC 5321).

    `failures` counts messages in a row that did not arrive; after enough of them it is broken, and a human calls.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="contacts", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in ContactKind])
    as_given = models.CharField(max_length=200)
    value = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(db_default=0)
    broken_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "kind"], name="contacts_of_participant"),
            models.Index(fields=["value"], name="contacts_by_value"),
        ]
        triggers = checked_in_sets(participant="adsum_participant")


class Device(models.Model):
    """A phone or computer on which a participant is signed in; the token itself is on the device only."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=200, blank=True)
    activated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    signed_out_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "signed_out_at"], name="devices_of_participant")]


class PushSubscription(models.Model):
    """One device to which a participant lets us push messages: where, and the two keys that lock them (RFC 8291).

    Where and keys are erased when it ends: with the device's sign-in, by the person, or by the push service.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, blank=True)
    p256dh = models.CharField(max_length=100, blank=True)
    auth = models.CharField(max_length=30, blank=True)
    subscribed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"], name="one_push_per_endpoint", condition=models.Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["device"], name="one_push_per_device", condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) ^ models.Q(endpoint="", p256dh="", auth=""),
                name="an_ended_push_keeps_no_keys",
            ),
        ]
        indexes = [
            models.Index(
                fields=["participant"], name="pushes_of_participant", condition=models.Q(ended_at__isnull=True)
            )
        ]


class Representative(models.Model):
    """Somebody, such as a lawyer, to whom a participant shows their file until a day. The link is theirs only."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-made_at"], name="representatives_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("made_at")), name="a_consent_ends_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Passkey(models.Model):
    """A key that a participant's device keeps and unlocks by finger, face or its own code (WebAuthn, level 2).

    Only its public half is here, and it is erased when the key ends. `challenged_at` is when the challenge of its last
    use was made: an older one is a replay.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    credential_id = models.CharField(max_length=1400, unique=True, null=True)
    public_key = models.BinaryField()
    uses = models.PositiveBigIntegerField(db_default=0)
    made_at = models.DateTimeField()
    challenged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "ended_at"], name="passkeys_of_participant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) ^ models.Q(credential_id__isnull=True, public_key=b""),
                name="an_ended_passkey_keeps_nothing",
            )
        ]


class Pin(models.Model):
    """Six numbers that let a participant back in on one device; the key of that device stands in its cookie only."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(db_default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "ended_at"], name="pins_of_participant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) ^ models.Q(pin_hash=""), name="an_ended_pin_keeps_nothing"
            )
        ]

"""Field offices and their staff."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from adsum.core.references import KEPT
from adsum.ledger.rules import Actor, ActorKind
from adsum.offices.rules import EVERY_OFFICE, HelpKind, Role


class _OurOffices(models.Manager["FieldOffice"]):
    """The offices of this site; those of others only stand where a person's past names them."""

    def get_queryset(self) -> models.QuerySet["FieldOffice"]:
        return super().get_queryset().filter(site="")


class FieldOffice(models.Model):
    """A place with officers, a caseload and a time zone in which its deadlines count.

    `site`: the Adsum site whose office it is; empty for our own. Of another one only past acts speak (`handover`).
    """

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=120, blank=True, default="", db_default="")

    objects = _OurOffices()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="one_office_per_code_of_a_site")]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.name} ({self.site})" if self.site else self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class _OurStaff(BaseUserManager["Staff"]):
    """Who works here; authors at other sites are reached only from what they signed there."""

    def get_queryset(self) -> models.QuerySet["Staff"]:
        return super().get_queryset().filter(site="")


class Staff(AbstractBaseUser):
    """A person who works for the programme. Officers and supervisors belong to one office.

    `languages` (ISO 639) are those in which they can talk with people, beside English. `site`: the Adsum site at which
    somebody was who is known here only as the author of something past, under `site_number` there; empty for our own.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=[(role, role) for role in Role])
    office = models.ForeignKey(FieldOffice, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    last_login = None  # sign-ins stand in the ledger
    site = models.CharField(max_length=120, blank=True, default="", db_default="")
    site_number = models.BigIntegerField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = _OurStaff()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "site_number"], name="one_author_per_number_of_a_site", condition=~models.Q(site="")
            ),
            models.CheckConstraint(
                condition=models.Q(site="", site_number__isnull=True)
                | ~models.Q(site="") & models.Q(site_number__isnull=False, is_active=False),
                name="an_author_elsewhere_has_no_access",
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=[Role.OFFICER, Role.SUPERVISOR]) | models.Q(office__isnull=False),
                name="officers_have_an_office",
            ),
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.name} ({self.site})" if self.site else self.name

    def as_actor(self) -> Actor:
        """This person as the one who acts or looks."""
        return Actor(
            ActorKind.STAFF,
            self.pk,
            self.office_id,
            sees_every_office=self.role in EVERY_OFFICE,
        )


class SignInTry(models.Model):
    """One failed sign-in of staff. Account and network are keyed hashes: they limit, they do not identify."""

    at = models.DateTimeField()
    account_hash = models.CharField(max_length=64)
    network_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["account_hash", "at"], name="sign_ins_of_account"),
            models.Index(fields=["network_hash", "at"], name="sign_ins_of_network"),
        ]


class HelpPlace(models.Model):
    """Somebody near an office who helps: a lawyer, a shelter, a food bank. Kept by the office."""

    office = models.ForeignKey(FieldOffice, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in HelpKind])
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    languages = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "position"], name="one_help_place_per_position")]

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    """A day on which an office is closed: nobody there can help, so what falls due then moves on."""

    office = models.ForeignKey(FieldOffice, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    why = models.CharField(max_length=120)
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="an_office_is_closed_once_a_day"),
            models.CheckConstraint(condition=models.Q(why__regex=r"\S"), name="a_closed_day_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.why}"


class StaffPasskey(models.Model):
    """A key with which a member of staff signs in (WebAuthn, level 2). Only its public half is here.

    `challenged_at` is when the challenge of its last use was made: an older one is a replay.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True, null=True)
    public_key = models.BinaryField()
    uses = models.PositiveBigIntegerField(db_default=0)
    made_at = models.DateTimeField()
    challenged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "ended_at"], name="passkeys_of_staff")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) ^ models.Q(credential_id__isnull=True, public_key=b""),
                name="an_ended_staff_passkey_keeps_nothing",
            )
        ]

    def __str__(self) -> str:
        return self.name

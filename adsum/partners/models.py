"""Partners, what they show to be let in, how much they asked, what they reported."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.ledger.rules import Actor, ActorKind
from adsum.partners.rules import ReportKind, ReportState, Said, said_from
from adsum.people.models import Participant


class Partner(models.Model):
    """Another agency's system: which offices' people it may see (codes), what of them (scopes), and by which law."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    client_id = models.CharField(max_length=40, unique=True)
    offices = ArrayField(models.CharField(max_length=20))
    scopes = ArrayField(models.CharField(max_length=40))
    why = models.TextField()
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    let_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]*$"), name="a_partner_has_a_plain_code"),
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="a_partner_has_a_reason"),
            models.CheckConstraint(condition=~Q(offices=[]) & ~Q(scopes=[]), name="a_partner_is_bound"),
        ]

    def __str__(self) -> str:
        return self.title

    def as_actor(self, office_ids: frozenset[int] = frozenset()) -> Actor:
        """This partner as the one who acts or looks, at people of these offices."""
        return Actor(ActorKind.PARTNER, self.pk, office_ids=office_ids)


class PartnerSecret(models.Model):
    """What a partner shows to get a token; only its hash is here. Two hold while one replaces the other."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class PartnerToken(models.Model):
    """What a partner shows with each request, for an hour; only its hash is here."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="partner_tokens_to_forget")]


class PartnerAnswer(models.Model):
    """The answer to a request that may be repeated, under the partner's own key; without `status` it is being made."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["began_at"], name="partner_answers_to_forget")]
        constraints = [models.UniqueConstraint(fields=["partner", "key"], name="one_answer_per_key")]


class PartnerUse(models.Model):
    """How many requests somebody made within one minute: a partner, or a network that is refused."""

    who = models.CharField(max_length=80)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["minute"], name="partner_uses_to_forget")]
        constraints = [models.UniqueConstraint(fields=["who", "minute"], name="one_count_per_minute")]


class PartnerReport(models.Model):
    """What a partner says of a person. It changes nothing in the file: a flag puts it before an officer.

    `key` is the partner's own, so that a retry is one report. `version` grows with each change while it is open.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in ReportKind])
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-id"], name="reports_of_partner"),
            models.Index(fields=["made_at"], name="partner_reports_to_forget"),
        ]
        constraints = [models.UniqueConstraint(fields=["partner", "key"], name="a_retry_is_one_report")]

    @property
    def said(self) -> Said:
        return said_from(self.kind, self.words, self.facts)

    @property
    def state(self) -> ReportState:
        """Where it stands, as it was asked for with `queries.partner_reports`."""
        if self.withdrawn_at is not None:
            return ReportState.WITHDRAWN
        return ReportState.OPEN if getattr(self, "waiting", True) else ReportState.DECIDED

"""Where a participant's case stands."""

from django.db import models
from django.db.models import Q

from adsum.appointments.models import Appointment
from adsum.court.models.drops import CourtDrop
from adsum.court.rules import STATE_WORDS, CaseState, Stand
from adsum.people.models import Participant


class CourtStanding(models.Model):
    """Where a participant's case stood from `since` to `ended_at`, and the row that says so.

    `hearing` is the line of the schedule that was followed last, `listed` what it said, `appointment` what it became in
    their calendar, in the `time_zone` of their office of then: the court's hours do not move with the person.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    court_case = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=[(state, state) for state in CaseState])
    proceeding = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    appeal_kept = models.BooleanField(default=False)
    drop = models.ForeignKey(CourtDrop, on_delete=models.PROTECT, null=True, related_name="+")
    line = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    hearing = models.BigIntegerField(null=True)
    listed = models.CharField(max_length=200, default="", db_default="")
    time_zone = models.CharField(max_length=60, default="", db_default="")
    appointment = models.ForeignKey(Appointment, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["participant", "-since"], name="court_standings_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "court_case"], condition=Q(ended_at__isnull=True), name="a_case_stands_one_way"
            )
        ]

    def __str__(self) -> str:
        return STATE_WORDS[self.case_state]

    @property
    def case_state(self) -> CaseState:
        """How it stands, as a rule reads it."""
        return CaseState(self.state)

    def says(self, stand: Stand) -> bool:
        """True where the court's rows say the same."""
        return (self.state, self.appeal_kept) == (stand.state, stand.appeal_kept)

    @property
    def cited(self) -> str:
        """Where it comes from, in words."""
        return f"the court's drop {self.drop.name}, proceedings, line {self.line:,}" if self.drop else "no row yet"

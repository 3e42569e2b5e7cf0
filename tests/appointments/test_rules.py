"""What an appointment can be, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from adsum.appointments.policy import AppointmentsPolicy
from adsum.appointments.rules import Kind, Source, Wanted, refusal_of

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
POLICY = AppointmentsPolicy(notice_hours=48, furthest_days=100)


@pytest.mark.parametrize(
    ("hours", "kind", "place", "source", "refusal"),
    [
        (48, Kind.OFFICE_VISIT, "", Source.OFFICER, ""),
        (47.9, Kind.OFFICE_VISIT, "", Source.OFFICER, "48 hours before"),
        (47.9, Kind.COURT_HEARING, "26 Federal Plaza", Source.COURT, ""),
        (0, Kind.COURT_HEARING, "26 Federal Plaza", Source.COURT, "is over"),
        (-24, Kind.OFFICE_VISIT, "", Source.OFFICER, "is over"),
        (2400, Kind.OFFICE_VISIT, "", Source.OFFICER, ""),
        (2401, Kind.OFFICE_VISIT, "", Source.OFFICER, "years ahead"),
        (72, Kind.COURT_HEARING, " ", Source.OFFICER, "where it is"),
        (72, Kind.OTHER, "", Source.OFFICER, "where it is"),
    ],
)
def test_an_appointment_is_far_enough_ahead_and_somewhere(
    hours: float, kind: Kind, place: str, source: Source, refusal: str
) -> None:
    said = refusal_of(Wanted(kind, NOW + timedelta(hours=hours), place, "", source), now=NOW, policy=POLICY)
    assert (refusal in said, bool(said)) == (True, bool(refusal))

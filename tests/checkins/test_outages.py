"""Nobody is marked as missed while an outage, or the beginning of one, covers their last chance."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from adsum.checkins.actions import beat, sweep_overdue
from adsum.checkins.models import Duty, Outage
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Outcome, Source, Span, credited_deadline, in_doubt_until
from adsum.management import pulse
from adsum.people.models import Participant
from tests.factories import make_duty

POLICY = CheckinPolicy()

DEADLINE = datetime(2026, 11, 27, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COUNTS = timedelta(minutes=POLICY.outage_counts_minutes)
MOMENTS = st.integers(-5_000, 5_000).map(lambda minutes: DEADLINE + minutes * MINUTE)
SPANS = st.builds(lambda begin, length: Span(begin, begin + length * MINUTE), MOMENTS, st.integers(1, 3_000))


@given(st.lists(SPANS, max_size=6))
def test_no_deadline_falls_into_an_outage(outages: list[Span]) -> None:
    until = credited_deadline(DEADLINE, tries=(), outages=outages, policy=POLICY)
    assert until >= DEADLINE
    covering = [
        one for one in outages if one.began_at < until <= one.ended_at and one.ended_at - one.began_at >= COUNTS
    ]
    assert covering == []


@given(silent=st.integers(0, 3_600), deadline=st.integers(-3_600, 3_600))
def test_a_silence_is_doubted_until_it_is_known_what_it_is(silent: int, deadline: int) -> None:
    seen_at, now = DEADLINE, DEADLINE + timedelta(seconds=silent)
    doubt = in_doubt_until(seen_at, now=now, policy=POLICY)
    is_doubtful = timedelta(seconds=POLICY.doubt_after_seconds) <= now - seen_at < COUNTS
    assert doubt == (seen_at + COUNTS if is_doubtful else None)


@pytest.fixture
def duty(person: Participant) -> Duty:
    return make_duty(person, due_on=date(2026, 11, 25))


def outcome(duty: Duty) -> str | None:
    return Duty.objects.get(pk=duty.pk).outcome


@pytest.mark.parametrize("began_before", [timedelta(seconds=30), 2 * MINUTE, 4 * MINUTE, 3 * COUNTS])
def test_the_web_dies_before_the_deadline_and_nobody_is_missed_until_it_is_back(
    duty: Duty, began_before: timedelta
) -> None:
    died = duty.missed_after - began_before
    beat(source=Source.ADDRESS, now=died)
    for minutes in range(1, 40):
        now = duty.missed_after + minutes * MINUTE
        sweep_overdue(now=now)
        assert outcome(duty) is None, now
    back = duty.missed_after + 40 * MINUTE
    beat(source=Source.ADDRESS, now=back)
    sweep_overdue(now=back)
    assert (outcome(duty), Outage.objects.count()) == (None, 1)
    beat(source=Source.ADDRESS, now=back + 60 * MINUTE)
    sweep_overdue(now=back + 60 * MINUTE)
    assert Duty.objects.get(pk=duty.pk).missed_after >= back + min(began_before, COUNTS)


def test_a_short_silence_delays_by_minutes_and_no_more(duty: Duty) -> None:
    beat(source=Source.ADDRESS, now=duty.missed_after - MINUTE)
    sweep_overdue(now=duty.missed_after + MINUTE)
    assert outcome(duty) is None
    for minutes in range(2, 6):
        beat(source=Source.ADDRESS, now=duty.missed_after + minutes * MINUTE)
    sweep_overdue(now=duty.missed_after + 6 * MINUTE)
    assert outcome(duty) == Outcome.MISSED


def test_who_was_late_before_the_silence_is_marked(duty: Duty) -> None:
    beat(source=Source.ADDRESS, now=duty.missed_after + MINUTE)
    sweep_overdue(now=duty.missed_after + 3 * MINUTE)
    assert outcome(duty) == Outcome.MISSED


class Ready(BaseHTTPRequestHandler):
    """A web that says that it is ready."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def without_database() -> Iterator[None]:
    with patch.object(pulse, "close_old_connections"), patch.object(pulse, "note_page_time"):
        yield


@pytest.mark.usefixtures("without_database")
def test_the_prober_notes_an_address_only_where_it_answers() -> None:
    with HTTPServer(("127.0.0.1", 0), Ready) as web, patch.object(pulse, "beat") as beats:
        serving = Thread(target=web.serve_forever)
        serving.start()
        pulse.look_once(f"http://127.0.0.1:{web.server_port}")
        web.shutdown()
        serving.join()
        assert [call.kwargs["source"] for call in beats.call_args_list] == ["address"]
    with patch.object(pulse, "beat") as beats:
        pulse.look_once(f"http://127.0.0.1:{web.server_port}")
        assert not beats.called


@pytest.mark.usefixtures("without_database")
def test_the_prober_goes_on_when_the_database_is_away_and_ends_when_told() -> None:
    stop, asked = Event(), []

    def away(**_: object) -> None:
        asked.append(1)
        if len(asked) == 3:
            stop.set()
        raise DatabaseError("connection refused")

    quick = patch.object(CheckinPolicy, "probe_seconds", 0)
    rules = patch.object(pulse, "in_force", side_effect=DatabaseError("connection refused"))
    with quick, rules, patch.object(pulse, "answers", return_value=True), patch.object(pulse, "beat", away):
        pulse.keep_looking("http://nowhere", stop)
    assert len(asked) == 3

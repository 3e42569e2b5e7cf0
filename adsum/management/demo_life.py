"""Five weeks of the demo's first people, through the real actions: they get in, check in, forget, move, ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from adsum.checkins.actions import submit_report
from adsum.checkins.queries import waiting_duties
from adsum.checkins.rules import GivenPlace, ReportContent
from adsum.enrolment.actions import activate_device, issue_invitation
from adsum.ledger.rules import OPERATOR
from adsum.management.housekeeping import keep_duties
from adsum.orders.actions import ask_for_photos
from adsum.people.queries import participants

if TYPE_CHECKING:
    from adsum.people.models import Participant

HISTORY_DAYS, PHOTOS_OF_ONE_IN = 35, 5
_PHONE = "Mozilla/5.0 (Linux; Android 11; Pixel 5) demo"
WORDS = ("Tengo una cita médica el mismo día.", "My phone was broken for two days.", "¿Dónde puedo mostrar mi recibo?")


def live_through(*, began: datetime, now: datetime, seed: int) -> None:
    """Replay the days from `began` to `now` for everybody enrolled so far; a few never get in."""
    random = Random(seed)  # noqa: S311 - made-up lives, not secrets
    people = list(participants(seen_by=OPERATOR).order_by("pk"))
    inside = {person.pk: person for person in people if random.random() < 0.93}
    for person in inside.values():
        _get_in(person, began + timedelta(hours=random.randrange(1, 72)))
        if person.pk % PHOTOS_OF_ONE_IN == 0:
            ask_for_photos(participant=person, every_days=180, actor=OPERATOR, now=began)
    for day in range(4, HISTORY_DAYS):
        noon = began + timedelta(days=day)
        for duty in waiting_duties(at=noon, seen_by=OPERATOR).order_by("due_at"):
            at = noon + timedelta(minutes=random.randrange(-240, 360))
            if duty.participant_id in inside and random.random() < _likely((duty.due_at - at).days):
                key = UUID(int=random.getrandbits(128), version=4)
                submit_report(participant=inside[duty.participant_id], key=key, content=_content(random, at), now=at)
        keep_duties(min(noon + timedelta(hours=11), now))


def _likely(days_left: int) -> float:
    """How likely somebody checks in that day: most on the last day, some afterwards."""
    if days_left < 0:
        return 0.15
    return 0.75 if days_left == 0 else 0.12 if days_left <= 3 else 0.02


def _get_in(person: Participant, at: datetime) -> None:
    code = issue_invitation(participant=person, actor=OPERATOR, now=at)
    activate_device(
        typed_code=code,
        born=person.date_of_birth,
        from_file=person.case_number,
        network=f"demo-{person.pk}",
        browser=_PHONE,
        now=at,
    )


def _content(random: Random, at: datetime) -> ReportContent:
    status = random.choices(("granted", "refused", "timed-out"), (90, 7, 3))[0]
    place = GivenPlace(status)
    if status == "granted":
        latitude, longitude = 40.70 + random.random() / 8, -74.0 + random.random() / 6
        accuracy = random.choice((8.0, 12.0, 20.0, 35.0, 300.0, 4_000.0))
        place = GivenPlace(status, latitude, longitude, accuracy, at - timedelta(seconds=9))
    moved = random.random() < 0.04
    address = {"street": "41 Linden Blvd", "unit": "Apt 3", "city": "Brooklyn", "state": "NY", "postal_code": "11226"}
    return ReportContent(
        lives_there=not moved,
        new_address=address if moved else {},
        wants_contact=random.random() < 0.03,
        message=random.choice(WORDS) if random.random() < 0.05 else "",
        place=place,
    )

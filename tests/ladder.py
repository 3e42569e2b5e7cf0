"""Missed check-ins for tests, and the ladder that follows them."""

from datetime import UTC, date, datetime

from adsum.checkins.actions import climb_rungs, sweep_overdue
from adsum.checkins.models import Duty
from adsum.ledger.rules import OPERATOR
from adsum.notices.rules import Channel
from adsum.people.actions import add_contacts
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind
from tests.factories import NOW, make_duty

ALL = (Channel.SMS, Channel.EMAIL, Channel.LETTER)
PHONE = "+12125550123"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DUE_ON = date(2026, 11, 23)
MISSED = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # midnight in New York, a day of grace after the due day


def with_contacts(person: Participant, phone: str = PHONE, email: str = "maria@example.org") -> None:
    """Give them a phone and an e-mail address that work."""
    given = ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email))
    contacts = [Contact(participant=person, kind=k, as_given=v, value=v, since=NOW) for k, v in given if v]
    add_contacts(contacts=contacts, actor=OPERATOR, now=NOW)


def miss(person: Participant) -> Duty:
    """A duty of theirs that is marked missed at MISSED."""
    duty = make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=MISSED)
    duty.refresh_from_db()
    return duty


def climb_until(moment: datetime) -> int:
    """Climb what is to be climbed at this moment, with every channel set up."""
    return climb_rungs(can=ALL, now=moment)

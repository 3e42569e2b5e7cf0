"""Which notices there are, when people are reminded of a date, and what a reply asks for. Pure.

The words of a notice stand in `templates/notices/<kind>.txt`, the first line being the title.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from adsum.core.text import without_marks
from adsum.notices.policy import NoticesPolicy


class NoticeKind(StrEnum):
    """Why Adsum writes to somebody."""

    CHECKIN_MISSED = "checkin-missed"
    CHECKIN_EXCUSED = "checkin-excused"
    CHECKIN_CREDITED = "checkin-credited"
    OFFICER_ANSWERED = "officer-answered"
    DOCUMENT_ACCEPTED = "document-accepted"
    DOCUMENT_WANTED = "document-wanted"
    SHARING_ASKED = "sharing-asked"
    APPOINTMENT_GIVEN = "appointment-given"
    APPOINTMENT_MOVED = "appointment-moved"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    APPOINTMENT_ATTENDANCE = "appointment-attendance"
    SCHEDULE_CHANGED = "schedule-changed"
    SCHEDULE_PAUSED = "schedule-paused"
    EXCUSE_ASKED = "excuse-asked"
    EXCUSE_REFUSED = "excuse-refused"
    EXCUSE_MORE = "excuse-more"
    CHECKIN_NEW_DATE = "checkin-new-date"
    STEP_TAKEN = "step-taken"
    STEP_ANSWERED = "step-answered"
    REVIEW_ASKED = "review-asked"
    REVIEW_MORE = "review-more"
    REVIEW_DECIDED = "review-decided"
    APPEAL_TAKEN = "appeal-taken"
    APPEAL_ANSWERED = "appeal-answered"
    LEFT = "left"
    NEW_OFFICER = "new-officer"
    PHONE_CHANGED = "phone-changed"
    CLOCK_CHANGED = "clock-changed"
    MONITOR_ISSUED = "monitor-issued"
    MONITOR_SWAPPED = "monitor-swapped"
    MONITOR_RETURNED = "monitor-returned"
    ORDER_TERMS = "order-terms"
    EASING_OPEN = "easing-open"


# What somebody wears, where it holds and what an officer wrote of it: others may see a text or an e-mail.
VEILED = frozenset(
    {NoticeKind.MONITOR_ISSUED, NoticeKind.MONITOR_SWAPPED, NoticeKind.MONITOR_RETURNED, NoticeKind.ORDER_TERMS}
)


@dataclass(frozen=True)
class Draft:
    """A notice before it is written: whom, why, and the facts that its words need."""

    participant: Any
    kind: NoticeKind
    about: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def split_title(text: str) -> tuple[str, str]:
    """Title and body of a rendered notice."""
    title, _, body = text.strip().partition("\n")
    return title.strip(), body.strip()


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    PUSH = "push"


class MessageKind(StrEnum):
    """What a message is."""

    REMINDER = "reminder"
    NOTICE = "notice"
    MISSED = "missed"
    INVITATION = "invitation"
    PHONE_CODE = "phone-code"
    OLD_PHONE = "old-phone"


class MessageState(StrEnum):
    """Where a message stands. NEEDLESS: the check-in came, the time was over, or the person said stop. HELD: its wave
    holds, and it waits until that goes on."""

    WAITING = "waiting"
    HELD = "held"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    GAVE_UP = "gave-up"
    NEEDLESS = "needless"


class Hours(StrEnum):
    """When in the day messages suit a person."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


DAYTIMES = {Hours.ANY: (0, 24), Hours.MORNING: (8, 12), Hours.AFTERNOON: (12, 17), Hours.EVENING: (17, 21)}
DEFAULT_CHANNELS = (Channel.SMS, Channel.EMAIL)
CHOSEN_CHANNELS = (*DEFAULT_CHANNELS, Channel.LETTER)  # pushes are wished for on the device itself


@dataclass(frozen=True)
class Window:
    """When the reminders of one step go to people of one office whose duty is due on that day."""

    due_on: date
    step: int
    hours: Hours
    begins: datetime
    ends: datetime
    expires_at: datetime

    def is_new(self, day: date) -> bool:
        """True where this day is the step's own day: nothing of it can have been made before."""
        return (self.due_on - day).days == self.step


def steps_of(policy: NoticesPolicy) -> list[int]:
    """How many days before the due day people are reminded, nearest first."""
    days = {policy.first_reminder_days, policy.second_reminder_days, policy.last_reminder_days}
    return sorted(days | ({0} if policy.remind_on_the_day else set()))


def is_awake(now: datetime, *, zone: ZoneInfo, policy: NoticesPolicy) -> bool:
    """True outside of the quiet hours of that zone."""
    return policy.earliest_hour <= now.astimezone(zone).hour < policy.latest_hour


def sending_day(now: datetime, *, zone: ZoneInfo, policy: NoticesPolicy) -> date:
    """The day whose reminders are to be made: today, or tomorrow once too little of today is left to spread them."""
    today = now.astimezone(zone).date()
    left = _at(today, policy.latest_hour, zone) - now
    return today if left >= timedelta(minutes=policy.least_spread_minutes) else today + timedelta(days=1)


def windows_of(now: datetime, *, zone: ZoneInfo, policy: NoticesPolicy) -> Iterator[Window]:
    """Whom to remind on the next sending day, by due day, and when.

    A step that was missed, because nothing ran or the duty came later, is caught up until the next step's day.
    """
    day, steps = sending_day(now, zone=zone, policy=policy), steps_of(policy)
    for days_left in range(steps[-1] + 1):
        due_on = day + timedelta(days=days_left)
        step = next(step for step in steps if step >= days_left)
        nearer = [one for one in steps if one < step]
        expires_on = due_on - timedelta(days=nearer[-1]) if nearer else due_on + timedelta(days=1)
        for hours in Hours:
            begins, ends = _span(day, hours, now, zone, policy)
            yield Window(due_on, step, hours, begins, ends, _at(expires_on, 0, zone))


def soon(now: datetime, *, zone: ZoneInfo, policy: NoticesPolicy) -> dict[Hours, tuple[datetime, datetime]]:
    """From when until when news goes to people with these wishes: as soon as allowed, and spread a little."""
    day, spread = sending_day(now, zone=zone, policy=policy), timedelta(minutes=policy.least_spread_minutes)
    spans = {hours: _span(day, hours, now, zone, policy) for hours in Hours}
    return {hours: (begins, min(ends, begins + spread)) for hours, (begins, ends) in spans.items()}


def _span(day: date, hours: Hours, now: datetime, zone: ZoneInfo, policy: NoticesPolicy) -> tuple[datetime, datetime]:
    """The wished hours within the allowed ones; all that is left of those when the wished ones are nearly over.

    Nobody's place lies in the last minutes of the day: what waits for the worker or for another try must still go.
    """
    low, high = DAYTIMES[hours]
    last = _at(day, policy.latest_hour, zone) - timedelta(minutes=policy.least_spread_minutes / 2)
    begins = max(now, _at(day, max(low, policy.earliest_hour), zone))
    ends = min(_at(day, min(high, policy.latest_hour), zone), last)
    if ends - begins >= timedelta(minutes=policy.least_spread_minutes):
        return begins, ends
    return max(now, _at(day, policy.earliest_hour, zone)), last


@dataclass(frozen=True)
class Reach:
    """How a person can be reached: the ways and hours they like, and the ids of contacts that work."""

    channels: tuple[str, ...]
    hours: Hours
    phone: int | None
    email: int | None

    def contact_for(self, channel: Channel) -> int | None:
        """The contact that this channel writes to."""
        return {Channel.SMS: self.phone, Channel.EMAIL: self.email}.get(channel)

    def goes_by(self, channel: Channel, *, can: Collection[Channel]) -> bool:
        """True where a message may go this way. A letter goes to who likes letters, and to whom nothing else reaches.

        Who wants no messages at all gets none.
        """
        if channel not in can:
            return False
        if channel is not Channel.LETTER:
            return channel in self.channels and self.contact_for(channel) is not None
        others = any(self.goes_by(other, can=can) for other in can if other is not Channel.LETTER)
        return bool(self.channels) and (Channel.LETTER in self.channels or not others)


def next_moment(now: datetime, *, place: float, hours: Hours, zone: ZoneInfo, policy: NoticesPolicy) -> datetime:
    """When a single message should go: the rest of today's allowed and wished hours, else tomorrow's.

    `place`, from 0 to 1, is a person's own place in that span, so that thousands do not go at once.
    """
    today = now.astimezone(zone).date()
    for wished in (hours, Hours.ANY):
        for day in (today, today + timedelta(days=1)):
            low, high = DAYTIMES[wished]
            begins = max(now, _at(day, max(low, policy.earliest_hour), zone))
            ends = _at(day, min(high, policy.latest_hour), zone)
            if begins < ends:
                return begins + (ends - begins) * place
    return now


def place_of(person_id: int) -> float:
    """A person's own place in a span, the same each time (Knuth's multiplicative hash)."""
    return person_id % 2**31 * 2654435761 % 2**32 / 2**32


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


class Asked(StrEnum):
    """What a reply to a text message asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    REVIEW = "review"
    OTHER = "other"


# CTIA Messaging Principles (2023), 5.1.3, and 47 CFR 64.1200(a)(10): these words, in any case, always end messages.
_WORDS = {
    Asked.STOP: """
        stop stopall unsubscribe cancel end quit optout revoke
        alto pare parar basta cancelar baja detener salir
        sair arret arreter desabonner fin
        sispann kanpe rete anile
        停止 退订 取消 停
        стоп отмена отписаться
        توقف قف ايقاف الغاء
        ਬੰਦ ਰੋਕੋ
        зупинити скасувати відписатися
    """,
    Asked.START: """
        start unstop yes
        empezar iniciar comenzar si
        comecar iniciar sim
        commencer demarrer oui
        komanse wi
        开始 订阅 старт начать да ابدا ابدأ نعم ਸ਼ੁਰੂ ਹਾਂ почати так
    """,
    Asked.HELP: """
        help info ayuda informacion ajuda aide ed
        帮助 помощь مساعدة ਮਦਦ допомога
    """,
    Asked.REVIEW: """
        review revision revisar revisao revizyon reexamen
        复审 пересмотр مراجعة ਸਮੀਖਿਆ перегляд
    """,
}
_POLITE = frozenset({"please", "por", "favor", "svp", "sil", "te", "plait", "tanpri", "请", "пожалуйста"})


_MEANING = {without_marks(word): asked for asked, words in _WORDS.items() for word in words.split()}


def read_reply(text: str) -> Asked:
    """What a reply asks for: one of the known words, alone or with a “please”; STOP also first of three words."""
    words = [word for word in re.split(r"[\s.,;:!?¡¿'\"“”‘’()-]+", without_marks(text)) if word]
    if words[:2] == ["opt", "out"]:
        return Asked.STOP
    meant = [word for word in words if word not in _POLITE]
    if len(meant) == 1:
        return _MEANING.get(meant[0], Asked.OTHER)
    if meant and len(words) <= 3 and _MEANING.get(meant[0]) is Asked.STOP:
        return Asked.STOP
    return Asked.OTHER


@dataclass(frozen=True)
class PushTarget:
    """A device's address at its push service, with the keys that lock what goes there (base64url)."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Outgoing:
    """A message as a channel takes it: its number, whom to, and the words. A push has `targets` and an end; an
    invitation has a `secret`, which is not kept."""

    message_id: int
    to: str
    title: str
    text: str
    language: str
    targets: tuple[PushTarget, ...] = ()
    expires_at: datetime | None = None
    secret: str = ""

    @property
    def kept_text(self) -> str:
        """The words as they are kept: without the secret in them, which is for the person alone."""
        return self.text.replace(self.secret, "•" * 6) if self.secret else self.text


class Handover(StrEnum):
    """How a letter came to its reader."""

    POST = "post"
    DESK = "desk"
    PHONE = "phone"


@dataclass(frozen=True)
class Posted:
    """A letter as it went to its reader: its words, and the address on the envelope.

    Who has no address gets it in another way; `to` then says how.
    """

    message_id: int
    title: str
    text: str
    to: str
    by: Handover = Handover.POST


class Fate(StrEnum):
    """How a try ended. AWAY: the gateway was not there, and the message is not to blame."""

    SENT = "sent"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"
    AWAY = "away"


@dataclass(frozen=True)
class Tried:
    """What became of one message that a channel was given. `gone`: push targets that are no more."""

    outgoing: Outgoing
    fate: Fate
    error: str = ""
    gone: tuple[int, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What a gateway says later about a message that it took."""

    message_id: int
    delivered: bool
    error: str = ""

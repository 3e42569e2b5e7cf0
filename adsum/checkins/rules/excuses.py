"""Why somebody could not, or cannot, check in; what an officer may answer. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from adsum.checkins.policy import CheckinPolicy
from adsum.core.text import without_marks


class AskedReason(StrEnum):
    """Why a person asks to be excused, in their choice. None of them is better than another."""

    HOSPITAL = "hospital"
    BIRTH = "birth"
    DEATH = "death"
    COURT = "court"
    WORK = "work"
    NO_PHONE = "no-phone"
    DETAINED = "detained"
    OTHER = "other"


ASKED_REASONS = {
    AskedReason.HOSPITAL: "Hospital or illness",
    AskedReason.BIRTH: "A birth",
    AskedReason.DEATH: "A death in the family",
    AskedReason.COURT: "Court on the same day",
    AskedReason.WORK: "Work",
    AskedReason.NO_PHONE: "No phone or internet",
    AskedReason.DETAINED: "Held somewhere",
    AskedReason.OTHER: "Something else",
}


class Through(StrEnum):
    """How a request came: on the web, as a reply to a text message, by phone to an officer who noted it."""

    WEB = "web"
    REPLY = "reply"
    PHONE = "phone"


class ExcuseAnswer(StrEnum):
    """What became of a request. NEEDLESS: the check-in had come, or it was no request."""

    GRANTED = "granted"
    NEW_DATE = "new-date"
    REFUSED = "refused"
    MORE_ASKED = "more-asked"
    NEEDLESS = "needless"


def held_until(planned: datetime, *, policy: CheckinPolicy) -> datetime:
    """Until when a duty is not marked as missed because its participant asks to be excused, however often they ask."""
    return planned + timedelta(days=policy.excuse_hold_days)


def waits_for_person(answered_at: datetime, *, now: datetime, policy: CheckinPolicy) -> bool:
    """True while somebody whom an officer has asked for more still has time to send it."""
    return now < answered_at + timedelta(hours=policy.excuse_more_hours)


# Single words and short phrases, without case and accents, in the languages of the portal.
_WORDS = {
    AskedReason.HOSPITAL: """
        hospital sick ill clinic enfermo enferma clinica hopital malade lopital malad doente больница больнице
        болен больна лікарня лікарні хворий хвора مستشفى المستشفى مريض مريضة ਹਸਪਤਾਲ ਬਿਮਾਰ 医院 住院 生病
    """,
    AskedReason.BIRTH: """
        birth baby labor nacimiento bebe parto naissance accouchement akouchman nesans nascimento роды родила
        пологи народила ولادة ਜਨਮ 分娩 生孩子
    """,
    AskedReason.DEATH: """
        death died funeral muerte murio fallecio velorio deces mort enterrement lanmo antèman morte morreu смерть
        умер умерла похороны похорон помер померла وفاة جنازة ਮੌਤ 去世 葬礼
    """,
    AskedReason.COURT: """
        court corte tribunal juzgado audiencia tribinal суд суде суді محكمة المحكمة ਅਦਾਲਤ 法院 法庭
    """,
    AskedReason.WORK: """
        work working job trabajo trabajando travail travay trabalho работа работе работаю робота роботі عمل العمل
        ਕੰਮ 工作 上班
    """,
    AskedReason.DETAINED: """
        jail detained arrested carcel detenido detenida prision arrestado arrestada detenu arrete prizon cadeia
        preso presa тюрьма тюрьме в'язниця سجن السجن محتجز ਜੇਲ੍ਹ 监狱 拘留
    """,
}
MOST_WORDS = 8


_MEANING = {without_marks(word): reason for reason, words in _WORDS.items() for word in words.split()}


def read_excuse(text: str) -> AskedReason | None:
    """The reason that a short reply to a message gives; None for questions, longer texts and anything not understood.

    A message that gives two reasons is a request with another reason: its words tell the officer.
    """
    words = [word for word in re.split(r"[\s.,;:!¡'\"“”‘’()-]+", without_marks(text)) if word]
    if len(words) > MOST_WORDS or re.search(r"[?？؟¿]", text):
        return None
    found = {_MEANING[word] for word in words if word in _MEANING}
    return found.pop() if len(found) == 1 else AskedReason.OTHER if found else None

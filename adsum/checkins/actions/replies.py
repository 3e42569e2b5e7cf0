"""What people answer to a text message: stop and start hold at once, a reason not to check in is a request,
anything else goes to an officer."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from adsum.checkins.actions.excuses import AskRefused, ask_excuse
from adsum.checkins.queries import askable_duties
from adsum.checkins.rules import Through, read_excuse
from adsum.core.text import clean_line, clean_text
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.rules import RULES
from adsum.notices.actions import keep_reply, start_texts, stop_texts
from adsum.notices.rules import Asked, read_reply
from adsum.people.models import Participant
from adsum.people.queries import people_with_phone
from adsum.people.rules import read_phone


def answer_reply(*, gateway_id: str, number: str, text: str, now: datetime) -> str:
    """Heed a text message that came in; returns what to text back at once, "" for nothing.

    Stop is confirmed once, as the carriers ask. The same message brought again changes and answers nothing.
    """
    sender, said = read_phone(number) or clean_line(number, longest=20), clean_text(text, longest=2_000)
    asked = read_reply(said)
    with transaction.atomic():
        people = list(people_with_phone(number=sender, seen_by=RULES))
        person = people[0] if people else None
        answer = _words(asked, person)
        kept = keep_reply(
            gateway_id=clean_line(gateway_id, longest=100),
            number=sender,
            text=said,
            asked=asked,
            participant_id=person.pk if person else None,
            answer=answer,
            now=now,
        )
        if kept is None or not _heed(asked, sender, person, now):
            return ""
        if asked is Asked.OTHER and not (len(people) == 1 and _asks_excuse(people[0], said, now)):
            flags = [NewFlag(one.pk, Reason.WROTE_BACK, f"reply:{kept.pk}", {"said": said}) for one in people]
            raise_flags(flags=flags, actor=RULES, now=now)
    return answer


def _asks_excuse(person: Participant, said: str, now: datetime) -> bool:
    """“Hospital”, and there is a check-in that it can be about: the missed one, or the next. True where it was kept."""
    reason = read_excuse(said)
    duties = askable_duties(participant=person, now=now, seen_by=RULES) if reason else []
    missed = [duty for duty in duties if duty.outcome]
    duty = missed[-1] if missed else duties[0] if duties else None
    if reason is None or duty is None:
        return False
    try:
        ask_excuse(participant=person, duty_id=duty.pk, reason=reason, words=said, through=Through.REPLY, now=now)
    except AskRefused:
        return False
    return True


def _heed(asked: Asked, sender: str, person: Participant | None, now: datetime) -> bool:
    """Stop or start where that was asked; False where it was so already, and needs no answer."""
    actor, mine = (person.as_actor(), person.pk) if person else (RULES, None)
    if asked is Asked.STOP:
        return stop_texts(number=sender, actor=actor, participant_id=mine, now=now)
    if asked is Asked.START:
        start_texts(number=sender, actor=actor, participant_id=mine, now=now)
    return True


def _words(asked: Asked, person: Participant | None) -> str:
    language = person.language if person and person.language in dict(settings.LANGUAGES) else "en"
    facts = {"asked": asked, "participant": person, "url": settings.PUBLIC_URL}
    with translation.override(language):
        return " ".join(render_to_string("notices/reply.txt", facts).split())

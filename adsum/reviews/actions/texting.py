"""“REVIEW” as an answer to a text message is a request like any other."""

from datetime import datetime

from django.db import transaction

from adsum.checkins.actions import answer_reply
from adsum.core.text import clean_text
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.rules import Asked, read_reply
from adsum.people.models import Participant
from adsum.people.queries import people_with_phone
from adsum.people.rules import read_phone
from adsum.reviews.actions.asking import AskRefused, ask_for_review
from adsum.reviews.rules import Way, Wish


def heed_text(*, gateway_id: str, number: str, text: str, now: datetime) -> str:
    """Heed a text message that came in, also where it asks for a review; returns what to text back, "" for nothing.

    Where a phone is shared, or nothing can be reviewed, an officer gets the words: nobody guesses who has asked.
    """
    with transaction.atomic():
        answer = answer_reply(gateway_id=gateway_id, number=number, text=text, now=now)
        if answer and read_reply(clean_text(text, longest=2_000)) is Asked.REVIEW:
            people = list(people_with_phone(number=read_phone(number) or number, seen_by=RULES))
            if len(people) != 1 or not _begin(people[0], text, now):
                said = {"said": clean_text(text, longest=2_000)}
                flags = [NewFlag(one.pk, Reason.WROTE_BACK, f"text:{gateway_id}"[:60], said) for one in people]
                raise_flags(flags=flags, actor=RULES, now=now)
            record(verb="review.texted", actor=RULES, now=now)
    return answer


def _begin(person: Participant, text: str, now: datetime) -> bool:
    try:
        ask_for_review(participant=person, wish=Wish.LOWER, way=Way.SMS, words=text, now=now)
    except AskRefused:
        return False
    return True

"""The office's own questions in a check-in."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone

from adsum.ledger.rules import RULES
from adsum.orders.queries import order_in_force
from adsum.policies.queries import in_force
from adsum.questions.policy import QuestionsPolicy
from adsum.questions.queries import find_template, template_for
from adsum.questions.rules import answered, read_answers

if TYPE_CHECKING:
    from adsum.checkins.rules import ReportContent
    from adsum.people.models import Participant
    from adsum.portal.reading import Sent
    from adsum.questions.models import QuestionTemplate

PREFIX = "q-"


def asked_of(participant: Participant) -> QuestionTemplate | None:
    """What this person is asked now, by their office and level."""
    me = participant.as_actor()
    order = order_in_force(participant_id=participant.pk, seen_by=me)
    level = order.level if order else ""
    return template_for(office_id=participant.office_id, level=level, at=timezone.now(), seen_by=me)


def with_answers(content: ReportContent, sent: Sent, participant: Participant) -> ReportContent:
    """The report with its answers to the version of the questions that its form showed."""
    try:
        template = _version(int(sent.get("template", "")), participant.office_id)
    except (ValueError, LookupError):
        return content
    given = {name.removeprefix(PREFIX): value for name, value in sent.items() if name.startswith(PREFIX)}
    answers = read_answers(template.questions, given, policy=in_force(QuestionsPolicy, now=timezone.now()))
    shown = answered(template.questions, answers, language="en", policy=in_force(QuestionsPolicy, now=timezone.now()))
    return replace(content, template_id=template.pk, answers=answers, answers_need_look=any(one.look for one in shown))


@lru_cache(maxsize=256)
def _version(template_id: int, office_id: int) -> QuestionTemplate:
    """A version never changes, so it is read once a process. Raises LookupError, which is not remembered."""
    if not 0 < template_id < 2**63:
        raise LookupError
    template = find_template(template_id=template_id, office_id=office_id, seen_by=RULES)
    if template is None:
        raise LookupError
    return template

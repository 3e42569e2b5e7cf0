"""Publishing questions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.offices.models import FieldOffice
from adsum.policies.queries import in_force
from adsum.questions.models import QuestionTemplate
from adsum.questions.policy import QuestionsPolicy
from adsum.questions.rules import BadTemplate, read_template


def publish_template(
    *,
    body: Any,
    office: FieldOffice | None,
    level: str,
    languages: Collection[str],
    valid_from: datetime,
    actor: Actor,
    now: datetime,
) -> QuestionTemplate:
    """Ask this from `valid_from` on; earlier versions stay with the answers that were given to them.

    Raises BadTemplate.
    """
    read_template(body, languages=languages, policy=in_force(QuestionsPolicy, now=now))
    if valid_from < now:
        raise BadTemplate("questions hold from now on, or from a later moment; the past has been asked already")
    with transaction.atomic():
        fitting = QuestionTemplate.objects.filter(office=office, level=level)
        last = fitting.aggregate(Max("version"))["version__max"] or 0
        template = QuestionTemplate.objects.create(
            office=office, level=level, version=last + 1, body=body, valid_from=valid_from, published_at=now
        )
        record(
            verb="questions.published",
            actor=actor,
            now=now,
            subject=template,
            policy=in_force(QuestionsPolicy, now=now).version,
            office=office.code if office else "",
            level=level,
            version=template.version,
        )
    return template

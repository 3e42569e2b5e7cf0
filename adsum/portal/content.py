"""What a check-in says, put together from its form: answers, the office's questions, and the place, whoever gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from adsum.core.network import country_of
from adsum.portal.hand_off import with_handed_place
from adsum.portal.questions import with_answers
from adsum.portal.reading import Sent, read_report

if TYPE_CHECKING:
    from adsum.checkins.rules import ReportContent
    from adsum.people.models import Participant


def content_of(request: HttpRequest, sent: Sent, participant: Participant, key: UUID | None) -> ReportContent:
    """The whole content of a check-in, sent now or kept on the device until there was a network."""
    content = read_report(sent, network_country=country_of(request.META, header=settings.COUNTRY_HEADER))
    return with_handed_place(participant, key, with_answers(content, sent, participant))

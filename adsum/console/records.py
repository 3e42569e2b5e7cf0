"""Outside records on a person's page: what stands, what waits, what was judged, and when they were looked up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from adsum.console.leads import judgements_shown, waiting_for
from adsum.records.queries import (
    checks_about,
    checks_of,
    confirmations_open,
    last_screening,
    leads_of,
    leads_standing,
    sources_known,
)

if TYPE_CHECKING:
    from adsum.checkins.models import Report
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

CHECKS, LEADS = 5, 60


class Night(NamedTuple):
    """A nightly run, as the page shows a dated check."""

    looked_at: datetime | None
    answers: dict[str, Any]


def records_waiting(staff: Staff, now: datetime) -> dict[str, int]:
    """For the worklist: how many leads wait for this person, and how many agencies are late with their answer."""
    late = confirmations_open(seen_by=staff.as_actor()).filter(answer_by__lte=now)
    return {"leads_wait": waiting_for(staff).count(), "answers_late": late.count()}


def records_for(participant: Participant, staff: Staff) -> dict[str, Any]:
    """Their leads with what may be known of the judgements, and their latest dated checks."""
    me = staff.as_actor()
    found = leads_of(participant_id=participant.pk, seen_by=me)[:LEADS]
    sources = list(sources_known(seen_by=me))
    return {
        "record_leads": [(lead, judgements_shown(lead, staff)) for lead in found],
        "record_checks": checks_of(participant_id=participant.pk, seen_by=me)[:CHECKS],
        "record_night": _last_night(participant, me),
        "sources": sources,
        "source_titles": {source.code: source.title for source in sources},
    }


def _last_night(participant: Participant, me: Actor) -> Night | None:
    """The last nightly run over everybody, as far as this person was one of them."""
    night = last_screening(seen_by=me)
    if night is None or night.started_at < participant.enrolled_at:
        return None
    found = leads_standing(participant_ids=[participant.pk], seen_by=me).get(participant.pk, {})
    answers = {code: {**said, "found": found.get(code, 0)} for code, said in night.sources.items()}
    return Night(night.ended_at, answers)


def checks_for(reports: Iterable[Report], seen_by: Actor) -> dict[str, Any]:
    """The dated checks of these check-ins, for `console/report_check.html`."""
    about = [f"report:{report.pk}" for report in reports]
    sources = {source.code: source.title for source in sources_known(seen_by=seen_by)}
    return {"report_checks": checks_about(about=about, seen_by=seen_by), "source_titles": sources}

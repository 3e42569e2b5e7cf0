"""Dated checks, filled by how each source stands."""

from datetime import datetime, timedelta
from typing import Any

from adsum.ledger.rules import RULES
from adsum.management.record_asking import Asker
from adsum.policies.queries import in_force
from adsum.records.actions import note_checks
from adsum.records.past_queries import checks_due, people_unmatched, unscreened_by_source
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import leads_standing, sources_known
from adsum.records.rules import Heard

AT_ONCE = 200
PATIENCE = timedelta(minutes=1)  # what has just come is matched within seconds
_ASKER = Asker()


def make_checks(now: datetime) -> int:
    """Fill checks that are due by how each source stands.

    Where records, or the person, wait to be matched, that is waited for a little; then the check says which source
    has not answered, and it is asked again.
    """
    due = checks_due(at=now, most=AT_ONCE, seen_by=RULES)
    if not due:
        return 0
    _ASKER.ask(due, now)
    stand = sources_now(now)
    people = {check.participant_id for check in due}
    unmatched = people_unmatched(among=people, seen_by=RULES)
    standing = leads_standing(participant_ids=people, seen_by=RULES)
    heard: dict[int, dict[str, dict[str, Any]]] = {}
    for check in due:
        waits = dict.fromkeys(stand, Heard.WAITING) if check.participant_id in unmatched else None
        asked = waits or _ASKER.about(check, stand)
        if asked is None or (Heard.WAITING in asked.values() and now - check.asked_at < PATIENCE):
            continue
        found = standing.get(check.participant_id, {})
        heard[check.pk] = {code: {"heard": how, "found": found.get(code, 0)} for code, how in asked.items()}
    note_checks(heard=heard, now=now)
    _ASKER.forget(heard)
    return len(heard)


def sources_now(now: datetime) -> dict[str, Heard]:
    """How each source stands, by its code."""
    policy = in_force(RecordsPolicy, now=now)
    waiting = unscreened_by_source(before=now, seen_by=RULES)
    return {
        source.code: source.heard(waiting=waiting.get(source.code, 0), now=now, policy=policy)
        for source in sources_known(seen_by=RULES)
    }

"""Sources that must be asked about each person: by a question now, or by a subscription that is in force."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from adsum.ledger.rules import RULES
from adsum.management.records_reading import take_rows
from adsum.people.queries import participants
from adsum.records.actions import note_failing, note_heard, open_delivery
from adsum.records.queries import records_held, sources_known, watched_by
from adsum.records.rules import Heard, Transport
from adsum.records.sources.calling import SourceDown
from adsum.records.sources.query.asking import Sought, ask
from adsum.records.sources.secrets import secret_of

if TYPE_CHECKING:
    from adsum.people.models import Participant
    from adsum.records.models import RecordCheck, RecordSource
    from adsum.records.sources.rows import Row

LONGEST_SECONDS = 20.0  # of one round of questions: the screener has other work
HEARD_EVERY = timedelta(minutes=10)  # a source that answers all day need not be noted each second


class Asker:
    """What each source said about each person for a check; kept until the check is noted, so nobody is asked twice."""

    def __init__(self) -> None:
        self._heard: dict[tuple[int, str], Heard] = {}
        self._codes: list[str] = []

    def ask(self, checks: Sequence[RecordCheck], now: datetime) -> None:
        """Put the questions that these checks need. A source that is down is not asked again in this round."""
        deadline = time.monotonic() + LONGEST_SECONDS
        sources = list(sources_known(seen_by=RULES).filter(transport__in=[Transport.QUERY, Transport.RAP_BACK]))
        self._codes = [source.code for source in sources]
        people = participants(seen_by=RULES).in_bulk({check.participant_id for check in checks}) if sources else {}
        for source in sources:
            open_ones = [check for check in checks if (check.pk, source.code) not in self._heard]
            if source.transport == Transport.RAP_BACK:
                self._look_up(source, open_ones, now)
            else:
                self._question(source, open_ones, people, now, deadline)

    def about(self, check: RecordCheck, stand: dict[str, Heard]) -> dict[str, Heard] | None:
        """How each source stands about this person; None while one of them is still to be asked.

        A source that answered with a record that waits to be matched has not answered yet.
        """
        if any((check.pk, code) not in self._heard for code in self._codes):
            return None
        asked = {code: self._heard.get((check.pk, code), how) for code, how in stand.items()}
        held_up = (code for code, how in stand.items() if how is Heard.WAITING and asked[code] is Heard.ANSWERED)
        return {**asked, **dict.fromkeys(held_up, Heard.WAITING)}

    def forget(self, checks: Iterable[int]) -> None:
        """These checks are noted; who is to be asked again for them is asked anew."""
        noted = set(checks)
        self._heard = {key: heard for key, heard in self._heard.items() if key[0] not in noted}

    def _look_up(self, source: RecordSource, checks: Sequence[RecordCheck], now: datetime) -> None:
        people = {check.participant_id for check in checks}
        watched = watched_by(source=source, people=people, on=now.date(), seen_by=RULES)
        for check in checks:
            down = Heard.DOWN if source.failing_since else Heard.ANSWERED
            self._heard[check.pk, source.code] = down if check.participant_id in watched else Heard.SILENT

    def _question(
        self,
        source: RecordSource,
        checks: Sequence[RecordCheck],
        people: dict[int, Participant],
        now: datetime,
        deadline: float,
    ) -> None:
        is_down = False
        for check in checks:
            if time.monotonic() > deadline:
                return
            is_down = is_down or not ask_about(people[check.participant_id], source=source, name=check.pk, now=now)
            self._heard[check.pk, source.code] = Heard.DOWN if is_down else Heard.ANSWERED


def ask_about(person: Participant, *, source: RecordSource, name: int, now: datetime) -> bool:
    """Ask one source about one person and take what it knows; False, and the source is failing, where it is down."""
    secret = secret_of(source.code, Path(settings.RECORDS_SECRETS))
    try:
        rows = ask(source.settings, sought(person), secret=secret, name=f"check_{name}", now=now)
    except SourceDown as down:
        note_failing(source=source, error=str(down), now=now)
        return False
    mark = _mark_of_news(person, source, rows, now)
    if mark and (delivery := open_delivery(source=source, label="an answer", digest=mark, now=now)):
        take_rows(iter(rows), delivery=delivery, now=now)
    elif source.failing_since or source.heard_at is None or now - source.heard_at > HEARD_EVERY:
        note_heard(source=source, now=now)
        source.heard_at, source.failing_since = now, None
    return True


def _mark_of_news(person: Participant, source: RecordSource, rows: Sequence[Row], now: datetime) -> str:
    """A digest of this answer and of what it comes after; "" where it says only what is held already.

    The same words after others are news: a warrant that was withdrawn holds again. So is what was erased meanwhile.
    """
    said = [row.record for row in rows if row.record]
    held = records_held(source=source, numbers={one.record_id for one in said}, seen_by=RULES)
    known = {(one.record_id, one.version, one.content) for one in held}
    if len(said) == len(rows) and known.issuperset((one.record_id, one.version, one.content) for one in said):
        return ""
    changed = {one.record_id: one.changed_at for one in held}
    after = [changed.get(one.record_id, now).isoformat() for one in said]
    return sha256(f"{person.pk} {rows} {after}".encode()).hexdigest()


def sought(person: Participant) -> Sought:
    """What a source is told of a person: what is needed to find them."""
    born = person.date_of_birth.isoformat()
    return Sought(person.case_number, person.given_names, person.surnames, born, person.sex)

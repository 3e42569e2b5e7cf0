"""What is hashed of a line is, byte for byte, what PostgreSQL's `jsonb_build_array` says, for any text in it."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from adsum.ledger.actions import record_lines
from adsum.ledger.queries import SAYS
from adsum.ledger.rules import OPERATOR, Actor, ActorKind, Line
from tests.factories import NOW

AS_AT_FIRST = (
    "jsonb_build_array(l.id, (extract(epoch FROM l.at) * 1000000)::bigint, l.verb, l.actor_kind, l.actor_id,"
    " l.subject_kind, l.subject_id, l.participant_id, l.policy, l.facts)::text"
)
WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)
NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1)
LINES = st.builds(
    Line,
    verb=WORDS,
    actor=st.just(OPERATOR) | st.builds(Actor, st.just(ActorKind.STAFF), st.integers(0, 2**63 - 1)),
    subject_kind=WORDS,
    subject_id=NUMBERS,
    participant_id=NUMBERS,
    policy=WORDS,
    facts=st.dictionaries(WORDS, WORDS | NUMBERS | st.lists(WORDS)),
)
ODD = Line("\"\\/\b\f\n\r\t\x01\x7f\u2028é😀'%s", OPERATOR, facts={"\\": ["\x1f", 1.50, None, True, {}]})


@pytest.mark.django_db
@limits(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=5))
def test_the_text_is_the_same(db: None, lines: list[Line]) -> None:
    record_lines(lines=[ODD, *lines], now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT l.id FROM adsum_ledgerline l WHERE {SAYS} IS DISTINCT FROM {AS_AT_FIRST}")
        assert cursor.fetchall() == []

"""The laws of writing and of actions bite: a sample that breaks each, beside one that keeps it."""

import pytest

from tests.shape.laws.acting import find_loose_actions
from tests.shape.laws.writing import WRITE_OUTSIDE, find_writes
from tests.shape.samples import sample

DOMAINS = frozenset({"people", "notices"})
ACTION = '''
from datetime import datetime
from django.db import transaction
from adsum.ledger.actions import record, record_lines
from adsum.people.actions.others import _note, add_one, add_two

def keep_person(*, name: str, now: datetime) -> None:
    """It keeps the law."""
    with transaction.atomic():
        person = Person.objects.create(name=name)
        record(verb="person.kept", subject=person, now=now)
'''
LINE = 'record(verb="person.kept", subject=person, now=now)'
NO_LINE = "writes no ledger line in its transaction"
OTHERS = """
from datetime import datetime
from django.db import transaction
from adsum.ledger.actions import record_lines

def add_one(*, now: datetime) -> None:
    add_two(now=now)

@transaction.atomic
def add_two(*, now: datetime) -> None:
    _note(now)

def _note(now: datetime) -> None:
    Person.objects.filter(pk=1).update(at=now)
    record_lines(lines=[], now=now)
"""


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("person.save()", ".save()"),
        ("await person.asave()", ".asave()"),
        ("Person.objects.create(name='A')", ".create()"),
        ("Person.objects.bulk_create(people)", ".bulk_create()"),
        ("Person.objects.bulk_update(people, ['name'])", ".bulk_update()"),
        ("Person.objects.get_or_create(name='A')", ".get_or_create()"),
        ("Person.objects.update_or_create(name='A')", ".update_or_create()"),
        ("participants(seen_by=me).update(name='A')", ".update()"),
        ("found.update(**changes)", ".update()"),
        ("found.delete()", ".delete()"),
        ("person.contacts.add(phone, bulk=False)", ".add()"),
        ("cursor.execute('INSERT INTO people VALUES (1)')", "SQL"),
        ("cursor.execute(f'update {table} set name = 1')", "SQL"),
        ("sql = 'WITH a AS (DELETE FROM people RETURNING *) SELECT * FROM a'", "SQL"),
        ("sql = 'TRUNCATE people'", "SQL"),
        ("sql = 'COPY people (name) FROM STDIN'", "SQL"),
    ],
)
def test_a_write_outside_of_actions_is_found(line: str, what: str) -> None:
    def found_in(path: str) -> list[str]:
        return find_writes([sample(path, line)], domains=DOMAINS, related=frozenset({"contacts"}))

    assert found_in("portal/views.py") == [f"adsum/portal/views.py:1: {what} writes outside of actions"]
    assert found_in("people/queries.py") == [f"adsum/people/queries.py:1: {what} writes outside of actions"]
    assert found_in("people/actions.py") == found_in("people/actions/devices.py") == []


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("core/copying.py", True),
        ("management/crowd_people.py", True),
        ("management/crowd_life.py", True),
        ("management/crowd_ledger.py", True),
        ("management/crowd_writer.py", True),
        ("management/crowd.py", False),
        ("management/crowd_stock.py", False),
        ("management/crowd_people/more.py", False),
        ("management/commands/crowd_life.py", False),
        ("portal/crowd_people.py", False),
    ],
)
def test_what_writes_outside_of_actions_is_named_one_by_one(path: str, may: bool) -> None:
    module = sample(path, "sql = 'INSERT INTO people VALUES (1)'")
    assert (module.name in WRITE_OUTSIDE) == may
    assert bool(find_writes([module], domains=DOMAINS, related=frozenset())) != may


@pytest.mark.parametrize(
    "line",
    [
        "facts.update({'a': 1})",
        "digest.update(b'a')",
        "bars.update(task, completed=done)",
        "response.delete_cookie('a')",
        "seen.add(1)",
        "Person.objects.filter(name='A').first()",
        "'''It says: insert into the form, delete from the list.'''",
        "cursor.execute('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}')",
        "cursor.execute('REVOKE UPDATE, DELETE ON {} FROM {}')",
        "cursor.execute('SELECT pg_advisory_lock(1)')",
        "raise ValueError('the ledger cannot be truncated')",
    ],
)
def test_what_only_looks_like_a_write_is_left_alone(line: str) -> None:
    assert find_writes([sample("portal/views.py", line)], domains=DOMAINS, related=frozenset({"contacts"})) == []


@pytest.mark.parametrize(
    ("before", "after", "faults"),
    [
        ("", "", []),
        ("(*, name: str,", "(name: str, *,", ["is not keyword-only"]),
        ("(*, name: str,", "(*name: str,", ["is not keyword-only"]),
        ("now: datetime", "now: datetime = NOW", ["does not take now: datetime"]),
        ("now: datetime", "now: date", ["does not take now: datetime"]),
        ("now: datetime", "at: datetime", ["does not take now: datetime"]),
        ("        record(", "        print(", [NO_LINE]),
        ("    record(", "record(", [NO_LINE]),
        (
            "with transaction.atomic()",
            "if True",
            [
                "runs in 0 transactions",
                "writes outside of its transaction (adsum/people/actions/one.py:10)",
                NO_LINE,
            ],
        ),
        (LINE, "record_lines(lines=[], now=now)", []),
        (LINE, "add_one(now=now)", []),
        (LINE, "_note(now)", []),
        (f"    {LINE}", "add_one(now=now)", ["runs in 2 transactions"]),
        (
            f"    {LINE}",
            "person.save()",
            ["writes outside of its transaction (adsum/people/actions/one.py:11)", NO_LINE],
        ),
        (
            f"    {LINE}",
            "_note(now)",
            [
                "writes outside of its transaction (adsum/people/actions/others.py:14)",
                NO_LINE,
            ],
        ),
    ],
)
def test_a_loose_action_is_found(before: str, after: str, faults: list[str]) -> None:
    assert before in ACTION
    action = sample("people/actions/one.py", ACTION.replace(before, after))
    found = find_loose_actions([action, sample("people/actions/others.py", OTHERS)])
    assert found == [f"adsum/people/actions/one.py:7: keep_person {fault}" for fault in faults]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("add_one(now=now)", []),
        ("for _ in people:\n        add_one(now=now)", []),
        ("add_one(now=now)\n    add_two(now=now)", ["runs in 2 transactions"]),
        (
            "person.delete()\n    add_one(now=now)",
            ["writes outside of its transaction (adsum/people/actions/one.py:9)"],
        ),
    ],
)
def test_an_action_may_do_all_through_one_other(body: str, faults: list[str]) -> None:
    action = sample("people/actions/one.py", ACTION.partition("    with")[0] + f"    {body}\n")
    found = find_loose_actions([action, sample("people/actions/others.py", OTHERS)])
    assert found == [f"adsum/people/actions/one.py:7: keep_person {fault}" for fault in faults]

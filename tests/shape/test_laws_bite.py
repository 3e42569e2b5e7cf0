"""Each law bites: a sample that breaks it, beside one that keeps it, and the exact finding."""

from textwrap import dedent

import pytest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import path

from adsum.checkins.actions import forget
from tests.shape.laws.acting import find_loose_actions
from tests.shape.laws.addresses import addresses, find_open_doors
from tests.shape.laws.asking import find_blind_queries, find_shared_names, find_unforgetting, find_unkept_promises
from tests.shape.laws.budgets import find_chatter, find_hidden_imports, find_over_budget
from tests.shape.laws.clocks import find_clocks, find_clocks_in_templates
from tests.shape.laws.documents import (
    find_undocumented_commands,
    find_undocumented_settings,
    find_undocumented_urls,
    settings_read,
)
from tests.shape.laws.keys import find_keys_upward, find_tables_elsewhere, related_names
from tests.shape.laws.layout import find_long_introductions, find_strange_files
from tests.shape.laws.source import Module
from tests.shape.laws.words import find_wordless
from tests.shape.laws.writing import find_writes

DOMAINS, DOORS = frozenset({"people", "notices"}), frozenset({"portal"})
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


def sample(path: str, text: str) -> Module:
    return Module(f"adsum/{path}", dedent(text))


@pytest.mark.parametrize(
    ("path", "findings"),
    [
        ("people/actions.py", []),
        ("people/actions/devices.py", []),
        ("people/actions/devices/phones.py", ["adsum/people/actions/devices/phones.py: no domain has such a file"]),
        ("people/helpers.py", ["adsum/people/helpers.py: no domain has such a file"]),
        ("people/queries/names.py", ["adsum/people/queries/names.py: no domain has such a file"]),
        ("notices/channels/sms/send.py", []),
        ("people/channels/sms/send.py", ["adsum/people/channels/sms/send.py: no domain has such a file"]),
        ("portal/views.py", []),
        ("portal/models.py", ["adsum/portal/models.py: a door has no models"]),
        ("portal/rules.py", ["adsum/portal/rules.py: a door has no rules"]),
    ],
)
def test_a_strange_file_is_found(path: str, findings: list[str]) -> None:
    assert find_strange_files([sample(path, "")], domains=DOMAINS, doors=DOORS) == findings


@pytest.mark.parametrize(
    ("package", "text", "findings"),
    [
        ("people", '"""People.\n\nNouns: one.\n2\n3\n"""', []),
        ("people", '"""People.\n\nNouns: one.\n2\n3\n4\n"""', ["its docstring has 7 lines"]),
        ("people", "", ["has no docstring"]),
        ("people", '"""People."""\nimport os', ["line 2 is no docstring"]),
        ("people/actions", '"""Verbs."""\nfrom adsum.people.actions.a import b\n__all__ = ["b"]', []),
        ("people/actions", '"""Verbs."""\nfrom adsum.places.actions import b', ["line 2 is no docstring"]),
        ("portal", "import os", []),
    ],
)
def test_a_long_introduction_is_found(package: str, text: str, findings: list[str]) -> None:
    path = f"adsum/{package}/__init__.py"
    found = find_long_introductions([Module(path, text)], domains=DOMAINS)
    assert found == [f"{path}: {finding}" for finding in findings]


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


@isolate_apps("adsum")
def test_a_foreign_key_upward_is_found() -> None:
    class Office(models.Model):
        __module__ = "adsum.offices.models"

    class Person(models.Model):
        __module__ = "adsum.people.models"
        office = models.ForeignKey(Office, models.CASCADE, related_name="+")
        seen = models.ForeignKey(Office, models.CASCADE)
        friend = models.ForeignKey("self", models.CASCADE, related_name="friends")

    class Sign(models.Model):
        __module__ = "adsum.offices.models"
        people = models.ManyToManyField(Person, related_name="+")

    class Stray(models.Model):
        __module__ = "adsum.portal.views"
        office = models.OneToOneField(Office, models.CASCADE, related_name="+")

    tables = (Office, Person, Sign, Stray)
    layers = (frozenset({"people", "places"}), frozenset({"offices"}))
    assert find_keys_upward(tables, layers=layers) == [
        'Person.seen lacks related_name="+": offices must not know people',
        "Sign.people points from offices to people, which is not below it",
        "Stray.office points from portal to offices, which is not below it",
    ]
    assert find_tables_elsewhere(tables, domains=frozenset({"people", "offices"})) == [
        "Stray stands in adsum.portal.views"
    ]
    assert related_names(tables) == {"person_set", "friends"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from django.utils import timezone\nat = timezone.now()", "timezone.now"),
        ("from django.utils.timezone import now as moment\nat = moment()", "moment"),
        ("from django.utils import timezone\nat = DateTimeField(default=timezone.now)", "timezone.now"),
        ("from datetime import datetime, UTC\nat = datetime.now(UTC)", "datetime.now"),
        ("import datetime as dt\nat = dt.datetime.utcnow()", "dt.datetime.utcnow"),
        ("from datetime import date\non = date.today()", "date.today"),
        ("import time\nat = time.time()", "time.time"),
        ("from django.utils.timezone import localtime\nat = localtime()", "localtime"),
        ("from django.db.models.functions import Now\nat = Now()", "Now"),
        ("from django.db import models\nat = models.DateTimeField(auto_now_add=True)", "auto_now_add"),
        ("from django.db import models\nat = models.DateTimeField(auto_now=True)", "auto_now"),
        ("import psycopg\ncursor.execute('SELECT 1 WHERE at < now()')", "SQL"),
    ],
)
def test_a_look_at_the_clock_below_the_doors_is_found(text: str, what: str) -> None:
    assert find_clocks([sample("people/rules.py", text)], doors=DOORS) == [
        f"adsum/people/rules.py:2: {what} reads the clock"
    ]
    assert find_clocks([sample("portal/views.py", text)], doors=DOORS) == []


@pytest.mark.parametrize(
    "text",
    [
        "import time\nbegan = time.monotonic()",
        "from django.utils import timezone\nzone = timezone.override(None)",
        "on = now.date()",
        "from datetime import datetime\nat = datetime.fromisoformat('2026-11-21')",
        "'''What is due now() is said in words.'''",
    ],
)
def test_what_is_told_the_time_is_left_alone(text: str) -> None:
    assert find_clocks([sample("people/rules.py", text)], doors=DOORS) == []


def test_a_notice_that_reads_the_clock_is_found() -> None:
    templates = {"a.txt": '{% now "Y" %}', "b.txt": "{{ due_on|timeuntil }}", "c.txt": "{{ due_on|date:'Y' }} now"}
    assert find_clocks_in_templates(templates) == ["a.txt: {% now reads the clock", "b.txt: |timeuntil reads the clock"]


def test_a_url_that_does_not_name_who_may_enter_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def wrong(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def right(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    wrong.who_may_enter = "officer janitor"  # type: ignore[attr-defined]
    right.who_may_enter = "officer supervisor"  # type: ignore[attr-defined]
    urls = [path("a/", view, name="a"), path("b/", wrong, name="b"), path("c/", right), path("d/", right, name="d")]
    assert find_open_doors(addresses(urls)) == [
        "/a/ does not name who may enter (nobody)",
        "/b/ does not name who may enter (officer janitor)",
        "/c/ has no name",
    ]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("def find_person(*, seen_by: Actor) -> int:\n    return count(seen_by)", ""),
        ("def find_person() -> int:\n    return 1", "does not take seen_by: Actor"),
        ("def find_person(seen_by: Actor) -> int:\n    return count(seen_by)", "does not take seen_by: Actor"),
        ("def find_person(*, seen_by: int) -> int:\n    return count(seen_by)", "does not take seen_by: Actor"),
        (
            "def find_person(*, seen_by: Actor = RULES) -> int:\n    return count(seen_by)",
            "does not take seen_by: Actor",
        ),
        ("def find_person(*, seen_by: Actor) -> int:\n    return 1", "does not heed seen_by"),
        ("def list_offices(*, seen_by: Actor) -> int:\n    return 1", ""),
        ("def _find_person() -> int:\n    return 1", ""),
    ],
)
def test_a_query_that_does_not_ask_who_asks_is_found(query: str, fault: str) -> None:
    found = find_blind_queries([sample("people/queries.py", query)])
    assert found == ([f"adsum/people/queries.py:1: find_person {fault}"] if fault else [])


def test_a_domain_that_cannot_show_or_forget_is_found() -> None:
    modules = [
        sample("people/queries.py", "def everything_about(*, participant_id: int, seen_by: Actor) -> None: ..."),
        sample("people/actions/devices.py", "def forget(*, before: datetime, now: datetime) -> None: ..."),
        sample("places/queries.py", "def everything_about(*, seen_by: Actor) -> None: ..."),
        sample("places/actions.py", "def forget(*, now: datetime) -> None: ..."),
    ]
    assert find_unforgetting(modules, personal=frozenset({"people", "places", "orders", "flags"})) == [
        "flags: no everything_about(*, participant_id, seen_by)",
        "orders: no everything_about(*, participant_id, seen_by)",
        "places: no everything_about(*, participant_id, seen_by)",
        "flags: no forget(*, before, now)",
        "places: no forget(*, before, now)",
    ]


def test_a_forget_that_nothing_calls_is_found() -> None:
    modules = [sample(f"{domain}/actions.py", "def forget(): ...") for domain in ("checkins", "people")]
    assert find_unkept_promises(modules, schedule=[forget]) == ["people.forget is never called"]


def test_a_name_that_two_share_is_found() -> None:
    text = "def find_duty(): ...\ndef forget(): ...\ndef everything_about(): ...\ndef _same(): ..."
    modules = [sample("people/queries.py", text), sample("places/actions.py", text), sample("people/rules.py", text)]
    assert find_shared_names(modules) == ["find_duty is in adsum.people.queries, adsum.places.actions"]


def test_what_is_over_budget_is_found() -> None:
    small = sample("people/rules.py", "x = 1\n" * 80)
    long = Module("adsum/people/queries.py", "def ask():\n" + "    x = 1\n" * 400)
    middling = Module("adsum/people/policy.py", "x = 1\n" * 81)
    assert find_over_budget([small, Module("adsum/empty.py", "")]) == []
    assert find_over_budget([middling]) == ["the median file has 81 lines"]
    assert find_over_budget([small, small, long]) == [
        "adsum/people/queries.py has 401 lines",
        "adsum/people/queries.py:1 ask has 401 lines",
        "the median file has 240.5 lines",
        "the median function has 401 lines",
        "the function of the 95th percentile has 401 lines",
    ]


@pytest.mark.parametrize(
    ("lengths", "findings"),
    [
        ([8] * 95 + [30] * 5, []),
        ([8] * 95 + [31] * 5, []),
        ([8] * 94 + [31] * 6, ["the function of the 95th percentile has 31 lines"]),
        ([8] * 49 + [9] * 51, ["the median function has 9 lines"]),
    ],
)
def test_the_budget_of_functions_counts_all_of_them(lengths: list[int], findings: list[str]) -> None:
    files = [Module(f"adsum/{n}.py", "def f():" + "\n    x = 1" * (length - 1)) for n, length in enumerate(lengths)]
    assert find_over_budget(files) == findings


def test_chatter_is_found() -> None:
    code = sample("people/rules.py", "x = '# none'\n" * 19)
    assert find_chatter([code, sample("people/a.py", "# why")]) == []
    assert find_chatter([code, sample("people/a.py", "# why\n# what")]) == ["2 comments in 21 lines"]


def test_a_hidden_import_is_found() -> None:
    text = "import os\nclass A:\n    def f(self):\n        if os:\n            from adsum import urls"
    assert find_hidden_imports([sample("people/a.py", text)]) == ["adsum/people/a.py:5: an import inside f"]


def test_what_is_public_and_says_nothing_is_found() -> None:
    text = '''
        def ask(): ...
        def _ask(): ...
        class Person:
            class Meta: ...
            def look(self): ...
            def __str__(self): ...
            @property
            def name(self): ...
        class Said:
            """It says."""
            def said(self):
                """It says."""
        class _Own:
            def look(self): ...
    '''
    assert find_wordless([sample("people/a.py", text), sample("people/__init__.py", "")]) == [
        "adsum/people/a.py:1: the module has no docstring",
        "adsum/people/a.py:2: ask has no docstring",
        "adsum/people/a.py:4: Person has no docstring",
        "adsum/people/a.py:6: look has no docstring",
    ]


def test_every_way_to_read_a_setting_is_seen() -> None:
    text = """
        import os
        from os import environ, getenv
        A = os.environ["A"]
        B = environ.get("B", "")
        C = getenv("C")
        D = "D" not in os.environ
        E = os.environ[A + "E"]
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    """
    assert settings_read([sample("settings.py", text)]) == {"A", "B", "C", "D", "A + 'E'"}


def test_undocumented_settings_are_found() -> None:
    page = "`ADSUM_HOME` says where. `ADSUM_OLD` is gone. `GET` is no setting."
    assert find_undocumented_settings({"ADSUM_HOME", "DATABASE_URL"}, page=page) == [
        "DATABASE_URL is not documented",
        "ADSUM_OLD is not read",
    ]


def test_undocumented_commands_are_found() -> None:
    page, help_text = (
        "`adsum run --port N`, `adsum gone`, `adsum COMMAND`",
        "  Start\n    check    looks\n    lost    gone\n",
    )
    assert find_undocumented_commands({"run", "check"}, page=page, help_text=help_text) == [
        "adsum check is not documented",
        "adsum gone does not exist",
        "adsum --help does not name run",
        "adsum --help names lost, which does not exist",
    ]


def test_undocumented_urls_are_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    found = list(addresses([path("", view), path("a/", view), path("b/<int:b_id>/", view)]))
    page = "| `/` | the start |\n| `/gone/` | gone |\n| x | like `/static/` |\n| `/a/` | a |"
    assert find_undocumented_urls(found, page=page) == ["/b/<int:b_id>/ is not documented", "/gone/ does not exist"]

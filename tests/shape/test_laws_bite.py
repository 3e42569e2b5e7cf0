"""Each law bites: a sample that breaks it, beside one that keeps it, and the exact finding.

Those of writing and actions, of URLs and documents, and of imports and rights stand beside this file.
"""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from adsum.checkins.actions import forget
from tests.shape.laws.asking import find_blind_queries, find_shared_names, find_unforgetting, find_unkept_promises
from tests.shape.laws.budgets import find_chatter, find_hidden_imports, find_over_budget
from tests.shape.laws.clocks import find_clocks, find_clocks_in_templates
from tests.shape.laws.keys import find_keys_upward, find_tables_elsewhere, related_names
from tests.shape.laws.layout import find_long_introductions, find_strange_files
from tests.shape.laws.scoping import find_unscoped_readings
from tests.shape.laws.source import Module
from tests.shape.laws.words import find_wordless
from tests.shape.samples import sample

DOMAINS, DOORS = frozenset({"people", "notices"}), frozenset({"portal"})


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


@pytest.mark.parametrize(
    ("asked", "findings"),
    [
        (
            "in_force(CheckinPolicy, now=now).grace_hours",
            ["adsum/x/actions.py:1: CheckinPolicy.grace_hours may differ by office"],
        ),
        ("in_force(CheckinPolicy, now=now, office_id=7).grace_hours", []),
        ("in_force(CheckinPolicy, now=now).made_ahead_days", []),
        ("in_force(CheckinPolicy, now=now).version", []),
    ],
)
def test_a_rule_of_an_office_asked_without_the_office_is_found(asked: str, findings: list[str]) -> None:
    assert find_unscoped_readings([Module("adsum/x/actions.py", asked)]) == findings

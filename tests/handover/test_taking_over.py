"""A person moves to another site: nothing is lost, and nothing lets anybody in."""

import json
from pathlib import Path

import orjson
import pytest
from django.conf import settings

from adsum.core.signing import load_key, public_text
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.portal.everything import everything_held
from adsum.reviews.models import Snooze
from tests.factories import NOW, make_participant, make_staff
from tests.handover.comparing import apart, lines
from tests.handover.conftest import Site, bundle_of, bundled
from tests.shape.walking import World

pytestmark = pytest.mark.django_db
HELD = """
import django
django.setup()
import orjson
from adsum.ledger.rules import OPERATOR
from adsum.people.models import Participant
from adsum.portal.everything import everything_held
held = everything_held(participant_id=Participant.objects.get(case_number="A987654321").pk, seen_by=OPERATOR)
print(orjson.dumps(held, default=str, option=orjson.OPT_NON_STR_KEYS).decode())
"""
PROVEN = """
import django
django.setup()
from adsum.handover.models import TakeOver
from adsum.handover.queries import prove_chapter
from adsum.ledger.rules import OPERATOR
found = prove_chapter(take_over_id=TakeOver.objects.get().pk, seen_by=OPERATOR)
print(found.holds, found.lines, found.proven, found.broken)
"""
# Parts of the file that the new site knows only as the old one told it, or that begin anew: `old_rows`, `old_ledger`.
ELSEWHERE = {
    *("devices", "passkeys", "pins", "invitations", "hand_offs", "tracking_app", "calendar", "calendar_feeds"),
    *("pushes", "stages", "family", "guardianships", "seats_on_shared_phones", "record_subscriptions"),
    *("other_files", "disagreements", "partners", "partner_reports"),
    *("court_proceedings", "court_hearings", "ledger", "old_ledger", "old_rows", "taken_over", "bundles_made"),
}
NUMBERS = ("id", "about", "document", "duty", "lead", "template", "fix")  # the numbers of rows, also inside of details
CHANGED = {
    "orders": {"share_asked_at"},
    "representatives": {"ends_at"},
    "duties": {"due_at", "missed_after"},
}


def compared(held: dict[str, list[dict[str, object]]]) -> dict[str, list[str]]:
    """The file without the numbers of rows, and without what is said to change; not every part has an order."""
    return {
        part: sorted(str(_plain(row, CHANGED.get(part, set()))) for row in rows)
        for part, rows in held.items()
        if part not in ELSEWHERE
    }


def _plain(value: object, changed: set[str]) -> object:
    if isinstance(value, dict):
        return {key: _plain(one, set()) for key, one in value.items() if key not in NUMBERS and key not in changed}
    return value


def key_here() -> str:
    return public_text(load_key(Path(settings.HOME) / "ledger"))


def take_over(seattle: Site, bundle: Path, *more: str) -> dict[str, object]:
    return seattle.adsum("people", "take-over", str(bundle), "--office", "SEA", f"--from-key={key_here()}", *more)


@pytest.mark.django_db(transaction=True)  # only what is committed can be sealed
def test_nothing_is_lost(life: World, bundle: Path, seattle: Site, tmp_path: Path) -> None:
    here = orjson.loads(
        orjson.dumps(
            everything_held(participant_id=life.person.pk, seen_by=OPERATOR),
            default=str,
            option=orjson.OPT_NON_STR_KEYS,
        )
    )
    taken = take_over(seattle, bundle)
    assert taken["taken_over"] is True
    second = tmp_path / "second.zip"
    seattle.adsum("people", "bundle", "A987654321", "--out", str(second), "--reason", "To compare")
    assert apart(bundle, second) == []
    there = json.loads(seattle.python(HELD).splitlines()[-1])
    mine, theirs = compared(here), compared(there)
    assert [(part, one) for part in mine for one in set(mine[part]) ^ set(theirs[part])] == []
    assert theirs == mine
    assert there["old_ledger"] == list(reversed(here["ledger"]))
    assert {"device", "invitee", "guardianship", "outboxevent"} <= {row["table"] for row in there["old_rows"]}
    assert lines(second, "rows/takeover.jsonl")
    proven = seattle.python(PROVEN).splitlines()[-1]
    lines_here = len(here["ledger"])  # the last one, about the bundle itself, was not sealed yet
    assert proven == f"True {lines_here} {lines_here - 1} 0"


def test_the_same_bundle_twice_changes_nothing_and_says_so(bundle: Path, seattle: Site) -> None:
    tried = take_over(seattle, bundle, "--dry-run")
    assert (tried["taken_over"], tried["dry_run"]) == (False, True)
    assert seattle.rows("SELECT count(*) FROM adsum_participant") == [(0,)]
    assert not (seattle.home / "documents").exists()
    take_over(seattle, bundle)
    before = seattle.rows("SELECT count(*) FROM adsum_ledgerline")
    again = take_over(seattle, bundle)
    assert again["taken_over"] is False and "nothing has changed" in str(again["why"])
    assert seattle.rows("SELECT count(*) FROM adsum_ledgerline") == before


def test_what_the_new_site_makes_of_it(bundle: Path, seattle: Site) -> None:
    taken = take_over(seattle, bundle)
    assert taken["staff_who_work_here"] == []
    assert seattle.rows("SELECT s.name FROM adsum_participant p JOIN adsum_staff s ON s.id = p.officer_id") == [
        ("Kim Park",)
    ]
    signed = "SELECT DISTINCT is_active, password, site <> '' FROM adsum_staff WHERE email LIKE '%.invalid'"
    assert seattle.rows(signed) == [(False, "!", True)]
    open_ones = "SELECT DISTINCT to_char(due_at AT TIME ZONE 'America/Los_Angeles', 'HH24:MI') FROM adsum_duty"
    assert seattle.rows(f"{open_ones} WHERE outcome IS NULL") == [("00:00",)]
    assert seattle.rows("SELECT count(*) FROM adsum_device") == [(0,)]
    (line,) = seattle.rows("SELECT facts FROM adsum_ledgerline WHERE verb = 'participant.taken-over'")
    assert line[0]["site"].startswith(("127.0.0.1", "localhost")) and line[0]["lines"] == taken["ledger_lines"]
    assert seattle.adsum("invite", "A987654321")["case_number"] == "A987654321"
    assert seattle.adsum("ledger", "verify")["ok"]
    papers = [path for path in (seattle.home / "documents").glob("*/*") if path.is_file()]
    assert papers and len({path.name for path in papers}) == taken["papers"]


def test_somebody_who_is_here_is_not_written_over(bundle: Path, seattle: Site, life: World, tmp_path: Path) -> None:
    take_over(seattle, bundle)
    other = bundled(life, tmp_path / "later.zip")
    said = seattle.refuses("people", "take-over", str(other), "--office", "SEA", f"--from-key={key_here()}")
    assert "A987654321 is here already (SEA)" in said


def test_a_key_is_compared_once_before_anybody_is_believed(office: FieldOffice, seattle: Site, tmp_path: Path) -> None:
    first, second = (
        bundle_of(make_participant(office), tmp_path / f"{number}.zip", reason="Moves") for number in range(2)
    )
    where = ("--office", "SEA")
    assert f"--from-key={key_here()}" in seattle.refuses("people", "take-over", str(first), *where)
    wrong = key_here()[::-1]
    assert "not with the one that you gave" in seattle.refuses(
        "people", "take-over", str(first), *where, f"--from-key={wrong}"
    )
    tried = seattle.adsum("people", "take-over", str(first), *where, "--dry-run")
    assert (tried["key_compared"], tried["taken_over"]) == (False, False)
    assert "no office NYC" in seattle.refuses("people", "take-over", str(first), "--office", "NYC")
    assert take_over(seattle, first)["taken_over"] is True
    assert seattle.adsum("people", "take-over", str(second), *where)["key_compared"] is True


def test_who_works_at_both_sites_is_known_by_address_and_name_together(
    office: FieldOffice, seattle: Site, tmp_path: Path
) -> None:
    """Kim Park of Seattle is kim@example.org; somebody else there has that name, or that address."""
    given = [("kim@example.org", "Kim Park"), ("park@example.org", "Kim Park"), ("KIM@example.com", "Kim Park")]
    person = make_participant(office)
    for email, name in given:
        by = make_staff(office, email=email, name=name)
        Snooze.objects.create(participant=person, until=NOW.date(), reason="Later", said_by=by, said_at=NOW)
    taken = take_over(seattle, bundle_of(person, tmp_path / "bundle.zip", reason="Moves"))
    assert taken["staff_who_work_here"] == ["Kim Park"]
    signed = "SELECT s.site = '' FROM adsum_snooze z JOIN adsum_staff s ON s.id = z.said_by_id ORDER BY z.id"
    assert seattle.rows(signed) == [(True,), (False,), (False,)]

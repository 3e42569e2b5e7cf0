"""A person moves to another site: nothing is lost, and nothing lets anybody in."""

import json
from pathlib import Path

import orjson
import pytest
from django.conf import settings

from adsum.core.signing import load_key, public_text
from adsum.ledger.rules import OPERATOR
from adsum.portal.everything import everything_held
from tests.handover.comparing import apart, lines
from tests.handover.conftest import Site
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
# Parts of the file that are told by the chapter at the new site, or begin anew there.
ELSEWHERE = {
    "devices",
    "passkeys",
    "pins",
    "pushes",
    "invitations",
    "calendar",
    "stages",
    "family",
    "guardianships",
    "seats_on_shared_phones",
    "record_subscriptions",
    "court_proceedings",
    "court_hearings",
    "ledger",
    "old_ledger",
    "old_rows",
    "taken_over",
    "bundles_made",
}


def key_here() -> str:
    return public_text(load_key(Path(settings.HOME) / "ledger"))


def take_over(seattle: Site, bundle: Path, *more: str) -> dict[str, object]:
    return seattle.adsum("people", "take-over", str(bundle), "--office", "SEA", "--from-key", key_here(), *more)


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
    assert {part for part in here if here[part] != there[part]} - ELSEWHERE == set()
    assert there["old_ledger"] == list(reversed(here["ledger"]))
    assert len(there["old_rows"]) > 15
    assert lines(second, "rows/takeover.jsonl")

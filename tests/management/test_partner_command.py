"""An operator lets another agency's program in, sees who may what, and ends it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from adsum.ledger.models import LedgerLine
from adsum.management.commands.exchange import Command as Exchange
from adsum.offices.models import FieldOffice
from adsum.partners.models import Partner, PartnerSecret

pytestmark = pytest.mark.django_db
SAID = {
    "code": "county",
    "title": "County courts",
    "offices": ["NYC"],
    "scopes": ["participants:find", "reports:write"],
    "why": "8 USC 1229a",
}


def partner(*words: str) -> dict[str, Any]:
    command = Exchange()
    options = vars(command.create_parser("adsum", "exchange").parse_args(["partner", *words]))
    answer: dict[str, Any] = command.answer(**options)
    command.print_for_people(answer)
    return answer


@pytest.fixture
def described(tmp_path: Path, office: FieldOffice) -> Path:
    return describe(tmp_path, **SAID)


def describe(folder: Path, **said: Any) -> Path:
    file = folder / "partner.toml"
    file.write_text("\n".join(f"{name} = {value!r}" for name, value in said.items()))
    return file


def test_a_secret_is_told_once(described: Path, tmp_path: Path) -> None:
    told = partner("add", str(described))
    assert told["client_secret"].startswith("adsum_secret_")
    assert partner("add", str(describe(tmp_path, **{**SAID, "title": "County"}))) == {
        "partner": "county",
        "client_id": told["client_id"],
        "changed": True,
    }
    (listed,) = partner("list")["partners"]
    assert (listed["title"], listed["secrets"], listed["client_id"]) == ("County", 1, told["client_id"])
    assert told["client_secret"] not in str(listed)


def test_what_is_done_stands_in_the_ledger_with_its_reason(described: Path) -> None:
    partner("add", str(described))
    partner("pause", "county", "--reason", "audit")
    partner("resume", "county")
    assert partner("rotate", "county")["client_secret"]
    assert PartnerSecret.objects.count() == 2
    partner("end", "county")
    assert not PartnerSecret.objects.exists()
    lines = LedgerLine.objects.filter(subject_kind="partner").order_by("pk")
    verbs = [line.verb.removeprefix("partner.") for line in lines]
    assert verbs == ["added", "paused", "resumed", "rotated", "ended"]
    assert (lines[0].facts["why"], lines[1].facts["reason"]) == ("8 USC 1229a", "audit")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"why": ""}, "say why too"),
        ({"why": "  "}, "words are needed"),
        ({"offices": []}, "say offices too"),
        ({"offices": ["LAX"]}, "offices: a list of NYC is needed"),
        ({"offices": "NYC"}, "offices: a list"),
        ({"scopes": ["everything"]}, "scopes: a list of addresses:read, "),
        ({"code": "County!"}, "code: small letters"),
        ({"more": 1}, "more is not known"),
        ({"title": 7}, "title: words are needed"),
    ],
)
def test_a_faulty_description_changes_nothing(
    tmp_path: Path, office: FieldOffice, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        partner("add", str(describe(tmp_path, **SAID | changes)))
    assert not Partner.objects.exists()


@pytest.mark.parametrize("words", [("end", "nobody"), ("rotate",), ("add", "/nowhere.toml")])
def test_who_is_not_there_is_said(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        partner(*words)


def test_an_ended_partner_is_not_resumed(described: Path) -> None:
    partner("add", str(described))
    partner("end", "county")
    with pytest.raises(CommandError, match="add it again"):
        partner("resume", "county")
    assert partner("add", str(described))["client_secret"]


def test_a_pause_has_a_reason(described: Path) -> None:
    partner("add", str(described))
    with pytest.raises(CommandError, match="say why"):
        partner("pause", "county")

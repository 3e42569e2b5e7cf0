"""What a bundle is: its files, what is signed, what its first file says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

FORMAT = "adsum-person-bundle"
VERSION = 1
HEAD, SIGNATURE, HOW_TO_CHECK = "bundle.json", "signature.json", "how-to-check.txt"
LEDGER, CHECKPOINTS = "ledger.jsonl", "checkpoints.json"
# No other name is ever looked at; so none can point out of the folder.
NAMES = re.compile(
    r"(bundle|signature|checkpoints)\.json|how-to-check\.txt|ledger\.jsonl|(rows|told|named)/[a-z]{1,40}\.jsonl"
    r"|papers/[0-9a-f]{64}"
)
HOW_TO_CHECK_TEXT = (
    "Everything that an Adsum site holds about one person; docs/handing-over.md of Adsum says what each file is.\n\n"
    "The statement in signature.json is signed with Ed25519 (RFC 8032) over its UTF-8; signature and key are"
    " base64url.\nFrom its fourth line on it names each file of this folder with its SHA-256:\n\n"
    "    jq -r .statement signature.json | tail -n +4 | sha256sum --check\n\n"
    "Whether the key is that site's own, only the site can say: compare it by telephone.\n"
)


class BundleRefused(Exception):
    """This file is not taken; the message says what is wrong with it, in an operator's words."""


class Goes(StrEnum):
    """What becomes of a table's rows at the new site."""

    BACK = "rows"  # each is a row again
    TOLD = "told"  # kept beside, as the old site told it
    NAMED = "named"  # is no row about the person, but one points to it


@dataclass(frozen=True)
class Head:
    """The first file: whose bundle it is, from where, when and why. `lacking`: papers that the old site had lost."""

    case_number: str
    participant: int
    site: str
    public_key: str
    made_at: str
    made_by: str
    reason: str
    program: str
    lacking: tuple[str, ...] = ()
    format: str = FORMAT
    version: int = VERSION

    def as_data(self) -> dict[str, Any]:
        """What stands in the file."""
        return asdict(self)


def read_head(data: Mapping[str, Any]) -> Head:
    """The same from the file. Raises BundleRefused."""
    try:
        head = Head(**{**data, "lacking": tuple(data["lacking"])})
        datetime.fromisoformat(head.made_at)
    except (TypeError, KeyError, ValueError) as error:
        raise BundleRefused(f"{HEAD} does not say what it should ({error})") from error
    texts = (head.case_number, head.site, head.public_key, head.made_by, head.reason)
    if not isinstance(head.participant, int) or not all(isinstance(text, str) for text in texts):
        raise BundleRefused(f"{HEAD} does not say whose bundle it is")
    return head


def statement_of(made_at: str, sums: Iterable[tuple[str, str]]) -> str:
    """What is signed: format, version, moment, then each file as sha256sum writes it."""
    return "\n".join([FORMAT, str(VERSION), made_at, *(f"{sha256}  {name}" for sha256, name in sums)])


def read_statement(statement: str) -> dict[str, str]:
    """The SHA-256 of each file, by its name. Raises BundleRefused for another format, or a newer one."""
    lines = statement.split("\n")
    if len(lines) < 4 or lines[0] != FORMAT:
        raise BundleRefused("this is no bundle of one person: its statement says something else")
    if not lines[1].isdecimal() or int(lines[1]) != VERSION:
        raise BundleRefused(
            f"it is of format {lines[1][:20]}, and this Adsum reads format {VERSION}: install the newer version first"
        )
    sums: dict[str, str] = {}
    for line in lines[3:]:
        sha256, _, name = line.partition("  ")
        if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not NAMES.fullmatch(name) or name in sums:
            raise BundleRefused(f"its statement names a file that no bundle has: {name[:60]!r}")
        sums[name] = sha256
    return sums


def site_label(address: str, public_key: str) -> str:
    """How a site is called where it is not the own one: where it says that it is, and the beginning of its key."""
    host = urlsplit(address).netloc or address
    return f"{host[:80]} #{public_key[:16]}"

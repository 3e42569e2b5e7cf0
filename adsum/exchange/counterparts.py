"""`adsum exchange counterpart …` and `adsum exchange reconcile`: systems with files of their own, for operators."""

from collections.abc import Callable
from pathlib import Path
from threading import Event as Signal
from typing import Any

from django.utils import timezone

from adsum.core.describing import read_description
from adsum.core.network import is_web_address
from adsum.core.text import clean_line
from adsum.counterparts.actions import accept_mends, add_counterpart
from adsum.counterparts.queries import counterparts, differences_of, files_standing, find_counterpart, reconciliations
from adsum.exchange.adapters import ADAPTERS
from adsum.exchange.adapting import Answered, Away
from adsum.exchange.hearing import Hearer
from adsum.exchange.reconciling import reconcile
from adsum.exchange.secrets import fault_of_code, keep_key, keep_secret, secrets_of
from adsum.ledger.rules import OPERATOR
from adsum.outbox.rules import Described, Way

Answer = dict[str, Any]
NEEDED = ("code", "title", "address")
SPARED = ("adapter", "key", "folder", "push_secret", "why")
KINDS = ("address.changed", "checkin.reported", "contact.changed", "counterpart.differs")
WHY = "It keeps the agency's own file on the same people."


class CounterpartRefused(Exception):
    """This cannot be done; the message says what to mend."""


def add(*, which: str, **_: Any) -> Answer:
    """A counterpart from its description in a file (TOML or JSON), or the new description of a known one."""
    said = read_description(Path(which), needed=NEEDED, spared=SPARED, like="tracker", faults_of=_faults)
    described = Described(
        code=said["code"],
        title=clean_line(said["title"], longest=120),
        way=Way.TWINS,
        address=str(said["address"]),
        kinds=KINDS,
        why=clean_line(said.get("why", WHY), longest=1000),
    )
    now = timezone.now()
    if said.get("key"):
        keep_key(described.code, str(said["key"]))
    if said.get("push_secret"):
        keep_secret(described.code, str(said["push_secret"]))
    adapter, folder = str(said.get("adapter", "legacy")), str(said.get("folder", ""))
    add_counterpart(described=described, adapter=adapter, folder=folder, actor=OPERATOR, now=now)
    secret = secrets_of(described.code, rotated_at=None, now=now)[0]
    return {"counterpart": described.code, "push_address": f"/hooks/exchange/{described.code}/", "secret": secret}


def show(**_: Any) -> Answer:
    """Every counterpart, and how it stands."""
    listed = []
    for one in counterparts(seen_by=OPERATOR):
        look = reconciliations(counterpart=one, seen_by=OPERATOR).first()
        listed.append(
            {
                "code": one.subscriber.code,
                "title": one.subscriber.title,
                "address": one.subscriber.address,
                "heard_at": one.heard_at,
                "silent_since": one.silent_since,
                "last_error": one.last_error,
                **vars(files_standing(counterpart=one, seen_by=OPERATOR)),
                "reconciled_at": look.at if look else None,
                "differences": look.differences if look else None,
            }
        )
    return {"counterparts": listed}


VERBS: dict[str, Callable[..., Answer]] = {"add": add, "list": show}


def look_at_all(*, which: str, accept: str, **_: Any) -> Answer:
    """Compare both files now; with `accept`, a person's name, have done what was proposed."""
    found = find_counterpart(code=which, seen_by=OPERATOR) if which else counterparts(seen_by=OPERATOR).first()
    if found is None:
        raise CounterpartRefused(f"there is no counterpart {which or 'yet'}: adsum exchange counterpart add FILE")
    try:
        look = reconcile(Hearer(found), actor=OPERATOR, stop=Signal())
    except (Away, Answered, ValueError) as error:
        raise CounterpartRefused(
            f"{found.subscriber.title} cannot be compared now: {error}. Try again later."
        ) from error
    named = list(differences_of(reconciliation=look, seen_by=OPERATOR))
    accepted = 0
    if accept:
        accepted = accept_mends(differences=named, by=accept, actor=OPERATOR, now=timezone.now())
    return {
        "counterpart": found.subscriber.code,
        "here": look.here,
        "there": look.there,
        "ranges": look.ranges,
        "rows_read": look.rows_read,
        "cut_short": look.cut_short,
        "undecided": files_standing(counterpart=found, seen_by=OPERATOR).undecided,
        "accepted": accepted,
        "seconds": look.seconds,
        "differences": [
            {
                "case_number": one.case_number,
                "kind": one.kind,
                "fields": one.fields,
                "what": one.words,
                "mend": one.mend,
            }
            for one in named
        ],
    }


def _faults(said: dict[str, Any]) -> list[str]:
    faults = fault_of_code(said["code"])
    if not is_web_address(said["address"]):
        faults.append("address: the http or https address of its interface is needed")
    if said.get("adapter", "legacy") not in ADAPTERS:
        faults.append(f"adapter: one of {', '.join(ADAPTERS)} is needed")
    if said.get("folder") and not Path(str(said["folder"])).is_dir():
        faults.append("folder: where its nightly files arrive; a folder that is there is needed")
    return faults

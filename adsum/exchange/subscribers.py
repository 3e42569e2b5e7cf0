"""`adsum exchange subscriber …`: who is told facts, from the operator's side."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from adsum.core.describing import fault_of_list, read_description
from adsum.core.network import is_web_address
from adsum.core.text import clean_line
from adsum.exchange.layouts import LAYOUTS
from adsum.exchange.secrets import BY_SETTING, fault_of_code, rotate_secret, secrets_of
from adsum.ledger.rules import OPERATOR
from adsum.offices.queries import list_offices
from adsum.outbox.actions import (
    add_subscriber,
    ask_for_file,
    end_subscriber,
    note_rotation,
    pause_subscriber,
    replay_from,
    resume_subscriber,
)
from adsum.outbox.queries import Standing, find_subscriber, standings, subscribers
from adsum.outbox.rules import FIELDS, KINDS, Described, Way

Answer = dict[str, Any]
NEEDED = ("code", "title", "way", "address")
WAYS = (Way.WEBHOOK, Way.FILES)  # a counterpart is described by `adsum exchange counterpart add`
SPARED = ("layout", "hour", "kinds", "offices", "fields", "why")
TOLD = ("code", "title", "way", "address", "kinds", "offices", "fields", "why", "paused_at", "ended_at", "silent_since")


class SubscriberRefused(Exception):
    """This cannot be done; the message says what to mend."""


def add(*, which: str, from_start: bool, **_: Any) -> Answer:
    """A subscriber from its description in a file (TOML or JSON), or the new description of a known one."""
    described = described_in(Path(which))
    now = timezone.now()
    told = add_subscriber(described=described, from_start=from_start, actor=OPERATOR, now=now)
    secret = secrets_of(told.code, rotated_at=None, now=now)[0] if told.way == Way.WEBHOOK else ""
    return {"subscriber": told.code, "way": told.way, "secret": secret}


def show(**_: Any) -> Answer:
    """Who is told, and how each stands."""
    stand = standings(seen_by=OPERATOR)
    listed = []
    for told in subscribers(seen_by=OPERATOR):
        figures = vars(stand.get(told.pk, Standing()))
        listed.append({**{name: getattr(told, name) for name in TOLD}, "numbered": told.numbered, **figures})
    return {"subscribers": listed}


def pause(*, which: str, reason: str, **_: Any) -> Answer:
    """Told nothing for now."""
    if not reason.strip():
        raise SubscriberRefused("say why: --reason TEXT")
    pause_subscriber(subscriber=_found(which), reason=reason.strip(), actor=OPERATOR, now=timezone.now())
    return {"paused": which}


def resume(*, which: str, **_: Any) -> Answer:
    """Told again, beginning with what waits."""
    resume_subscriber(subscriber=_found(which), actor=OPERATOR, now=timezone.now())
    return {"resumed": which}


def end(*, which: str, **_: Any) -> Answer:
    """Told nothing any more."""
    end_subscriber(subscriber=_found(which), actor=OPERATOR, now=timezone.now())
    return {"ended": which}


def rotate(*, which: str, **_: Any) -> Answer:
    """A new secret; the one until now holds beside it for a while."""
    if which == BY_SETTING:
        raise SubscriberRefused("this one's secret is ADSUM_WEBHOOK_SECRET or the file webhook-secret: change it there")
    note_rotation(subscriber=_found(which), actor=OPERATOR, now=timezone.now())
    return {"subscriber": which, "secret": rotate_secret(which)}


def replay(*, which: str, number: int | None, **_: Any) -> Answer:
    """All from a number on once more."""
    if number is None:
        raise SubscriberRefused("say from which number on: --from N")
    told = _found(which)
    return {"replayed": replay_from(subscriber=told, number=number, actor=OPERATOR, now=timezone.now())}


def write(*, which: str, **_: Any) -> Answer:
    """A file now, beside the daily ones."""
    told = _found(which)
    if told.way != Way.FILES:
        raise SubscriberRefused(f"{which} gets no files: each fact is posted to {told.address} at once")
    ask_for_file(subscriber=told, actor=OPERATOR, now=timezone.now())
    return {"asked": which, "folder": told.address}


VERBS: dict[str, Callable[..., Answer]] = {
    "add": add, "list": show, "pause": pause, "resume": resume, "end": end, "rotate": rotate, "replay": replay,
    "write": write,
}  # fmt: skip


def _found(code: str) -> Any:
    told = find_subscriber(code=code, seen_by=OPERATOR)
    if told is None:
        raise SubscriberRefused(f"there is no subscriber {code or '(give its code)'}: adsum exchange subscriber list")
    return told


def described_in(path: Path) -> Described:
    """A subscriber as a file describes it. Raises BadDescription."""
    said = read_description(path, needed=NEEDED, spared=SPARED, like="case-database", faults_of=_faults)
    lists = {name: tuple(map(str, said.get(name, ()))) for name in ("kinds", "offices", "fields")}
    return Described(
        code=said["code"],
        title=clean_line(said["title"], longest=120),
        way=Way(said["way"]),
        address=str(said["address"]),
        layout=said.get("layout", "csv") if said["way"] == Way.FILES else "",
        hour=said.get("hour") if said["way"] == Way.FILES else None,
        why=clean_line(said.get("why", ""), longest=1000),
        **lists,
    )


def _faults(said: dict[str, Any]) -> list[str]:
    faults = fault_of_code(said["code"])
    if said["way"] not in WAYS:
        faults.append(f"way: one of {', '.join(WAYS)} is needed")
    faults += _address_faults(said)
    offices = [office.code for office in list_offices(seen_by=OPERATOR)]
    for name, known in (("kinds", list(KINDS)), ("fields", list(FIELDS)), ("offices", offices)):
        faults += fault_of_list(name, said.get(name, []), known)
    if said.get("fields") and not said.get("why"):
        faults.append("why: say what law or agreement lets this system read more than ids")
    return faults


def _address_faults(said: dict[str, Any]) -> list[str]:
    if said["way"] == Way.WEBHOOK:
        return [] if is_web_address(said["address"]) else ["address: the http or https address to post to is needed"]
    faults = []
    if not Path(str(said["address"])).is_dir():
        faults.append("address: a folder that is there is needed")
    if said.get("layout", "csv") not in LAYOUTS:
        faults.append(f"layout: one of {', '.join(LAYOUTS)} is needed")
    hour = said.get("hour")
    if hour is not None and (not isinstance(hour, int) or not 0 <= hour <= 23):
        faults.append("hour: the hour of the daily file, UTC, from 0 to 23, is needed; leave it out for none")
    return faults

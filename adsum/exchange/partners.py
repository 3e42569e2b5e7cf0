"""`adsum exchange partner …`: whose programs may ask and report through the API, from the operator's side."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from adsum.core.describing import fault_of_list, read_description
from adsum.core.text import clean_line
from adsum.ledger.rules import OPERATOR
from adsum.offices.queries import list_offices
from adsum.partners.actions import add_partner, end_partner, pause_partner, resume_partner, rotate_partner_secret
from adsum.partners.queries import find_partner, partners, secrets_held
from adsum.partners.rules import SCOPES, Described, Scope

Answer = dict[str, Any]
NEEDED = ("code", "title", "offices", "scopes", "why")
TOLD = ("code", "title", "client_id", "offices", "scopes", "why", "let_in_at", "paused_at", "ended_at")


class PartnerRefused(Exception):
    """This cannot be done; the message says what to mend."""


def add(*, which: str, **_: Any) -> Answer:
    """A partner from its description in a file (TOML or JSON), or the new description of a known one."""
    described = described_in(Path(which))
    partner, secret = add_partner(described=described, actor=OPERATOR, now=timezone.now())
    told = {"partner": partner.code, "client_id": partner.client_id}
    return told | ({"client_secret": secret} if secret else {"changed": True})


def show(**_: Any) -> Answer:
    """Who may ask, whose people they see, and what of them."""
    now = timezone.now()
    return {
        "partners": [
            {name: getattr(one, name) for name in TOLD}
            | {"secrets": secrets_held(partner_id=one.pk, at=now, seen_by=OPERATOR)}
            for one in partners(seen_by=OPERATOR)
        ]
    }


def pause(*, which: str, reason: str, **_: Any) -> Answer:
    """Not let in for now."""
    if not reason.strip():
        raise PartnerRefused("say why: --reason TEXT")
    pause_partner(partner=_found(which), reason=reason.strip(), actor=OPERATOR, now=timezone.now())
    return {"paused": which}


def resume(*, which: str, **_: Any) -> Answer:
    """Let in again."""
    resume_partner(partner=_found(which), actor=OPERATOR, now=timezone.now())
    return {"resumed": which}


def end(*, which: str, **_: Any) -> Answer:
    """Let in no more; secrets and tokens are gone."""
    end_partner(partner=_found(which), actor=OPERATOR, now=timezone.now())
    return {"ended": which}


def rotate(*, which: str, **_: Any) -> Answer:
    """A new secret; the one until now holds beside it for a while."""
    partner = _found(which)
    secret, both_until = rotate_partner_secret(partner=partner, actor=OPERATOR, now=timezone.now())
    return {"partner": which, "client_id": partner.client_id, "client_secret": secret, "old_until": both_until}


VERBS: dict[str, Callable[..., Answer]] = {
    "add": add, "list": show, "pause": pause, "resume": resume, "end": end, "rotate": rotate,
}  # fmt: skip


def _found(code: str) -> Any:
    partner = find_partner(code=code, seen_by=OPERATOR)
    if partner is None:
        raise PartnerRefused(f"there is no partner {code or '(give its code)'}: adsum exchange partner list")
    if partner.ended_at is not None:
        raise PartnerRefused(f"{code} was ended; add it again if it is to be let in")
    return partner


def described_in(path: Path) -> Described:
    """A partner as a file describes it. Raises BadDescription."""
    said = read_description(path, needed=NEEDED, like="county-cases", faults_of=_faults)
    return Described(
        code=said["code"],
        title=clean_line(said["title"], longest=120),
        offices=tuple(dict.fromkeys(said["offices"])),
        scopes=tuple(Scope(scope) for scope in dict.fromkeys(said["scopes"])),
        why=clean_line(said["why"], longest=1000),
    )


def _faults(said: dict[str, Any]) -> list[str]:
    offices = [office.code for office in list_offices(seen_by=OPERATOR)]
    return fault_of_list("scopes", said["scopes"], list(SCOPES)) + fault_of_list("offices", said["offices"], offices)

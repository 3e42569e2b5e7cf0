"""Subscribe, renew, cancel. The agency knows a repeated wish by our number, so asking twice does no harm."""

from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum

from adsum.records.sources.calling import SourceDown, call, check_url
from adsum.records.sources.mapping import read_mapping, refuse_strange
from adsum.records.sources.query.asking import OWN, Sought
from adsum.records.sources.rows import Settings


class Wish(StrEnum):
    """What is asked of the agency."""

    SUBSCRIBE = "subscribe"
    RENEW = "renew"
    CANCEL = "cancel"


def check(settings: Settings) -> None:
    """Raises BadMapping where a source's settings cannot be used."""
    refuse_strange(settings, OWN)
    check_url(settings)
    read_mapping(settings)


def wish(
    settings: Settings,
    what: Wish,
    *,
    our_number: int,
    their_number: str,
    sought: Sought | None,
    expires_on: date,
    secret: str,
    now: datetime,
) -> str:
    """Ask this of the agency; returns its number of the subscription. Raises SourceDown."""
    said = {
        "wish": what,
        "our_number": str(our_number),
        "their_number": their_number,
        "expires_on": expires_on.isoformat(),
        "person": asdict(sought) if sought else None,
    }
    name = f"subscription_{our_number}_{what}_{expires_on}"
    number = call(settings, said, secret=secret, name=name, now=now).get("their_number", "")
    if not isinstance(number, str) or len(number) > 60 or (what is Wish.SUBSCRIBE and not number):
        raise SourceDown("answered without its number of the subscription")
    return number or their_number

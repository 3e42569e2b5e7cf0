"""Whoever knocks at the machines' doors: with whatever bytes, signed well, badly, or not at all."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.test import Client
from hypothesis import strategies as st
from standardwebhooks import Webhook

from adsum.ledger.models import LedgerLine
from adsum.monitors.models import MonitorAlert, MonitorPosition
from adsum.monitors.sources.traccar.signing import KEPT_AS
from adsum.notices.models import Reply
from adsum.outbox.models import RefusedMessages
from adsum.records.models import Delivery, OutsideRecord, SetAside
from adsum.records.sources.secrets import secret_of

MARK = "Xochiquetzal"  # stands in each message, and must never stand in the log
KEPT = (LedgerLine, Reply, MonitorPosition, MonitorAlert, Delivery, OutsideRecord, SetAside)
TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@dataclass(frozen=True)
class Knock:
    """One message at a door: what it says, by whose secret it is signed, and how long ago."""

    path: str
    secret: str
    body: bytes
    late: timedelta = timedelta()
    headers: tuple[tuple[str, str], ...] = ()

    def signed(self) -> dict[str, str]:
        """The headers of Standard Webhooks, for what is text; others are overwritten by `headers`."""
        at = datetime.now(UTC) - self.late
        signature = Webhook(self.secret).sign("m1", at, self.body.decode(errors="replace"))
        stamped = {"webhook-id": "m1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        return stamped | dict(self.headers)

    def post(self) -> Any:
        return Client().post(self.path, self.body, content_type="application/json", headers=self.signed())


def doors() -> dict[str, tuple[str, str]]:
    """The path of each door, and the secret that opens it."""
    folder = Path(settings.RECORDS_SECRETS)
    return {
        "sms": ("/hooks/sms/", settings.SMS_SECRET),
        "monitors": ("/hooks/monitors/traccar/", secret_of(KEPT_AS, folder)),
        "records": ("/hooks/records/county/", secret_of("county", folder)),
    }


def said_at(door: str, serial: str) -> st.SearchStrategy[Any]:
    """Messages that are nearly right for this door, so that they come far: right names, odd values."""
    odd = VALUE
    if door == "sms":
        receipt = {
            "kind": st.just("receipt"),
            "id": st.integers() | odd,
            "state": st.sampled_from(["failed", "delivered"]),
        }
        reply = {"kind": st.just("reply"), "id": TEXT | odd, "from": TEXT | odd, "text": TEXT | st.just("review") | odd}
        event = st.fixed_dictionaries(receipt, optional={"error": TEXT | odd}) | st.fixed_dictionaries(reply) | odd
        return st.fixed_dictionaries({"events": st.lists(event, max_size=4) | odd})
    if door == "monitors":
        moment = st.datetimes().map(datetime.isoformat) | st.sampled_from(
            ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
        )
        place = st.floats() | st.integers() | st.sampled_from([40.678, -73.944])
        position = st.fixed_dictionaries(
            {"fixTime": moment | odd, "latitude": place | odd, "longitude": place | odd},
            optional={"accuracy": place | odd, "deviceTime": moment, "valid": st.booleans(), "attributes": odd},
        )
        event = st.fixed_dictionaries({"type": st.just("geofenceExit") | odd, "eventTime": moment | odd})
        device = st.fixed_dictionaries({"uniqueId": st.just(serial) | odd})
        return st.fixed_dictionaries(
            {"device": device | odd}, optional={"position": position | odd, "event": event | odd}
        )
    names = dict.fromkeys(("surnames", "given_names", "date_of_birth", "happened_on", "state", "urgent"), TEXT | odd)
    fixed = {"record_id": TEXT | st.integers() | odd, "kind": st.just("warrant") | odd}
    record = st.fixed_dictionaries(fixed, optional=names)
    return st.fixed_dictionaries({"records": st.lists(record | odd, max_size=4) | odd})


def as_body(said: Any) -> bytes:
    """JSON with the mark in it."""
    told = {**said, "mark": MARK} if isinstance(said, dict) else [said, MARK]
    return json.dumps(told).encode()


def kept() -> list[int]:
    """How much of what was said is kept anywhere."""
    return [model._default_manager.count() for model in KEPT]


def refused() -> dict[tuple[str, str], int]:
    """How often was refused, by door and reason."""
    counted = RefusedMessages.objects.values_list("door", "why").annotate(Sum("count"))
    return {(door, why): count for door, why, count in counted}

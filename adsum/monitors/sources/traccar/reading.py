"""What Traccar forwards becomes what a device told. The names are those of its classes Position, Event and Device."""

from collections.abc import Iterator, Mapping
from typing import Any

from adsum.monitors.rules import AlertKind, Heard
from adsum.monitors.sources.values import ValueFault, read_moment, read_percent, read_serial, read_spot

OF_EVENT = {
    "deviceOffline": AlertKind.SIGNAL,
    "deviceUnknown": AlertKind.SIGNAL,
    "deviceInactive": AlertKind.SIGNAL,
    "geofenceExit": AlertKind.ZONE,
}
OF_ALARM = {
    "lowBattery": AlertKind.BATTERY,
    "lowPower": AlertKind.BATTERY,
    "powerOff": AlertKind.BATTERY,
    "jamming": AlertKind.SIGNAL,
    "gpsAntennaCut": AlertKind.SIGNAL,
    "tampering": AlertKind.STRAP,
    "removing": AlertKind.STRAP,
    "geofenceExit": AlertKind.ZONE,
}


def read_forwarded(said: object) -> list[Heard]:
    """A forwarded position or event: where the device is, and what it warns of. Raises ValueFault."""
    if not isinstance(said, Mapping):
        raise ValueFault("no JSON object")
    serial = read_serial(_part(said, "device").get("uniqueId"))
    position, event = _part(said, "position"), _part(said, "event")
    if not position and not event:
        raise ValueFault("neither a position nor an event")
    return [*_of_position(serial, position), *_of_event(serial, event)]


def _of_position(serial: str, position: Mapping[str, Any]) -> Iterator[Heard]:
    if not position:
        return
    attributes = _part(position, "attributes")
    battery, charge = read_percent(attributes.get("batteryLevel")), attributes.get("charge")
    is_charging = charge if isinstance(charge, bool) else None
    told_at = read_moment(position.get("deviceTime") or position.get("fixTime"))
    at, spot = told_at, None
    if position.get("valid") is not False and position.get("outdated") is not True:
        at = read_moment(position.get("fixTime"))
        spot = read_spot(position.get("latitude"), position.get("longitude"), position.get("accuracy"))
    yield Heard(serial, at, spot, None, battery, is_charging)
    yield from (Heard(serial, told_at, alert=kind) for kind in _of_alarm(attributes))


def _of_event(serial: str, event: Mapping[str, Any]) -> Iterator[Heard]:
    if not event:
        return
    at, attributes = read_moment(event.get("eventTime")), _part(event, "attributes")
    kinds = list(_of_alarm(attributes)) if event.get("type") == "alarm" else [OF_EVENT.get(str(event.get("type")))]
    yield from (Heard(serial, at, alert=kind) for kind in kinds if kind)


def _of_alarm(attributes: Mapping[str, Any]) -> Iterator[AlertKind]:
    """The kinds of the alarms that are named, several parted by commas; others are no matter of ours."""
    names = str(attributes.get("alarm", ""))[:200].split(",")
    yield from dict.fromkeys(OF_ALARM[name.strip()] for name in names if name.strip() in OF_ALARM)


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = said.get(name)
    return part if isinstance(part, Mapping) else {}

"""Words of GPS devices: what happens to one, what it warns of, and what a person says of that. Pure."""

from enum import StrEnum

from adsum.orders.rules import Level


class Happened(StrEnum):
    """What a named officer did with a device, as its history tells it."""

    ADDED = "added"
    ISSUED = "issued"
    RETURNED = "returned"
    CHARGED = "charged"
    SWAPPED = "swapped"
    FAULTY = "faulty"
    MENDED = "mended"


HAPPENED = {
    Happened.ADDED: "Came into the stock",
    Happened.ISSUED: "Handed out",
    Happened.RETURNED: "Given back",
    Happened.CHARGED: "Charged",
    Happened.SWAPPED: "Swapped for another",
    Happened.FAULTY: "Noted as faulty",
    Happened.MENDED: "Mended, in the stock again",
}


class State(StrEnum):
    """Where a device is."""

    STOCK = "stock"
    WORN = "worn"
    FAULTY = "faulty"


STATES = {State.STOCK: "In the stock", State.WORN: "Worn", State.FAULTY: "Faulty"}
# A device's kind is the level whose orders it is for.
KINDS = {Level.GPS_WRIST: "Wrist", Level.GPS_ANKLE: "Ankle"}


class AlertKind(StrEnum):
    """What a device warns of."""

    BATTERY = "battery"
    SIGNAL = "signal"
    STRAP = "strap"
    ZONE = "zone"


ALERT_KINDS = {
    AlertKind.BATTERY: "Battery low",
    AlertKind.SIGNAL: "No signal",
    AlertKind.STRAP: "Strap open",
    AlertKind.ZONE: "Outside a zone",
}


class Rating(StrEnum):
    """How soon somebody should look, from least to most. It orders a list; nothing follows from it."""

    LIKELY_FALSE = "likely-false"
    NEEDS_LOOK = "needs-look"
    URGENT = "urgent"


RATINGS = {
    Rating.URGENT: "Urgent",
    Rating.NEEDS_LOOK: "Needs a look",
    Rating.LIKELY_FALSE: "Likely false",
}


class Said(StrEnum):
    """What an officer says of an alert."""

    TRUE = "true"
    FALSE = "false"
    FAULT = "device-fault"


SAID = {
    Said.FALSE: "It was false",
    Said.FAULT: "The device is at fault",
    Said.TRUE: "It was true",
}

"""The steps of the way in, what can fail at them, and what is kept of a device. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """How far somebody is, in order. Who has reached a step has passed those before it, reported or not."""

    LISTED = "listed"
    INVITED = "invited"
    DELIVERED = "delivered"
    OPENED = "opened"
    CODE_TRIED = "code-tried"
    CONFIRMED = "identity-confirmed"
    READY = "device-ready"
    PRACTICED = "practiced"
    ACTIVE = "active"

    @property
    def place(self) -> int:
        """Its place in the order, from 1."""
        return ORDER.index(self) + 1


ORDER = tuple(Step)

STEPS = {
    Step.LISTED: "On the list",
    Step.INVITED: "Invited",
    Step.DELIVERED: "Invitation arrived",
    Step.OPENED: "Link opened",
    Step.CODE_TRIED: "Code tried",
    Step.CONFIRMED: "Identity confirmed",
    Step.READY: "Device ready",
    Step.PRACTICED: "Practice check-in done",
    Step.ACTIVE: "First check-in done",
}


class Failed(StrEnum):
    """Classes of failures that Adsum itself knows. Others may be kept too: they are words, never content."""

    ADDRESS_NOT_FOUND = "address-not-found"
    NO_WAY = "no-way-to-reach"
    GATEWAY_REFUSED = "gateway-refused"
    NOT_DELIVERED = "not-delivered"
    CODE_WRONG = "code-wrong"
    CODE_OVER = "code-over"
    TOO_MANY_TRIES = "too-many-tries"
    LOCATION_UNSUPPORTED = "location-unsupported"
    LOCATION_FAILED = "location-failed"
    PHOTO_FAILED = "photo-failed"
    UPLOAD_FAILED = "upload-failed"
    SCRIPT_ERROR = "script-error"


FAILURES = {
    Failed.ADDRESS_NOT_FOUND: "The address or number does not exist",
    Failed.NO_WAY: "No phone, e-mail or address to write to",
    Failed.GATEWAY_REFUSED: "The gateway did not take the message",
    Failed.NOT_DELIVERED: "The message did not arrive",
    Failed.CODE_WRONG: "Code, birthday or answer did not match",
    Failed.CODE_OVER: "The code was used, replaced or too old",
    Failed.TOO_MANY_TRIES: "Tried too often, has to wait",
    Failed.LOCATION_UNSUPPORTED: "The browser cannot tell the location",
    Failed.LOCATION_FAILED: "The location could not be found",
    Failed.PHOTO_FAILED: "The camera did not work",
    Failed.UPLOAD_FAILED: "The upload broke off",
    Failed.SCRIPT_ERROR: "A script of the page failed",
}

# What a device may say of itself, with the step at which it happens; all else is known on this side.
DEVICE_SAYS = {
    Failed.LOCATION_UNSUPPORTED: Step.READY,
    Failed.LOCATION_FAILED: Step.READY,
    Failed.PHOTO_FAILED: Step.READY,
    Failed.UPLOAD_FAILED: Step.READY,
    Failed.SCRIPT_ERROR: Step.READY,
}

NETWORKS = frozenset({"cellular", "wifi", "ethernet", "bluetooth", "wimax", "other"})  # W3C Network Information API


@dataclass(frozen=True)
class Device:
    """Coarse families such as Chrome, Android, es, cellular; "" is not known. Never an address, a version, an id."""

    browser: str = ""
    system: str = ""
    language: str = ""
    network: str = ""


@dataclass(frozen=True)
class StepTaken:
    """That a person reached a step, or failed at it (`failed`: the class). `channel`: how a message went."""

    participant_id: int
    step: Step
    device: Device = Device()
    failed: str = ""
    channel: str = ""


# Longer claims first: nearly every browser also names the ones that it descends from.
_BROWSERS = (
    ("Kiosk", r"^kiosk$"),
    ("Robot", r"bot\b|crawler|spider|facebookexternalhit|preview|curl/|python-|okhttp|whatsapp/"),
    ("In-app", r"fban|fbav|instagram|line/|micromessenger|; wv\)"),
    ("Edge", r"edg(e|a|ios)?/"),
    ("Opera", r"opr/|opera|opt/"),
    ("Samsung Internet", r"samsungbrowser"),
    ("UC Browser", r"ucbrowser|ubrowser"),
    ("Firefox", r"firefox|fxios"),
    ("Chrome", r"chrome|crios|chromium"),
    ("Safari", r"safari"),
)
_SYSTEMS = (
    ("Kiosk", r"^kiosk$"),
    ("KaiOS", r"kaios"),
    ("Android", r"android"),
    ("iOS", r"iphone|ipad|ipod"),
    ("Windows", r"windows"),
    ("ChromeOS", r"cros "),
    ("macOS", r"mac os x|macintosh"),
    ("Linux", r"linux|x11"),
)


def read_device(user_agent: str, *, language: str = "", network: str = "") -> Device:
    """The families behind a browser's own words; what no rule knows is "Other", what says nothing is ""."""
    said = user_agent[:400].lower()
    kept = network if network in NETWORKS else ""
    return Device(_family(said, _BROWSERS), _family(said, _SYSTEMS), language[:12], kept)


def _family(said: str, families: Iterable[tuple[str, str]]) -> str:
    found = next((name for name, pattern in families if re.search(pattern, said)), "Other")
    return found if said else ""


def is_robot(device: Device) -> bool:
    """True for what opens links before people do, such as a messenger that draws a preview."""
    return device.browser == "Robot"


GROUPINGS = ("browser", "system", "language", "network", "channel")


@dataclass
class FunnelGroup:
    """How many of a group of people have reached each step or gone beyond it, and what failed how often."""

    name: str
    reached: dict[Step, int]
    failures: Counter[tuple[Step, str]] = field(default_factory=Counter)
    people: int = 0

    def stuck(self, step: Step) -> int:
        """How many have reached this step and no later one."""
        return self.reached[step] - (self.reached[ORDER[step.place]] if step.place < len(ORDER) else 0)

    def rate(self, step: Step, *, of: Step = Step.LISTED) -> float:
        """The share, from 0 to 1, of those who reached `of` that reached `step`; 0 where there is nobody."""
        return self.reached[step] / self.reached[of] if self.reached[of] else 0.0


def make_group(name: str, furthest: Counter[Step]) -> FunnelGroup:
    """A group from how many stand at each step."""
    reached = {step: sum(furthest[later] for later in ORDER[step.place - 1 :]) for step in ORDER}
    return FunnelGroup(name, reached, Counter(), furthest.total())

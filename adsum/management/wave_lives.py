"""Made-up people who come in with a wave: what each of them will live through, drawn once, and what is true of it.

Nothing here knows the database: the truth comes from the lives alone, so that the funnel can be held against it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from adsum.funnel.rules import Failed, FunnelGroup, Step, make_group


class Phone(NamedTuple):
    """What somebody holds: its own words, and the families that they mean."""

    agent: str
    browser: str
    system: str
    network: str


_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_CHROME = "Chrome/124.0.0.0 Mobile Safari/537.36"
PHONES = (
    (Phone(f"{_ANDROID} {_CHROME}", "Chrome", "Android", "cellular"), 45),
    (Phone(f"{_IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iOS", ""), 22),
    (Phone(f"{_ANDROID} SamsungBrowser/25.0 {_CHROME}", "Samsung Internet", "Android", "wifi"), 14),
    (Phone(f"{_ANDROID} Version/4.0 UCBrowser/13.4 {_CHROME}", "UC Browser", "Android", "cellular"), 10),
    (Phone("Mozilla/5.0 (Windows NT 10.0; rv:126.0) Gecko/20100101 Firefox/126.0", "Firefox", "Windows", ""), 9),
)
LANGUAGES = (("es", 55), ("ht", 15), ("pt", 10), ("en", 8), ("zh-Hans", 6), ("quc", 6))


class Post(StrEnum):
    """What becomes of an invitation."""

    ARRIVES = "arrives"
    LATE_RECEIPT = "late-receipt"
    DROPPED = "dropped"
    BAD_ADDRESS = "bad-address"
    BAD_THEN_LETTER = "bad-address, then a letter"
    REFUSED = "refused"

    @property
    def reaches(self) -> bool:
        """Whether the person gets to read it."""
        return self in (Post.ARRIVES, Post.LATE_RECEIPT, Post.BAD_THEN_LETTER)


@dataclass(frozen=True)
class Faults:
    """In which set ways things fail, as shares from 0 to 1 of those who come so far.

    `broken_browser` is a seeded fault: whoever comes in with it goes no further than the code.
    """

    bad_addresses: float = 0.18
    letters_after: float = 0.5
    gateway_drops: float = 0.05
    gateway_errors: float = 0.10
    gateway_gives_up: float = 0.01
    late_receipts: float = 0.30
    never_opened: float = 0.08
    typed_by_hand: float = 0.07
    never_tried: float = 0.04
    wrong_code: float = 0.10
    gave_up_on_code: float = 0.3
    other_device: float = 0.06
    shared_phones: float = 0.08
    no_location: tuple[str, ...] = ("UC Browser",)
    broken_browser: str = ""
    unready: float = 0.05
    unpracticed: float = 0.15
    inactive: float = 0.06


HEALTHY = Faults(
    bad_addresses=0.01,
    gateway_gives_up=0.002,
    never_opened=0.01,
    never_tried=0.01,
    wrong_code=0.03,
    gave_up_on_code=0.1,
    unready=0.01,
    inactive=0.01,
)


@dataclass(frozen=True)
class Life:
    """One person's way in. `wrong`: how often the code is tried wrongly; `trying`: the device on which it is tried."""

    number: int
    language: str
    born: date
    phone: Phone
    trying: Phone
    post: Post
    errors: int
    opens: bool
    by_link: bool
    tries: bool
    wrong: int
    gives_up: bool
    readies: bool
    practices: bool
    checks_in: bool
    shares_with_next: bool

    @property
    def case_number(self) -> str:
        """A number in a range of its own."""
        return f"A{880_000_000 + self.number}"


TRIES_OF_A_CODE = 5  # EnrolmentPolicy.tries_per_code as it is shipped: the tries after these are told to wait


def draw_lives(count: int, *, faults: Faults, seed: int) -> list[Life]:
    """So many lives, the same ones for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a simulation is to be repeated
    lives: list[Life] = []
    for number in range(count):
        life = _draw(number, faults, draw)
        if lives and lives[-1].shares_with_next:
            life = replace(life, phone=lives[-1].phone, trying=lives[-1].trying)
        lives.append(life)
    return lives


def _draw(number: int, faults: Faults, draw: random.Random) -> Life:
    def happens(share: float) -> bool:
        return draw.random() < share

    phone, other = draw.choices([one for one, _ in PHONES], [weight for _, weight in PHONES], k=2)
    post, opens = _draw_post(faults, draw), not happens(faults.never_opened)
    wrong = draw.choice((3, 3, 3, 1, TRIES_OF_A_CODE + 2)) if happens(faults.wrong_code) else 0
    return Life(
        number=number,
        language=draw.choices([one for one, _ in LANGUAGES], [weight for _, weight in LANGUAGES])[0],
        born=date(1950, 1, 1) + timedelta(days=draw.randrange(18_000)),
        phone=phone,
        trying=other if happens(faults.other_device) else phone,
        post=post,
        errors=draw.randint(1, 3) if happens(faults.gateway_errors) else 0,
        opens=opens,
        by_link=not happens(faults.typed_by_hand),
        tries=not happens(faults.never_tried),
        wrong=wrong,
        gives_up=wrong > TRIES_OF_A_CODE or (wrong > 0 and happens(faults.gave_up_on_code)),
        readies=not happens(faults.unready),
        practices=not happens(faults.unpracticed),
        checks_in=not happens(faults.inactive),
        shares_with_next=happens(faults.shared_phones),
    )


def _draw_post(faults: Faults, draw: random.Random) -> Post:
    at = draw.random()
    for share, post in (
        (faults.gateway_gives_up, Post.REFUSED),
        (faults.bad_addresses * faults.letters_after, Post.BAD_THEN_LETTER),
        (faults.bad_addresses * (1 - faults.letters_after), Post.BAD_ADDRESS),
        (faults.gateway_drops, Post.DROPPED),
        (faults.late_receipts, Post.LATE_RECEIPT),
    ):
        if at < share:
            return post
        at -= share
    return Post.ARRIVES


class Mishap(NamedTuple):
    """A failure as it must have been noted."""

    step: Step
    failed: Failed
    browser: str = ""
    system: str = ""
    network: str = ""
    channel: str = ""


@dataclass
class Fate:
    """How far a life leads, on what, by which channel, and what fails on its way."""

    furthest: Step = Step.LISTED
    browser: str = ""
    system: str = ""
    network: str = ""
    channel: str = ""
    language: str = ""
    mishaps: list[Mishap] = field(default_factory=list)


def fate_of(life: Life, faults: Faults) -> Fate:
    """What is true of a life, from the life alone."""
    fate = Fate(language=life.language)
    _post(life, fate)
    _read(life, faults, fate)
    return fate


def staged_fate_of(life: Life, faults: Faults, *, texted: bool, posted: bool) -> Fate:
    """What is true of a life whose text the gateway has decided about or not, and whose letter was posted or not.

    The gateway knows at once which numbers do not exist; who has no address for a letter has no other way.
    """
    fate = Fate(language=life.language)
    if not texted:
        return fate
    if life.post in (Post.ARRIVES, Post.LATE_RECEIPT, Post.DROPPED):
        fate.furthest, fate.channel = Step.DELIVERED if life.post.reaches else Step.INVITED, "sms"
        _read(life, faults, fate)
        return fate
    failed = Failed.GATEWAY_REFUSED if life.post is Post.REFUSED else Failed.ADDRESS_NOT_FOUND
    fate.mishaps.append(Mishap(Step.INVITED, failed, channel="sms"))
    if life.post is not Post.BAD_THEN_LETTER:
        fate.mishaps.append(Mishap(Step.INVITED, Failed.NO_WAY))
    elif posted:
        fate.furthest, fate.channel = Step.DELIVERED, "letter"
        _read(life, faults, fate)
    return fate


def _read(life: Life, faults: Faults, fate: Fate) -> None:
    """What becomes of an invitation, where it reached the person."""
    if not life.post.reaches or not life.opens:
        return
    if life.by_link:
        fate.furthest = Step.OPENED
    if life.by_link or life.tries:
        seen = life.phone if life.by_link else life.trying
        fate.browser, fate.system = seen.browser, seen.system
    if life.tries and _tried(life, fate):
        _inside(life, faults, fate)


def _post(life: Life, fate: Fate) -> None:
    if life.post is Post.REFUSED:
        fate.mishaps.append(Mishap(Step.INVITED, Failed.GATEWAY_REFUSED, channel="sms"))
        return
    fate.furthest, fate.channel = Step.INVITED, "sms"
    if life.post in (Post.BAD_ADDRESS, Post.BAD_THEN_LETTER):
        fate.mishaps.append(Mishap(Step.DELIVERED, Failed.ADDRESS_NOT_FOUND, channel="sms"))
    if life.post.reaches:
        fate.furthest, fate.channel = Step.DELIVERED, "letter" if life.post is Post.BAD_THEN_LETTER else "sms"


def _tried(life: Life, fate: Fate) -> bool:
    """The code is tried; True where it opens."""
    device = (life.trying.browser, life.trying.system)
    told_to_wait = max(0, life.wrong - TRIES_OF_A_CODE)
    fate.mishaps += [Mishap(Step.CODE_TRIED, Failed.CODE_WRONG, *device)] * (life.wrong - told_to_wait)
    fate.mishaps += [Mishap(Step.CODE_TRIED, Failed.TOO_MANY_TRIES, *device)] * told_to_wait
    fate.furthest = Step.CODE_TRIED if life.gives_up else Step.CONFIRMED
    return not life.gives_up


def _inside(life: Life, faults: Faults, fate: Fate) -> None:
    device = (life.trying.browser, life.trying.system, life.trying.network)
    if life.trying.browser == faults.broken_browser:
        fate.mishaps.append(Mishap(Step.READY, Failed.SCRIPT_ERROR, *device))
        fate.network = life.trying.network
        return
    if life.readies:
        fate.furthest, fate.network = Step.READY, life.trying.network
        if life.trying.browser in faults.no_location:
            fate.mishaps.append(Mishap(Step.READY, Failed.LOCATION_UNSUPPORTED, *device))
        if life.practices:
            fate.furthest = Step.PRACTICED
    if life.checks_in:
        fate.furthest = Step.ACTIVE


def true_funnel(fates: Iterable[Fate], *, by: str = "") -> dict[str, FunnelGroup]:
    """The funnel as it must be: the same groups that `funnel_of` counts in the database."""
    furthest: dict[str, Counter[Step]] = {}
    failures: dict[str, Counter[tuple[Step, str]]] = {}
    for fate in fates:
        furthest.setdefault(getattr(fate, by, ""), Counter())[fate.furthest] += 1
        for mishap in fate.mishaps:
            name = fate.language if by == "language" else getattr(mishap, by, "")
            failures.setdefault(name, Counter())[mishap.step, mishap.failed.value] += 1
    groups = {name: make_group(name, furthest.get(name, Counter())) for name in {*furthest, *failures}}
    for name, counted in failures.items():
        groups[name].failures = counted
    return groups


def find_differences(found: Iterable[FunnelGroup], truth: dict[str, FunnelGroup]) -> list[str]:
    """Where what was counted is not what is true; empty where they are equal."""
    counted = {group.name: group for group in found}
    return [
        f"{name or 'everybody, or not known'}: counted {counted.get(name)}, true {truth.get(name)}"
        for name in sorted({*counted, *truth})
        if counted.get(name) != truth.get(name)
    ]


def together_on_one_phone(lives: list[Life]) -> Iterator[list[Life]]:
    """The lives in their order, those who share a phone together: one after the other, on the same device."""
    shared: list[Life] = []
    for life in lives:
        shared.append(life)
        if not life.shares_with_next:
            yield shared
            shared = []
    if shared:
        yield shared

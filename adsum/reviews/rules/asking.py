"""What a participant asks for about their level, how it reached us, and on what ground. Pure."""

from enum import StrEnum

from adsum.orders.rules import Level

LADDER = tuple(Level)  # from the least to the most intrusive


class Wish(StrEnum):
    """What somebody asks for."""

    LOWER = "lower"
    END = "end"
    LOOK = "look"


class Way(StrEnum):
    """How a request reached us. OFFICE: nobody asked; the office looks on its own."""

    PAGE = "page"
    SMS = "sms"
    PHONE = "phone"
    PAPER = "paper"
    REPRESENTATIVE = "representative"
    OFFICE = "office"


NOTED_BY_STAFF = frozenset({Way.PHONE, Way.PAPER, Way.OFFICE})


class Because(StrEnum):
    """Why somebody asks, as they point at it. Each is a normal answer; none is needed. Their words are the portal's."""

    HEALTH = "health"
    PREGNANT = "pregnant"
    HURTS = "hurts"
    CARE = "care"
    WORK = "work"
    KEPT_TO_IT = "kept-to-it"
    OTHER = "other"


WISHES = {Wish.LOWER: "A lower level", Wish.END: "An end of monitoring", Wish.LOOK: "That somebody looks at it again"}
WAYS = {
    Way.PAGE: "on their page",
    Way.SMS: "by text message",
    Way.PHONE: "by phone",
    Way.PAPER: "on paper",
    Way.REPRESENTATIVE: "by their representative",
    Way.OFFICE: "nobody asked: the office looks on its own",
}
BECAUSE = {
    Because.HEALTH: "Health",
    Because.PREGNANT: "Pregnancy, or a small baby",
    Because.HURTS: "The device hurts or harms",
    Because.CARE: "Care for a child or somebody ill",
    Because.WORK: "Work or school",
    Because.KEPT_TO_IT: "They have kept to everything",
    Because.OTHER: "Another reason",
}


def one_lower(level: Level) -> Level:
    """The next level down; the lowest stays."""
    return LADDER[max(0, LADDER.index(level) - 1)]


def is_higher(level: Level, other: Level) -> bool:
    """Whether a level is more intrusive than another one."""
    return LADDER.index(level) > LADDER.index(other)


def lowered_to(wish: Wish, level: Level) -> Level:
    """The level that a wish means for somebody who is at this one."""
    return Level.NONE if wish is Wish.END else one_lower(level)

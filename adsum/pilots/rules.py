"""Who is in a pilot. Pure: a hash of feature and person, so that nobody chooses and nobody changes sides."""

import hashlib
from enum import StrEnum

from adsum.pilots.policy import PilotPolicy


class Feature(StrEnum):
    """What can be switched on for a share of people."""

    LADDER = "ladder"
    PUSH = "push"
    PHOTO = "photo"
    SHARING = "sharing"


FEATURES = {
    Feature.LADDER: "Attempts to reach people after a miss",
    Feature.PUSH: "Messages pushed to a device",
    Feature.PHOTO: "A photo of the person",
    Feature.SHARING: "A place between check-ins",
}


def percent_of(feature: Feature, *, policy: PilotPolicy) -> int:
    """For how many of a hundred it is on."""
    return int(getattr(policy, f"{feature}_percent"))


def place_of_person(feature: Feature, person_id: int) -> int:
    """A number from 0 to 99, the same each time, even over all people, and another one for each feature."""
    digest = hashlib.sha256(f"{feature}:{person_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100


def is_on(feature: Feature, person_id: int, *, policy: PilotPolicy) -> bool:
    """True for who is in the pilot. With a greater share those who were in stay in."""
    return place_of_person(feature, person_id) < percent_of(feature, policy=policy)

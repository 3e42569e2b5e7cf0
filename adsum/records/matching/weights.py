"""What a model knows: how often a record of a person says this or that of them. A version is a JSON file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import log
from types import MappingProxyType

Chances = Mapping[str, float]

# The groups, and in each what can be seen. The numbers are where learning starts.
STARTS: Mapping[str, Chances] = MappingProxyType(
    {
        "given": {"same": 0.82, "near": 0.06, "initial": 0.06, "crossed": 0.01, "extra": 0.05},
        "surname": {"same": 0.86, "near": 0.09, "initial": 0.003, "crossed": 0.007, "extra": 0.04},
        "first given": {"kept": 0.95, "lost": 0.05},
        "later given": {"kept": 0.6, "lost": 0.4},
        "only surname": {"kept": 0.97, "lost": 0.03},
        "one of the surnames": {"kept": 0.82, "lost": 0.18},
        "order": {"same": 0.94, "turned": 0.06},
        "fields": {"same": 0.965, "exchanged": 0.035},
        "birthday": {
            "same": 0.89,
            "turned": 0.02,
            "one digit": 0.045,
            "one part": 0.015,
            "placeholder": 0.01,
            "other": 0.02,
        },
        "place": {"city": 0.55, "state": 0.25, "other": 0.2},
        "sex": {"same": 0.99, "other": 0.01},
        "number": {"same": 0.95, "near": 0.04, "other": 0.01},
    }
)
FIRM = 60.0  # how many seen things a start counts for: little data does not overturn what is known


@dataclass(frozen=True)
class Weights:
    """One version of the model.

    Shares of records: `match` of a participant, `relative` of someone of a participant's family, `namesake` of someone
    who has a participant's name, `junior` of someone of the family with the same name (father and son); the rest are
    strangers.
    """

    name: str = "start"
    chances: Mapping[str, Chances] = field(default_factory=lambda: STARTS)
    match: float = 0.1
    relative: float = 0.05
    namesake: float = 0.05
    junior: float = 0.005

    @property
    def stranger(self) -> float:
        """The share of records of strangers."""
        return max(1e-9, 1 - self.match - self.relative - self.namesake - self.junior)

    def logs(self) -> dict[tuple[str, str], float]:
        """The logarithm of each chance, by group and what is seen."""
        return {(group, seen): log(chance) for group, them in self.chances.items() for seen, chance in them.items()}

    def after(
        self, seen: Mapping[tuple[str, str], float], *, name: str, shares: tuple[float, float, float, float]
    ) -> "Weights":
        """The weights when so much of each was seen in matches (posterior means under a Dirichlet prior)."""
        chances = {
            group: {
                one: (seen.get((group, one), 0.0) + FIRM * chance)
                / (sum(seen.get((group, other), 0.0) for other in them) + FIRM)
                for one, chance in them.items()
            }
            for group, them in STARTS.items()
        }
        match, relative, namesake, junior = shares
        return Weights(name, chances, match, relative, namesake, junior)

    def to_json(self) -> str:
        """This version as a file."""
        chances = {group: dict(them) for group, them in self.chances.items()}
        return json.dumps(asdict(replace(self, chances=chances)), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Weights":
        """The version in a file; ValueError or TypeError if it is none."""
        return cls(**json.loads(text))

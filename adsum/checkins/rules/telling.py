"""What a simulation found, in tables and plain sentences. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from adsum.checkins.rules.courses import Dimension, Finding, Group, World
from adsum.checkins.rules.simulation import Simulation

Call = Callable[[Dimension, str], str]  # what a group is called

MEASURES = {
    "check_ins": "Check-ins due",
    "reminded": "Reminders",
    "on_time": "Reported in time",
    "late": "Reported late",
    "missed": "Marked missed",
    "turned_out_fine": "Of these, turned out fine",
    "credited": "More time or excused by the rules",
    "excused": "Excused by a person",
    "never_in": "Excused: never got in",
    "still_open": "Still open",
}
WORLDS = {
    World.RECORDED: "What happened",
    World.CURRENT: "Rules of today",
    World.PROPOSED: "Proposed",
}
_GROUPS = {
    Dimension.LANGUAGE: "people whose language is {}",
    Dimension.DEVICE: "people with {}",
    Dimension.OFFICE: "people of {}",
    Dimension.LEVEL: "people at level {}",
}
_DEVICES = {"computer": "a computer", "not known": "a device that is not known", "Android": "an Android device",
            "iPhone or iPad": "an iPhone or iPad", "KaiOS": "a KaiOS phone"}  # fmt: skip


def measures_of(simulation: Simulation) -> list[tuple[str, list[int]]]:
    """Each measure with its number in each world."""
    tallies = [asdict(simulation.tallies[world]) for world in World]
    return [(words, [tally[name] for tally in tallies]) for name, words in MEASURES.items()]


def workloads_of(simulation: Simulation) -> list[tuple[str, list[str]]]:
    """The officers' flags in each world."""
    loads = [simulation.workloads[world] for world in World]
    means = [load.mean(officers=len(simulation.officers), days=simulation.days) for load in loads]
    return [
        ("Flags", [f"{load.flags.total():,}" for load in loads]),
        ("Flags per officer and day", [f"{mean:.2f}" for mean in means]),
        ("Most for one officer on one day", [f"{load.busiest:,}" for load in loads]),
        ("Busiest day", [load.busiest_day.isoformat() if load.busiest_day else "none" for load in loads]),
    ]


def groups_of(simulation: Simulation) -> Iterator[tuple[Dimension, list[tuple[str, Group]]]]:
    """The groups of each dimension, the largest first."""
    for dimension in Dimension:
        found = [(value, group) for (kind, value), group in simulation.groups.items() if kind == dimension]
        yield dimension, sorted(found, key=lambda one: (-one[1].people, one[0]))


def sentence(finding: Finding, *, call: Call) -> str:
    """A finding as one says it."""
    value = call(finding.dimension, finding.value)
    who = _GROUPS[finding.dimension].format(_DEVICES.get(value, value))
    return (
        f"This hurts {who} more than the others: of {finding.people:,} of them, {finding.group} would newly miss a"
        f" check-in; of the others {finding.rest}."
    )


def sentences(simulation: Simulation, *, call: Call) -> list[str]:
    """What the numbers say, in plain words; what they cannot say too."""
    found = [_summary(simulation)]
    found += [sentence(finding, call=call) for finding in simulation.hurt]
    if simulation.people and not simulation.hurt:
        found.append(
            "No language, device, office or level is hurt more than the others, as far as the numbers can say."
        )
    if simulation.proposal.not_replayed:
        found.append(
            "Not tried, because the past cannot answer it: "
            f"{', '.join(simulation.proposal.not_replayed)}. It works before a check-in is due, or after its flag."
        )
    return [*found, _faith(simulation)]


def _summary(simulation: Simulation) -> str:
    if not simulation.people:
        return "Nobody had a check-in due in this period: choose other days."
    if not (simulation.newly_missed or simulation.spared):
        return "No check-in would be marked missed, or not, that is otherwise today."
    return (
        f"Of {simulation.tallies[World.PROPOSED].check_ins:,} check-ins, {simulation.newly_missed:,} would newly be"
        f" marked missed, and {simulation.spared:,} no longer."
    )


def _faith(simulation: Simulation) -> str:
    differ = simulation.differences.total()
    if not differ:
        return "Checked: the rules that held give exactly what is recorded."
    return f"Checked: the rules that held give what is recorded, but for {differ:,} outcomes or flags, named below."


def told(simulation: Simulation, *, call: Call) -> dict[str, Any]:
    """Everything for a machine."""
    loads = {
        str(world): {
            "flags": dict(sorted(load.flags.items())),
            "per_officer_and_day": round(load.mean(officers=len(simulation.officers), days=simulation.days), 4),
            "busiest": load.busiest,
            "busiest_day": load.busiest_day,
        }
        for world, load in simulation.workloads.items()
    }
    return {
        "proposal": simulation.proposal.name,
        "from": simulation.since,
        "to": simulation.until,
        "people": simulation.people,
        "check_ins": {str(world): asdict(tally) for world, tally in simulation.tallies.items()},
        "newly_missed": simulation.newly_missed,
        "no_longer_missed": simulation.spared,
        "officers": loads,
        "groups": list(table(simulation, call=call))[len(World) :],
        "hurt": [{**asdict(one), "group": one.group._asdict(), "rest": one.rest._asdict()} for one in simulation.hurt],
        "says": sentences(simulation, call=call),
        "not_tried": simulation.proposal.not_replayed,
        "differences": [
            {"recorded": recorded, "replayed": replayed, "count": count}
            for (recorded, replayed), count in simulation.differences.most_common()
        ],
        "examples": [one._asdict() for one in simulation.examples],
    }


def table(simulation: Simulation, *, call: Call) -> Iterator[dict[str, Any]]:
    """One row for everybody and for each group, in each world: what the CSV file holds."""
    for world in World:
        everybody = {"group_by": "all", "group": "everybody", "world": str(world), "people": simulation.people}
        yield everybody | asdict(simulation.tallies[world])
    for dimension, groups in groups_of(simulation):
        for value, group in groups:
            for world in World:
                head = {"group_by": str(dimension), "group": call(dimension, value), "world": str(world)}
                yield head | {"people": group.people} | asdict(group.tallies[world])

"""A dry run: what would become of a file, and what reaching its people would cost. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from adsum.enrolment.rules import FAULT_WORDS, REJECTING, Graded
from adsum.notices.rules import Channel
from adsum.waves.policy import WavesPolicy

UNMAILABLE = frozenset({"address-blank", "address-not-residential"})
MOST_REJECTS = 5_000
LARGEST_FILE = 50_000_000  # bytes; 100,000 people are 20 million as plain text, 5 million compressed


@dataclass
class Trial:
    """What would become of each row: read = enrolled + already + rejected. Money is in US cents."""

    read: int = 0
    enrolled: int = 0
    already: int = 0
    rejected: int = 0
    elsewhere: int = 0
    graded: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    households: Counter[str] = field(default_factory=Counter)
    paper_only: int = 0
    unreachable: int = 0
    rejects: list[list[str]] = field(default_factory=list)

    def as_json(self, policy: WavesPolicy) -> dict[str, Any]:
        """The figures as they are kept and printed: faults in words, money by channel."""
        cost = {channel: count * cents_per(channel, policy) for channel, count in self.by_channel.items()}
        return {
            "read": self.read,
            "enrolled": self.enrolled,
            "already": self.already,
            "rejected": self.rejected,
            "other_office": self.elsewhere,
            "graded": [
                {"fault": fault, "words": words_of(fault), "count": count} for fault, count in self.graded.most_common()
            ],
            "languages": dict(self.languages.most_common()),
            "channels": [
                {"channel": channel, "count": self.by_channel[channel], "cents": cost.get(channel, 0)}
                for channel in policy.channels
            ],
            "cost_cents": sum(cost.values()),
            "households": sum(count > 1 for count in self.households.values()),
            "in_households": sum(count for count in self.households.values() if count > 1),
            "paper_only": self.paper_only,
            "unreachable": self.unreachable,
            "policy": policy.version,
        }


def words_of(fault: str) -> str:
    """What a fault means, in words."""
    words = REJECTING[fault][1] if fault in REJECTING else FAULT_WORDS.get(fault, fault)  # type: ignore[index]
    return words[:1].upper() + words[1:]


def cents_per(channel: str, policy: WavesPolicy) -> int:
    """What one message costs over this channel."""
    return int(getattr(policy, f"cents_per_{channel}"))


def ways_to(*, phone: bool, email: bool, mailable: bool, can: Collection[str], policy: WavesPolicy) -> list[Channel]:
    """The channels that reach somebody, in the order of preference. `can` are those that are set up."""
    has = {Channel.SMS: phone, Channel.EMAIL: email, Channel.LETTER: mailable}
    return [channel for channel in map(Channel, policy.channels) if channel in can and has[channel]]


def try_rows(
    trial: Trial,
    graded: Iterable[Graded],
    *,
    office: str,
    known: Collection[str],
    can: Collection[str],
    policy: WavesPolicy,
) -> None:
    """Count what would become of these rows too, in the office with this code. `known` case numbers are enrolled."""
    for row in graded:
        trial.read += 1
        trial.graded.update(row.faults)
        trial.elsewhere += row.row.values["field_office"].strip() != office
        if row.rejection:
            trial.rejected += 1
            if len(trial.rejects) < MOST_REJECTS:
                trial.rejects.append(_reject(row))
        elif row.case_number in known:
            trial.already += 1
        else:
            _count_person(trial, row, can, policy)


def _count_person(trial: Trial, row: Graded, can: Collection[str], policy: WavesPolicy) -> None:
    trial.enrolled += 1
    trial.languages[row.language] += 1
    if row.household:
        trial.households[row.household] += 1
    mailable = UNMAILABLE.isdisjoint(row.faults)
    ways = ways_to(phone=bool(row.phone), email=bool(row.email), mailable=mailable, can=can, policy=policy)
    if not ways:
        trial.unreachable += 1
        return
    trial.by_channel[ways[0]] += 1
    trial.paper_only += ways == [Channel.LETTER]


def _reject(row: Graded) -> list[str]:
    faults = [fault for fault in REJECTING if fault in row.faults]
    field_name = REJECTING[faults[0]][0]
    reasons = "; ".join(REJECTING[fault][1] for fault in faults)
    return [str(row.row.number), field_name, _harmless(row.row.values[field_name]), reasons]


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def rejects_as_csv(rejects: Iterable[list[str]]) -> str:
    """The rejected rows as a spreadsheet reads them: number, field, value, reason."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["row", "field", "value", "reason"])
    writer.writerows(rejects)
    return "\ufeff" + out.getvalue()


def in_dollars(cents: int) -> str:
    """$1,234.50"""
    return f"${cents / 100:,.2f}"


def lines_of(trial: dict[str, Any]) -> Iterator[str]:
    """The figures of a dry run in words, a line each."""
    yield (
        f"{trial['read']:,} rows: {trial['enrolled']:,} would be enrolled, {trial['already']:,} are already, "
        f"{trial['rejected']:,} would be rejected."
    )
    if trial["other_office"]:
        yield f"{trial['other_office']:,} rows name another office."
    for one in trial["graded"]:
        yield f"  {one['count']:>8,}  {one['words']}"
    for one in trial["channels"]:
        yield f"  {one['count']:>8,}  by {one['channel']}, {in_dollars(one['cents'])}"
    if trial["households"]:
        yield f"{trial['households']:,} households of {trial['in_households']:,} people; a person says who is a family."
    yield f"Cost: {in_dollars(trial['cost_cents'])}."
    yield f"No phone and no e-mail: {trial['paper_only']:,} get a paper letter."
    if trial["unreachable"]:
        yield f"Nothing reaches {trial['unreachable']:,} people: neither phone, e-mail nor a postal address."

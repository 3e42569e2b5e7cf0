"""Which officer gets a person, and why; and the rows of lists of staff and offices. Pure."""

import heapq
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from adsum.offices.rules import EVERY_OFFICE, Role, is_office_code, is_time_zone
from adsum.people.rules import LANGUAGES, read_email
from adsum.staffing.policy import StaffingPolicy

EVERYBODY_SPEAKS = "en"


class Why(StrEnum):
    """Why this officer."""

    FAMILY = "family"
    LANGUAGE = "language"
    FEWEST = "fewest"
    NAMED = "named"


WHY_WORDS = {
    Why.FAMILY: "has the family already",
    Why.LANGUAGE: "speaks the language, and has the fewest of those who do",
    Why.FEWEST: "has the fewest people",
    Why.NAMED: "was named",
}


@dataclass(frozen=True)
class Load:
    """An officer with the languages they speak and how many people they have who are here."""

    officer_id: int
    languages: frozenset[str] = frozenset()
    people: int = 0

    def speaks(self, language: str) -> bool:
        """True where they can talk in it; `es-MX` is met by `es`."""
        return language.split("-")[0] in {EVERYBODY_SPEAKS, *(one.split("-")[0] for one in self.languages)}


@dataclass(frozen=True)
class Choice:
    """Who gets somebody, and why."""

    officer_id: int
    why: Why


@dataclass
class Caseloads:
    """The caseloads of one office. Each choice counts at once, so that the next one sees it.

    Costs the logarithm of the number of officers, so that a hundred thousand people are chosen for in a second.
    """

    loads: Collection[Load]
    policy: StaffingPolicy = field(default_factory=StaffingPolicy)

    def __post_init__(self) -> None:
        self.people = {load.officer_id: load.people for load in self.loads}
        self._total = sum(self.people.values())
        self._family: dict[Hashable, int] = {}
        self._heaps: dict[str, list[tuple[int, int]]] = {}

    def keep_family(self, family: Hashable, officer_id: int) -> None:
        """This family has an officer already; the first one named counts."""
        if officer_id in self.people:
            self._family.setdefault(family, officer_id)

    def choose(self, language: str, family: Hashable | None = None) -> int | None:
        """The officer for one more person; None where the office has none."""
        choice = self.decide(language, family)
        return choice.officer_id if choice else None

    def decide(self, language: str, family: Hashable | None = None) -> Choice | None:
        """The officer for one more person, and why."""
        choice = self._of_family(family) or self._of_language(language) or self._of_anybody()
        if choice is None:
            return None
        self.people[choice.officer_id] += 1
        self._total += 1
        if family is not None:
            self._family.setdefault(family, choice.officer_id)
        return choice

    def give_back(self, officer_id: int | None) -> None:
        """Somebody is in this officer's caseload no more."""
        if officer_id in self.people:
            self.people[officer_id] -= 1
            self._total -= 1
            self._heaps.clear()

    @property
    def most(self) -> int:
        """So many people an officer may have for the sake of a language."""
        return ceil((self._total + 1) / max(1, len(self.people)) * (1 + self.policy.uneven_percent / 100))

    def _of_family(self, family: Hashable | None) -> Choice | None:
        known = self._family.get(family) if self.policy.families_together and family is not None else None
        return Choice(known, Why.FAMILY) if known is not None else None

    def _of_language(self, language: str) -> Choice | None:
        spoken = language.split("-")[0]
        if not self.policy.by_language or spoken == EVERYBODY_SPEAKS:
            return None
        officer_id = self._fewest(spoken)
        if officer_id is None or self.people[officer_id] >= self.most:
            return None
        return Choice(officer_id, Why.LANGUAGE)

    def _of_anybody(self) -> Choice | None:
        officer_id = self._fewest("")
        return None if officer_id is None else Choice(officer_id, Why.FEWEST)

    def _fewest(self, language: str) -> int | None:
        """Who of those who speak it has the fewest people; entries that are out of date are renewed as they come up."""
        heap = self._heaps.get(language)
        if heap is None:
            able = (load.officer_id for load in self.loads if not language or load.speaks(language))
            heap = self._heaps[language] = [(self.people[one], one) for one in able]
            heapq.heapify(heap)
        while heap and heap[0][0] != self.people[heap[0][1]]:
            heapq.heapreplace(heap, (self.people[heap[0][1]], heap[0][1]))
        return heap[0][1] if heap else None


@dataclass(frozen=True)
class Carried:
    """One person of a caseload: whose language is it, which family, and whose caseload (None: nobody's)."""

    person_id: int
    language: str
    family: Hashable | None
    officer_id: int | None


@dataclass(frozen=True)
class Handing:
    """One person who gets another officer."""

    person_id: int
    before: int | None
    officer_id: int
    why: Why


def hand_out(people: Collection[Carried], caseloads: Caseloads, *, level: bool) -> Iterator[Handing]:
    """Who gets whom: first everybody who has no officer here; then, to `level`, from who has too many.

    Nobody who has an officer changes without need: it is somebody they know.
    """
    for one in people:
        if one.officer_id is not None and one.family is not None:
            caseloads.keep_family(one.family, one.officer_id)
    for one in people:
        if one.officer_id not in caseloads.people:
            yield from _hand(one, caseloads)
    if level:
        yield from _level(people, caseloads)


def _hand(one: Carried, caseloads: Caseloads) -> Iterator[Handing]:
    choice = caseloads.decide(one.language, one.family)
    if choice and choice.officer_id != one.officer_id:
        yield Handing(one.person_id, one.officer_id, choice.officer_id, choice.why)


def _level(people: Collection[Carried], caseloads: Caseloads) -> Iterator[Handing]:
    """Above the ceiling: first those whose language their officer does not speak, then the newest; no families."""
    speaks = {load.officer_id: load for load in caseloads.loads}
    movable = [one for one in people if one.officer_id in speaks and one.family is None]
    movable.sort(key=lambda one: (speaks[one.officer_id or 0].speaks(one.language), -one.person_id))
    for one in movable:
        if one.officer_id is not None and caseloads.people[one.officer_id] > caseloads.most:
            caseloads.give_back(one.officer_id)
            yield from _hand(one, caseloads)


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row of a list; the first row below the header is 2."""

    row: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.reason}"


@dataclass(frozen=True)
class StaffRow:
    """One member of staff, as a list names them."""

    row: int
    email: str
    name: str
    role: Role
    office: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class OfficeRow:
    """One office, as a list names it."""

    row: int
    code: str
    name: str
    time_zone: str
    phone: str


STAFF_COLUMNS = ("email", "name", "role", "office", "languages")
OFFICE_COLUMNS = ("code", "name", "time_zone", "phone")


def read_staff_row(number: int, row: Mapping[str, str | None]) -> StaffRow | list[RowFault]:
    """A row with `email`, `name`, `role`, `office` (a code) and `languages` (codes with spaces between), or its faults.

    Who sees every office has none.
    """
    given = {column: " ".join((row.get(column) or "").split()) for column in STAFF_COLUMNS}
    email, role = read_email(given["email"]), given["role"].lower()
    languages = given["languages"].replace(",", " ").replace(";", " ").split()
    unknown = [one for one in languages if one not in LANGUAGES]
    has_office = role in (Role.OFFICER, Role.SUPERVISOR)
    faults = [
        RowFault(number, column, reason)
        for column, reason, holds in (
            ("email", f"“{given['email']}” is no e-mail address", email is None),
            ("name", "is missing", not given["name"]),
            ("role", f"“{given['role']}” is none of {', '.join(Role)}", role not in set(Role)),
            ("office", "an officer or supervisor needs one", has_office and not given["office"]),
            ("office", f"a {role} has none", role in EVERY_OFFICE and bool(given["office"])),
            ("languages", f"“{' '.join(unknown)}” is no code such as es, ht or mam", bool(unknown)),
        )
        if holds
    ]
    if faults or email is None:
        return faults
    return StaffRow(number, email, given["name"][:120], Role(role), given["office"], tuple(dict.fromkeys(languages)))


def read_office_row(number: int, row: Mapping[str, str | None]) -> OfficeRow | list[RowFault]:
    """A row with `code`, `name`, `time_zone` (IANA) and `phone`, or its faults."""
    given = {column: " ".join((row.get(column) or "").split()) for column in OFFICE_COLUMNS}
    faults = [
        RowFault(number, column, reason)
        for column, reason, holds in (
            ("code", "use one to twelve capitals, digits and dashes, such as NYC", not is_office_code(given["code"])),
            ("name", "is missing", not given["name"]),
            ("time_zone", "use a name such as America/New_York", not is_time_zone(given["time_zone"])),
        )
        if holds
    ]
    found = OfficeRow(number, given["code"], given["name"][:120], given["time_zone"], given["phone"][:40])
    return faults or found


def faults_of_repeats(keys: Iterable[tuple[int, str]], column: str) -> list[RowFault]:
    """Rows that name again what a row above has named."""
    seen: dict[str, int] = {}
    faults = []
    for row, key in keys:
        if key in seen:
            faults.append(RowFault(row, column, f"“{key}” stands in row {seen[key]} already"))
        seen.setdefault(key, row)
    return faults

"""Makes up days of a court's drops, with the faults such dumps have, and says where each case stands after each day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2026, 11, 11)
CASE = ["IDNCASE", "NAT", "LANG", "CUSTODY", "CASE_TYPE", "LATEST_HEARING", "CASEPRIORITY_CODE"]
PROCEEDING = [
    "IDNPROCEEDING",
    "IDNCASE",
    "OSC_DATE",
    "INPUT_DATE",
    "HEARING_LOC_CODE",
    "CASE_TYPE",
    "HEARING_DATE",
    "HEARING_TIME",
    "DEC_CODE",
    "OTHER_COMP",
    "ABSENTIA",
    "COMP_DATE",
    "APPEAL_RSVD",
    "CUSTODY",
]
HEARING = [
    "IDNSCHEDULE",
    "IDNPROCEEDING",
    "IDNCASE",
    "HEARING_LOC_CODE",
    "UPDATE_DATE",
    "CAL_TYPE",
    "ADJ_DATE",
    "ADJ_TIME_START",
    "ADJ_RSN",
    "SCHEDULE_TYPE",
    "NOTICE_CODE",
    "EOIRAttorneyID",
]
SENTINELS = ("1900-01-01 00:00:00.000", "9999-12-31", "2100-01-01", "")
# What a case may become on a day: the state, and the decision, in absentia and appeal of its row.
NEXT = {
    "pending": ["pending", "pending", "in_absentia", "removal_ordered", "relief_granted"],
    "rescinded": ["rescinded", "in_absentia", "relief_granted"],
    "in_absentia": ["in_absentia", "rescinded", "rescinded"],
    "removal_ordered": ["removal_ordered"],
    "relief_granted": ["relief_granted"],
}
ROWS = {"in_absentia": ("X", "Y", ""), "removal_ordered": ("X", "N", "Y"), "relief_granted": ("R", "N", "")}


@dataclass
class CourtDays:
    """The days made up, in `folder`. `truth`: after each of them, the state of every case number."""

    folder: Path
    cases: int
    days: int
    seed: int = 1
    broken: float = 0.002
    truth: list[dict[str, str]] = field(default_factory=list)
    broken_lines: int = 0

    def write(self) -> None:
        """First the whole, then a sixth of the cases a day."""
        chance = random.Random(self.seed)
        numbers = [f"A{300_000_000 + self.seed * 1_000_003 % 90_000_000 + at}" for at in range(self.cases)]
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = (f"{at}\t{number}\r\n" for at, number in enumerate(numbers, 9_000_000))
        (self.folder / "crosswalk.csv").write_text("IDNCASE\tCASE_NUMBER\r\n" + "".join(lines), newline="")
        states, decided = ["pending"] * self.cases, [""] * self.cases
        for day in range(1, self.days + 1):
            on = FIRST_DAY + timedelta(days=day - 1)
            touched = [at for at in range(self.cases) if day == 1 or chance.random() < 1 / 6]
            for at in touched if day > 1 else ():
                before, states[at] = states[at], chance.choice(NEXT[states[at]])
                if states[at] != before:
                    decided[at] = chance.choice([str(on), *SENTINELS]) if states[at] in ROWS else ""
            self._write_day(day, on, touched, states, decided, chance)
            self.truth.append(dict(zip(numbers, states, strict=True)))

    def _write_day(
        self, day: int, on: date, touched: list[int], states: list[str], decided: list[str], chance: random.Random
    ) -> None:
        tables: dict[str, tuple[list[str], list[list[str]]]] = {
            "A_TblCase.csv": (CASE, []),
            "B_TblProceeding.csv": (PROCEEDING, []),
            "tbl_schedule.csv": (HEARING, []),
        }
        (_, cases), (_, proceedings), (_, hearings) = tables.values()
        for at in touched:
            case, proceeding = str(9_000_000 + at), str(18_000_000 + at)
            date_of = f"{on + timedelta(days=chance.randint(5, 900))} 00:00:00.000"
            code, absentia, appeal = ROWS.get(states[at], ("", "N", ""))
            cases.append([case, "HO", "SP", "R", "RMV", date_of, "N/A"])
            about = [proceeding, case, "", "2026-11-01", "NYB", "RMV", date_of, "0900"]
            proceedings.append([*about, code, "", absentia, decided[at], appeal, ""])
            shown = date_of if chance.random() > 0.01 else chance.choice(SENTINELS)
            number = str(27_000_000 + at * 100 + day)
            hearings.append([number, proceeding, case, "NYB", str(on), "M", shown, "0900", "", "MR", "NM", ""])
        folder = self.folder / f"day{day}"
        folder.mkdir(exist_ok=True)
        for name, (header, rows) in tables.items():
            with (folder / name).open("wb") as file:
                file.writelines(self._lines([header, *rows], chance))

    def _lines(self, rows: list[list[str]], chance: random.Random) -> Iterator[bytes]:
        for at, row in enumerate(rows):
            yield "\t".join(row).encode() + b"\r\n"
            if chance.random() < self.broken and at:
                self.broken_lines += 1
                yield chance.choice([b'9999999\tBROKEN "ROW\r\n', b"x\xff" + b"\t" * (len(row) - 1) + b"\r\n"])
            elif at and chance.random() < self.broken:
                spoiled = [*row[:-1], chance.choice(["\0", "Pe\0rez", ""])]
                yield "\t".join(spoiled).encode() + b"\r\n"  # the same row once more, with zero bytes

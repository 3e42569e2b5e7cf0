"""`python -m tools.court_drops --cases N [--rounds R]`: rows of a court's drop a second, beside a bare COPY of them.

A drop of N cases is made up in the dump's whole width: for each a case, a proceeding and nine hearings, one line in
five hundred broken. Each round `adsum exchange court load` takes it, and one of a quarter as many cases, into an empty
database of its own (fsync on); in the same round the same lines are copied bare into tables of one text column.
`peak_mb` beside `peak_mb_of_a_quarter` says whether memory is flat.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from adsum.management.instruments.service import ADSUM, environment_of, free_port
from adsum.management.postgres import embedded_url, running_server

HEARINGS, BROKEN = 9, 500
BEGAN = date(2026, 11, 1)
_CASE = """
IDNCASE ALIEN_CITY ALIEN_STATE ALIEN_ZIPCODE UPDATED_ZIPCODE UPDATED_CITY NAT LANG CUSTODY SITE_TYPE E_28_DATE ATTY_NBR
CASE_TYPE UPDATE_SITE LATEST_HEARING LATEST_TIME LATEST_CAL_TYPE UP_BOND_DATE UP_BOND_RSN CORRECTIONAL_FAC
RELEASE_MONTH RELEASE_YEAR INMATE_HOUSING DATE_OF_ENTRY C_ASY_TYPE C_BIRTHDATE C_RELEASE_DATE UPDATED_STATE
ADDRESS_CHANGEDON ZBOND_MRG_FLAG Sex DATE_DETAINED DATE_RELEASED LPR DETENTION_DATE DETENTION_LOCATION DCO_LOCATION
DETENTION_FACILITY_TYPE CASEPRIORITY_CODE"""
_PROCEEDING = """
IDNPROCEEDING IDNCASE OSC_DATE INPUT_DATE BASE_CITY_CODE HEARING_LOC_CODE IJ_CODE CASE_TYPE HEARING_DATE HEARING_TIME
DEC_TYPE DEC_CODE OTHER_COMP ABSENTIA COMP_DATE APPEAL_RSVD DATE_APPEAL_DUE_STATUS VENUE_CHG_GRANTED TRANSFER_TO LANG
NAT CRIM_IND CUSTODY"""
_HEARING = """
IDNSCHEDULE IDNPROCEEDING IDNCASE OSC_DATE GENERATION SUB_GENERATION REC_TYPE LANG HEARING_LOC_CODE BASE_CITY_CODE
IJ_CODE INTERPRETER_CODE INPUT_DATE INPUT_TIME UPDATE_DATE UPDATE_TIME ASSIGNMENT_PATH CAL_TYPE ADJ_DATE ADJ_TIME_START
ADJ_TIME_STOP ADJ_RSN ADJ_MEDIUM ADJ_MSG ADJ_ELAP_DAYS LNGSESSNID SCHEDULE_TYPE NOTICE_CODE BLNCLOCKOVERRIDE
EOIRAttorneyID"""
FILES = {"A_TblCase.csv": _CASE, "B_TblProceeding.csv": _PROCEEDING, "tbl_schedule.csv": _HEARING}
TABLES = {name: columns.split() for name, columns in FILES.items()}
COMMON = {
    "NAT": "HO", "LANG": "SP", "CUSTODY": "R", "CASE_TYPE": "RMV", "ALIEN_CITY": "NEW YORK", "ALIEN_STATE": "NY",
    "INPUT_DATE": "2026-11-01", "BASE_CITY_CODE": "NYC", "HEARING_LOC_CODE": "NYB", "IJ_CODE": "ABC",
    "HEARING_TIME": "0900", "ADJ_TIME_START": "0900", "ABSENTIA": "N", "UPDATE_DATE": "2026-11-11", "CAL_TYPE": "M",
    "SCHEDULE_TYPE": "MR", "NOTICE_CODE": "NM", "CASEPRIORITY_CODE": "N/A",
}  # fmt: skip


def main(words: list[str]) -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser("tools.court_drops", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="adsum-court-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o755)
        for name, cases in (("whole", given.cases), ("quarter", given.cases // 4)):
            write_drop(folder / name / "day1", cases=cases)
        rounds = [_round(folder, number) for number in range(given.rounds)]
    sys.stdout.write(f"{json.dumps(summarize(rounds))}\n")


def write_drop(folder: Path, *, cases: int) -> None:
    """The three tables of a day, and the crosswalk beside it."""
    folder.mkdir(parents=True)
    with (folder.parent / "crosswalk.csv").open("w", newline="") as file:
        file.write("IDNCASE\tCASE_NUMBER\r\n")
        file.writelines(f"{9_000_000 + at}\tA{300_000_000 + at:09}\r\n" for at in range(cases))
    for name, header in TABLES.items():
        with (folder / name).open("w", newline="") as file:
            file.write("\t".join(header) + "\r\n")
            for line, said in enumerate(_rows(name, cases), 1):
                row = COMMON | said
                file.write("\t".join(row.get(column, "") for column in header) + "\r\n")
                if line % BROKEN == 0:
                    file.write('9999999\tBROKEN "ROW\r\n')


def _rows(name: str, cases: int) -> Any:
    for at in range(cases):
        case, proceeding = str(9_000_000 + at), str(18_000_000 + at)
        about = {"IDNCASE": case, "IDNPROCEEDING": proceeding}
        if name != "tbl_schedule.csv":
            shown = f"{BEGAN + timedelta(days=60 + at % 900)} 00:00:00.000"
            yield about | {"LATEST_HEARING": shown, "HEARING_DATE": shown}
            continue
        for number in range(HEARINGS):
            shown = f"{BEGAN + timedelta(days=60 + (at + 90 * number) % 1500)} 00:00:00.000"
            yield about | {"IDNSCHEDULE": str(27_000_000 + at * 10 + number), "ADJ_DATE": shown}


def _round(folder: Path, number: int) -> dict[str, Any]:
    """The figures of both drops, and of the bare COPY."""
    found: dict[str, Any] = {}
    for name in ("quarter", "whole"):
        home = folder / f"home-{number}-{name}"
        home.mkdir(mode=0o755)
        environment = environment_of(home, free_port())
        with running_server(home):
            command = [ADSUM, "exchange", "court", "load", str(folder / name), "--json"]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
            found[name] = json.loads(done.stdout)
            if name == "whole":
                found["copy_s"] = _copy_bare(home, folder / name)
    return found


def _copy_bare(home: Path, folder: Path) -> float:
    """Seconds: all lines of all files, each as one text."""
    with psycopg.connect(embedded_url(home), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_line (line text)")
        began = time.perf_counter()
        for path in [folder / "crosswalk.csv", *(folder / "day1" / name for name in TABLES)]:
            copied = "COPY bench_line FROM STDIN WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"
            with path.open("rb") as file, connection.cursor().copy(copied) as copy:
                while block := file.read(1 << 18):
                    copy.write(block)
        return time.perf_counter() - began


def summarize(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds, but the highest peaks."""
    rows = [
        sum(one["whole"][name] for name in ("cases", "proceedings", "hearings", "crosswalk", "set_aside"))
        for one in rounds
    ]
    rates = [count / one["whole"]["seconds"] for count, one in zip(rows, rounds, strict=True)]
    copied = [count / one["copy_s"] for count, one in zip(rows, rounds, strict=True)]
    return {
        "rows": rows[0],
        "set_aside": rounds[0]["whole"]["set_aside"],
        "rows_per_second": round(statistics.median(rates)),
        "copy_rows_per_second": round(statistics.median(copied)),
        "ratio": round(statistics.median(ours / bare for ours, bare in zip(rates, copied, strict=True)), 3),
        "peak_mb": max(one["whole"]["peak_mb"] for one in rounds),
        "peak_mb_of_a_quarter": max(one["quarter"]["peak_mb"] for one in rounds),
        "rounds": [round(rate) for rate in rates],
    }


if __name__ == "__main__":
    main(sys.argv[1:])

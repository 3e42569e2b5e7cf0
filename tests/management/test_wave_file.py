"""Reading an agency's file: all of it or none, and the refusal says which line and what to do."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from adsum.enrolment.rules import COLUMNS, Fault, Graded, Row
from adsum.management import wave_file
from adsum.management.demo import write_wave
from adsum.management.matching_files import FileUnreadable, read_truth
from adsum.management.wave_file import FileRefused, open_rejects, open_wave
from tests.factories import make_row

TEXT = write_wave(people=40, seed=3, first_day=date(2026, 12, 1))
GOOD = TEXT.encode()
LINES = TEXT.split("\r\n")


def put(folder: Path, content: bytes, name: str = "wave.csv") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def read_wave(source: str) -> list[Row]:
    with open_wave(source) as file:
        rows = list(file.rows())
        assert list(file.rows()) == rows
    return rows


def test_an_export_as_it_comes(tmp_path: Path) -> None:
    rows = read_wave(put(tmp_path, GOOD))
    assert GOOD.startswith(b"\xef\xbb\xbfcase_number,")
    assert b"\r\n" in GOOD
    assert [row.number for row in rows] == list(range(2, 42))
    assert set(rows[0].values) == set(COLUMNS)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.removeprefix(b"\xef\xbb\xbf"),
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.rstrip(b"\r\n"),
        gzip.compress(GOOD),
        GOOD + b"\r\n\r\n",
    ],
    ids=["no byte order mark", "unix lines", "no last line end", "gzip", "blank lines at the end"],
)
def test_the_same_rows_however_they_are_wrapped(tmp_path: Path, content: bytes) -> None:
    assert read_wave(put(tmp_path, content)) == read_wave(put(tmp_path, GOOD, "plain.csv"))


def test_columns_may_come_in_any_order_with_others_between(tmp_path: Path) -> None:
    with (tmp_path / "wave.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["extra", *reversed(COLUMNS)])
        writer.writeheader()
        writer.writerow({**make_row().values, "extra": "1", "given_names": "Zoë\nMaría"})
    row = read_wave(str(tmp_path / "wave.csv"))[0]
    assert (row.number, row.values["given_names"], row.values["city"]) == (3, "Zoë\nMaría", "Brooklyn")


@pytest.mark.parametrize("block", [1, 7, 100, 1_000])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_in_whatever_pieces_the_rows_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, end: str
) -> None:
    with (tmp_path / "wave.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator=end)
        writer.writeheader()
        for number in range(30):
            name = ("plain", 'a "quote"', f"two{end}lines", 'half" quote', f'"{end}{end}"', "José")[number % 6]
            writer.writerow({**make_row().values, "given_names": name, "unit": str(number)})
            file.write(end * (number % 3))
    whole = read_wave(str(tmp_path / "wave.csv"))
    monkeypatch.setattr(wave_file, "BLOCK", block)
    with open_wave(str(tmp_path / "wave.csv")) as wave:
        pieces = list(wave.pieces())
    assert [row for piece in pieces for row in piece.rows()] == whole
    assert [row.values["unit"] for row in whole] == [str(number) for number in range(30)]
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert len(pieces) > 30 or block > 7
    text = (tmp_path / "wave.csv").read_text(encoding="utf-8").replace("half", '"half', 1)
    with pytest.raises(FileRefused, match="line "):
        read_wave(put(tmp_path, text.encode(), "broken.csv"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"  \r\n", "is empty"),
        ("\r\n".join(LINES[:1]).encode() + b"\r\n", "a header but no rows"),
        (b"name,born\r\nx,y\r\n", "line 1: the header lacks case_number"),
        (GOOD.replace(b"postal_code", b"zip", 1), "line 1: the header lacks postal_code"),
        (GOOD.replace(b"unit,city", b"city,city", 1), "line 1: the header lacks unit"),
        (GOOD.replace(b"case_number,", b"case_number,case_number,", 1), "line 1: the header names case_number twice"),
        (GOOD[:3000][: GOOD[:3000].rindex(b",")], "the file seems to be cut here"),
        ("\r\n".join(LINES[:20]).encode()[:-3], "line 20: the last field ends in the middle"),
        ("\r\n".join([*LINES[:9], "a,b", *LINES[9:]]).encode(), "line 10: 2 fields instead of 18"),
        ("\r\n".join([*LINES[:9], LINES[9] + ",x", *LINES[10:]]).encode(), "line 10: 19 fields instead of 18"),
        (TEXT.replace("Brooklyn", '"Brooklyn', 1).encode(), "line "),
        ("\r\n".join([*LINES[:4], LINES[4].replace(",", ",Muñoz", 1)]).encode("latin-1", "ignore"), "is not UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (GOOD[:500] + b"\x00" + GOOD[500:], "a zero byte"),
        (b"PK\x03\x04" + bytes(range(256)), "a zero byte"),
        (gzip.compress(GOOD)[:-20], "the gzip file is cut or damaged"),
        (b"\x1f\x8b nonsense", "the gzip file is cut or damaged"),
        (GOOD + b"x" * 20_000, "line "),
    ],
    ids=[
        "empty",
        "blanks",
        "header only",
        "another header",
        "a column lacks",
        "a column twice and one lacks",
        "a column twice",
        "cut in a row",
        "cut in the last field",
        "too few fields",
        "too many fields",
        "open quote",
        "latin-1",
        "utf-16",
        "zero byte",
        "zip",
        "cut gzip",
        "damaged gzip",
        "huge field",
    ],
)
def test_a_broken_file_is_refused_whole(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says.replace("(", r"\(")):
        read_wave(put(tmp_path, content))


def test_a_file_cut_anywhere_is_refused_or_whole_rows(tmp_path: Path) -> None:
    """A cut at the end of a row cannot be seen; any other cut must be."""
    whole = read_wave(put(tmp_path, GOOD))
    start = GOOD.index(b"\r\n", 900)
    for end in range(start, start + 400):
        try:
            rows = read_wave(put(tmp_path, GOOD[:end]))
        except FileRefused:
            continue
        assert rows == whole[: len(rows)], f"cut at byte {end}"


def test_files_to_match_that_are_cut_or_damaged_say_so(tmp_path: Path) -> None:
    rows = b"record_id,case_number\n" + b"".join(b"R-%d,A%d\n" % (n, n * 7919) for n in range(5000))
    path, packed = tmp_path / "truth.csv.gz", gzip.compress(rows)
    damaged = packed[:2000] + b"\xff" * 2000 + packed[4000:]
    for broken in (packed[:-9], damaged, packed[:-8] + b"\x00" * 8, packed[:5]):
        path.write_bytes(broken)
        with pytest.raises(FileUnreadable, match="cannot be read"):
            read_truth(path)


def test_there_is_no_such_file() -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        read_wave("/nowhere/wave.csv")


def test_rejects_name_row_field_value_and_reason(tmp_path: Path) -> None:
    rejected = [
        Graded(make_row(7, case_number="=cmd()"), None, None, [Fault.CASE_NUMBER, Fault.BIRTHDAY]),
        Graded(make_row(9, case_number="A123456789"), "A123456789", None, [Fault.DUPLICATE]),
    ]
    rejects = open_rejects(str(tmp_path / "wave.csv.gz"), tmp_path / "spare")
    for graded in rejected:
        rejects.add(graded)
    path = rejects.path
    assert not path.exists()
    rejects.keep()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert path == tmp_path / "wave.rejects.csv"
    assert [(row["row"], row["field"], row["value"], row["fault"]) for row in rows] == [
        ("7", "case_number", "'=cmd()", "case-number-invalid|date-of-birth-invalid"),
        ("9", "case_number", "A123456789", "duplicate-case-number"),
    ]
    assert rows[0]["reason"].count(";") == 1


def test_rejects_go_elsewhere_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    rejects = open_rejects("/proc/wave.csv", tmp_path / "spare")
    rejects.keep()
    assert list((tmp_path / "spare").iterdir()) == [rejects.path]


def test_the_demo_is_the_same_for_the_same_seed() -> None:
    assert write_wave(people=40, seed=3, first_day=date(2026, 12, 1)) == TEXT
    assert write_wave(people=40, seed=4, first_day=date(2026, 12, 1)) != TEXT

"""Files that are not what they should be change nothing and say why; an empty one closes nobody."""

import shutil
from pathlib import Path

import pytest

from adsum.court.models import CourtAside, CourtDrop, CourtProceeding
from adsum.exchange.court.reading import LONGEST_LINE, FileRefused
from tests.exchange.court import load, rows_kept, states
from tests.exchange.court_days import CourtDays

pytestmark = pytest.mark.django_db


@pytest.fixture
def days(tmp_path: Path) -> CourtDays:
    made = CourtDays(tmp_path, cases=40, days=3, seed=3, broken=0)
    made.write()
    load(tmp_path / "day1")
    return made


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("B_TblProceeding.csv", b"IDNPROCEEDING,IDNCASE,DEC_CODE\r\n1,2,X\r\n", "lacks IDNPROCEEDING"),
        ("B_TblProceeding.csv", b"name\tplace\r\nAna\tNYC\r\n", "lacks IDNPROCEEDING, IDNCASE"),
        ("A_TblCase.csv", "IDNCASE\tCASE_TYPE\tCUSTODY\r\n".encode("utf-16"), "UTF-16"),
        ("tbl_schedule.csv", b"27000001\t18000001\t9000001\r\n", "line 1"),
        ("tbl_schedule.csv", b"x" * (3 * LONGEST_LINE), "not the court's table"),
    ],
)
def test_another_layout_is_refused_whole(days: CourtDays, name: str, content: bytes, words: str) -> None:
    before = rows_kept(), states()
    (days.folder / "day2" / name).write_bytes(content)
    with pytest.raises(FileRefused, match=words):
        load(days.folder / "day2")
    with pytest.raises(FileRefused, match=words):
        load(days.folder)
    assert (rows_kept(), states()) == before
    assert CourtDrop.objects.filter(refusal__contains=words).count() == 2


def test_an_empty_drop_closes_nobody(days: CourtDays) -> None:
    load(days.folder / "day2")
    for name in ("A_TblCase.csv", "B_TblProceeding.csv", "tbl_schedule.csv"):
        path = days.folder / "day3" / name
        path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" if name.startswith("A") else b"")
    assert load(days.folder / "day3").rows["proceeding"] == 0
    assert states() == days.truth[1]


def test_a_folder_without_court_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no files of the court"):
        load(tmp_path)
    with pytest.raises(FileRefused, match="is no folder"):
        load(tmp_path / "gone")


def test_every_broken_line_is_kept_aside_with_its_reason(days: CourtDays) -> None:
    path = days.folder / "day2" / "B_TblProceeding.csv"
    header, *rows = path.read_bytes().splitlines(keepends=True)
    good = rows[0].split(b"\t")
    broken = [
        b'9999999\tBROKEN "ROW\r\n',
        b"\t".join([b"18O00001", *good[1:]]),
        b"\t".join([good[0], b"-4", *good[2:]]),
        b"\t".join([*good[:3], b"yesterday", *good[4:]]),
        b"\t".join([*good[:8], b"A DECISION", b"TOO LONG FOR A CODE", *good[10:]]),
        b"\t".join(good).rstrip(b"\r\n") + b"\tone\tmore\r\n",
        b"z" * (2 * LONGEST_LINE) + b"\r\n",
        b"=cmd|' /C calc'!A0\t\x01\r\n",
    ]
    path.write_bytes(header + b"\r\n" + b"".join(broken) + b"".join(rows) + rows[-1][: len(rows[-1]) // 3])
    assert load(days.folder / "day2").set_aside == len(broken) + 1
    assert list(CourtAside.objects.order_by("line").values_list("line", "reason")) == [
        (3, "2 columns instead of 14"),
        (4, "IDNPROCEEDING is no number"),
        (5, "IDNCASE is no number"),
        (6, "INPUT_DATE is no date"),
        (7, "OTHER_COMP is no code"),
        (8, "16 columns instead of 14"),
        (9, "1 columns instead of 14"),
        (10, "2 columns instead of 14"),
        (11 + len(rows), CourtAside.objects.latest("line").reason),
    ]
    assert states() == days.truth[1]


def test_the_last_line_about_a_thing_in_a_file_holds(days: CourtDays) -> None:
    path = days.folder / "day2" / "B_TblProceeding.csv"
    path.write_bytes(path.read_bytes() * 2)  # the header comes a second time in the middle: a broken line
    loaded = load(days.folder / "day2")
    assert (states(), loaded.set_aside) == (days.truth[1], 1)
    assert CourtProceeding.objects.filter(drop__name="day2").count() * 2 == loaded.rows["proceeding"]


def test_a_windows_file_with_columns_in_another_order_is_read(days: CourtDays) -> None:
    for path in (days.folder / "day2").iterdir():
        lines = [line.split("\t") for line in path.read_text().splitlines()]
        turned = ["\t".join([*reversed(cells), "José"]) for cells in lines]
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(turned).encode("cp1252"))
    load(days.folder / "day2")
    shutil.rmtree(days.folder / "day2")
    assert states() == days.truth[1]

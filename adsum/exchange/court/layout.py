"""The court's tables, field by field: which of its columns is which of ours, and how each is read.

Another court's dump is another such page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adsum.court.rules import RowKind
from adsum.exchange.court.fields import case_number, code, day, number, yes

Reading = Callable[[str], str]


@dataclass(frozen=True)
class Layout:
    """A table of the court: how its file is called, and its columns in the order of ours (`court.rules.COLUMNS`)."""

    kind: RowKind
    file: str
    columns: Mapping[str, Reading]
    dated_by: str = ""  # a column that says when a row was last written


LAYOUTS = (
    Layout(RowKind.CROSSWALK, "crosswalk", {"IDNCASE": number, "CASE_NUMBER": case_number}),
    Layout(RowKind.CASE, "a_tblcase", {"IDNCASE": number, "CASE_TYPE": code, "CUSTODY": code}),
    Layout(
        RowKind.PROCEEDING,
        "b_tblproceeding",
        {
            "IDNPROCEEDING": number,
            "IDNCASE": number,
            "CASE_TYPE": code,
            "HEARING_LOC_CODE": code,
            "INPUT_DATE": day,
            "HEARING_DATE": day,
            "HEARING_TIME": code,
            "DEC_CODE": code,
            "OTHER_COMP": code,
            "ABSENTIA": yes,
            "COMP_DATE": day,
            "APPEAL_RSVD": code,
        },
        dated_by="COMP_DATE",
    ),
    Layout(
        RowKind.HEARING,
        "tbl_schedule",
        {
            "IDNSCHEDULE": number,
            "IDNPROCEEDING": number,
            "IDNCASE": number,
            "HEARING_LOC_CODE": code,
            "ADJ_DATE": day,
            "ADJ_TIME_START": code,
            "SCHEDULE_TYPE": code,
            "ADJ_RSN": code,
            "UPDATE_DATE": day,
        },
        dated_by="UPDATE_DATE",
    ),
)

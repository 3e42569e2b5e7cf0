"""The desk decides what hangs on the order of rows as if one person had read the whole list."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from adsum.enrolment.rules import Census, Desk, Fault, Fresh, Graded, Grader, Repeats, Row, lay_out, seat
from adsum.people.policy import PeoplePolicy
from adsum.places.policy import PlacesPolicy
from adsum.staffing.rules import Caseloads, Load
from tests.factories import make_row

NUMBERS = ("A123456789", "A000000007", "A000000008", "A000000009", "no", "")
PAIRS = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["1990-02-03", "x"])), max_size=30)


def make_grader(rows: list[Row]) -> Grader:
    census = Census("NYC")
    for row in rows:
        census.note(row)
    return Grader(date(2026, 11, 21), Counter(), PeoplePolicy(), PlacesPolicy(), Repeats(census.repeated()))


def make_desk(grader: Grader, rejected: list[Graded]) -> Desk:
    loads = [Load(1, frozenset({"es"}), 0), Load(2, frozenset(), 0)]
    return Desk(grader.repeats, Caseloads(loads), rejected.append)


def bring(rows: list[Row], grader: Grader, desk: Desk, known: frozenset[str] = frozenset()) -> list[Fresh]:
    sheet, waiting = lay_out([grader.grade_alone(row) for row in rows], known=known, repeats=grader.repeats)
    return seat(waiting, sheet, desk.answer(sheet))


@given(PAIRS, st.integers(1, 8), st.frozensets(st.sampled_from(NUMBERS[:4])))
def test_whatever_the_pieces_the_list_is_the_same(
    pairs: list[tuple[str, str]], size: int, known: frozenset[str]
) -> None:
    rows = [make_row(at, case_number=number, date_of_birth=born) for at, (number, born) in enumerate(pairs, 2)]
    all_in_order = list(map(make_grader(rows).grade, rows))
    kept = [row for row in all_in_order if not row.rejection]
    new = [row for row in kept if row.case_number not in known]
    rejected: list[Graded] = []
    grader = make_grader(rows)
    desk = make_desk(grader, rejected)
    fresh = [one for at in range(0, len(rows), size) for one in bring(rows[at : at + size], grader, desk, known)]
    assert [one.row for one in fresh] == new
    assert rejected == [row for row in all_in_order if row.rejection]
    grades = desk.grades
    assert (grades.read, grades.enrolled, grades.already) == (len(rows), len(new), len(kept) - len(new))
    assert grades.rejected == len(rejected)
    assert grades.graded == Counter(fault for row in all_in_order for fault in row.faults)


def test_officers_are_given_in_turn_and_to_nobody_twice() -> None:
    rows = [make_row(at, case_number=f"A{at:09d}", language="ht") for at in range(2, 12)]
    rows.append(make_row(12, case_number="A000000002", language="ht"))
    rejected: list[Graded] = []
    grader = make_grader(rows)
    desk = make_desk(grader, rejected)
    fresh = [*bring(rows[:4], grader, desk), *bring(rows[4:], grader, desk)]
    assert Counter(one.officer_id for one in fresh) == {1: 5, 2: 5}
    assert [(row.row.number, row.rejection) for row in rejected] == [(12, Fault.DUPLICATE)]
    assert desk.caseloads.people == {1: 5, 2: 5}


def test_where_nobody_has_counted_case_numbers_all_pass_the_desk() -> None:
    rows = [make_row(at, case_number="A000000002") for at in (2, 3)]
    grader = Grader(date(2026, 11, 21), Counter(), PeoplePolicy(), PlacesPolicy())
    rejected: list[Graded] = []
    desk = make_desk(grader, rejected)
    assert len(bring(rows, grader, desk)) == len(rejected) == 1

"""`adsum bench letters`: decisions' letters in one batch, drafted and set, beside what an empty sheet takes."""

import resource
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adsum.core.typesetting import typeset
from adsum.management.bench.machine import describe_machine
from adsum.management.commanding import progress
from adsum.orders.rules import Level
from adsum.reviews.letters.drafting import draft
from adsum.reviews.letters.facts import Criterion, Decided, Fact, Reason
from adsum.reviews.letters.printing import TO_PRINT, Wanted, print_file, print_letters
from adsum.reviews.letters.words import ATTENDED, EXCUSED, IN_TIME
from adsum.reviews.rules import Met, Outcome

LANGUAGES = ("es", "es", "es", "en", "ht", "es", "zh-hans", "ar", "pa", "es")  # of ten readers
SIGNED_AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
OUTCOMES = ((Outcome.KEEP, Level.GPS_ANKLE), (Outcome.STEP_DOWN, Level.CHECK_IN))
SINGLE = 30
BARE: dict[str, Any] = {"title": "Empty", "letters": []}


def measure_letters(*, letters: int) -> dict[str, Any]:
    """The whole benchmark. A second of a core is a second of processor time, so that neighbours do not count.

    A letter is what is posted: drafted and set in the reader's language, with English behind it.
    """
    machine = describe_machine()
    single = _single_ms()
    began, done, size, cpu_s = time.monotonic(), 0, 0, 0.0
    with progress("letters", letters) as tell:
        for file in print_letters(made_up(number) for number in range(letters)):
            done, size, cpu_s = done + len(file.numbers), size + len(file.pdf), cpu_s + file.cpu_s
            tell(done)
    seconds = time.monotonic() - began
    return {
        "letters_per_second_per_core": round(done / cpu_s, 1),
        "letters_per_second": round(done / seconds, 1),
        "letters": done,
        "seconds": round(seconds, 1),
        "cpu_s": round(cpu_s, 1),
        "letters_a_file": TO_PRINT,
        "megabytes": round(size / 2**20, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        **single,
        "machine": machine,
    }


def _single_ms() -> dict[str, float]:
    """Processor time of one letter by itself, and of an empty sheet: what the typesetter takes for nothing."""
    return {
        "draft_ms": _each_ms(lambda number: draft(made_up(number).decided, language="es")),
        "single_ms": _each_ms(lambda number: print_file((made_up(number),))),
        "empty_sheet_ms": _each_ms(
            lambda number: typeset("letters", {**BARE, "title": str(number)}, language="en", made_at=SIGNED_AT)
        ),
    }


def _each_ms(do: Any) -> float:
    do(0)
    began = time.process_time()
    for number in range(1, SINGLE + 1):
        do(number)
    return round((time.process_time() - began) / SINGLE * 1000, 2)


def made_up(number: int) -> Wanted:
    """A letter of which no two are the same."""
    outcome, level = OUTCOMES[number % 2]
    asked = date(2026, 10, 1) + timedelta(days=number % 30)
    decided = Decided(
        number=f"{number:06d}",
        outcome=outcome,
        name=f"Participant {number}",
        address=f"{number} Main St\nBrooklyn, NY 11226",
        office="Field office",
        phone="+1 212 555 0100",
        level_now=Level.GPS_ANKLE,
        level_then=level,
        holds_from=SIGNED_AT.date(),
        reasons=(
            Reason(Criterion.MONTHS, Met.MET if number % 2 else Met.NOT_MET, has=number % 12, wants=6),
            Reason(Criterion.ON_TIME, Met.MET, has=90 + number % 10, wants=90),
            Reason(Criterion.MISSES, Met.MET, has=number % 3, wants=2),
            Reason(Criterion.RECORDS, Met.NO_DATA),
        ),
        signed_by="An officer",
        signed_at=SIGNED_AT,
        zone="America/New_York",
        asked_on=asked,
        facts=(
            Fact(IN_TIME, {"number": number % 40}),
            Fact(EXCUSED, {"number": number % 4}),
            Fact(ATTENDED, {"number": number % 6}),
        ),
        own_words=f"I have read the letter of your doctor, number {number}. We look again in spring.",
        appeal_last_day=asked + timedelta(days=60),
    )
    return Wanted(decided, LANGUAGES[number % len(LANGUAGES)])

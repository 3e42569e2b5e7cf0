"""Knobs about uploads, and about the clocks of a change of address."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class DocumentsPolicy(Policy):
    """How large a document may be, how long it is kept, and by when other agencies want to know a new address."""

    largest_megabytes: int = knob(15, low=2, high=50, why="A photo of a new phone has 3 to 12; a scanned lease fits.")
    most_megapixels: int = knob(
        64, low=12, high=200, why="A picture is unpacked to be cleaned; a small file can unpack to fill the memory."
    )
    longest_side_px: int = knob(
        2_400, low=1_200, high=6_000, why="Small print of a bill on a letter page can be read at 200 dots an inch."
    )
    piece_kilobytes: int = knob(
        64, low=16, high=512, why="At 25 KB a second a piece takes three seconds; a cut loses no more than that."
    )
    unfinished_hours: int = knob(48, low=1, high=336, why="Long enough to find a better network, then erased.")
    most_unfinished: int = knob(5, low=1, high=50, why="Enough for a few tries; too few to fill a disk.")
    most_a_day: int = knob(30, low=5, high=200, why="A lease has many pages; nobody needs more than this in a day.")
    scanner_seconds: int = knob(10, low=1, high=60, why="A scanner that takes longer is down; the document waits.")
    keep_days: int = knob(
        730, low=30, high=3650, why="A proof serves the address it came with; after two check-in years it is erased."
    )
    court_form_working_days: int = knob(
        5, low=1, high=30, why="EOIR-33/IC: within five working days of the change, 8 CFR 1003.15(d)(2)."
    )
    benefits_form_days: int = knob(10, low=1, high=60, why="AR-11: within ten days of the change, 8 CFR 265.1.")
    office_form_days: int = knob(
        5,
        low=1,
        high=30,
        why="The field office learns it through Adsum at once; this is for those who tell it on paper.",
    )

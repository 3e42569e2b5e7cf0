"""Bars for the console, as inline SVG made here: no script, and a table stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, THICK, LINE, GAP = 380, 15, 20, 10  # in the chart's own units: a telephone's width, so that words stay readable
ROOM = 60  # for the number behind the longest bar


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins from the top, how long it is, what stands behind it, which series it is of."""

    top: int
    length: float
    said: str
    series: int

    @property
    def baseline(self) -> int:
        """Where its words stand."""
        return self.top + THICK - 3

    @property
    def end(self) -> float:
        """Where its words begin."""
        return self.length + 6


@dataclass(frozen=True)
class Row:
    """A label with a bar for each series."""

    label: str
    top: int
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    """Bars side by side, drawn by `console/bars.html`."""

    title: str
    series: list[tuple[int, str]]
    rows: list[Row]
    height: int
    width: int = WIDE
    thick: int = THICK


def bars(
    title: str, rows: Sequence[tuple[str, Sequence[float]]], *, series: Sequence[tuple[int, str]], share: bool
) -> Chart:
    """A chart of these numbers, one row a label; `share`: they are parts of one, written in per cent.

    A series has a number, which is its colour, and a name.
    """
    most = max((value for _, values in rows for value in values), default=0) or 1
    scale = (WIDE - ROOM) / most
    drawn, top = [], 0
    for label, values in rows:
        made = [
            Bar(
                top + LINE + THICK * turn, round(value * scale, 1), f"{value:.1%}" if share else f"{value:,.0f}", colour
            )
            for turn, (value, (colour, _)) in enumerate(zip(values, series, strict=True))
        ]
        drawn.append(Row(label, top + LINE - 5, made))
        top += LINE + THICK * len(values) + GAP
    return Chart(title, list(series), drawn, max(1, top - GAP))

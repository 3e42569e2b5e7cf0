"""Bars for the console, as inline SVG made here: no script, and a table stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL, WIDE, THICK, GAP = 210, 640, 16, 10  # in the chart's own units
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
        return LABEL + self.length + 6


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
    series: Sequence[str]
    rows: list[Row]
    height: int
    width: int = WIDE
    begin: int = LABEL
    thick: int = THICK


def bars(title: str, rows: Sequence[tuple[str, Sequence[float]]], *, series: Sequence[str], share: bool) -> Chart:
    """A chart of these numbers, one row a label; `share`: they are parts of one, written in per cent."""
    most = max((value for _, values in rows for value in values), default=0) or 1
    scale = (WIDE - LABEL - ROOM) / most
    drawn, top = [], 0
    for label, values in rows:
        made = [
            Bar(top + THICK * turn, round(value * scale, 1), f"{value:.1%}" if share else f"{value:,.0f}", turn)
            for turn, value in enumerate(values)
        ]
        drawn.append(Row(label, top + THICK * len(values) // 2 + 5, made))
        top += THICK * len(values) + GAP
    return Chart(title, series, drawn, max(1, top - GAP))

"""What was measured: the figures, the statistics they come from, and the table and JSON that they end in.

Nothing here measures. `test_bench.py` beside it holds the arithmetic to its word.
"""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Optional

# Memory and disk are given in megabytes, as the targets are.
MB = 1_000_000


def percentile(values, share):
    """The value below which `share` (0 to 1) of them lie, by nearest rank; None of no values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values):
    """The middle value, the mean of the middle two of an even number; None of no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass
class Frames:
    """Gaps between the frames of a page, in milliseconds."""

    count: int
    p50: float
    p99: float
    max: float

    @classmethod
    def of(cls, gaps):
        """None where no frame was drawn."""
        if not gaps:
            return None
        return cls(len(gaps), percentile(gaps, 0.5), percentile(gaps, 0.99), max(gaps))

    def words(self):
        return f"{self.p50:.0f} / {self.p99:.0f} / {self.max:.0f}"


@dataclass
class Target:
    """A bound that a figure is held to: below `most`, or above `least`."""

    least: Optional[float] = None
    most: Optional[float] = None
    # Where a bound was raised or is not plain, why.
    why: str = ""

    def met(self, value):
        if value is None:
            return None
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def missed_by(self, value):
        """The share of the bound by which the value is on the wrong side; infinite where the bound is zero."""
        bound = self.least if self.least is not None and value < self.least else self.most
        return abs(value - bound) / bound if bound else math.inf


@dataclass
class Figure:
    """One line of the table. `value` is None where it could not be had; `note` then says why."""

    name: str
    value: Optional[float]
    unit: str = ""
    target: Optional[Target] = None
    note: str = ""
    # Numbers behind the figure, for the JSON alone.
    detail: dict = field(default_factory=dict)


class Report:
    """All figures of a run, in groups. A group is printed and written as soon as it is complete: a run takes minutes,
    and what was measured must not be lost with what comes after it."""

    def __init__(self, machine, settings, path):
        self.machine = machine
        self.settings = settings
        self.path = path
        self.groups = []

    def group(self, title, figures):
        self.groups.append((title, figures))
        print(table(title, figures), flush=True)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.json() + "\n")

    def missed(self):
        return [
            (title, figure)
            for title, figures in self.groups
            for figure in figures
            if figure.target and figure.target.met(figure.value) is False
        ]

    def json(self):
        def line(figure):
            written = {key: value for key, value in asdict(figure).items() if value not in ("", {}, None)}
            written["value"] = figure.value
            if figure.target:
                written["met"] = figure.target.met(figure.value)
            return written

        return json.dumps(
            {
                "machine": self.machine,
                "settings": self.settings,
                "groups": [
                    {"title": title, "figures": [line(figure) for figure in figures]}
                    for title, figures in self.groups
                ],
            },
            indent=2,
            ensure_ascii=False,
        )


def number(value):
    """Three figures are enough of a measurement: 545,123 and 12.3 and 0.24. What was counted is whole."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def judged(figure):
    """The target of a figure, and whether it was met."""
    if not figure.target:
        return ""
    bounds = []
    if figure.target.least is not None:
        bounds.append(f"≥ {number(figure.target.least)}")
    if figure.target.most is not None:
        bounds.append(f"≤ {number(figure.target.most)}")
    met = figure.target.met(figure.value)
    if met is None:
        verdict = "not measured"
    elif met:
        verdict = "met"
    else:
        share = figure.target.missed_by(figure.value)
        verdict = "MISSED" if math.isinf(share) else f"MISSED by {100 * share:.0f} %"
    why = f" ({figure.target.why})" if figure.target.why else ""
    return f"{' and '.join(bounds)}{why}: {verdict}"


# Columns of the table, in characters. A longer name pushes its line out and is still read.
NAME, VALUE, UNIT, VERDICT = 46, 11, 12, 36


def table(title, figures):
    lines = ["", title]
    for figure in figures:
        measured = f"  {figure.name:<{NAME}}{number(figure.value):>{VALUE}} {figure.unit:<{UNIT}}"
        lines.append(f"{measured}  {judged(figure):<{VERDICT}}  {figure.note}".rstrip())
    return "\n".join(lines)

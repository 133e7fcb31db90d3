"""Figures as ratios within one run: the lines of a table, measured and printed."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import click


@dataclass(frozen=True)
class Reference:
    """What a figure is compared with: its name, and how often a second it is done."""

    name: str
    measure: Callable[[], float]


@dataclass(frozen=True)
class Line:
    """One figure: what is measured, what it is compared with, and what is aimed at."""

    name: str
    measure: Callable[[], float]
    against: Reference
    target: float | None


def print_table(lines: list[Line], rounds: int) -> None:
    """Measure each line in turn with what it is compared with, and print the medians.

    Args:
        lines: what to measure.
        rounds: how often.
    """
    click.echo(f"{'':24}{'a second':>10}{'compared with':>16}{'ratio':>8}{'aim':>6}")
    for line in lines:
        speeds, ratios = [], []
        for _ in range(rounds):
            reference = line.against.measure()
            speeds.append(line.measure())
            ratios.append(speeds[-1] / reference)
        ratio = statistics.median(ratios)
        aim = "" if line.target is None else f"{line.target:.2f}"
        missed = "  missed" if line.target and ratio < line.target else ""
        click.echo(
            f"{line.name:24}{statistics.median(speeds):>10,.0f}{line.against.name:>16}"
            f"{ratio:>8.2f}{aim:>6}{missed}"
        )

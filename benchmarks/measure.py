"""Whole processes, measured by the operating system's own accounting."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: CPU seconds (user and system), wall seconds, peak MiB."""

    cpu_s: float
    wall_s: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, against what, and the bound that holds."""

    what: str
    ours: str
    peer: str
    ratio: str
    bound: str


def run(command: Sequence[str], env: dict[str, str] | None = None) -> Run:
    """Run `command` to its end and return what it took; its output is kept from the terminal.

    Exit status 1 is no failure: it says that rows were held back.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {said.decode(errors='replace')}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def in_turn(
    ours: Callable[[], Run], peer: Callable[[], Run], times: int
) -> tuple[list[Run], list[Run]]:
    """Run the two in turn, A B A B, so that a machine that slows down slows both."""
    pairs = [(ours(), peer()) for _ in range(times)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def python(*arguments: str) -> list[str]:
    """Return a command of this interpreter."""
    return [sys.executable, *arguments]


def cpu_in_turn(
    ours: Callable[[], object], peer: Callable[[], object], times: int
) -> tuple[float, float, float]:
    """Call the two in turn in this process: median CPU seconds of each, and of their ratio."""
    pairs = [(cpu(ours), cpu(peer)) for _ in range(times)]
    return (
        median([a for a, _ in pairs]),
        median([b for _, b in pairs]),
        median([b / a for a, b in pairs]),
    )


def cpu(task: Callable[[], object], cpu_s: Callable[[], float] = time.process_time) -> float:
    """Return the CPU seconds of a task, by a clock: that of this process and all its threads."""
    began = cpu_s()
    task()
    return cpu_s() - began

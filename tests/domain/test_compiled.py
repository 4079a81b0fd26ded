"""Compiled loops: kept on disk where that is possible, and working where it is not."""

import subprocess
import sys

import numpy as np

from mapserver.domain import compiled as module
from mapserver.domain.compiled import compiled


def total(values: np.ndarray) -> float:
    found = 0.0
    for value in values:
        found += value
    return found


def test_a_compiled_loop_gives_what_the_loop_gives():
    values = np.array([1.0, 2.5, -4.0])
    assert compiled(total)(values) == total(values) == -0.5


def test_where_nothing_can_be_kept_the_loop_is_compiled_all_the_same(monkeypatch):
    njit = module.numba.njit

    def without_a_folder(**options):
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(**options)

    monkeypatch.setattr(module.numba, "njit", without_a_folder)
    assert compiled(total)(np.array([1.0, 2.0])) == 3.0


def test_starting_the_server_does_not_import_the_compiler():
    """It would take most of a second, and little work never needs it."""
    code = "import sys, mapserver.app, mapserver.cli; print('numba' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"

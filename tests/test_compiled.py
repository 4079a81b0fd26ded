"""Compiled loops: kept on disk where that is possible, and working where it is not."""

import errno
import os
import subprocess
import sys

import numpy as np
from numba.core.caching import IndexDataCacheFile

from mapserver import compiled as module
from mapserver.compiled import compiled


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


def test_a_full_disk_keeps_nothing_and_the_loop_gives_its_answer(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(IndexDataCacheFile, "save", full)
    assert compiled(total)(np.array([1.0, 2.0])) == 3.0


def test_starting_the_server_does_not_import_the_compiler():
    """It would take most of a second, and little work never needs it."""
    code = "import sys, mapserver.app, mapserver.cli; print('numba' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_an_edit_of_any_loop_gives_all_loops_another_version(tmp_path):
    """Loops are compiled into one another: an old form of one may not meet a new one."""
    (tmp_path / "domain").mkdir()
    (tmp_path / "compiled.py").write_text("")
    loop = tmp_path / "domain" / "some_kernel.py"
    loop.write_text("BITS = 2")
    before = module.version_of(tmp_path)
    assert module.version_of(tmp_path) == before
    loop.write_text("BITS = 3")
    assert module.version_of(tmp_path) != before


def test_what_is_compiled_is_kept_in_the_folder_of_its_version(tmp_path):
    code = """
import numpy as np
from mapserver.domain.raster_rows_kernel import runs_of
runs_of(np.zeros((1, 2), np.int32), 1, np.zeros((1, 4), np.int32))
"""
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            check=True,
        )
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("loops-")
    assert len(list(folder.rglob("*.nbc"))) == 1

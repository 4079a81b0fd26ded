"""What takes long to make is made once a run, however many processes run the tests."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process to ask has made; the others wait for it.

    Nobody may write into it. One that could not be made is tried again by who asks next.
    """
    base = factory.getbasetemp()
    # each process of several has a folder of its own in that of the run
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / f"shared-{name}"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = factory.mktemp(name) / "made"
            make(unfinished)
            unfinished.rename(folder)
    return folder

"""Disks that are small, full, or take no more writes; only root may mount them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a small file system in memory; skip the test where that is not allowed."""
    folder.mkdir()
    if not _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder: Path, options: str) -> None:
    """Mount the file system of `folder` again, as "ro", "rw" or of another "size=9m"."""
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@contextmanager
def failing_disk(folder: Path, image: Path) -> Iterator[Path]:
    """Mount an ext4 file system of 32 MB that `break_down` can make fail under its users."""
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(32 * 2**20)
    made = subprocess.run(["mkfs.ext4", "-q", image], capture_output=True, check=False)
    if made.returncode or not _mounted("-o", "loop,errors=remount-ro", str(image), str(folder)):
        pytest.skip("only root may mount a disk of its own, and needs mkfs.ext4 and loop devices")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def break_down(folder: Path) -> None:
    """Have the kernel take the file system for broken: from now on it only reads."""
    # a remount that says "abort" answers with the very error it brings about
    subprocess.run(["mount", "-o", "remount,abort", folder], capture_output=True, check=False)
    try:
        (folder / "probe").write_bytes(b"x")
    except OSError:
        return
    pytest.skip("this kernel does not let a disk be broken")


def _mounted(*arguments: str) -> bool:
    if os.geteuid():
        return False
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    return done.returncode == 0

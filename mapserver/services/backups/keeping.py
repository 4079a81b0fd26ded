"""The folder of backups: their names, which are kept, and how old the newest is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mapserver.domain.backup_times import Keeping, kept

_NAME = re.compile(r"township-(?P<at>\d{8}T\d{6}Z)(-\d+)?\.backup")
_AT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in its folder; only those that were proved have such a name."""

    file: Path
    at: datetime
    size: int


def name_at(at: datetime, number: int = 0) -> str:
    """Return the name of a backup; `number` tells those of one second apart."""
    stamp = at.astimezone(UTC).strftime(_AT)
    return f"township-{stamp}{f'-{number}' if number else ''}.backup"


def listed(folder: Path) -> list[Kept]:
    """Return the backups in a folder, newest first; other files are none of ours."""
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(file.name)
        if match and file.is_file():
            at = datetime.strptime(match["at"], _AT).replace(tzinfo=UTC)
            found.append(Kept(file, at, file.stat().st_size))
    return sorted(found, key=lambda one: (one.at, one.file.name), reverse=True)


def prune(folder: Path, keeping: Keeping) -> list[Path]:
    """Delete the backups that the rule does not keep, and return them."""
    every = listed(folder)
    stay = kept([one.at for one in every], keeping)
    gone = [one.file for one in every if one.at not in stay]
    for file in gone:
        file.unlink()
    return gone

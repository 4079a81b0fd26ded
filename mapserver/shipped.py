"""Where the files that ship with the program lie: layers/ and static/."""

from pathlib import Path

_HERE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return the folder called `name`: inside an installed wheel, or beside the source."""
    installed = _HERE / "_share" / name
    return installed if installed.is_dir() else _HERE.parent / name

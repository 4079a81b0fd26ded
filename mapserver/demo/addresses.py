"""How the demo's doors are keyed: by the same grammar that reads an imported address."""

from dataclasses import dataclass

PREFIX = "湖南省衡阳市衡东县洣水镇"


@dataclass(frozen=True, slots=True)
class Door:
    """The match key of an address and its short label; None where no door is reached."""

    key: str | None
    label: str | None

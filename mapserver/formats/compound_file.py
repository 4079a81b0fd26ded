"""The container of .xls and of encrypted workbooks: a small file system in one file.

Reads whole streams only. Every chain is bounded by the file's own length, so that a
damaged or hostile file ends in `CompoundFault` and never in a loop.

References
----------
[MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (FAT) and 2.6
(directory).
"""

import struct
from dataclasses import dataclass

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")

_END = 0xFFFFFFFA
_HEADER = 512
_ENTRY = 128
_STREAM, _ROOT = 2, 5


class CompoundFault(Exception):
    """The container is cut short or contradicts itself."""


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    size: int


class CompoundFile:
    """A compound file, its streams by name.

    Parameters
    ----------
    data : bytes
        The whole file, beginning with `MAGIC`.

    Raises
    ------
    CompoundFault
        If the header, the FAT or the directory cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER or not data.startswith(MAGIC):
            raise CompoundFault("no header")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if (shift, mini_shift) not in ((9, 6), (12, 6)):
            raise CompoundFault("sector size")
        self._sector, self._mini = 1 << shift, 1 << mini_shift
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        self._fat = self._read_fat()
        directory = self._chain(struct.unpack_from("<I", data, 48)[0])
        self._root = _Entry(0, 0)
        self._entries = self._read_directory(directory)

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams."""
        return frozenset(self._entries)

    def read(self, name: str) -> bytes:
        """Return the stream called `name`; KeyError where there is none."""
        entry = self._entries[name]
        if entry.size >= self._cutoff:
            stream = self._chain(entry.start)
        else:
            stream = self._mini_chain(entry.start)
        if len(stream) < entry.size:
            raise CompoundFault(f"stream {name} is cut short")
        return stream[: entry.size]

    def _read_fat(self) -> tuple[int, ...]:
        first, count = struct.unpack_from("<II", self._data, 68)
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        per_sector = self._sector // 4
        for _ in range(min(count, len(self._data) // self._sector)):
            table = struct.unpack(f"<{per_sector}I", self._at(first))
            sectors += table[:-1]
            first = table[-1]
        words = b"".join(self._at(sector) for sector in sectors if sector < _END)
        return struct.unpack(f"<{len(words) // 4}I", words)

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        part = self._data[start : start + self._sector]
        if not part:
            raise CompoundFault(f"sector {sector} lies beyond the end")
        return part.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _END:
            if len(parts) > len(self._fat) or sector >= len(self._fat):
                raise CompoundFault("a chain of sectors does not end")
            parts.append(self._at(sector))
            sector = self._fat[sector]
        return b"".join(parts)

    def _mini_chain(self, sector: int) -> bytes:
        first = struct.unpack_from("<I", self._data, 60)[0]
        words = self._chain(first)
        fat = struct.unpack(f"<{len(words) // 4}I", words)
        container = self._chain(self._root.start)
        parts: list[bytes] = []
        while sector < _END:
            if len(parts) > len(fat) or sector >= len(fat):
                raise CompoundFault("a chain of small sectors does not end")
            parts.append(container[sector * self._mini : (sector + 1) * self._mini])
            sector = fat[sector]
        return b"".join(parts)

    def _read_directory(self, directory: bytes) -> dict[str, _Entry]:
        entries: dict[str, _Entry] = {}
        for at in range(0, len(directory), _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind == _ROOT:
                self._root = _Entry(start, size)
            elif kind == _STREAM and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace")
                entries.setdefault(name, _Entry(start, size))
        return entries

"""The container of .xls and of encrypted workbooks: a small file system in one file.

Reads whole streams only. Every count is held against the file's own length and every chain
must end, so that a damaged or hostile file ends in `CompoundFault`: never in a loop, and
never in python-calamine, which reserves memory for whatever the header claims and aborts.

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
_COUNTS_AT = (40, 44, 64, 72)
"""Where the header counts sectors: of the directory, the FAT, the small FAT, the DIFAT."""

_MAX_SMALL_FAT = 4096


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
        self._sectors = len(data) // self._sector + 1
        self._check_counts()
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        self._fat = self._read_fat()
        directory = self._chain(struct.unpack_from("<I", data, 48)[0])
        self._entries = self._read_directory(directory)
        self._root = next(iter(self._entries.values()))
        self._small_fat = self._words(self._chain(struct.unpack_from("<I", data, 60)[0]))
        self._small = self._chain(self._root.start)

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
            stream = self._small_chain(entry.start)
        if len(stream) < entry.size:
            raise CompoundFault(f"stream {name} is cut short")
        return stream[: entry.size]

    def _check_counts(self) -> None:
        counts = [struct.unpack_from("<I", self._data, at)[0] for at in _COUNTS_AT]
        if max(counts) > self._sectors or counts[2] > _MAX_SMALL_FAT:
            raise CompoundFault("more sectors than the file holds")

    def _read_fat(self) -> tuple[int, ...]:
        first = struct.unpack_from("<I", self._data, 68)[0]
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        for _ in range(self._sectors):
            if first >= _END:
                break
            table = self._words(self._at(first))
            sectors += table[:-1]
            first = table[-1]
        else:
            raise CompoundFault("the list of FAT sectors does not end")
        return self._words(b"".join(self._at(sector) for sector in sectors if sector < _END))

    def _words(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data)

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

    def _small_chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _END:
            if len(parts) > len(self._small_fat) or sector >= len(self._small_fat):
                raise CompoundFault("a chain of small sectors does not end")
            parts.append(self._small[sector * self._mini : (sector + 1) * self._mini])
            sector = self._small_fat[sector]
        return b"".join(parts)

    def _read_directory(self, directory: bytes) -> dict[str, _Entry]:
        entries: dict[str, _Entry] = {}
        for at in range(0, len(directory), _ENTRY):
            name = directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
            start, low, high = struct.unpack_from("<III", directory, at + 116)
            # files of small sectors may hold anything in the upper half
            size = low if self._sector == 512 else low | high << 32
            if size > len(self._data) and name:
                raise CompoundFault(f"stream {name} is larger than the file")
            entries.setdefault(name, _Entry(start, size))
        if not entries:
            raise CompoundFault("no directory")
        return entries

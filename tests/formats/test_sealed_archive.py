"""The inside of a backup: entries in order, small enough for memory."""

import gzip
import io
import tarfile

import pytest

from mapserver.errors import BackupDamaged
from mapserver.formats.sealed_archive import PIECE, chunks_of, pack, pieces, unpack
from mapserver.formats.sealed_stream import SealedReader, SealedWriter, Secret

KEY = Secret("key", bytes(range(32)))
ENTRIES = [
    ("manifest.json", b"{}"),
    ("layers/鱼塘.toml", "图".encode()),
    ("store/000000", bytes(9)),
]


def packed(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    pack(out, KEY, entries)
    return out.getvalue()


def test_what_was_packed_is_unpacked_in_order():
    assert list(unpack(io.BytesIO(packed(ENTRIES)), KEY)) == ENTRIES
    assert list(unpack(io.BytesIO(packed([])), KEY)) == []


def test_the_inside_is_a_tar_that_any_program_reads():
    plain = SealedReader(io.BytesIO(packed(ENTRIES)), KEY).readall()
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as tar:
        assert tar.getnames() == [name for name, _ in ENTRIES]


def test_a_large_file_goes_in_pieces():
    data = bytes(range(256)) * (PIECE // 256) + b"end"
    entries = list(pieces("store", chunks_of(io.BytesIO(data))))
    assert [name for name, _ in entries] == ["store/000000", "store/000001"]
    assert [len(piece) for _, piece in entries] == [PIECE, 3]
    found = list(unpack(io.BytesIO(packed(entries)), KEY))
    assert b"".join(piece for _, piece in found) == data


def test_a_file_that_was_cut_is_not_unpacked_to_its_end():
    file = packed([("a", bytes(1)), ("b", b"".join(bytes((n % 251,)) for n in range(200_000)))])
    with pytest.raises(BackupDamaged):
        list(unpack(io.BytesIO(file[:-1]), KEY))


@pytest.mark.parametrize("inside", [b"", b"no gzip", gzip.compress(b"no tar", mtime=0)])
def test_a_sealed_file_with_something_else_inside_is_told_so(inside: bytes):
    out = io.BytesIO()
    with SealedWriter(out, KEY) as writer:
        writer.write(inside)
    with pytest.raises(BackupDamaged, match="cannot be read"):
        list(unpack(io.BytesIO(out.getvalue()), KEY))


def test_an_entry_that_is_no_file_is_refused():
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz") as tar:
        link = tarfile.TarInfo("store/000000")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    out = io.BytesIO()
    with SealedWriter(out, KEY) as writer:
        writer.write(plain.getvalue())
    with pytest.raises(BackupDamaged):
        list(unpack(io.BytesIO(out.getvalue()), KEY))

"""Sealed files: opened whole by who has the secret, by nobody else, and never in part."""

import io
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.errors import BackupDamaged
from mapserver.formats.sealed_stream import (
    CHUNK,
    HEADER_SIZE,
    TAG,
    SealedReader,
    SealedWriter,
    Secret,
    opened_by,
)

KEY = Secret("key", bytes(range(32)))
WORDS = Secret.passphrase("正确的马电池订书钉")
CHEAP = 14


def sealed(data: bytes, secret: Secret = KEY, cost: int = CHEAP) -> bytes:
    out = io.BytesIO()
    with SealedWriter(out, secret, cost=cost) as writer:
        writer.write(data)
    return out.getvalue()


def opened(file: bytes, secret: Secret = KEY) -> bytes:
    return SealedReader(io.BytesIO(file), secret).readall()


def by_the_table(file: bytes, key: bytes) -> bytes:
    """Open a file as the module's table says, chunk by chunk."""
    header, rest, plain, number = file[:35], file[35:], b"", 0
    while True:
        chunk, rest = rest[: 65_536 + 16], rest[65_536 + 16 :]
        nonce = number.to_bytes(11, "big") + (b"\0" if rest else b"\1")
        plain += AESGCM(key).decrypt(nonce, chunk, header)
        number += 1
        if not rest:
            return plain


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("secret", [KEY, WORDS], ids=["key", "passphrase"])
def test_what_was_sealed_is_opened(size: int, secret: Secret):
    data = secrets.token_bytes(size)
    assert opened(sealed(data, secret), secret) == data


@pytest.mark.parametrize("size", SIZES)
def test_the_file_is_as_the_table_says(size: int):
    data = secrets.token_bytes(size)
    file = sealed(data)
    assert file[:19] == b"mapserver backup" + bytes((1, 2, 0))
    key = HKDF(SHA256(), 32, file[19:35], b"mapserver backup").derive(KEY.value)
    assert by_the_table(file, key) == data
    words = sealed(data, WORDS)
    assert words[:19] == b"mapserver backup" + bytes((1, 1, CHEAP))
    scrypt = Scrypt(salt=words[19:35], length=32, n=1 << CHEAP, r=8, p=1)
    assert by_the_table(words, scrypt.derive("正确的马电池订书钉".encode())) == data


def test_a_passphrase_costs_128_megabytes_a_guess_where_nothing_else_is_said():
    out = io.BytesIO()
    with SealedWriter(out, WORDS):
        pass
    assert out.getvalue()[18] == 17
    assert opened_by(out.getvalue()) == "passphrase"


def test_no_two_files_are_alike():
    assert sealed(b"x")[19:] != sealed(b"x")[19:]


@settings(max_examples=40)
@given(st.data())
def test_any_bit_that_is_changed_is_found(data: st.DataObject):
    file = bytearray(FILE)
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BackupDamaged):
        opened(bytes(file))


FILE = sealed(bytes(2 * CHUNK + 9))
EDGES = [HEADER_SIZE + n * (CHUNK + TAG) for n in range(3)]


@settings(max_examples=40)
@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_was_cut_is_found(size: int):
    with pytest.raises(BackupDamaged):
        opened(FILE[:size])


@pytest.mark.parametrize("size", EDGES)
def test_a_file_that_was_cut_at_the_edge_of_a_chunk_is_found(size: int):
    with pytest.raises(BackupDamaged):
        opened(FILE[:size])


def chunks() -> tuple[bytes, bytes, bytes, bytes]:
    first, second, third = (FILE[a : a + CHUNK + TAG] for a in EDGES)
    return FILE[:HEADER_SIZE], first, second, third


def test_chunks_in_another_order_or_twice_or_left_out_are_found():
    header, one, two, three = chunks()
    for wrong in (
        (two, one, three),
        (one, one, two, three),
        (two, three),
        (one, three),
        (one, two, three, three),
        (one, two, three, b"x"),
    ):
        with pytest.raises(BackupDamaged):
            opened(header + b"".join(wrong))


def test_nothing_is_given_before_it_is_checked():
    header, one, two, _ = chunks()
    reader = SealedReader(io.BytesIO(header + one + bytes(len(two))), KEY)
    assert reader.read(CHUNK) == bytes(CHUNK)
    with pytest.raises(BackupDamaged, match="damaged at about 0 MB"):
        reader.read(1)


def test_another_secret_opens_nothing():
    with pytest.raises(BackupDamaged, match="passphrase or key is another"):
        opened(sealed(b"x"), Secret("key", bytes(32)))
    with pytest.raises(BackupDamaged, match="opened with a key file"):
        opened(sealed(b"x"), WORDS)
    with pytest.raises(BackupDamaged, match="opened with a passphrase"):
        opened(sealed(b"x", WORDS), KEY)
    with pytest.raises(BackupDamaged, match="passphrase or key is another"):
        opened(sealed(b"x", WORDS), Secret.passphrase("正确的马电池订书针"))


def test_a_passphrase_is_the_same_however_its_letters_are_composed():
    assert Secret.passphrase("caf\u00e9") == Secret.passphrase("cafe\u0301")


@pytest.mark.parametrize("start", [b"", b"GIF89a", b"mapserver backup", b"mapserver backup\x02"])
def test_a_file_of_another_kind_is_told_so(start: bytes):
    with pytest.raises(BackupDamaged, match="no backup"):
        opened(start + bytes(40 if start[:1] == b"G" else 0))


def test_a_header_cannot_ask_for_all_the_memory():
    file = bytearray(sealed(b"x", WORDS))
    file[18] = 40
    with pytest.raises(BackupDamaged):
        opened(bytes(file), WORDS)


def test_a_block_that_is_left_by_an_error_leaves_no_sound_file():
    out = io.BytesIO()
    with pytest.raises(KeyError), SealedWriter(out, KEY) as writer:
        writer.write(bytes(3 * CHUNK))
        raise KeyError
    with pytest.raises(BackupDamaged):
        opened(out.getvalue())


def test_a_secret_does_not_show_itself():
    assert "x" not in repr(Secret("passphrase", b"xxxx"))[20:]

"""Signatures of the record's heads: who holds the key file can make them, anybody check them.

Ed25519 (RFC 8032) with a key that is derived from the store's own (HKDF, RFC 5869), so that
there is no second secret to keep. A head that was signed and put away elsewhere shows later
that the record was not written anew, not even by somebody who holds the key.
"""

from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed: that a town's record had this hash at this number, at this moment.

    `what` is "head" for the end of the record, "cut" for where its beginning was removed.
    """

    what: str
    town: str
    seq: int
    hash: str
    at: str

    def as_bytes(self) -> bytes:
        """Return the one form that is signed: an array says itself where its parts end."""
        return b"mapserver " + orjson.dumps([self.what, self.town, self.seq, self.hash, self.at])


def sign(key: bytes, statement: Statement) -> bytes:
    """Return the signature of a statement by the store's key."""
    return _signer(key).sign(statement.as_bytes())


def public_key(key: bytes) -> bytes:
    """Return what checks the signatures of the store's key, 32 bytes."""
    return _signer(key).public_key().public_bytes_raw()


def is_signed(public: bytes, statement: Statement, signature: bytes) -> bool:
    """Whether `signature` was made for `statement` by the holder of the private key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, statement.as_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True


def _signer(key: bytes) -> Ed25519PrivateKey:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"mapserver record").derive(key)
    return Ed25519PrivateKey.from_private_bytes(derived)

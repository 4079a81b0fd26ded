"""Whom another service vouches for: by which name, and how well it looked.

References
----------
OpenID Connect Core 1.0, section 2: `sub` is unique and never given anew within an issuer, has
at most 255 ASCII characters, and is told apart by case. `acr` and `amr`: the same section; the
values of `amr`: RFC 8176.
"""

from collections.abc import Collection

LONGEST_SUBJECT = 255
LONGEST = 300
"""Of an issuer and a subject together, as the store keeps them."""


def identity_of(issuer: str, subject: object) -> str | None:
    """Return what an account is linked by, None where a subject can be none.

    An issuer holds no space, so the two can be parted again.
    """
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return None
    identity = f"{issuer} {subject}"
    fits = subject.isascii() and subject.isprintable() and subject == subject.strip()
    return identity if fits and len(identity) <= LONGEST else None


def parted(identity: str) -> tuple[str, str]:
    """Return the issuer and the subject of an identity."""
    issuer, _, subject = identity.partition(" ")
    return issuer, subject


def checked_more(
    amr: object, acr: object, *, accepted_amr: Collection[str], accepted_acr: Collection[str]
) -> bool:
    """Whether a service says that it checked more than one factor, in words that are believed."""
    methods = [one for one in amr if isinstance(one, str)] if isinstance(amr, list) else []
    of_class = isinstance(acr, str) and acr in accepted_acr
    return of_class or any(one in accepted_amr for one in methods)

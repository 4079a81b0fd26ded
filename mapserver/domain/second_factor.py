"""One-time codes from a device: TOTP (RFC 6238) with six digits and steps of 30 seconds.

A code is taken one step early or late, because clocks differ, and each step once, so that
a code that was seen over somebody's shoulder is worth nothing (section 5.2).
"""

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
DIGITS = 6
_WINDOW = 1


def step_of(moment: datetime) -> int:
    """Return the number of the step that `moment` lies in."""
    return int(moment.timestamp()) // STEP_S


def matching_step(secret: str, code: str, moment: datetime, used: int | None) -> int | None:
    """Return the step that `code` is of, None where it is wrong or was used.

    Parameters
    ----------
    secret : str
        In base32, as the device has it.
    used : int, optional
        The last step whose code was taken; neither it nor an earlier one is taken again.
    """
    given = code.encode()
    now = step_of(moment)
    codes = pyotp.HOTP(secret, digits=DIGITS)
    # every step is compared, so that the time taken says nothing
    found = [
        step
        for step in range(now - _WINDOW, now + _WINDOW + 1)
        if hmac.compare_digest(codes.at(step).encode(), given)
    ]
    fresh = [step for step in found if used is None or step > used]
    return max(fresh, default=None)


def last_taken(noted: int | None, moment: datetime) -> int | None:
    """Return the last step whose code was taken, as far as the clock can be believed.

    A step of which no code can be taken yet was noted by a clock that was ahead, and codes of
    now may have been taken before it was. So all that would be taken at `moment` count as
    used; note that, and those of a minute later are good.
    """
    return None if noted is None else min(noted, step_of(moment) + _WINDOW)


def address(secret: str, name: str, issuer: str) -> str:
    """Return the otpauth:// address that a device reads as a picture."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S).provisioning_uri(
        name=name, issuer_name=issuer
    )

"""How long an account waits after failures to sign in: longer each time, and never for good.

NIST SP 800-63B-4, section 3.2.2, wants guessing slowed down so far that it leads nowhere.
Waiting that had no end would let anybody lock everybody out by guessing wrong on purpose.
"""

FREE = 10
FIRST_S = 30
LONGEST_S = 3600


def wait_s(failures: int) -> int:
    """Return how many seconds nobody may try again after so many failures in a row."""
    over = failures - FREE
    if over < 0:
        return 0
    # from the eighth doubling on it is the longest in any case
    return min(LONGEST_S, FIRST_S << min(over, 8))

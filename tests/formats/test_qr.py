"""QR codes as paths: what is painted is what the encoder made."""

import re

import segno

from mapserver.formats.qr import QUIET, qr_path

TEXT = "otpauth://totp/%E7%BD%91%E6%A0%BC:xie?secret=JBSWY3DPEHPK3PXP&issuer=%E7%BD%91%E6%A0%BC"


def painted(size: int, path: str) -> list[list[int]]:
    """Return the modules that a path paints, 1 for black."""
    rows = [[0] * size for _ in range(size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path):
        for k in range(int(x), int(x) + int(width)):
            rows[int(y)][k] += 1
    return rows


def test_path_paints_every_black_module_once_and_leaves_the_quiet_zone_white():
    size, path = qr_path(TEXT)
    rows = painted(size, path)
    code = [list(row) for row in segno.make(TEXT, error="m", micro=False).matrix]
    assert size == len(code) + 2 * QUIET
    assert [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]] == code
    edge = [*rows[:QUIET], *rows[-QUIET:], *(row[:QUIET] + row[-QUIET:] for row in rows)]
    assert not any(map(any, edge))

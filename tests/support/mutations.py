"""Changes of files at random: of their bytes, or of the XML inside an archive that stays whole."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.formats import builders


@dataclass(frozen=True, slots=True)
class Change:
    """One change somewhere in some bytes; `at` is where, from 0 to 1."""

    kind: str
    at: float
    length: int
    value: bytes

    def made(self, data: bytes) -> bytes:
        """Return `data` with the change made."""
        start = int(self.at * len(data))
        end = start + self.length
        cut = data[start:end]
        new = {
            "cut off": lambda: data[:start],
            "drop": lambda: data[:start] + data[end:],
            "repeat": lambda: data[:end] + cut * (1 + self.length % 50) + data[end:],
            "insert": lambda: data[:start] + self.value + data[start:],
            "write over": lambda: data[:start] + self.value + data[start + len(self.value) :],
            "flip": lambda: data[:start] + bytes(255 - byte for byte in cut) + data[end:],
            "turn round": lambda: data[:start] + cut[::-1] + data[end:],
        }[self.kind]
        return new()


ODD = (
    b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"<", b"&", b"]]>", b'"', b"r=", b'r="XFD1048576"',
    b"<!DOCTYPE x [<!ENTITY a 'a'>]>", b"&#0;", b"&a;", b"PK\1\2", b"PK\5\6", b"1e999", b"-1",
    b"\xed\xa0\x80", b"\xe2\x80\xae", b"=cmd|' /C calc'!A0", b"'; DROP TABLE person; --", b"NaN",
    b"</row>", b"</c>", b't="s"', b"<v>99999999</v>", "户主".encode(), "，".encode("gbk"), b"\x1a",
)  # fmt: skip

changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(
            ["cut off", "drop", "repeat", "insert", "write over", "flip", "turn round"]
        ),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 300),
        st.one_of(st.sampled_from(ODD), st.binary(max_size=20)),
    ),
    min_size=1,
    max_size=6,
)


def mutated(data: bytes, steps: list[Change], *, inside: bool) -> bytes:
    """Return `data` with its bytes changed, or those of the parts of its archive."""
    if inside and data.startswith(b"PK"):
        turn = iter(range(1 << 30))

        def change(_: str, part: bytes) -> bytes:
            step = steps[next(turn) % len(steps)]
            return step.made(part)

        # the sheet is what matters most: at times it alone is changed
        if steps[0].length % 2:
            return builders.with_sheet_xml(data, lambda xml: change("", xml))
        return builders.repacked(data, change)
    for step in steps:
        data = step.made(data)
    return data

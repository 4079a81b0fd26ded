"""Fingers on the page: touch events as a phone's screen sends them."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

Spot = tuple[float, float]
STEPS = 8
LONG_MS = 900
"""A press that the browser takes for a long one."""


@dataclass(frozen=True, slots=True)
class Fingers:
    """One finger or two on the screen of a page."""

    page: Page
    session: CDPSession

    @classmethod
    def on(cls, page: Page) -> "Fingers":
        """Return fingers on a page."""
        return cls(page, page.context.new_cdp_session(page))

    def tap(self, at: Spot, slips: float = 0) -> None:
        """Press a place shortly; a finger may slip by some pixels."""
        self._are("touchStart", at)
        if slips:
            self._are("touchMove", (at[0] + slips, at[1]))
        self._are("touchEnd")

    def hold(self, at: Spot) -> None:
        """Press a place for long."""
        self._are("touchStart", at)
        self.page.wait_for_timeout(LONG_MS)
        self._are("touchEnd")

    def drag(self, at: Spot, by: Spot) -> None:
        """Move one finger over the screen."""
        self._are("touchStart", at)
        self._move([at], [_after(at, by)])
        self._are("touchEnd")

    def pinch(self, first: Spot, by: Spot, other: Spot, other_by: Spot) -> None:
        """Move two fingers, of which one is put down before the other."""
        self._are("touchStart", first)
        self._are("touchStart", first, other)
        self._move([first, other], [_after(first, by), _after(other, other_by)])
        self._are("touchEnd")

    def drag_then_pinch(self, first: Spot, by: Spot, other: Spot, other_by: Spot) -> None:
        """Begin to drag with one finger, and go on with two."""
        half = _after(first, by)
        self._are("touchStart", first)
        self._move([first], [half])
        self._are("touchStart", half, other)
        self._move([half, other], [_after(half, by), _after(other, other_by)])
        self._are("touchEnd")

    def _move(self, before: Sequence[Spot], after: Sequence[Spot]) -> None:
        for step in range(1, STEPS + 1):
            part = step / STEPS
            pairs = zip(before, after, strict=True)
            spots = [(x + (u - x) * part, y + (v - y) * part) for (x, y), (u, v) in pairs]
            self._are("touchMove", *spots)

    def _are(self, kind: str, *spots: Spot) -> None:
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(spots)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _after(at: Spot, by: Spot) -> Spot:
    return at[0] + by[0], at[1] + by[1]

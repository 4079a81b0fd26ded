"""Counts of people that may be published: none that tells of fewer than a few.

A cell with fewer than `LEAST` is hidden. That alone hides nothing where levels can be
compared: a cell of 30 with four cells in it, three of them shown, tells the fourth. So of
all that is known to lie in some hidden cells together, the hidden rest is again `LEAST` or
more; where it would be less, the smallest shown cell among them is hidden too. What is
known of a level is then a partition of its cells: each shown one by itself, and groups of
at least two hidden ones of which only the sum is known.

Cells without a point are shown as such, and a hidden cell is known to hold somebody.

References
----------
A. Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter 4: magnitude and
frequency tables, primary and secondary suppression; here of a hierarchy of cells.
"""

from dataclasses import dataclass

import numpy as np

from mapserver.domain.heat import Counts, HeatLevels, coarser
from mapserver.domain.tiles import Bools, Ints

LEAST = 10


@dataclass(frozen=True, slots=True)
class Published:
    """The counts of a level, which of them are shown, and the group that each is known in.

    Attributes
    ----------
    counts : Counts
    shown : ndarray of bool, shape (n,)
    groups : ndarray of int64, shape (n,)
        Numbers from 0. A shown cell is alone in its group; of others the sum is known.
    """

    counts: Counts
    shown: Bools
    groups: Ints


def published(heat: HeatLevels, level: int, least: int = LEAST) -> Published:
    """Return what may be published of a level, beside that of every coarser one."""
    levels = [heat.level(level)]
    while levels[-1].level:
        levels.append(coarser(levels[-1]))
    whole = levels.pop()
    found = Published(whole, whole.counts >= least, np.arange(len(whole)))
    while levels:
        found = refined(found, levels.pop(), least)
    return found


def refined(above: Published, counts: Counts, least: int = LEAST) -> Published:
    """Return what may be published of the level below `above`, whose counts are `counts`."""
    parent = np.cumsum(np.diff(counts.cells >> 2, prepend=-1) != 0) - 1
    known = above.groups[parent]
    shown = counts.counts >= least
    hidden_sum = np.zeros(len(above.counts), np.int64)
    np.add.at(hidden_sum, known[~shown], counts.counts[~shown])
    telling = (hidden_sum > 0) & (hidden_sum < least)
    shown[_smallest(counts, known, shown & telling[known])] = False
    # hidden cells stay with the group they are known in, each shown one begins its own
    named = np.where(shown, len(above.counts) + np.arange(len(counts)), known)
    taken = np.zeros(len(above.counts) + len(counts), bool)
    taken[named] = True
    return Published(counts, shown, (np.cumsum(taken) - 1)[named])


def _smallest(counts: Counts, groups: Ints, chosen: Bools) -> Ints:
    """Return the position of the smallest of the `chosen` cells in each group."""
    among = np.flatnonzero(chosen)
    order = among[np.lexsort((among, counts.counts[among], groups[among]))]
    return order[np.flatnonzero(np.diff(groups[order], prepend=-1))]

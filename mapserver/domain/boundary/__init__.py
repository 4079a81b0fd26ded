"""Acts on a village's grids, each a function from one version of its boundaries to the next.

A version is whole: no act leaves a gap or an overlap where there was none, because whoever gives
a place away or takes it does so together with the neighbours (`cutting`). Planar metres, as
`crs.to_metric` gives them; nothing is rounded, and a vertex that an act does not touch keeps
every digit, so undoing an act is to go back to the version before it.
"""

from mapserver.domain.boundary.act import Act, ActKind, Replay, carried_out, replayed
from mapserver.domain.boundary.acts import (
    add,
    cut_out,
    load,
    merge,
    reshape,
    snap,
    split,
    transfer,
)
from mapserver.domain.boundary.nodes import bend, drop_node, move_node
from mapserver.domain.boundary.version import Lineage, Version

__all__ = [
    "Act",
    "ActKind",
    "Lineage",
    "Replay",
    "Version",
    "add",
    "bend",
    "carried_out",
    "cut_out",
    "drop_node",
    "load",
    "merge",
    "move_node",
    "replayed",
    "reshape",
    "snap",
    "split",
    "transfer",
]

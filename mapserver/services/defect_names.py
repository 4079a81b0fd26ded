"""What defects of a coverage are called."""

from mapserver.domain.coverage import Kind

NAMES: dict[Kind, tuple[str, str]] = {
    "gap": ("空白", "gap"),
    "hole": ("空洞", "hole"),
    "overlap": ("重叠", "overlap"),
    "outside": ("出界", "outside"),
    "duplicate": ("重复", "duplicate"),
    "missing": ("没有画", "missing"),
    "unmatched": ("顶点没对上", "unmatched vertex"),
}
"""How each kind of defect is called, in Chinese and in English."""

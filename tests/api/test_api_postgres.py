"""The same town on PostgreSQL answers as on the GeoPackage, whatever is asked."""

from pathlib import Path

from tests.api import town as small
from tests.api.conftest import Town, opened

VALUES = {"integer": "2", "number": "120.5", "boolean": "true", "string": "3组20号"}
FORMATS = {"date": "2026-05-01", "uuid": small.FIRST_DOOR}


def asked(town: Town) -> list[str]:
    """Return addresses that ask for every property, box and moment of each collection."""
    paths = ["/town", "/layers", "/search?q=3组20号", "/search?q=新屋", f"/grids/{small.SOUTH}"]
    paths += [
        f"/worklists/{kind}" for kind in ("unplaced", "unassigned", "contradictions", "doubles")
    ]
    paths += ["/audits", "/audits?kind=gap", f"/audits?village={small.XINWU}"]
    filters = ["limit=2", "bbox=112.90,27.00,112.92,27.02", "bbox=112.95,27.0,112.92,27.04"]
    filters += ["datetime=2026-11-20", "datetime=2026-11-02T00:00:00Z/..", "datetime=../2026-01-01"]
    for one in town.get("/collections").json()["collections"]:
        path = f"/collections/{one['id']}"
        paths += [path, *(f"{path}/items?{query}" for query in filters)]
        schema = town.get(f"{path}/queryables").json()["properties"]
        for name, kind in schema.items():
            value = FORMATS.get(kind.get("format"), VALUES[kind["type"]])
            paths.append(f"{path}/items?{name}={value}")
    return paths


def lasting(body: object) -> object:
    """Return an answer without the number of the last event: other tests were refused things."""
    return {**body, "sequence": None} if isinstance(body, dict) else body


def test_every_question_has_the_same_answer_on_both_engines(
    town: Town, postgres_url: str, tmp_path: Path
):
    key = tmp_path / "town.key"
    small.build(postgres_url, key)
    with opened(postgres_url, key_file=key) as other:
        paths = asked(town)
        for path in paths:
            assert lasting(other.get(path).json()) == lasting(town.get(path).json()), path
        for path in ("/collections/house/items/abc", f"/imports/{small.ADULT}", "/imports/abc"):
            other.get(path, 404)
        for query in ("house=abc", "door=%00", "fid=99999999999999999999"):
            other.get(f"/collections/person/items?{query}", 400)
        tile = "/collections/house/tiles/WebMercatorQuad/14/6914/13330"
        assert other.get(tile).content == town.get(tile).content
    assert len(paths) > 150

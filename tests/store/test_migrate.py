"""A store follows its layer files, and refuses whatever would lose data."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from shapely import LineString, Point

from mapserver.domain.records import Record
from mapserver.errors import Conflict, MigrationRefused, StoreError, StoreNewer
from mapserver.layers import Layer
from mapserver.store import items, registers, writing
from mapserver.store.items import Query
from mapserver.store.migrate import FORM
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, A, Place, put, reading, uid, writing_to

OPEN = CLERK.unmasked()


def pond(*fields: dict[str, Any], **changes: Any) -> dict[str, Layer]:
    """Return a town that keeps ponds alone."""
    named = [{"title": TITLE, **field} for field in (NAME, *fields)]
    return {"pond": layer("pond", **{"field": named, **changes})}


def layer(name: str, **values: Any) -> Layer:
    return Layer.model_validate({"id": name, "title": TITLE, "geometry": "point", **values})


TITLE = {"zh": "水塘", "en": "Pond"}


NAME = {"name": "name", "length": 10}
DEPTH = {"name": "depth", "type": "number"}
KIND = {"name": "kind", "type": "code", "codes": {"a": "甲", "b": "乙"}}
OWNER = {"name": "owner", "length": 20}


@contextmanager
def opened(place: Place, layers: Mapping[str, Layer]) -> Iterator[Store]:
    store = place.open(layers)
    try:
        yield store
    finally:
        store.close()


def fill(place: Place, layers: Mapping[str, Layer], *ponds: dict[str, Any]) -> None:
    with opened(place, layers) as store:
        has_place = bool(layers["pond"].geometry)
        for k, values in enumerate(ponds):
            point = Point(113 + k, 28) if has_place else None
            put(store, "pond", Record(uid(k), point, A, {"name": f"塘{k}", **values}))


def read(store: Store) -> list[dict[str, Any]]:
    with reading(store, OPEN) as session:
        return [dict(one.values) for one in items.page(session, "pond", Query()).items]


def met(store: Store) -> int:
    with reading(store) as session:
        box = Query(boxes=((112.0, 27.0, 120.0, 29.0),))
        return items.page(session, "pond", box).matched


def test_opening_again_changes_nothing_and_waits_for_nobody(empty_place: Place):
    empty_place.open().close()
    with opened(empty_place, pond()) as _:
        pass
    before = empty_place.run("SELECT name, value FROM store_meta ORDER BY name")
    with opened(empty_place, pond()) as store, writing_to(store) as session:
        session.hold()
        empty_place.open(pond()).close()
    assert empty_place.run("SELECT name, value FROM store_meta ORDER BY name") == before


def test_a_gained_field_is_a_column_that_old_records_leave_empty(empty_place: Place):
    fill(empty_place, pond(), {})
    with opened(empty_place, pond(DEPTH, KIND)) as store:
        assert read(store) == [{"name": "塘0", "depth": None, "kind": None}]
        put(store, "pond", Record(uid(9), None, A, {"name": "新", "depth": 2.5, "kind": "b"}))
        assert read(store)[1] == {"name": "新", "depth": 2.5, "kind": "b"}
        assert store.verify(CLERK, AT) == 2


def test_a_gained_reference_is_one_too(empty_place: Place):
    of = {"name": "beside", "type": "ref", "layer": "pond"}
    fill(empty_place, pond(), {}, {})
    with opened(empty_place, pond(of)) as store:
        put(store, "pond", Record(uid(9), None, A, {"name": "新", "beside": uid(1)}))
        assert [one["beside"] for one in read(store)] == [None, None, uid(1)]
        assert met(store) == 2


def test_a_gained_layer_is_a_table(empty_place: Place):
    fill(empty_place, pond(), {})
    well = layer("well")
    with opened(empty_place, {**pond(), "well": well}) as store:
        put(store, "well", Record(uid(1), Point(113, 28), A, {}))
        assert len(read(store)) == 1


def test_other_titles_headings_and_styles_are_no_change(empty_place: Place):
    fill(empty_place, pond(), {})
    layers = pond(title={"zh": "山塘", "en": "Ponds"}, style={"order": 7})
    with opened(empty_place, layers) as store:
        assert len(read(store)) == 1


REFUSED = {
    "a field taken away": (pond(), "pond.depth", "2"),
    "another type": (pond({**DEPTH, "type": "text"}, KIND, OWNER), "pond.depth", "2"),
    "a shortened text": (pond(DEPTH, KIND, {**OWNER, "length": 2}), "pond.owner", "1"),
    "a code in use taken away": (
        pond(DEPTH, {**KIND, "codes": {"a": "甲"}}, OWNER), "pond.kind", "1"
    ),
    "the layer taken away": ({}, "pond", "3"),
    "another geometry": (pond(DEPTH, KIND, OWNER, geometry="line"), "pond", "3"),
    "no geometry": (pond(DEPTH, KIND, OWNER, geometry="none"), "pond", "3"),
    "a match that two share": (
        pond(DEPTH, KIND, OWNER, match=["kind"], access={"everywhere": True}), "kind", "2"
    ),
}  # fmt: skip
PONDS = (
    {"depth": 1.5, "kind": "a", "owner": "张三"},
    {"depth": 2.0, "kind": "a", "owner": "欧阳四"},
    {"kind": "b"},
)


@pytest.mark.parametrize("change", REFUSED)
def test_a_change_that_would_lose_data_is_refused(empty_place: Place, change: str):
    layers, name, count = REFUSED[change]
    fill(empty_place, pond(DEPTH, KIND, OWNER), *PONDS)
    before = empty_place.run("SELECT name, value FROM store_meta ORDER BY name")
    with pytest.raises(MigrationRefused) as caught:
        empty_place.open({**layers, **other_layer()})
    for language in ("zh", "en"):
        assert name in caught.value.text(language)
        assert count in caught.value.text(language)
    assert empty_place.run("SELECT name, value FROM store_meta ORDER BY name") == before
    with opened(empty_place, pond(DEPTH, KIND, OWNER)) as store:
        assert [one["owner"] for one in read(store)] == ["张三", "欧阳四", None]


def other_layer() -> dict[str, Layer]:
    """Return a layer that would be made, were the rest not refused."""
    return {"well": layer("well")}


def test_every_loss_is_named_at_once(empty_place: Place):
    fill(empty_place, pond(DEPTH, KIND, OWNER), *PONDS)
    with pytest.raises(MigrationRefused) as caught:
        empty_place.open(pond())
    assert all(f"pond.{name}" in caught.value.en for name in ("depth", "kind", "owner"))


def test_what_nobody_uses_may_go_or_change(empty_place: Place):
    fill(empty_place, pond(DEPTH, KIND, OWNER), {"kind": "a", "owner": "张三"}, {})
    text = {**DEPTH, "type": "text", "length": 8}
    code = {**KIND, "codes": {"a": "甲", "c": "丙"}}
    with opened(empty_place, pond(text, code, {**OWNER, "length": 2})) as store:
        assert read(store)[0] == {"name": "塘0", "depth": None, "kind": "a", "owner": "张三"}
        put(store, "pond", Record(uid(9), None, A, {"name": "新", "depth": "很深"}))
        assert read(store)[2]["depth"] == "很深"
        with writing_to(store) as session:
            last = writing.rows_of(session, "pond", [uid(9)])[uid(9)]
        assert last["fid"] == 3  # numbers go on where they stood
        assert met(store) == 2
        assert store.verify(CLERK, AT) == 3


def test_a_field_that_went_unused_is_gone_and_may_come_back(empty_place: Place):
    fill(empty_place, pond(DEPTH), {})
    empty_place.open(pond()).close()
    with opened(empty_place, pond({**DEPTH, "type": "date"})) as store:
        assert read(store) == [{"name": "塘0", "depth": None}]


LONGER = {"pond": layer("pond", field=[{**NAME, "title": TITLE, "length": 30}])}


def test_a_lengthened_text_takes_the_longer_values(empty_place: Place):
    fill(empty_place, pond(), {})
    with opened(empty_place, LONGER) as store:
        put(store, "pond", Record(uid(9), None, A, {"name": "塘" * 30}))
        assert [one["name"] for one in read(store)] == ["塘0", "塘" * 30]


def test_a_geometry_may_be_gained(empty_place: Place):
    line = LineString([(113, 28), (114, 28)])
    fill(empty_place, pond(geometry="none"), {})
    with opened(empty_place, pond()) as store:
        put(store, "pond", Record(uid(8), Point(113, 28), A, {"name": "点"}))
    with opened(empty_place, pond(geometry=["point", "line"])) as store:
        put(store, "pond", Record(uid(9), line, A, {"name": "线"}))
        with reading(store) as session:
            page = items.page(session, "pond", Query())
        assert [one.geometry for one in page.items] == [None, Point(113, 28), line]
        assert met(store) == 2


def test_a_layer_without_records_may_go_and_come_back_as_another(empty_place: Place):
    empty_place.open({**pond(DEPTH), **other_layer()}).close()
    empty_place.open(other_layer()).close()
    with opened(empty_place, {**pond(KIND, geometry="none"), **other_layer()}) as store:
        put(store, "pond", Record(uid(1), None, A, {"name": "塘", "kind": "a"}))
        assert read(store) == [{"name": "塘", "kind": "a"}]


def test_removed_records_still_count_as_data(empty_place: Place):
    fill(empty_place, pond(DEPTH), {"depth": 1.5})
    with opened(empty_place, pond(DEPTH)) as store, writing_to(store) as session:
        writing.remove(session, "pond", [uid(0)])
    with pytest.raises(MigrationRefused):
        empty_place.open(pond())


def test_a_store_of_a_later_version_is_refused(empty_place: Place):
    empty_place.open(pond()).close()
    empty_place.run("UPDATE store_meta SET value = '99' WHERE name = 'form'")
    for layers in (pond(), pond(DEPTH)):
        with pytest.raises(StoreNewer) as caught:
            empty_place.open(layers)
        assert "99" in caught.value.text("zh")


def test_a_geopackage_of_another_program_is_not_touched(file_place: Place, tmp_path: Any):
    other = Place(str(tmp_path / "other"), tmp_path / "other.key")
    other.file.parent.mkdir()
    other.run("CREATE TABLE gpkg_contents (table_name TEXT)")
    with pytest.raises(StoreError, match="another program"):
        other.open(pond())
    assert other.run("SELECT name FROM sqlite_master") == [("gpkg_contents",)]


def test_a_file_that_is_no_database_is_refused(tmp_path: Any):
    other = Place(str(tmp_path / "other"), tmp_path / "other.key")
    other.file.parent.mkdir()
    other.file.write_bytes(b"PK\3\4 this is a spreadsheet" * 99)
    with pytest.raises(StoreError, match="not a database"):
        other.open(pond())
    assert other.file.read_bytes().startswith(b"PK\3\4")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Any):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Place(str(tmp_path / "file" / "data"), tmp_path / "key").open(pond())


SECRET = {"name": "secret", "privacy": "secret", "length": 20}
NUMBER = {"name": "number", "type": "id_number", "privacy": "secret"}
SEALED = ({"secret": "甲乙丙", "number": "430499198005030016"}, {"secret": "丁"}, {})

SECRETS_REFUSED = {
    "one that becomes public": (pond({**SECRET, "privacy": "public"}, NUMBER), "secret", "2"),
    "one that is shortened": (pond({**SECRET, "length": 10}, NUMBER), "secret", "2"),
    "one that is matched by from now on": (pond(SECRET, NUMBER, match=["secret"]), "secret", "2"),
    "one that goes": (pond(SECRET), "number", "1"),
}


@pytest.mark.parametrize("change", SECRETS_REFUSED)
def test_what_cannot_be_done_to_sealed_values_is_refused(empty_place: Place, change: str):
    layers, name, count = SECRETS_REFUSED[change]
    fill(empty_place, pond(SECRET, NUMBER), *SEALED)
    with pytest.raises(MigrationRefused) as caught:
        empty_place.open(layers)
    for language in ("zh", "en"):
        assert name in caught.value.text(language)
        assert count in caught.value.text(language)


def test_what_was_told_in_clear_does_not_become_secret(empty_place: Place):
    fill(empty_place, pond(OWNER), {"owner": "张三"}, {})
    with pytest.raises(MigrationRefused, match=r"pond\.owner changed whether it is secret"):
        empty_place.open(pond({**OWNER, "privacy": "secret"}))


def test_a_field_that_nobody_uses_may_become_secret(empty_place: Place):
    fill(empty_place, pond(OWNER), {}, {})
    with opened(empty_place, pond({**OWNER, "privacy": "secret"})) as store:
        put(store, "pond", Record(uid(9), None, A, {"name": "新", "owner": "张三"}))
        assert [one["owner"] for one in read(store)] == [None, None, "张三"]
        assert met(store) == 2
    assert empty_place.run("SELECT count(*) FROM pond WHERE owner = '张三'") == [(0,)]


def test_gained_secrets_are_sealed_and_found(empty_place: Place):
    fill(empty_place, pond(), {}, {})
    with opened(empty_place, pond(SECRET, NUMBER)) as store:
        values = {"name": "新", "secret": "丁", "number": "430499198005030016"}
        put(store, "pond", Record(uid(9), None, A, values))
        assert read(store)[2] == values
        with reading(store, OPEN) as session:
            asked = Query(equal={"number": "430499198005030016"})
            assert items.page(session, "pond", asked).matched == 1


def test_sealed_values_stay_through_a_table_made_anew(empty_place: Place):
    fill(empty_place, pond(SECRET, NUMBER), *SEALED)
    longer = pond({**SECRET, "length": 40}, NUMBER, {**OWNER, "length": 30}, match=["number"])
    with opened(empty_place, longer) as store:
        assert [one["secret"] for one in read(store)] == ["甲乙丙", "丁", None]
        with reading(store, OPEN) as session:
            found = registers.rows_by(session, "pond", ("number",), ["430499198005030016"])
        assert len(found) == 1


def test_a_match_becomes_unique_once_everybody_sees_every_record(empty_place: Place):
    fill(empty_place, pond(match=["name"]), {})
    seen = pond(match=["name"], access={"everywhere": True})
    with opened(empty_place, seen) as store, pytest.raises(Conflict):
        put(store, "pond", Record(uid(9), None, A, {"name": "塘0"}))


def test_a_store_of_the_first_form_loses_the_index_that_told_of_others(empty_place: Place):
    fill(empty_place, pond(match=["name"]), {})
    empty_place.run("DROP INDEX pond_match")
    empty_place.run("CREATE UNIQUE INDEX pond_match ON pond (town, name) WHERE deleted_at IS NULL")
    empty_place.run("UPDATE store_meta SET value = '1' WHERE name = 'form'")
    with opened(empty_place, pond(match=["name"])) as store:
        put(store, "pond", Record(uid(9), None, A, {"name": "塘0"}))
        assert len(read(store)) == 2
    assert empty_place.run("SELECT value FROM store_meta WHERE name = 'form'") == [(str(FORM),)]

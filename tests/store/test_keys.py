"""The key file: missing, open to others, damaged, or another store's."""

from pathlib import Path

import orjson
import pytest

from mapserver.errors import KeyFileError, StoreError
from mapserver.store.keys import read_ring
from mapserver.store.store import Store
from tests.store.town import LAYERS, Place, house, put


def refused(place: Place, key_file: Path | None = None) -> str:
    with pytest.raises(KeyFileError) as caught:
        Place(place.where, key_file or place.key_file).open()
    return caught.value.text("en")


@pytest.fixture
def made(empty_place: Place) -> Place:
    """Return a place with a store and its key."""
    empty_place.open().close()
    return empty_place


def test_a_new_store_makes_its_key_for_its_owner_alone(made: Place):
    assert made.key_file.stat().st_mode & 0o777 == 0o600
    ring = read_ring(made.key_file, may_create=False)
    assert (len(ring.chain), len(ring.keys)) == (32, 1)
    made.open().close()


def test_a_store_whose_key_is_missing_is_not_opened(made: Place):
    made.key_file.unlink()
    assert "backup" in refused(made)
    assert not made.key_file.exists()


def test_a_key_that_others_can_read_is_refused(made: Place):
    made.key_file.chmod(0o644)
    assert "chmod 600" in refused(made)


def damaged(content: bytes) -> dict[str, bytes]:
    """Return what a key file may have become."""
    told = orjson.loads(content)
    (name, key), *_ = told["keys"].items()
    return {
        "empty": b"",
        "cut": content[:-40],
        "noise": bytes(range(33)),
        "another thing": b"[1, 2]",
        "without a key": orjson.dumps({**told, "keys": {}}),
        "half a key": orjson.dumps({**told, "keys": {name: key[:20]}}),
        "another key under the name": orjson.dumps({**told, "keys": {name: told["chain"]}}),
        "of another form": orjson.dumps({**told, "form": 99}),
    }


@pytest.mark.parametrize("how", damaged(orjson.dumps({"chain": "", "keys": {"a": ""}})))
def test_a_damaged_key_file_is_refused_without_repeating_it(made: Place, how: str):
    content = made.key_file.read_bytes()
    made.key_file.write_bytes(damaged(content)[how])
    told = refused(made)
    assert "backup" in told
    assert orjson.loads(content)["chain"] not in told


def test_a_ring_shows_no_key(made: Place):
    ring = read_ring(made.key_file, may_create=False)
    shown = repr(ring)
    assert ring.ids[0] in shown
    assert "\\x" not in shown
    assert "secret" not in shown


def test_another_stores_key_is_refused(made: Place, tmp_path: Path):
    other = tmp_path / "other.key"
    read_ring(other, may_create=True)
    assert "another store" in refused(made, other)


def test_a_folder_is_no_key(made: Place, tmp_path: Path):
    folder = tmp_path / "folder.key"
    folder.mkdir(mode=0o700)
    assert "cannot be read" in refused(made, folder)


def test_an_attempt_with_a_bad_key_leaves_nothing_behind(empty_place: Place):
    empty_place.key_file.write_bytes(b"short")
    empty_place.key_file.chmod(0o600)
    refused(empty_place)
    empty_place.key_file.unlink()
    store = empty_place.open()
    put(store, "house", house(1))
    store.close()


def test_the_key_of_a_folder_lies_beside_its_geopackage(tmp_path: Path):
    store = Store.open(str(tmp_path), LAYERS, key_file=None)
    store.close()
    assert (tmp_path / "town.key").stat().st_mode & 0o777 == 0o600


def test_an_address_that_cannot_be_read_is_refused_without_repeating_it():
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://u:geheim@host:port/x", LAYERS, key_file=None)
    assert "geheim" not in caught.value.zh + caught.value.en


def test_a_server_that_does_not_answer_is_told(tmp_path: Path):
    where = f"postgresql://mapserver@/town?host={tmp_path}"
    with pytest.raises(StoreError, match="reached"):
        Store.open(where, LAYERS, key_file=tmp_path / "town.key")

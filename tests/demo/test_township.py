"""The whole township: right for the layer files, plausible, and the same every time."""

import datetime
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from stdnum.cn import ric

from mapserver.demo.dwellings import CONTRADICTING, OUTSIDE
from mapserver.demo.households import RESERVED_DOORS, RESERVED_VILLAGE
from mapserver.demo.records import AS_OF, Record, Township, digest
from mapserver.demo.township import SEED
from mapserver.domain.address import reader
from mapserver.layers import LayerField, load_layers

LAYERS = load_layers(Path(__file__).parents[2] / "layers")
TYPES = {"integer": int, "number": float, "boolean": bool, "date": datetime.date}


def by_id(township: Township, layer: str) -> dict[str, Record]:
    return {record.id: record for record in township.records[layer]}


def fault(field: LayerField, value: object) -> str | None:
    """Return what is wrong with a value, by the layer file."""
    if type(value) is not TYPES.get(field.type, str):
        return f"{field.name} is {type(value)}"
    if field.codes and value not in field.codes:
        return f"{field.name} has no code {value}"
    if isinstance(value, str) and not 0 < len(value) <= (field.length or 1000):
        return f"{field.name} is {len(value)} long"
    if field.minimum is not None and value < field.minimum:
        return f"{field.name} is {value}"
    return None


def test_every_layer_has_records(township):
    assert set(township.records) == set(LAYERS)
    assert all(township.records.values())


@pytest.mark.parametrize("name", LAYERS)
def test_values_are_what_the_layer_file_says(township, name):
    layer = LAYERS[name]
    required = {field.name for field in layer.fields if field.required}
    for record in township.records[name]:
        assert required <= set(record.values)
        faults = [fault(layer.get(key), value) for key, value in record.values.items()]
        assert not any(faults)


@pytest.mark.parametrize("name", LAYERS)
def test_geometry_is_of_the_layers_kind_and_rounded(township, name):
    kinds = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
    allowed = {kinds[kind] for kind in LAYERS[name].geometry}
    shapes = [r.geometry for r in township.records[name] if r.geometry is not None]
    assert {shape.geom_type for shape in shapes} <= allowed
    assert shapely.is_valid(shapes).all()
    corners = shapely.get_coordinates(shapes)
    assert np.array_equal(corners, np.round(corners, 7))


@pytest.mark.parametrize("name", LAYERS)
def test_identifiers_and_villages_are_sound(township, name):
    records = township.records[name]
    villages = {record.values["code"] for record in township.records["village"]}
    assert len(by_id(township, name)) == len(records)
    assert all(record.village in villages for record in records if name != "town")
    assert [record.id for record in records] == sorted(record.id for record in records)


def test_no_identifier_is_used_in_two_layers(township):
    everything = Counter(r.id for records in township.records.values() for r in records)
    assert everything.total() == len(everything)


def test_there_is_no_register_of_people_in_care(township):
    assert "care" not in township.records


def test_the_size_is_that_of_a_real_town(township):
    count = {layer: len(records) for layer, records in township.records.items()}
    assert (count["town"], count["village"], count["grid"]) == (1, 28, 147)
    assert 27_000 < count["house"] < 29_000
    assert 82_000 < count["person"] < 86_000
    assert 280 < count["organization"] < 380


def test_it_says_that_it_is_invented(township):
    assert township.synthetic
    assert "虚构" in township.notice.zh
    assert "invented" in township.notice.en


# houses


def test_address_key_and_door_are_what_the_import_would_find(township):
    read = reader([str(v.values["name"]) for v in township.records["village"]])
    keys = []
    for house in township.records["house"]:
        address = read(house.values["address"])
        assert house.values.get("address_key") == address.key(house.village)
        assert house.values.get("door") == (address.door() or None)
        keys.append(house.values.get("address_key"))
    twice = [key for key, n in Counter(keys).items() if n > 1]
    assert twice == [None]


def test_a_few_houses_have_no_point_half_of_them_without_a_door(township):
    houses = township.records["house"]
    unplaced = [house for house in houses if house.geometry is None]
    assert len(unplaced) / len(houses) == pytest.approx(0.004, abs=0.0003)
    short = [house for house in houses if "address_key" not in house.values]
    assert all(house.geometry is None for house in short)
    assert len(short) / len(unplaced) == pytest.approx(0.5, abs=0.02)


def grids_of(township: Township) -> dict[str, str | None]:
    """Return the name of the grid in which each placed house stands, None outside all."""
    grids = township.records["grid"]
    placed = [house for house in township.records["house"] if house.geometry is not None]
    found: dict[str, str | None] = {house.id: None for house in placed}
    tree = shapely.STRtree([grid.geometry for grid in grids])
    shapes = [house.geometry for house in placed]
    for house, grid in tree.query(shapes, predicate="covered_by").T:
        assert placed[house].village == grids[grid].village
        found[placed[house].id] = str(grids[grid].values["name"])
    return found


def test_houses_stand_in_a_grid_of_their_village_but_for_a_few_beyond_the_border(township):
    outside = [house for house, grid in grids_of(township).items() if grid is None]
    assert len(outside) == OUTSIDE


def test_a_few_houses_name_another_grid_than_the_one_they_stand_in(township):
    houses = by_id(township, "house")
    claims = [
        (houses[house].values["grid_claimed"], grid)
        for house, grid in grids_of(township).items()
        if grid is not None and "grid_claimed" in houses[house].values
    ]
    assert len(claims) > 0.9 * len(houses)
    assert CONTRADICTING - 2 <= sum(claim != grid for claim, grid in claims) <= CONTRADICTING


def test_grids_know_their_households(township):
    homes = Counter(p.values["household"] for p in township.records["person"])
    assert sum(g.values["households"] for g in township.records["grid"]) == len(homes)


# people


def test_numbers_are_valid_unique_and_agree_with_birthday_and_sex(township):
    people = township.records["person"]
    assert len({person.values["id_number"] for person in people}) == len(people)
    for person in people[::7]:
        number = person.values["id_number"]
        assert number.startswith("430499")
        assert ric.calc_check_digit(number) == number[-1]
        assert ric.get_birth_date(number) == person.values["born"]
        assert str(2 - int(number[16]) % 2) == person.values["sex"]


def test_people_live_in_a_house_of_their_village_and_say_its_address(township):
    houses = by_id(township, "house")
    for person in township.records["person"]:
        house = houses[person.values["house"]]
        assert person.village == house.village
        assert person.values["address"] == house.values["address"]
        assert person.values.get("group") == house.values.get("group")


def test_every_household_has_one_head_who_is_grown_up_and_lives_there(township):
    heads = [p for p in township.records["person"] if p.values["relation"] == "02"]
    households = {p.values["household"] for p in township.records["person"]}
    assert Counter(p.values["household"] for p in heads).keys() == households
    assert len(heads) == len(households)
    for head in heads:
        assert (AS_OF - head.values["born"]).days > 18 * 365
        assert head.values["name"] == head.values["head_name"]
        assert "deceased" not in head.values
        assert "moved_out" not in head.values


def share(records: list[Record], field: str, value: object) -> float:
    return sum(record.values.get(field) == value for record in records) / len(records)


def test_some_moved_out_some_died_some_came_from_afar(township):
    people = township.records["person"]
    assert 0.005 < share(people, "moved_out", True) < 0.03
    assert 0.002 < share(people, "deceased", True) < 0.02
    assert 0.02 < share(people, "population", "02") < 0.08
    assert 0.05 < share(people, "residence_match", "02") < 0.2
    for person in people:
        values = person.values
        assert values.get("deceased", False) == ("died_on" in values)
        assert values.get("moved_out", False) == ("moved_on" in values)
        assert (values["population"] == "02") == ("inflow_reason" in values)


def test_children_have_no_phone_and_some_adults_have_none_either(township):
    people = township.records["person"]
    grown = [p for p in people if (AS_OF - p.values["born"]).days > 20 * 365.25]
    small = [p for p in people if (AS_OF - p.values["born"]).days < 12 * 365.25]
    assert not any("phone" in person.values for person in small)
    assert 0.02 < sum("phone" not in person.values for person in grown) / len(grown) < 0.25


def test_some_doors_are_kept_empty_for_the_clean_spreadsheet(township):
    lived_in = {person.values["house"] for person in township.records["person"]}
    (village,) = (
        v.values["code"]
        for v in township.records["village"]
        if v.values["name"] == RESERVED_VILLAGE
    )
    empty = [
        house
        for house in township.records["house"]
        if house.village == village and house.id not in lived_in
    ]
    waiting = [house for house in empty if house.values["use"] != "vacant"]
    assert len(waiting) == RESERVED_DOORS
    assert all(house.geometry is not None for house in waiting)


def test_empty_houses_are_vacant_and_lived_in_ones_are_not(township):
    lived_in = {person.values["house"] for person in township.records["person"]}
    for house in township.records["house"]:
        if house.values["use"] == "vacant":
            assert house.id not in lived_in
        elif house.id in lived_in:
            assert "owner_name" in house.values


# what else there is


def test_every_village_has_a_school_or_kindergarten(township):
    assert len({school.village for school in township.records["school"]}) == 28
    kinds = Counter(school.values["kind"] for school in township.records["school"])
    assert {"kindergarten", "primary", "junior", "senior", "vocational"} <= set(kinds)
    assert len({school.values["name"] for school in township.records["school"]}) == kinds.total()


def test_premises_lead_to_an_organization_at_the_same_place(township):
    organizations = by_id(township, "organization")
    held = [p for p in township.records["premises"] if "organization" in p.values]
    assert 150 < len(held) < len(township.records["premises"])
    for premises in held:
        assert premises.geometry == organizations[premises.values["organization"]].geometry


def test_workshops_have_no_credit_code_and_everybody_else_has_one_of_his_own(township):
    codes = []
    for organization in township.records["organization"]:
        workshop = organization.values["kind"] == "workshop"
        assert workshop == ("credit_code" not in organization.values)
        codes.append(organization.values.get("credit_code"))
    known = [code for code in codes if code is not None]
    assert len(set(known)) == len(known)


def test_registers_other_than_houses_stand_in_their_village(township):
    shapes = {v.values["code"]: v.geometry for v in township.records["village"]}
    for layer in ("school", "organization", "premises", "facility", "dispute"):
        for record in township.records[layer]:
            assert shapes[record.village].covers(record.geometry), record


def test_public_objects_are_points_and_ditches_lines(township):
    for record in township.records["facility"]:
        line = record.geometry.geom_type == "LineString"
        assert line == (record.values["kind"] == "ditch")


def test_disputes_run_through_their_life_over_two_years(township):
    disputes = township.records["dispute"]
    states = Counter(dispute.values["state"] for dispute in disputes)
    assert set(states) == {"reported", "accepted", "handled", "resolved", "closed"}
    assert states["closed"] > len(disputes) / 2
    days = [dispute.values["happened_on"] for dispute in disputes]
    assert days == sorted(days)
    assert days[-1] <= AS_OF
    assert 700 < (days[-1] - days[0]).days <= 731
    for dispute in disputes:
        values = dispute.values
        ended = values["state"] in ("resolved", "closed")
        assert ended == ("resolved_on" in values) == ("way" in values)
        if ended:
            assert values["happened_on"] <= values["resolved_on"] <= AS_OF


def test_disputes_name_nobody(township):
    names = {person.values["name"] for person in township.records["person"]}
    for dispute in township.records["dispute"]:
        assert "演示" in dispute.values["parties"]
        assert not names & {dispute.values["name"], dispute.values["parties"]}


def test_footprints_and_houses_miss_each_other_now_and_then(township):
    footprints = [record.geometry for record in township.records["footprint"]]
    houses = [r.geometry for r in township.records["house"] if r.geometry is not None]
    pairs = shapely.STRtree(footprints).query(houses, predicate="covered_by")
    without_footprint = 1 - len(set(pairs[0])) / len(houses)
    without_house = 1 - len(set(pairs[1])) / len(footprints)
    assert 0.005 < without_footprint < 0.02
    assert 0.005 < without_house < 0.02


def test_footprints_are_small_and_hardly_touch(township):
    footprints = [record.geometry for record in township.records["footprint"]]
    pairs = shapely.STRtree(footprints).query(footprints, predicate="intersects")
    assert (pairs[0] < pairs[1]).sum() < 0.02 * len(footprints)


def test_control_totals_nearly_agree_with_the_register(township):
    """They also count the people of the clean spreadsheet, who are not registered yet."""
    living = Counter(
        (person.village, person.values.get("group"))
        for person in township.records["person"]
        if "deceased" not in person.values and "moved_out" not in person.values
    )
    (waiting,) = (
        v.values["code"]
        for v in township.records["village"]
        if v.values["name"] == RESERVED_VILLAGE
    )
    groups = [r for r in township.records["control_total"] if "group" in r.values]
    apart = [
        record.values["people"] - living[record.village, record.values["group"]]
        for record in groups
        if record.village != waiting
    ]
    assert len(groups) > 200
    assert 0.05 < sum(map(bool, apart)) / len(apart) < 0.3
    assert max(map(abs, apart)) <= 5
    totals = [r for r in township.records["control_total"] if "group" not in r.values]
    assert len(totals) == 28
    (gap,) = (
        record.values["people"] - sum(n for (village, _), n in living.items() if village == waiting)
        for record in totals
        if record.village == waiting
    )
    assert 230 < gap < 380


# the same every time


def test_another_process_builds_the_same_bytes(township):
    """String hashes differ between the two, and must play no part."""
    program = (
        "from mapserver.demo.records import digest\n"
        "from mapserver.demo.township import build\n"
        "print(digest(build()))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == digest(township)


def test_the_digest_sees_a_changed_value_and_a_moved_point(township):
    house = next(h for h in township.records["house"] if h.geometry is not None)
    renamed = Record(house.id, house.geometry, house.village, {**house.values, "door": "x"})
    moved = Record(house.id, shapely.Point(112.9, 27.1), house.village, house.values)

    def small(record: Record) -> str:
        return digest(
            Township(
                SEED,
                township.code,
                township.name,
                township.name_en,
                True,
                township.notice,
                {"house": [record]},
            )
        )

    assert len({small(house), small(renamed), small(moved)}) == 3
    assert small(house) == small(house)

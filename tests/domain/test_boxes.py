"""Things by the box they lie in."""

import numpy as np
import shapely

from mapserver.domain.boxes import Boxes, widened


def test_box_that_meets_another_at_a_corner_is_found():
    kept: Boxes[str] = Boxes()
    here, away = kept.add((0, 0, 1, 1), "here"), kept.add((5, 5, 6, 6), "away")
    assert kept.meeting((1, 1, 2, 2)) == [here]
    assert kept.meeting((0, 0, 9, 9)) == [here, away]
    assert (kept[here], list(kept), len(kept)) == ("here", ["here", "away"], 2)


def test_what_was_taken_out_is_not_found_and_its_number_is_not_given_again():
    kept: Boxes[str] = Boxes()
    first = kept.add((0, 0, 1, 1), "first")
    kept.drop(first)
    assert kept.meeting((0, 0, 9, 9)) == []
    assert kept.add((0, 0, 1, 1), "second") != first


def test_after_many_changes_all_that_meet_are_found():
    rng = np.random.default_rng(11)
    kept: Boxes[int] = Boxes()
    live: dict[int, tuple[float, ...]] = {}
    for turn in range(600):
        if live and rng.random() < 0.4:
            gone = list(live)[rng.integers(len(live))]
            kept.drop(gone)
            del live[gone]
        west, south = rng.uniform(3.8e7, 3.8e7 + 1000, 2).tolist()
        new = (west, south, west + 30, south + 30)
        live[kept.add(new, turn)] = new
    asked = (3.8e7 + 200, 3.8e7 + 200, 3.8e7 + 500, 3.8e7 + 500)
    meets = shapely.intersects(shapely.box(*asked), shapely.box(*np.array(list(live.values())).T))
    assert kept.meeting(asked) == sorted(np.array(list(live))[meets].tolist())


def test_widened_box_is_wider_on_every_side():
    assert widened((0, 0, 1, 1), 2) == (-2, -2, 3, 3)

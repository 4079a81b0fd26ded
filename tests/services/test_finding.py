"""Search: an exact door first, then areas, then what lies in them."""

from mapserver.services import describe
from mapserver.services.finding import Finder
from tests.services.registers import register
from tests.services.small_town import id_of


def find(context, text, limit):
    """Find it twice: by a look at every row, and by the index that is made then."""
    finder = Finder()
    first = finder.find(context, text, limit)
    assert finder.find(context, text, limit) == first
    return first


def layers_of(found):
    return [one.layer for one in found]


def test_a_village_comes_before_its_grids_and_these_before_its_houses(town):
    assert layers_of(find(town.context, "新屋", 6)) == [
        "village",
        "grid",
        "grid",
        "house",
        "house",
        "house",
    ]


def test_a_door_in_any_spelling_comes_first_with_its_point(town):
    (first, *_) = find(town.context, "新屋村第十一村民小组４号", 5)
    assert (first.layer, first.title, first.point) == (
        "house",
        "新屋村 11组4号",
        (112.926, 27.09),
    )


def test_nothing_is_found_for_nothing_and_for_what_is_not_there(town):
    assert find(town.context, "  ", 5) == []
    assert find(town.context, "没有这个地方", 5) == []


def test_names_of_people_are_not_found(town):
    assert find(town.context, "周大山", 5) == []


def test_who_moved_away_or_died_is_kept_but_not_counted(town):
    before = describe.town(town.context)
    town.take(
        register(
            {
                "name": "走了的",
                "id_number": id_of("19500101", 1),
                "address": "新屋村3组20号",
                "moved_out": "是",
            }
        )
    )
    after = describe.town(town.context)
    assert after.totals["people"] == before.totals["people"]
    assert [one.people for one in after.villages] == [one.people for one in before.villages]
    assert describe.layers(town.context)[-2].count == 4

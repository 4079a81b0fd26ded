"""Defects of every kind and size, put into a large coverage, are found: all, and no others."""

from collections import Counter

import pytest

from benchmarks.injected import DAMAGES, injected


@pytest.mark.parametrize(("size", "each"), [(500, 8), (5000, 40)])
def test_all_that_was_put_in_is_found_and_nothing_else(size, each):
    damaged = injected(size, each)
    found = damaged.audited()

    put = damaged.put
    told = {code: one.kind for one in found.defects for code in one.members if code in put}
    assert told == put
    # the place of each missing member is a gap as well, which its neighbours alone touch
    gaps = [one for one in found.of_kind("gap") if not put.keys() & set(one.members)]
    assert len(gaps) == each
    assert len(found.defects) == each * (len(DAMAGES) + 2)
    assert Counter(one.kind for one in found.defects)["gap"] == 2 * each
    assert found.residual_m2 < 1e-3

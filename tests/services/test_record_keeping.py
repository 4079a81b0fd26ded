"""Heads that are put away, and what a later walk makes of them."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from mapserver.errors import BrokenChain, InvalidRequest
from mapserver.services import record, record_keeping
from mapserver.services.record_keeping import SignedHead
from tests.services.small_town import Town


def test_a_head_is_read_as_it_was_written(town: Town):
    head = record_keeping.head(town.context)
    assert SignedHead.read(head.as_json()) == head
    assert (head.town, head.seq) == (town.context.scope.town, town.sequence)


@pytest.mark.parametrize(
    "change", [{"seq": 1}, {"hash": "00" * 32}, {"at": "2020"}, {"town": "430424101"}]
)
def test_a_head_that_was_changed_is_refused(town: Town, change: dict[str, object]):
    head = replace(record_keeping.head(town.context), **change)
    with pytest.raises(InvalidRequest):
        SignedHead.read(head.as_json())


@pytest.mark.parametrize("line", [b"", b"x", b"[]", b"{}", b'{"town": 1}', b'{"signature": "zz"}'])
def test_what_is_no_head_is_refused(line: bytes):
    with pytest.raises(InvalidRequest):
        SignedHead.read(line)


def test_a_record_that_only_grew_fits_its_earlier_heads(town: Town):
    early = record_keeping.head(town.context)
    record.note(town.context, "backup")
    late = record_keeping.head(town.context)
    checked = record_keeping.check(town.context, [early, late])
    assert (checked.walk.compared, checked.foreign, checked.too_old) == (2, 0, 0)
    assert checked.walk.seq == early.seq + 1


def test_a_record_that_was_written_anew_with_the_key_does_not_fit(town: Town):
    """As somebody could who holds the key file: the chain is whole, and another."""
    record.note(town.context, "backup", kind="one")
    other = orjson.loads(record_keeping.head(town.context).as_json())
    forged = sign_anew(town, other | {"hash": "ab" * 32})
    with pytest.raises(BrokenChain) as caught:
        record_keeping.check(town.context, [forged])
    assert caught.value.details == {"seq": other["seq"], "fault": "rewritten"}


def test_heads_that_disagree_cannot_both_fit(town: Town):
    head = record_keeping.head(town.context)
    other = sign_anew(town, orjson.loads(head.as_json()) | {"hash": "ab" * 32})
    for heads in ([head, other], [other, head]):
        with pytest.raises(BrokenChain):
            record_keeping.check(town.context, heads)


def test_a_record_that_is_shorter_than_before_says_so(town: Town):
    head = orjson.loads(record_keeping.head(town.context).as_json())
    longer = sign_anew(town, head | {"seq": head["seq"] + 5})
    with pytest.raises(BrokenChain, match="older backup") as caught:
        record_keeping.check(town.context, [longer])
    assert caught.value.details == {"seq": head["seq"] + 1, "fault": "shorter"}


def test_heads_of_another_key_or_town_hold_nothing(town: Town):
    head = record_keeping.head(town.context)
    foreign = replace(head, public_key="00" * 32)
    elsewhere = replace(head, town="430424101")
    checked = record_keeping.check(town.context, [foreign, elsewhere])
    assert (checked.walk.compared, checked.foreign) == (0, 1)


def test_a_cut_leaves_heads_before_it_behind(town: Town):
    early = record_keeping.head(town.context)
    record.note(town.context, "backup")
    now = town.context.clock()
    later = replace(town.context, clock=lambda: now + timedelta(days=200))
    record.note(later, "backup")
    assert record_keeping.cut(later, 183) == early.seq + 1
    checked = record_keeping.check(later, [early, record_keeping.head(later)])
    assert (checked.walk.compared, checked.too_old) == (1, 1)


def test_less_than_half_a_year_is_refused(town: Town):
    before = town.sequence
    with pytest.raises(InvalidRequest, match="183"):
        record_keeping.cut(town.context, 182)
    assert town.sequence == before


def sign_anew(town: Town, told: dict) -> SignedHead:
    from mapserver.store import signing

    with town.context.read() as session:
        head = SignedHead(**told)
        return replace(head, signature=signing.sign(session.key, head.statement).hex())

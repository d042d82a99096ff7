"""What every store does with layouts of partitions."""

import asyncio

import pytest

from storage.layout import Layout, Phase
from storage.ports import Store


async def test_a_layout_comes_back_as_it_was_written(store: Store) -> None:
    assert await store.layouts.read("cart") is None
    first = Layout(1, 4)
    assert await store.layouts.write("cart", first)
    assert await store.layouts.read("cart") == first
    assert await store.layouts.read("other") is None
    changing = first.change_to(6)
    assert changing == Layout(2, 4, Phase.PREPARING, 6)
    assert await store.layouts.write("cart", changing)
    assert await store.layouts.write("cart", changing.at(Phase.LEAVING))
    assert await store.layouts.read("cart") == Layout(3, 4, Phase.LEAVING, 6)
    assert await store.layouts.write("cart", changing.at(Phase.LEAVING).changed())
    assert await store.layouts.read("cart") == Layout(4, 6)


@pytest.mark.parametrize("revision", [0, 1, 3])
async def test_only_the_next_revision_is_written(store: Store, revision: int) -> None:
    assert await store.layouts.write("cart", Layout(1, 4))
    assert not await store.layouts.write("cart", Layout(revision, 5))
    assert await store.layouts.read("cart") == Layout(1, 4)


async def test_nothing_but_the_first_is_written_where_there_is_none(store: Store) -> None:
    assert not await store.layouts.write("cart", Layout(2, 5))
    assert await store.layouts.read("cart") is None


async def test_of_several_at_once_one_is_written(store: Store) -> None:
    assert (await asyncio.gather(*(store.layouts.write("cart", Layout(1, n)) for n in range(1, 9)))).count(True) == 1
    assert (await asyncio.gather(*(store.layouts.write("cart", Layout(2, n)) for n in range(1, 9)))).count(True) == 1


def test_a_change_that_is_not_under_way_has_no_end() -> None:
    with pytest.raises(ValueError, match="no change"):
        Layout(1, 4).changed()

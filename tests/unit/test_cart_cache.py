"""The carts that a worker keeps: the last one written, with its outbox until that very write is settled."""

from storage.records import CartKey, CommitStamp
from support.records import entry, full_cart, stored
from workers.execute.cart_cache import CartCache

KEY = CartKey("acme", "c-1")
FIRST = stored(full_cart(version=1), group=1, outbox=(entry("m-1", 1),))
SECOND = stored(full_cart(version=2), group=2, outbox=(entry("m-1", 1), entry("m-2", 2)))


def test_what_is_dropped_is_gone() -> None:
    cache = CartCache(100)
    cache.put(FIRST)
    assert cache.get(KEY) is FIRST
    cache.drop(KEY)
    assert cache.get(KEY) is None
    assert (cache.hits, cache.misses) == (1, 1)


def test_only_the_group_that_wrote_a_cart_settles_its_outbox() -> None:
    cache = CartCache(100)
    cache.put(FIRST)
    cache.put(SECOND)
    cache.published(CommitStamp("run-1", 1))
    assert cache.get(KEY) == SECOND
    cache.published(CommitStamp("run-1", 2))
    assert cache.get(KEY) == stored(full_cart(version=2), group=2)


def test_the_cart_that_was_used_least_recently_makes_room() -> None:
    first, second, third = (stored(full_cart(f"c-{number}")) for number in range(3))
    cache = CartCache(2 * (1 + len(first.cart.items)))
    cache.put(first)
    cache.put(second)
    cache.get(first.key)
    cache.put(third)
    assert [cache.get(each.key) is not None for each in (first, second, third)] == [True, False, True]

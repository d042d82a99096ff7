"""Turns of tenants: by weight, nobody waits more than a turn of each other tenant, nothing is lost."""

from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st

from workers.consume.turns import Turns
from workers.consume.work import LaneKey

QUANTUM = 4


def lane(tenant: str, number: int) -> LaneKey:
    return LaneKey("cart", tenant, str(number))


def served(turns: Turns, most: int, quantum: int = QUANTUM) -> list[LaneKey]:
    """The next lanes, each with one command."""
    taken: list[LaneKey] = []
    while len(taken) < most and (turn := turns.next(quantum)):
        taken.append(turn[0])
        turns.charge(turn[0][1], 1, quantum)
    return taken


def test_a_tenant_with_one_lane_comes_before_the_rest_of_a_flood() -> None:
    turns = Turns({})
    for number in range(1000):
        turns.add(lane("flood", number))
    served(turns, 10)
    turns.add(lane("quiet", 0))
    assert turns.fresh
    assert served(turns, 1) == [lane("quiet", 0)]
    assert not turns.fresh


def test_weights_decide_how_much_a_turn_holds() -> None:
    turns = Turns({"large": 3})
    for number in range(200):
        turns.add(lane("large", number))
        turns.add(lane("small", number))
    assert Counter(key[1] for key in served(turns, 160)) == {"large": 120, "small": 40}


def test_who_always_comes_back_does_not_keep_the_others_waiting() -> None:
    turns = Turns({})
    for number in range(100):
        turns.add(lane("flood", number))
    served(turns, QUANTUM)
    turns.add(lane("restless", 0))
    order: list[str] = []
    while len(order) < 20 and (turn := turns.next(QUANTUM)):
        (_, tenant, number), _ = turn
        if tenant == "restless":
            turns.add(lane("restless", int(number) + 1))
        turns.charge(tenant, 1, QUANTUM)
        order.append(tenant)
    assert order == ["restless"] * 4 + ["flood"] * 4 + ["restless"] * 4 + ["flood"] * 4 + ["restless"] * 4


def test_a_lane_that_was_discarded_has_no_turn() -> None:
    turns = Turns({})
    turns.add(lane("a", 1))
    turns.add(lane("a", 2))
    turns.discard(lane("a", 1))
    turns.discard(lane("b", 1))
    assert served(turns, 9) == [lane("a", 2)]
    assert not turns


tenants = st.sampled_from(["a", "b", "c", "d"])
steps = st.lists(st.one_of(st.tuples(st.just("add"), tenants), st.tuples(st.just("take"), tenants)), max_size=120)


@given(steps, st.dictionaries(tenants, st.integers(1, 5)))
def test_each_tenant_is_served_in_order_and_within_one_turn_of_the_others(
    given_steps: list[tuple[str, str]], weights: dict[str, int]
) -> None:
    turns = Turns(weights)
    waiting: dict[str, deque[LaneKey]] = {each: deque() for each in "abcd"}
    passed: dict[str, Counter[str]] = {each: Counter() for each in "abcd"}
    added = 0

    def take() -> None:
        turn = turns.next(QUANTUM)
        assert (turn is None) is (not any(waiting.values()))
        if turn is None:
            return
        key, credit = turn
        assert key == waiting[key[1]].popleft()
        assert 0 < credit <= QUANTUM * weights.get(key[1], 1)
        turns.charge(key[1], 1, QUANTUM)
        passed[key[1]].clear()
        for other in "abcd":
            if other != key[1] and waiting[other]:
                passed[other][key[1]] += 1
                # What was left of a turn that had begun, and a whole one as a tenant that had nothing ready.
                assert passed[other][key[1]] <= 2 * QUANTUM * weights.get(key[1], 1)

    for what, tenant in given_steps:
        if what == "take":
            take()
        else:
            added += 1
            key = lane(tenant, added)
            waiting[tenant].append(key)
            turns.add(key)
    while any(waiting.values()):
        take()
    assert not turns

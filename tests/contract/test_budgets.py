"""What every store's budgets do: never more holders than the limit, and doubts that outlive whoever had them."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest

from models.cart.budgets import Budget
from storage.budgets import Balance, Doubt, Hold, TenantBudget
from storage.ports import Store
from storage.records import CartKey

NOW, LONG = timedelta(0), timedelta(hours=1)
VOUCHER = Budget("voucher", "WELCOME")


def hold(cart: str = "c-1", budget: Budget = VOUCHER, tenant: str = "acme") -> Hold:
    return Hold(CartKey(tenant, cart), budget)


async def balance(store: Store, carts: Iterable[str] = (), budget: Budget = VOUCHER, tenant: str = "acme") -> Balance:
    key = TenantBudget(tenant, budget)
    found = await store.budgets.balances([key], [CartKey(tenant, each) for each in carts])
    return found.get(key, Balance())


async def test_what_nobody_holds_has_no_balance(store: Store) -> None:
    assert await store.budgets.balances([TenantBudget("acme", VOUCHER)], [CartKey("acme", "c-1")]) == {}


async def test_a_budget_is_granted_up_to_its_limit(store: Store) -> None:
    assert await store.budgets.claim({hold("c-1"): 2}, [], "t-1") == set()
    assert await store.budgets.claim({hold("c-2"): 2}, [], "t-2") == set()
    assert await store.budgets.claim({hold("c-3"): 2}, [], "t-3") == {hold("c-3")}
    names = ["c-1", "c-3"]
    assert await balance(store, names) == Balance(2, frozenset({CartKey("acme", "c-1")}))


async def test_a_holder_is_granted_again_and_counts_once(store: Store) -> None:
    for token in ("t-1", "t-2"):
        assert await store.budgets.claim({hold(): 1}, [], token) == set()
    assert (await balance(store)).count == 1


async def test_of_many_at_once_just_so_many_are_granted(store: Store) -> None:
    claims = [store.budgets.claim({hold(f"c-{number}"): 3}, [], f"t-{number}") for number in range(20)]
    denied = await asyncio.gather(*claims)
    assert sum(len(each) for each in denied) == 17
    assert (await balance(store)).count == 3


async def test_of_many_in_one_claim_just_so_many_are_granted(store: Store) -> None:
    denied = await store.budgets.claim({hold(f"c-{number}"): 4 for number in range(9)}, [], "t-1")
    assert len(denied) == 5
    assert (await balance(store)).count == 4


async def test_what_is_left_is_free_for_others(store: Store) -> None:
    await store.budgets.claim({hold("c-1"): 1}, [], "t-1")
    await store.budgets.resolve("t-1", [hold("c-1")], [])
    assert await store.budgets.claim({hold("c-2"): 1}, [], "t-2") == {hold("c-2")}
    assert await store.budgets.claim({}, [hold("c-1")], "t-3") == set()
    assert await store.budgets.claim({hold("c-2"): 1}, [], "t-4") == {hold("c-2")}
    await store.budgets.resolve("t-3", [], [hold("c-1")])
    assert await store.budgets.claim({hold("c-2"): 1}, [], "t-5") == set()


async def test_budgets_tenants_and_customers_are_told_apart(store: Store) -> None:
    others = [
        hold(),
        hold(tenant="other"),
        hold(budget=Budget("promotion", "WELCOME")),
        hold(budget=Budget("voucher", "welcome")),
        hold(budget=Budget("promotion", "a", "b/c")),
        hold(budget=Budget("promotion", "a/b", "c")),
    ]
    for each in others:
        assert await store.budgets.claim({each: 1}, [], "t-1") == set()


async def test_names_are_never_read_as_fields_or_operators(store: Store) -> None:
    odd = [hold("$holders"), hold("$$ROOT"), hold("$cart", Budget("voucher", "$holders")), hold("a.b", tenant="x")]
    assert await store.budgets.claim(dict.fromkeys(odd, 9), [], "$token") == set()
    found = await store.budgets.balances([TenantBudget("acme", VOUCHER)], [CartKey("acme", "$$ROOT")])
    assert found == {TenantBudget("acme", VOUCHER): Balance(2, frozenset({CartKey("acme", "$$ROOT")}))}
    assert {each.hold for each in await store.budgets.doubtful(NOW, 10)} == set(odd)


async def test_a_claim_is_in_doubt_until_it_is_settled(store: Store) -> None:
    await store.budgets.claim({hold("c-1"): 5, hold("c-2"): 5}, [], "t-1")
    assert set(await store.budgets.doubtful(NOW, 10)) == {Doubt(hold("c-1"), "t-1"), Doubt(hold("c-2"), "t-1")}
    assert await store.budgets.doubtful(LONG, 10) == []
    assert len(await store.budgets.doubtful(NOW, 1)) == 1
    await store.budgets.resolve("t-1", [hold("c-1")], [hold("c-2")])
    assert await store.budgets.doubtful(NOW, 10) == []
    assert await balance(store, ["c-1", "c-2"]) == Balance(1, frozenset({CartKey("acme", "c-1")}))


@pytest.mark.parametrize("ending", ["kept", "left"])
async def test_a_later_claim_is_not_ended_by_an_earlier_one(store: Store, ending: str) -> None:
    await store.budgets.claim({hold(): 1}, [], "t-1")
    await store.budgets.claim({hold(): 1}, [], "t-2")
    await store.budgets.resolve("t-1", **{"kept": [], "left": [], ending: [hold()]})
    assert await store.budgets.doubtful(NOW, 10) == [Doubt(hold(), "t-2")]
    assert (await balance(store)).count == 1


async def test_leaving_puts_a_settled_hold_in_doubt_again(store: Store) -> None:
    await store.budgets.claim({hold(): 1}, [], "t-1")
    await store.budgets.resolve("t-1", [hold()], [])
    await store.budgets.claim({}, [hold(), hold("c-9")], "t-2")
    assert await store.budgets.doubtful(NOW, 10) == [Doubt(hold(), "t-2")]


async def test_an_heir_gets_what_the_other_cart_holds_and_nobody_else_does(store: Store) -> None:
    """Both hold it until the other one leaves; there is no room for a third one in between."""
    heirs = {CartKey("acme", "c-2"): [CartKey("acme", "c-1")]}
    assert await store.budgets.claim({hold("c-1"): 1}, [], "t-1") == set()
    assert await store.budgets.claim({hold("c-2"): 1, hold("c-3"): 1}, [], "t-2", heirs) == {hold("c-3")}
    assert await store.budgets.claim({}, [hold("c-1")], "t-3") == set()
    await store.budgets.resolve("t-3", [], [hold("c-1")])
    assert await store.budgets.claim({hold("c-3"): 1}, [], "t-4", heirs) == {hold("c-3")}


async def test_an_heir_of_a_cart_without_the_hold_needs_room_like_everybody(store: Store) -> None:
    assert await store.budgets.claim({hold("c-9"): 1}, [], "t-1") == set()
    heirs = {CartKey("acme", "c-2"): [CartKey("acme", "c-1")]}
    assert await store.budgets.claim({hold("c-2"): 1}, [], "t-2", heirs) == {hold("c-2")}

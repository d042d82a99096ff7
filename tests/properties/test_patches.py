"""Laws of patches: all or nothing, and together the same as one by one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows, Facts
from models.answers.outcome import Outcome
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import evolve, read_change
from models.changes.priced_patch import PricedPatch
from support.pricing import run
from support.shop import OFFERINGS, PRICES, TAXES

UNHURRIED = settings(deadline=None, max_examples=300)
TENTH = {
    "id": "tenth",
    "conditions": [{"kind": "minimum-amount", "amount": "150.00", "currency": "EUR"}],
    "benefits": [{"kind": "percent", "value": "10"}],
}
FACTS = Facts().with_rows(CatalogRows.of({"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES}), 1)
ITEMS = ("i-1", "i-2", "i-3") * 3 + ("i-4",)
CONTAINERS = ("k-1", "k-2") * 3 + ("k-3",)
NEW_ITEMS = ("i-4", "i-5", "i-6") * 2 + ("i-1",)
"""Most of what is drawn is there, or is not, as an operation needs it."""
RED = {"color": "red"}
CART: dict[str, Any] = {
    "country": "FR",
    "currency": "EUR",
    "attributes": {"theme": "dark"},
    "contacts": [{"id": "m-1", "mediumType": "email"}],
    "containers": [{"id": "k-1", "category": "mobile"}, {"id": "k-2", "attributes": {"x": "1"}}],
    "items": [
        {"id": "i-1", "offeringId": "plan", "containerId": "k-1", "term": "24M"},
        {"id": "i-2", "offeringId": "case", "characteristics": RED, "containerId": "k-1"},
        {"id": "i-3", "offeringId": "phone", "quantity": 2},
    ],
}

Operation = dict[str, Any]
TRUE: Operation = {"op": "test", "path": "/attributes/none", "value": None}
"""An operation that always works."""
items, containers = st.sampled_from(ITEMS), st.sampled_from(CONTAINERS)
notes = st.sampled_from(("n-1", "n-2"))
colors = st.sampled_from(("red", "blue", "blue", "green"))
texts = st.sampled_from(("a", "b", "c"))


def operation(op: str, path: str, **value: st.SearchStrategy[Any]) -> st.SearchStrategy[Operation]:
    """An operation; the names in its path and its value are drawn."""
    names = {"<item>": items, "<container>": containers, "<note>": notes, "<contact>": st.sampled_from(("m-1", "m-2"))}
    drawn = {name: strategy for name, strategy in names.items() if name in path}

    def filled(found: dict[str, str]) -> str:
        full = path
        for name, own in found.items():
            full = full.replace(name, own)
        return full

    paths = st.fixed_dictionaries(drawn).map(filled)
    return st.fixed_dictionaries({"op": st.just(op), "path": paths, **value})


def _without_id(fields: Document) -> Document:
    return {name: value for name, value in fields.items() if name != "id"}


def new_item(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    offerings = st.sampled_from(("plan", "phone") * 3 + ("case", "none"))
    optional = {"characteristics": st.just(RED), "containerId": containers, "term": st.just("12M"), **more}
    return st.fixed_dictionaries({"id": st.sampled_from(NEW_ITEMS), "offeringId": offerings}, optional=optional)


FLAT: list[st.SearchStrategy[Operation]] = [
    operation("add", "/items/<item>/quantity", value=st.integers(0, 4)),
    operation("patch", "/items/<item>", value=st.fixed_dictionaries({"quantity": st.integers(1, 4)})),
    operation("test", "/items/<item>/quantity", value=st.integers(1, 2)),
    operation("replace", "/items/<item>", value=new_item(quantity=st.integers(1, 3)).map(_without_id)),
]
"""Quantities: those of children follow their parents' once, after all operations."""
NESTED: list[st.SearchStrategy[Operation]] = [
    operation("add", "/items", value=new_item(parentId=items)),
    operation("patch", "/items/<item>", value=st.fixed_dictionaries({"parentId": st.none() | items})),
]
OTHERS: list[st.SearchStrategy[Operation]] = [
    operation("add", "/items", value=new_item()),
    operation("add", "/containers/<container>/items", value=new_item()),
    operation("delete", "/items/<item>"),
    operation(
        "patch", "/items/<item>", value=st.fixed_dictionaries({"term": st.none() | texts, "trial": st.booleans()})
    ),
    operation("patch", "/items/<item>", value=st.fixed_dictionaries({"containerId": st.none() | containers})),
    operation("delete", "/items/<item>/term"),
    operation("replace", "/items/<item>/action", value=st.sampled_from(("add", "modify", "keep"))),
    operation("add", "/items/<item>/characteristics/color", value=colors),
    operation("delete", "/items/<item>/characteristics/color"),
    operation("test", "/items/<item>", value=st.fixed_dictionaries({"characteristics": st.just(RED)})),
    operation(
        "add", "/containers", value=st.fixed_dictionaries({"id": containers}, optional={"items": st.lists(new_item())})
    ),
    operation("patch", "/containers/<container>", value=st.fixed_dictionaries({"category": st.none() | texts})),
    operation("replace", "/containers/<container>", value=st.fixed_dictionaries({"processContext": texts})),
    operation("delete", "/containers/<container>"),
    operation("replace", "/containers/<container>/attributes/x", value=texts),
    operation("add", "/items/<item>/notes", value=st.fixed_dictionaries({"id": notes, "text": texts})),
    operation("patch", "/items/<item>/notes/<note>", value=st.fixed_dictionaries({"text": texts})),
    operation("delete", "/items/<item>/notes/<note>"),
    operation("add", "/containers/<container>/notes", value=st.fixed_dictionaries({"id": notes, "text": texts})),
    operation("replace", "/containers/<container>/notes/<note>", value=st.fixed_dictionaries({"text": texts})),
    operation("add", "/contacts", value=st.just({"id": "m-2"})),
    operation("patch", "/contacts/<contact>", value=st.fixed_dictionaries({"mediumType": st.none() | texts})),
    operation("delete", "/contacts/<contact>"),
    operation("add", "/attributes/theme", value=texts),
    operation("delete", "/attributes/theme"),
    operation("delete", "/totals"),
]
patches = st.lists(st.one_of(*FLAT, *OTHERS), min_size=1, max_size=12) | st.lists(
    st.one_of(*NESTED, *OTHERS), min_size=1, max_size=12
)


def patched(cart: Cart, operations: list[Operation], facts: Facts) -> Outcome:
    outcome = run("patch-cart", {"operations": operations}, cart, facts)
    assert isinstance(outcome, Outcome)
    return outcome


def created(facts: Facts) -> Cart:
    outcome = run("create-cart", CART, None, facts)
    assert isinstance(outcome, Outcome)
    return outcome.cart


def one_by_one(cart: Cart, operations: list[Operation], facts: Facts) -> Cart | ErrorCode:
    """The cart after each operation in a patch of its own, or the code of the first refusal."""
    for each in operations:
        try:
            cart = patched(cart, [each], facts).cart
        except Refusal as refusal:
            return refusal.code
    return cart


def those_that_work(cart: Cart, operations: list[Operation], facts: Facts) -> tuple[list[Operation], Cart]:
    """The operations that are not refused after those before them, and the cart after all of them."""
    working = []
    for each in operations:
        after = one_by_one(cart, [each], facts)
        if isinstance(after, Cart):
            working.append(each)
            cart = after
    return working, cart


def shown(cart: Cart) -> Document:
    """The cart as callers see it, without its version."""
    return render_cart(replace(cart, version=0))


def with_tenth(wanted: bool) -> Facts:
    return FACTS.with_rows(CatalogRows.of({"promotions": [TENTH]}), 2) if wanted else FACTS


@UNHURRIED
@given(patches, st.booleans())
def test_a_patch_does_what_its_operations_do_one_by_one_or_nothing(operations: list[Operation], tenth: bool) -> None:
    facts = with_tenth(tenth)
    cart = created(facts)
    expected = one_by_one(cart, operations, facts)
    if isinstance(expected, Cart):
        assert shown(patched(cart, operations, facts).cart) == shown(expected)
    else:
        with pytest.raises(Refusal) as refused:
            patched(cart, operations, facts)
        assert refused.value.code == expected
        assert all(each.path.startswith("/data/operations/") for each in refused.value.problems)


@UNHURRIED
@given(patches, st.booleans())
def test_operations_that_work_one_by_one_are_one_version_that_its_journal_entry_repeats(
    operations: list[Operation], tenth: bool
) -> None:
    facts = with_tenth(tenth)
    cart = created(facts)
    working, expected = those_that_work(cart, operations, facts)
    outcome = patched(cart, [*working, TRUE], facts)
    assert shown(outcome.cart) == shown(expected)
    assert outcome.cart.version == cart.version + (not outcome.unchanged)
    prices = PricedPatch.between(cart, outcome.cart, outcome.changes)
    replayed = prices.apply(evolve(cart, map(read_change, outcome.changes)))
    assert shown(replayed) == shown(outcome.cart)


@UNHURRIED
@given(patches)
def test_nothing_hangs_on_what_is_not_there(operations: list[Operation]) -> None:
    working, _ = those_that_work(created(FACTS), operations, FACTS)
    cart = patched(created(FACTS), [*working, TRUE], FACTS).cart
    ids, places = {item.id for item in cart.items}, {container.id for container in cart.containers}
    assert len(ids) == len(cart.items)
    assert len(places) == len(cart.containers)
    assert {item.parent_id for item in cart.items} <= {None, *ids}
    assert {item.container_id for item in cart.items} <= {None, *places}

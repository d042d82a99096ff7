"""Random changes of every sample payload are answered or refused, whatever they are: never by a bug."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialects.registry import dialects
from facts.snapshot import CatalogRows, Facts
from support.changed import places
from support.counters import MemoryCounter
from support.films import FACTS as FILMS
from support.pricing import price_row, run
from support.random_changes import RANDOM_CHANGES
from support.samples import FOLDER, sample

OFFERS = ("EPO-90-200008", "EPO-90-200009")
FACTS = {
    **FILMS,
    "offerings": [*FILMS["offerings"], *({"id": name} for name in OFFERS)],
    "prices": [*FILMS["prices"], *(price_row(name, "9.90") for name in OFFERS)],
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=20),
    st.sampled_from(["", "/", "{", "0", "-1", "1e9", "\x00", "ADD", "{ __typename }", "... on Cart", "x" * 300]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
JOURNEY = {"salesJourneyId": "32423423"}
ACCOUNT = {**JOURNEY, "partnerId": "p", "serviceAccountNumber": "8155100"}
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    *(("video-store", "graphql", file.stem, {}) for file in sorted((FOLDER / "video-store").glob("*.json"))),
    ("sales-journey", "graphql", "graphql", {}),
    ("sales-journey", "update-cart", "update-cart", JOURNEY),
    ("sales-journey", "update-cart-v2", "update-cart-v2", ACCOUNT),
    ("sales-journey", "retrieve-cart", "update-cart", JOURNEY),
    ("sales-journey", "retrieve-cart-v2", "update-cart-v2", ACCOUNT),
]


@st.composite
def mutated(draw: st.DrawFn, message: dict[str, Any]) -> dict[str, Any]:
    """The message with up to four values replaced, removed, doubled, or cut."""
    changed = deepcopy(message)
    for _ in range(draw(st.integers(1, 4))):
        paths = places(changed)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        at = changed
        for step in way:
            at = at[step]
        old = at[last]
        how = draw(st.sampled_from(["replace", "remove", "add", "cut"]))
        if how == "remove":
            del at[last]
        elif how == "add" and isinstance(at, dict):
            at[draw(st.text(min_size=1, max_size=8))] = old
        elif how == "cut" and isinstance(old, str):
            first, second = sorted(draw(st.tuples(st.integers(0, len(old)), st.integers(0, len(old)))))
            at[last] = (
                old[:first] + draw(st.sampled_from(["", "{", "}", "(", "$", "@", '"', "...", "a:"])) + old[second:]
            )
        else:
            at[last] = draw(ODD)
    return changed


@pytest.mark.parametrize(("name", "operation", "file", "parameters"), CASES)
@settings(max_examples=RANDOM_CHANGES, deadline=None)
@given(data=st.data())
def test_whatever_is_sent_is_answered(
    name: str, operation: str, file: str, parameters: dict[str, Any], data: st.DataObject
) -> None:
    counter = MemoryCounter(dialects()[name], Facts().with_rows(CatalogRows.of(FACTS), 1), defaults={"currency": "EUR"})
    cart = run("create-cart", {"currency": "EUR", "keys": JOURNEY}, None, counter.facts).cart
    assert cart is not None
    counter.carts["c"] = cart
    message = {"parameters": {**parameters, "dryRun": False}, "body": sample(name, file)["request"]}
    changed = data.draw(mutated(message))
    status, answer = counter.call(operation, changed.get("parameters"), changed.get("body"), "c")
    assert status in {200, 201, 400, 403, 404, 409}
    assert "internal" not in json.dumps(answer)

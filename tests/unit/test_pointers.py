"""Every pointer names what was sent, or the wire's name of what is missing; never a class or a form of a value."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from cartwright.wire.refusals import Problem, Refusal, pointer, pointer_parts
from cli.schema.messages import example_body
from engine.reading import Origin, read_command
from handlers.registry import commands

NAMED = {"id": "x", "name": "y"}
FULL: dict[str, Any] = {
    "create-cart": {
        "currency": "EUR",
        "marketSegment": NAMED,
        "channel": NAMED,
        "customer": {"id": "u", "ownedOfferings": ["a"]},
        "keys": {"externalId": "e"},
        "flags": {"vip": True},
        "salesFlags": ["a"],
        "pricingPolicy": {"preset": "default", "rounding": "half-up"},
        "validity": {"endDateTime": "2027-01-01T00:00:00Z"},
        "items": [{"offeringId": "o", "discountPlan": {"percent": "5"}, "relationships": [{"id": "a", "type": "b"}]}],
    },
    "upsert-promotions": {
        "promotions": [
            {
                "id": "p",
                "conditions": [
                    {
                        "kind": "any",
                        "conditions": [
                            {"kind": "not", "condition": {"kind": "quantity", "target": {"offeringIds": ["o"]}}},
                            {"kind": "time-window", "weekdays": ["monday"], "start": "10:00"},
                            {"kind": "date-window", "period": {"endDateTime": "2027-01-01T00:00:00Z"}},
                        ],
                    }
                ],
                "level": "item",
                "benefits": [{"kind": "fixed", "amount": "1.00", "currency": "EUR", "per": "unit", "maxQuantity": 2}],
                "caps": {"perCart": 1},
            }
        ]
    },
    "upsert-prices": {
        "prices": [
            {
                "id": "pp",
                "offeringId": "o",
                "type": "recurring",
                "period": "P1M",
                "currency": "EUR",
                "amount": "1.00",
                "characteristics": {"color": "red"},
                "tiers": [{"minQuantity": 5, "amount": "0.90"}],
                "relationships": [{"id": "a", "type": "replaces"}],
            }
        ]
    },
}
"""Commands with everything in which a value may have several forms."""


def bodies() -> dict[str, dict[str, Any]]:
    shown = {kind: json.loads(json.dumps(example_body(kind, entry))) for kind, entry in commands().items()}
    full = {f"{kind} in full": {"type": kind, "cartId": "c", "data": data} for kind, data in FULL.items()}
    return {**shown, **full}


BODIES = bodies()
SPOILT = (None, True, 5, 2**63, -1, "", "no such thing", "\u00e9", [], [1], {}, {"Reference": 1, "kind": "Condition"})


def found(body: Any) -> list[Problem]:
    origin = Origin("acme", body["type"], "m-1", None, None, datetime(2026, 1, 1, tzinfo=UTC))
    try:
        read_command(json.dumps(body).encode(), origin)
    except Refusal as refusal:
        return list(refusal.problems)
    return []


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    steps = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for step in steps:
        if (*path, step) != ("type",):
            yield (*path, step)
            yield from places(node[step], (*path, step))


def changed(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The body with this value in that place; `...` takes away what is there."""
    copy = json.loads(json.dumps(body))
    node = copy
    for step in path[:-1]:
        node = node[step]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return copy


def leads_through(body: Any, problem: Problem) -> bool:
    """Whether all steps of the pointer lead on, or the last one is a field that is missing."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in problem.path.split("/")[1:]]
    node = body
    for number, step in enumerate(steps):
        if isinstance(node, list):
            node = node[int(step)]
        elif not isinstance(node, dict):
            return False
        elif step not in node:
            return (number, problem.code, step) == (len(steps) - 1, "missing", to_camel(step))
        else:
            node = node[step]
    return True


@pytest.mark.parametrize("name", BODIES)
def test_wherever_a_command_is_spoilt_the_pointers_lead_through_what_was_sent(name: str) -> None:
    body = BODIES[name]
    assert found(body) == []
    for path in places(body):
        for value in (..., *SPOILT):
            spoilt = changed(body, path, value)
            for problem in found(spoilt):
                assert leads_through(spoilt, problem), problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "kind", "Reference", "object", "text", "[key]", "constrained-str", "a~b/c", ""]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.data(), st.sampled_from(sorted(BODIES)))
def test_also_for_any_json_in_several_places(data: st.DataObject, name: str) -> None:
    body = BODIES[name]
    for value in data.draw(st.lists(JSON, min_size=1, max_size=3)):
        body = changed(body, data.draw(st.sampled_from(list(places(body)))), value)
    for problem in found(body):
        assert leads_through(body, problem), problem


SEGMENTS = [
    (5, [("/data/marketSegment", "wrong-type")]),
    ("", [("/data/marketSegment", "wrong-format")]),
    ({"id": 5}, [("/data/marketSegment/id", "wrong-type")]),
    ({"name": ""}, [("/data/marketSegment/name", "too-short")]),
    ({"text": "x"}, [("/data/marketSegment/text", "unknown-field")]),
    ({"Reference": {"id": 5}}, [("/data/marketSegment/Reference", "unknown-field")]),
]


@pytest.mark.parametrize(("segment", "expected"), SEGMENTS)
def test_of_the_forms_of_a_value_the_one_that_was_sent_is_judged(segment: Any, expected: list[Any]) -> None:
    body = {"type": "create-cart", "cartId": "c", "data": {"currency": "EUR", "marketSegment": segment}}
    assert [(each.path, each.code) for each in found(body)] == expected


def test_a_name_in_a_table_is_where_it_stands() -> None:
    body = {"type": "create-cart", "cartId": "c", "data": {"currency": "EUR", "keys": {"a b": "x"}}}
    assert [(each.path, each.code) for each in found(body)] == [("/data/keys/a b", "wrong-format")]


def test_no_message_names_a_class() -> None:
    body = {"type": "create-cart", "cartId": "c", "data": {"currency": "EUR", "channel": 1, "marketSegment": 1}}
    assert [each.message for each in found(body)] == ["Input should be an object", "Input should be a valid string"]


@given(st.lists(st.text(alphabet="a0~1/")))
def test_a_pointer_is_read_as_the_parts_that_it_is_made_of(parts: list[str]) -> None:
    assert pointer_parts(pointer(*parts)) == parts


def test_what_begins_with_no_slash_is_no_pointer() -> None:
    assert pointer_parts("a/b") == []

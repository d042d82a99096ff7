"""What a refusal says of a field that doesn't exist, and of a text that has the wrong form."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.patterns import in_words
from cartwright.wire.refusals import ErrorCode, Refusal
from cli.schema.schemas import component_schemas
from engine.reading import Origin, read_command


def refused(kind: str, data: Any, **envelope: Any) -> Refusal:
    body = json.dumps({"type": kind, "cartId": "c-1", "data": data, **envelope}).encode()
    with pytest.raises(Refusal) as caught:
        read_command(body, Origin("acme", kind, "m-1", None, None, datetime(2026, 1, 1, tzinfo=UTC)))
    return caught.value


def told(kind: str, data: Any, **envelope: Any) -> list[tuple[str, str, str]]:
    return [(each.path, each.code, each.message) for each in refused(kind, data, **envelope).problems]


def test_an_unknown_field_is_told_with_the_nearest_and_with_all_that_there_are() -> None:
    [(path, code, message)] = told("update-products", {"products": [{"id": "i-1", "qty": 2}]})
    assert (path, code) == ("/data/products/0/qty", "unknown-field")
    assert message.startswith("There is no such field. Did you mean quantity? There are actionReason, ")
    assert message.endswith(".")
    assert {"quantity", "trial", "licenseId"} <= set(message.rstrip(".").replace(",", "").split())


def test_what_is_invalid_has_a_problem_if_only_with_the_whole() -> None:
    whole = Refusal(ErrorCode.INVALID, "The header lock-owner must be a text.")
    message = "The header lock-owner must be a text."
    assert whole.wire()["problems"] == [{"path": "", "code": "invalid", "message": message}]
    assert Refusal(ErrorCode.STALE_VERSION, "Read it first.").wire()["problems"] == []


def test_nothing_is_suggested_if_nothing_is_near() -> None:
    [(_, _, message)] = told("add-voucher", {"code": "V", "colour": "red"})
    assert message == "There is no such field. There are code."
    [(_, _, message)] = told("empty-cart", {"colour": "red"})
    assert message == "There is no such field. There are none."


@pytest.mark.parametrize(
    ("kind", "data", "envelope", "path", "belongs"),
    [
        ("add-voucher", {"code": "V", "dryRun": True}, {}, "/data/dryRun", "/dryRun"),
        ("add-voucher", {"code": "V", "cartId": "c-1"}, {}, "/data/cartId", "/cartId"),
        ("add-items", {"items": [{"offeringId": "a", "dryRun": True}]}, {}, "/data/items/0/dryRun", "/dryRun"),
        ("add-voucher", {"code": "V"}, {"code": "V"}, "/code", "/data/code"),
    ],
)
def test_a_field_in_the_wrong_place_is_told_with_the_right_one(
    kind: str, data: Any, envelope: dict[str, Any], path: str, belongs: str
) -> None:
    [(found, code, message)] = told(kind, data, **envelope)
    assert (found, code) == (path, "unknown-field")
    assert message.startswith(f"There is no such field. Did you mean {belongs}?")


def promotion(**parts: Any) -> dict[str, Any]:
    return {"promotions": [{"id": "p", "benefits": [{"kind": "percent", "value": "10"}], **parts}]}


@pytest.mark.parametrize(
    ("kind", "data", "path", "said"),
    [
        (
            "upsert-promotions",
            promotion(conditions=[{"kind": "minimum-amount", "amont": "5", "amount": "5.00", "currency": "EUR"}]),
            "/data/promotions/0/conditions/0/amont",
            "Did you mean amount?",
        ),
        (
            "upsert-promotions",
            promotion(benefits=[{"kind": "percent", "value": "10", "target": {"offering": []}}]),
            "/data/promotions/0/benefits/0/target/offering",
            "Did you mean offeringIds?",
        ),
        (
            "upsert-promotions",
            promotion(conditions=[{"kind": "not", "condition": {"kind": "quantity", "minimum": 1, "minmum": 1}}]),
            "/data/promotions/0/conditions/0/condition/minmum",
            "There are",
        ),
        (
            "create-cart",
            {"currency": "EUR", "marketSegment": {"id": "b2b", "nmae": "Firms"}},
            "/data/marketSegment/nmae",
            "Did you mean name? There are id, name.",
        ),
        (
            "simulate-price",
            {"currency": "EUR", "facts": {"prices": [{"id": "p", "offering_id": "a"}]}},
            "/data/facts/prices/0/offering_id",
            "Did you mean offeringId?",
        ),
    ],
)
def test_it_is_told_however_deep_it_is(kind: str, data: Any, path: str, said: str) -> None:
    messages = {found: message for found, _, message in told(kind, data)}
    assert said in messages[path]


@pytest.mark.parametrize(
    ("kind", "data", "path", "words"),
    [
        ("update-cart", {"country": "France"}, "/data/country", "two capital letters (ISO 3166-1 alpha-2), such as FR"),
        ("update-cart", {"locale": "french"}, "/data/locale", "a language tag (BCP 47), such as fr-FR"),
        ("remove-items", {"itemIds": ["with space"]}, "/data/itemIds/0", "1 to 128 visible ASCII characters"),
        ("get-job", {"jobId": "my job"}, "/data/jobId", "1 to 128 visible ASCII characters"),
        (
            "upsert-promotions",
            promotion(benefits=[{"kind": "percent", "value": "ten"}]),
            "/data/promotions/0/benefits/0/value",
            "0 to 100 as a decimal string, such as 12.5",
        ),
    ],
)
def test_a_pattern_is_told_in_words(kind: str, data: Any, path: str, words: str) -> None:
    [(found, code, message)] = told(kind, data)
    assert (found, code, message) == (path, "wrong-format", f"Input should be {words}")


def test_an_unknown_kind_is_told_with_the_nearest_and_with_all_that_there_are() -> None:
    [(path, code, message)] = told("upsert-promotions", promotion(benefits=[{"kind": "percnt", "value": "10"}]))
    assert (path, code) == ("/data/promotions/0/benefits/0", "unknown-kind")
    assert message.startswith("kind must be one of ")
    assert message.endswith(". Did you mean percent?")


def patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["pattern"]] if isinstance(node.get("pattern"), str) else []
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        yield from patterns(each)


def test_every_pattern_of_a_command_has_words() -> None:
    found = {
        each for name, schema in component_schemas().items() if name.endswith("Command") for each in patterns(schema)
    }
    assert found
    assert {each for each in found if in_words(each) == "of another form"} == set()


def test_a_command_that_does_not_exist_is_told_with_one_that_is_near_or_none() -> None:
    assert refused("add-item", {}).message == "There is no such command. Did you mean add-items?"
    far = refused("order-pizza", {})
    assert (far.code, far.message) == (ErrorCode.UNKNOWN_COMMAND, "There is no such command.")


def test_a_hundred_unknown_fields_cost_little() -> None:
    """Whoever sends nonsense must not keep the worker from everybody else."""
    nonsense = {f"quantit{number}": 1 for number in range(1000)}
    started = datetime.now(UTC)
    found = told("add-items", {"items": [{"offeringId": "a", **nonsense}]})
    assert (datetime.now(UTC) - started).total_seconds() < 2
    messages = [message for _, _, message in found]
    assert len(messages) == 100
    assert all(each.startswith("There is no such field. Did you mean quantity? There are ") for each in messages[:10])
    assert set(messages[10:]) == {"There is no such field."}

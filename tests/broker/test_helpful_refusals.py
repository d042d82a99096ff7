"""Refusals that help, from queue to reply: what was probably meant, what there is, patterns in words."""

from typing import Any

import pytest

from support.shop import Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}


async def problem(shop: Shop, kind: str, data: dict[str, Any], **envelope: Any) -> tuple[str, str, str]:
    """The one problem of a command that is `invalid`."""
    reply = await shop.call(kind, "c-1", data, **envelope)
    assert error_code(reply) == "invalid"
    [found] = reply["error"]["problems"]
    return found["path"], found["code"], found["message"]


async def test_an_unknown_field(shop: Shop) -> None:
    path, code, message = await problem(shop, "update-products", {"products": [{"id": "i-1", "qty": 2}]})
    assert (path, code) == ("/data/products/0/qty", "unknown-field")
    assert message.startswith("There is no such field. Did you mean quantity? There are ")
    assert "quantityMaxReached" in message
    message = (await problem(shop, "add-voucher", {"code": "V", "dryRun": True}))[2]
    assert message == "There is no such field. Did you mean /dryRun? There are code."
    message = (await problem(shop, "add-voucher", {"code": "V", "colour": "red"}))[2]
    assert message == "There is no such field. There are code."


async def test_an_unknown_field_of_a_patch(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    operations = [{"op": "patch", "path": "/items/i-1", "value": {"quantitiy": 3}}]
    reply = await shop.call("patch-cart", cart_id, {"operations": operations})
    [found] = reply["error"]["problems"]
    assert (found["path"], found["code"]) == ("/data/operations/0/value/quantitiy", "unknown-field")
    assert found["message"].startswith("There is no such field. Did you mean quantity?")


async def test_a_pattern_is_told_in_words(shop: Shop) -> None:
    assert await problem(shop, "create-cart", {"currency": "EUR", "country": "France"}) == (
        "/data/country",
        "wrong-format",
        "Input should be two capital letters (ISO 3166-1 alpha-2), such as FR",
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("add-item", "There is no such command. Did you mean add-items?"),
        ("order-pizza", "There is no such command."),
    ],
)
async def test_an_unknown_command(shop: Shop, kind: str, said: str) -> None:
    reply = await shop.call(kind, "c-1")
    assert (error_code(reply), reply["error"]["message"]) == ("unknown-command", said)
    assert [each["path"] for each in reply["error"]["problems"]] == ["/type"]


@pytest.mark.parametrize(
    ("kind", "data", "path", "said"),
    [
        (
            "find-carts",
            {"where": 'status = "active" and costumer.id = "u"'},
            "/data/where",
            "Did you mean customer.id?",
        ),
        ("find-carts", {"where": 'shoeSize = "44"'}, "/data/where", "no field shoeSize. There are id, status,"),
        ("find-carts", {"sort": ["updated"]}, "/data/sort/0", "Did you mean updatedAt?"),
        ("find-carts", {"fields": ["duenow"]}, "/data/fields/0", "Did you mean dueNow?"),
        ("distinct-values", {"field": "currencies"}, "/data/field", "Did you mean currency?"),
    ],
)
async def test_an_unknown_field_of_carts(shop: Shop, kind: str, data: dict[str, Any], path: str, said: str) -> None:
    found, _, message = await problem(shop, kind, data)
    assert found == path
    assert said in message

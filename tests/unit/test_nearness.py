"""What was probably meant by a name that doesn't exist; nothing where nothing is near."""

import pytest

from cartwright.wire.nearness import nearest, suggestion
from handlers.registry import commands

FIELDS = ("id", "offeringId", "productId", "quantity", "containerId", "parentId", "quantityMaxReached", "notes")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("quantitiy", "quantity"),
        ("qauntity", "quantity"),
        ("Quantity", "quantity"),
        ("offering_id", "offeringId"),
        ("offering", "offeringId"),
        ("qty", "quantity"),
        ("itemQuantity", "quantity"),
        ("note", "notes"),
        ("qnty", "quantity"),
        ("sku", None),
        ("colour", None),
        ("x", None),
        ("", None),
        ("quantity" * 20, None),
        ("…", None),
    ],
)
def test_a_field(given: str, meant: str | None) -> None:
    assert nearest(given, FIELDS) == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("add-item", "add-items"),
        ("items-add", "add-items"),
        ("addItems", "add-items"),
        ("crate-cart", "create-cart"),
        ("delet-cart", "delete-cart"),
        ("foo-cart", None),
        ("order-pizza", None),
        ("create", None),
    ],
)
def test_a_command(given: str, meant: str | None) -> None:
    assert nearest(given, commands()) == meant


def test_a_suggestion_is_a_question_or_nothing() -> None:
    assert suggestion("qty", FIELDS) == " Did you mean quantity?"
    assert suggestion("sku", FIELDS) == ""

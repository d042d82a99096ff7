"""Products of requests as lines of carts, and lines as products of responses."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cartwright.wire.extensions import read_kept
from cartwright.wire.lines import DiscountPlan, PriceParameters
from cartwright.wire.merging import Merged
from cartwright.wire.problems import problems_of
from cartwright.wire.refusals import Problem
from dialects.numbers import amount
from dialects.subscription_shop.names import DETAILS, DIALECT_NAME, INPUT_NAMES
from dialects.subscription_shop.reading import fits, invalid
from dialects.subscription_shop.requests import ProductInput
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from models.cart.cart import Item
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.cart.price import Price

PLAN = frozenset({"id", "name", "percent", "periods"})
"""Fields of a discount plan that count."""
_PARAMETERS: TypeAdapter[Any] = TypeAdapter(PriceParameters)


def new_lines(products: Sequence[ProductInput], where: str) -> list[Document]:
    """The products as new lines; one whose parent is another one of them hangs on it."""
    ids = [f"i-{number}" for number in range(1, len(products) + 1)]
    lines_of: dict[str, list[str]] = {}
    for line_id, product in zip(ids, products, strict=True):
        lines_of.setdefault(product.id, []).append(line_id)
    return [
        new_line(product, f"{where}/{place}") | {"id": line_id} | _hung(product, line_id, lines_of)
        for place, (line_id, product) in enumerate(zip(ids, products, strict=True))
    ]


def _hung(product: ProductInput, line_id: str, lines_of: Mapping[str, Sequence[str]]) -> Document:
    """The parent of a line, if it is the only other line with that product."""
    parents = lines_of.get(product.parent_id or "", ())
    return {"parentId": parents[0]} if len(parents) == 1 and parents[0] != line_id else {}


def new_line(product: ProductInput, where: str) -> Document:
    """A product as a new line; `where` is its place in the call."""
    return {"offeringId": product.id, **changed_fields(product, where)}


def changed_fields(product: ProductInput, where: str) -> Document:
    """What a request says of a line, besides which one it is."""
    sent = product.model_dump(by_alias=True, exclude_none=True)
    fields: Document = {name: value for name, value in sent.items() if name in DETAILS or name == "quantity"}
    kept: Document = {name: sent[name] for name in ("parentId", "discountPlan") if name in sent}
    if "discountPlan" in sent:
        fields["discountPlan"] = _plan(sent["discountPlan"], f"{where}/discountPlan")
    if "priceFunctionParameters" in sent:
        parameters = sent["priceFunctionParameters"]
        known = fits(_PARAMETERS, parameters)
        fields["priceFunctionParameters"] = parameters if known else None
        # A line without parameters doesn't say in which way it has none: what is kept does.
        kept["priceFunctionParameters"] = None if known and parameters else parameters
    return {**fields, "extensions": {DIALECT_NAME: Merged(kept)}} if kept else fields


def _counted(given: Mapping[str, Any]) -> Document:
    """The fields of a discount plan that count; a percentage may be a number."""
    known = {name: value for name, value in given.items() if name in PLAN and value is not None}
    percent = known.get("percent")
    if isinstance(percent, int | Decimal) and not isinstance(percent, bool):
        known["percent"] = f"{Decimal(percent):f}"
    return known


def _plan(given: Mapping[str, Any], where: str) -> Document:
    """The discount plan as lines have it; raises `invalid`."""
    known = _counted(given)
    try:
        return DiscountPlan.model_validate(known).wire()
    except ValidationError as error:
        found = problems_of(error, known, DiscountPlan)
        raise invalid([Problem(where + each.path, each.code, each.message) for each in found]) from None


def wanted_product(item: Item) -> Document:
    """A line as a request would name it."""
    fields, kept = write_item(item), read_kept(item.extensions, DIALECT_NAME)
    plan = fields.get("discountPlan")
    sent = kept.get("discountPlan")
    if isinstance(sent, dict) and plan is not None:
        fields["discountPlan"] = sent if _counted(sent) == plan else plan
    if not fields.get("priceFunctionParameters"):
        fields.pop("priceFunctionParameters", None)
    shown = {**kept, **fields, "id": item.offering_id or item.product_id, "quantity": item.quantity}
    shown["parentId"] = kept.get("parentId", item.parent_id)
    return {name: shown.get(name) for name in INPUT_NAMES}


def product(item: Item, currency: str, facts: Facts) -> Document:
    """A line with what it costs."""
    offering = facts.offerings.get(item.offering_id or "")
    return {
        **wanted_product(item),
        "lineItemId": item.id,
        "name": offering.name if offering is not None else None,
        "currency": currency,
        "price": amount(sum(each.gross for each in item.prices if _is_due(each)), currency),
        "prices": [_price(each, currency) for each in item.prices],
    }


def _is_due(price: Price) -> bool:
    return price.type in DUE_NOW and not price.arrears


def _price(price: Price, currency: str) -> Document:
    return {
        "type": price.type,
        "period": price.period,
        "list": amount(price.list_amount, currency),
        "net": amount(price.net, currency),
        "tax": amount(price.tax, currency),
        "gross": amount(price.gross, currency),
    }

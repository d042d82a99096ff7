"""`override-price`: set a price by hand or from another system, within the limits of a role (002, price override)."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import Attributes, TimePeriod
from cartwright.wire.money import MoneyError, format_amount
from cartwright.wire.periods import RecurringPeriod
from cartwright.wire.price_type import PriceType
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Currency, Decimals, Id, Model
from cartwright.wire.stored import read_stored
from handlers.finding import find_item
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart, Item
from models.cart.overrides import PriceOverride
from models.cart.price import Price
from models.catalog.configuration import OverrideLimit
from models.changes.change import Change
from models.changes.override_changes import OverrideWithdrawn, PriceOverridden
from models.money.rates import parse_rate
from pricing.price import price
from pricing.sheet.policies import policy_of
from pricing.steps.overriding import overridden

_WHERE = frozenset({"itemId", "priceId", "priceType", "period"})


class OverridePrice(CommandData, Model):
    """Which price to change, and how.

    The envelope needs a `reason`. The broker's user is recorded as the actor.
    """

    model_config = example(
        {"itemId": "i-1", "priceType": "recurring", "period": "P1M", "kind": "percent", "value": "10"}
    )

    item_id: Id
    """The line item."""
    price_type: PriceType | None = None
    """The type of the price to change; not needed beside `priceId`."""
    period: RecurringPeriod | None = None
    """The period of the price to change, if it is a recurring one; not needed beside `priceId`."""
    price_id: Id | None = None
    """The id of the price to change. With a type or a period beside it, the price must have these."""
    kind: Literal["flat", "percent", "new-price", "list-price"]
    """What `value` means: an amount off (`flat`), a percentage off (`percent`), the new price (`new-price`), or
    nothing (`list-price` withdraws an override).
    """
    value: Decimals | None = None
    """The amount or percentage."""
    currency: Currency | None = None
    """The currency of an amount; the cart's if absent."""
    source: Literal["manual", "external"] = "manual"
    """Whether somebody set the price by hand or another system computed it."""
    external_id: Id | None = None
    """The other system's id for the price."""
    valid_for: TimePeriod | None = None
    """When the override counts; without it, until it is withdrawn."""
    attributes: Attributes = Field(default_factory=dict)
    """Further values by name, kept as sent."""

    @field_validator("currency", "external_id", "valid_for", "attributes")
    @classmethod
    def _of_a_new_price(cls, given: object, info: ValidationInfo) -> object:
        if given and info.data.get("kind") == "list-price":
            raise PydanticCustomError("without-effect", "an override is withdrawn at once and as a whole")
        return given

    @model_validator(mode="after")
    def _complete(self) -> "OverridePrice":
        if self.price_type is None and self.price_id is None:
            raise PydanticCustomError("one-of", "give priceType, priceId, or both")
        if (self.kind == "list-price") != (self.value is None):
            raise PydanticCustomError("one-of", "every kind except list-price needs a value")
        return self


@command("override-price", OverridePrice)
def override_price(cart: Cart, data: OverridePrice, context: Context) -> Iterator[Change]:
    """Set the price; raises `forbidden` and `override-over-limit`."""
    limits = _limits(data, context)
    item = find_item(price(cart, context.facts, context.at), data.item_id, "/data/itemId")
    current = _current(item, data)
    limits = [each for each in limits if not each.price_types or current.type in each.price_types]
    if not limits:
        raise Refusal(ErrorCode.FORBIDDEN, "The caller has no role that may override this price.")
    if data.kind == "list-price":
        if any(each.price == (current.type, current.period) for each in item.overrides):
            withdrawn = OverrideWithdrawn(item_id=item.id, price_type=current.type, period=current.period)
            yield withdrawn.at("itemId")
        return
    override = _override(cart, data, current, limits[0], context)
    role = _permitting(override, item, current, limits, cart, context)
    override = override.model_copy(update={"role": role})
    yield PriceOverridden(item_id=item.id, override=override.wire()).at("itemId")


def _current(item: Item, data: OverridePrice) -> Price:
    """The price that is meant; raises `price-not-found`."""
    by_id = data.price_id is not None
    for each in item.prices:
        named = each.id == data.price_id if by_id else each.type == data.price_type
        typed = data.price_type in {None, each.type}
        if named and typed and each.period == (data.period or (each.period if by_id else None)):
            return each
    path = "/data/priceId" if by_id else "/data/priceType"
    raise Refusal.at(path, ErrorCode.PRICE_NOT_FOUND, f"Item {item.id} has no such price.")


def _limits(data: OverridePrice, context: Context) -> list[OverrideLimit]:
    """The limits that the caller's roles give for such a source, the widest first; raises `forbidden`."""
    configured = context.facts.configuration.override_limits
    roles = context.command.roles
    allowed = [each for each in configured if each.role in roles and (data.source == "manual" or each.external)]
    if not allowed:
        raise Refusal(ErrorCode.FORBIDDEN, "The caller has no role that may override this price.")
    return sorted(allowed, key=lambda each: (parse_rate(each.floor), -parse_rate(each.ceiling)))


def _override(cart: Cart, data: OverridePrice, current: Price, limit: OverrideLimit, context: Context) -> PriceOverride:
    command = context.command
    if not command.envelope.reason:
        raise Refusal.at("/reason", ErrorCode.INVALID, "An override needs a reason.", "missing")
    given = {name: value for name, value in data.wire().items() if name not in _WHERE and value is not None}
    fields = {**given, "priceType": current.type, "period": current.period}
    if data.currency not in {None, cart.currency}:
        message = f"The cart is in {cart.currency}."
        raise Refusal.at("/data/currency", ErrorCode.INVALID, message, "other-currency")
    if data.kind != "percent":
        fields.setdefault("currency", cart.currency)
    told = {"reason": command.envelope.reason, "role": limit.role, "actor": command.actor, "at": context.now}
    return read_stored(PriceOverride, {"id": f"o-{cart.version + 1}", **fields, **told})


def _permitting(
    override: PriceOverride, item: Item, current: Price, limits: list[OverrideLimit], cart: Cart, context: Context
) -> str:
    """The first role whose floor and ceiling, in percent of today's list price, allow the price."""
    listed = current.list_amount
    try:
        amount = overridden(override, listed, item.quantity, policy_of(cart, context.facts))
    except MoneyError as error:
        raise Refusal.at("/data/value", ErrorCode.INVALID, str(error), error.code) from None
    for limit in limits if parse_rate(override.value) >= 0 else ():
        if listed * parse_rate(limit.floor) <= amount * 100 <= listed * parse_rate(limit.ceiling):
            return limit.role
    widest = limits[0]
    raise Refusal.at(
        "/data/value",
        ErrorCode.OVERRIDE_OVER_LIMIT,
        f"Role {widest.role} may set a price between {widest.floor} % and {widest.ceiling} % of the list price.",
        details={
            "role": widest.role,
            "floor": widest.floor,
            "ceiling": widest.ceiling,
            "list": format_amount(listed, cart.currency),
            "wanted": format_amount(amount, cart.currency),
        },
    )

"""Promotions of a cart, of a container and of an item, each where its level is, and prices that were set by hand.

A promotion that somebody asked for and that applies nowhere is one of the cart.
"""

from collections.abc import Iterable
from decimal import Decimal

from cartwright.wire.schema import format_time
from dialects.numbers import number
from dialects.telco import blank
from dialects.telco.blank import filled
from dialects.telco.words import (
    BENEFITS,
    LIFECYCLES,
    OVERRIDE_SOURCES,
    OVERRIDES,
    PROMOTION_LEVELS,
    period_name,
    price_type,
)
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.overrides import PriceOverride
from models.cart.pricing_result import PromotionOutcome
from models.cart.sources import PROMOTION
from pricing.promotion import Promotion


class Promotions:
    """The promotions of one cart, and where each applies."""

    def __init__(self, cart: Cart, facts: Facts) -> None:
        self._known: dict[str, Promotion] = dict(facts.table("promotions"))
        self._all = cart.pricing.promotions
        self._of_item = {item.id: frozenset(_reducing(item)) for item in cart.items}

    @property
    def any(self) -> bool:
        """Whether the cart has promotions, applied or only asked for."""
        return bool(self._all)

    def of_item(self, item: Item) -> list[Document]:
        """Those of items that reduce this one, or that it is a gift of."""
        found = self._of_item[item.id]
        return [self._shown(each, item_id=item.id) for each in self._all if each.id in found and self._is(each, "item")]

    def of_container(self, container_id: str | None, items: Iterable[Item]) -> list[Document]:
        """Those of containers that reduce items of this one."""
        found = frozenset().union(*(self._of_item[item.id] for item in items))
        return [
            self._shown(each, container_id=container_id)
            for each in self._all
            if each.id in found and self._is(each, "container")
        ]

    def of_cart(self) -> list[Document]:
        """Those of the cart, and those that apply nowhere."""
        found = frozenset().union(*self._of_item.values())
        return [self._shown(each) for each in self._all if self._is(each, "cart") or each.id not in found]

    def _is(self, each: PromotionOutcome, level: str) -> bool:
        known = self._known.get(each.id)
        return known is not None and known.level == level

    def _shown(
        self, each: PromotionOutcome, *, item_id: str | None = None, container_id: str | None = None
    ) -> Document:
        known = self._known.get(each.id)
        if known is None:
            return filled(blank.PROMOTION, {"id": each.id, "coupon": filled(blank.COUPON, {"code": each.coupon})})
        life = LIFECYCLES[known.lifecycle]
        return filled(
            blank.PROMOTION,
            {
                "id": each.id,
                "name": known.name,
                "lifeCycleStatus": life,
                "internalLifecycleStatus": life,
                "type": "automatic" if not known.on_demand else "onDemand",
                "priority": known.priority,
                "promotionClassification": "Exclusive" if known.exclusive else "Combinable",
                "promoApplicationLevel": PROMOTION_LEVELS[known.level],
                "validFor": filled(blank.PERIOD, known.valid_for.wire() if known.valid_for is not None else None),
                "promotionAction": _action(known, item_id, container_id),
                "coupon": filled(blank.COUPON, {"code": known.coupon, "coupon": known.coupon is not None}),
            },
        )


def _reducing(item: Item) -> Iterable[str]:
    for price in item.prices:
        yield from (each.id for each in price.alterations if each.source == PROMOTION)
    if item.is_promised and item.added_by is not None:
        yield item.added_by.partition(":")[2]


def _action(promotion: Promotion, item_id: str | None, container_id: str | None) -> Document:
    """What the promotion does: its first benefit."""
    benefit = promotion.benefits[0]
    said = benefit.wire()
    value = said.get("value") or said.get("amount") or said.get("percent")
    return filled(
        blank.ACTION,
        {
            "actionType": BENEFITS.get(benefit.kind, benefit.kind),
            "actionValue": number(Decimal(value)) if isinstance(value, str) else None,
            "actionObjectId": said.get("offeringId"),
            "applicationDuration": said.get("periods"),
            "priority": promotion.priority,
            "cartItemId": item_id,
            "offerContainerId": container_id,
        },
    )


def overrides(item: Item) -> list[Document]:
    """`customizedPrice`: prices of an item that were set by hand, or brought from elsewhere."""
    ids = {(price.type, price.period): price.id for price in item.prices}
    return [_override(each, ids.get(each.price)) for each in item.overrides]


def _override(each: PriceOverride, price_id: str | None) -> Document:
    return filled(
        blank.OVERRIDE,
        {
            "source": each.source,
            "id": each.id,
            "priceId": price_id,
            "priceType": price_type(each.price_type),
            "recurringChargePeriod": period_name(each.period),
            "type": OVERRIDE_SOURCES[each.source],
            "externalId": each.external_id,
            "actionType": OVERRIDES[each.kind],
            "actionValue": number(Decimal(each.value)),
            "createdBy": each.actor,
            "createdOn": format_time(each.at),
            "validFor": filled(blank.PERIOD, each.valid_for.wire() if each.valid_for is not None else None),
            "priceSubType": each.attributes.get("priceSubType"),
            "offset": number(Decimal(each.attributes["offset"])) if "offset" in each.attributes else None,
        },
    )

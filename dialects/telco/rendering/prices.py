"""Prices as the document has them: with and without tax, before promotions and after them, for the whole quantity.

A price point states its amount with or without its taxes. The other side of a list price that promotions have altered
is worked out as pricing would, with the taxes that the price shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from cartwright.wire.header import TimePeriod
from dialects.numbers import amount, number
from dialects.telco import blank
from dialects.telco.blank import filled
from dialects.telco.rendering.sums import Kind, Priced, Sum, sums
from dialects.telco.words import PERIODS, period_name, price_type
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.price import Alteration, Price, TaxLine
from models.cart.sources import PROMOTION
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from pricing.sheet.shown import sheet_shown, taxed_as_shown
from pricing.sheet.worksheet import Worksheet


class PriceList:
    """The prices of one cart by item, worked out once, and how its currency is written.

    `items` are those of the cart that matter, if not all do.
    """

    def __init__(self, cart: Cart, facts: Facts, items: Iterable[Item] | None = None) -> None:
        self.currency = cart.currency
        self.facts = facts
        self._points: Mapping[str, PricePoint] = facts.table("prices")
        self._cart = cart
        self._money: dict[int | None, Document] = {}
        self._alterations: dict[int, list[Document]] = {}
        shown = cart.items if items is None else items
        self.of_item = {item.id: [self._priced(price, item) for price in item.prices] for item in shown}

    @cached_property
    def _sheet(self) -> Worksheet:
        return sheet_shown(self._cart, self.facts)

    def money(self, minor: int | None) -> Document:
        """An amount with its currency; the same object for the same amount, as most occur several times."""
        found = self._money.get(minor)
        if found is None:
            value = None if minor is None else amount(minor, self.currency)
            found = self._money[minor] = {"unit": self.currency, "value": value}
        return found

    def alterations(self, priced: Priced) -> list[Document]:
        """`priceAlteration` of a price; shown with the price, and with each total that it is part of."""
        if not priced.price.alterations:
            return []
        key = id(priced.price)
        found = self._alterations.get(key)
        if found is None:
            found = self._alterations[key] = [_alteration(each, priced, self) for each in priced.price.alterations]
        return found

    def point(self, price: Price) -> PricePoint | None:
        """The price point that a price comes from, if the catalog has it."""
        return self._points.get(price.id)

    def _priced(self, price: Price, item: Item) -> Priced:
        measure = f"{item.quantity} {price.unit or 'unit'}"
        if not price.alterations:
            return Priced(price, Sum(price.net, price.gross, price.net, price.gross), measure)
        listed = taxed_as_shown(price.list_amount, price, item, self._sheet)
        return Priced(price, Sum(listed.net, listed.gross, price.net, price.gross), measure)


def item_prices(item: Item, prices: PriceList) -> list[Document]:
    """`itemPrice`: every price of an item, with what altered it and its taxes."""
    return [_item_price(each, prices) for each in prices.of_item[item.id]]


def _item_price(priced: Priced, prices: PriceList) -> Document:
    price, point = priced.price, prices.point(priced.price)
    least = point.minimum_down_payment_amount if point is not None else None
    return filled(
        blank.ITEM_PRICE,
        _kind(priced.kind),
        {
            "unitOfMeasure": priced.measure,
            "price": _price(priced.sum, price.taxes, priced.sum.gross, prices),
            "priceAlteration": prices.alterations(priced),
            "productOfferingPrice": filled(blank.NAMED, {"id": price.id}),
            "tax": [_tax(each, prices) for each in price.taxes],
            "priceId": price.id,
            "isDownPaymentRequired": point is not None and point.is_down_payment_required,
            "minimumDownPaymentAmount": None if least is None else number(Decimal(least)),
            "isProrated": point is not None and point.is_prorated,
            "isArrears": price.arrears,
            "agreementBased": _by_agreement(priced, prices),
            "itemPriceRelationship": [
                {"relationshipType": each.type, "priceId": each.id} for each in price.relationships
            ],
            "validFor": _period(point.valid_for if point is not None else None),
        },
    )


def total_prices(
    prices: Sequence[Priced], price_list: PriceList, payable: Mapping[Kind, int] | None = None
) -> list[Document]:
    """`itemTotalPrice` and its kin: a row per price type and period; `payable`, where it is not the gross total."""
    rows = []
    for kind, total in sums(prices).items():
        those = [each for each in prices if each.kind == kind]
        taxes = [tax for each in those for tax in each.price.taxes]
        due = total.gross if payable is None else payable.get(kind, total.gross)
        altered = [altered for each in those for altered in price_list.alterations(each)]
        rows.append(
            filled(
                blank.TOTAL_PRICE,
                _kind(kind),
                {
                    "price": _price(total, taxes, due, price_list),
                    "priceAlteration": altered,
                    "agreementBased": any(_by_agreement(each, price_list) for each in those),
                },
            )
        )
    return rows


def price_change(kind: Kind, difference: Sum, prices: PriceList) -> Document:
    """One of `itemPriceChanged`: by how much each amount moved."""
    rises = (difference.gross, difference.net) > (0, 0)
    return filled(
        blank.PRICE_CHANGE,
        {
            "priceType": price_type(kind[0]),
            "recurringChargePeriod": period_name(kind[1]),
            "changeType": "increase" if rises else "decrease",
            "changeInPrice": _amounts(difference, prices),
            "agreementBased": False,
        },
    )


def _price(total: Sum, taxes: Sequence[TaxLine], payable: int, prices: PriceList) -> Document:
    rates = {tax.rate for tax in taxes}
    return filled(
        blank.PRICE,
        _amounts(total, prices),
        {
            "taxRate": number(Decimal(rates.pop())) if len(rates) == 1 else None,
            "changeAmount": prices.money(total.gross - total.list_gross),
            "discount": prices.money(max(total.list_gross - total.gross, 0)),
            "amountPayable": prices.money(payable),
            "taxAmount": amount(total.gross - total.net, prices.currency),
        },
    )


def _amounts(total: Sum, prices: PriceList) -> Document:
    return {
        "dutyFreeAmount": prices.money(total.list_net),
        "taxIncludedAmount": prices.money(total.list_gross),
        "dutyFreeAlteredAmount": prices.money(total.net),
        "taxIncludedAlteredAmount": prices.money(total.gross),
    }


def _alteration(each: Alteration, priced: Priced, prices: PriceList) -> Document:
    """One of `priceAlteration`: what it changed, on the side of the taxes on which the price is stated."""
    price = priced.price
    promotion = prices.facts.table("promotions").get(each.id) if each.source == PROMOTION else None
    nothing = prices.money(None)
    return filled(
        blank.ALTERATION,
        {
            "applicationDuration": each.periods,
            "name": promotion.name if promotion is not None else None,
            "priceType": price_type(price.type),
            "priority": each.priority,
            "recurringChargePeriod": period_name(price.period),
            "unitOfMeasure": priced.measure,
            "price": filled(
                blank.PRICE,
                {
                    "dutyFreeAmount": nothing,
                    "taxIncludedAmount": nothing,
                    "dutyFreeAlteredAmount": nothing,
                    "taxIncludedAlteredAmount": nothing,
                    "changeAmount": prices.money(each.amount),
                    "discount": prices.money(max(-each.amount, 0)),
                    "amountPayable": nothing,
                },
            ),
            "productOfferingPrice": filled(blank.NAMED, {"id": price.id}),
            "priceAlterationType": each.source,
            "referenceId": each.id,
        },
    )


def _tax(each: TaxLine, prices: PriceList) -> Document:
    known: Tax | None = prices.facts.table("taxes").get(each.id)
    return filled(
        blank.TAX,
        {
            "id": each.id,
            "taxRate": number(Decimal(each.rate)),
            "taxAmount": prices.money(each.amount),
            "definesExemption": known is not None and bool(known.exemptions),
            "validFor": _period(known.valid_for if known is not None else None),
        },
        {"taxCategory": known.category, "name": known.name, "displayName": known.name} if known is not None else None,
    )


def _kind(kind: Kind) -> Document:
    return {
        "priceType": price_type(kind[0]),
        "recurringChargePeriod": period_name(kind[1]),
        "recurringChargePeriodLength": 1 if kind[1] in PERIODS else None,
    }


def _by_agreement(priced: Priced, prices: PriceList) -> bool:
    point = prices.point(priced.price)
    return point is not None and point.agreement_id is not None


def _period(valid_for: TimePeriod | None) -> Document:
    return filled(blank.PERIOD, valid_for.wire() if valid_for is not None else None)

"""The price of a line item: the list price, what altered it, and the taxes.

Amounts are integers in minor units of the cart's currency; a unit price is a decimal string, which may be finer.
"""

from dataclasses import dataclass
from typing import Annotated

from cartwright.wire.price_type import PriceType
from models.cart.fields import NOT_SHOWN, SHARED, UNLESS_EMPTY, Money, Named
from models.cart.price_relationship import PriceRelationship
from models.cart.tariff import KeptPrice, PriceBasis


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax on one amount: id of the tax, rate in percent as a decimal string, amount in minor units."""

    id: Annotated[str, SHARED]
    rate: Annotated[str, SHARED]
    amount: Money


@dataclass(frozen=True, slots=True)
class Alteration:
    """A change of a list price: what it comes from, by how much (minor units, a reduction is negative).

    One of a recurring price may last for so many `periods` only; the price then shows the first of them. `type` is how
    the source reckons (`percent`, `fixed`, `new-price` …), `priority` a promotion's.
    """

    source: str
    id: str
    amount: Money
    periods: Annotated[int | None, UNLESS_EMPTY] = None
    type: Annotated[str | None, UNLESS_EMPTY] = None
    priority: Annotated[int | None, UNLESS_EMPTY] = None


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one line item for one price type and period, for the whole quantity, counted in `unit`.

    One in `arrears` is billed when its period ends, so it is no part of what is due now. `kept` is what a change rule
    keeps of it, if the catalog has another price by now; `basis` is what a price under such a rule rests on.
    """

    id: Annotated[str, SHARED]
    type: Annotated[PriceType, SHARED]
    period: Annotated[str | None, SHARED]
    unit: str | None
    unit_amount: Annotated[str, SHARED]
    list_amount: Annotated[Money, Named("list")]
    alterations: tuple[Alteration, ...]
    net: Money
    taxes: tuple[TaxLine, ...]
    gross: Money
    arrears: Annotated[bool, Named(shown="isArrears"), UNLESS_EMPTY] = False
    relationships: Annotated[tuple[PriceRelationship, ...], UNLESS_EMPTY] = ()
    kept: Annotated[KeptPrice | None, UNLESS_EMPTY] = None
    basis: Annotated[PriceBasis | None, NOT_SHOWN, UNLESS_EMPTY] = None

    @property
    def tax(self) -> int:
        """All taxes together, in minor units."""
        return sum(line.amount for line in self.taxes)

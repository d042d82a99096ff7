"""What a price under a change rule is made of, so that it can be kept for any quantity, and what was kept of it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from models.cart.fields import SHARED, UNLESS_EMPTY, Money, Named
from models.money.rates import parse_rate


@dataclass(frozen=True, slots=True)
class TariffTier:
    """From `min_quantity` units on, every block of `block_size` units that is begun costs `amount`."""

    min_quantity: int
    amount: Annotated[str, SHARED]
    block_size: int = 1


@dataclass(frozen=True, slots=True)
class Tariff:
    """What any quantity costs: the price of a unit in a currency, with or without tax, and the quantity tiers."""

    amount: Annotated[str, SHARED]
    currency: Annotated[str, SHARED]
    tax_included: Annotated[bool, UNLESS_EMPTY] = False
    tiers: Annotated[tuple[TariffTier, ...], UNLESS_EMPTY] = ()
    graduated: Annotated[bool, UNLESS_EMPTY] = False

    def costs_as(self, other: "Tariff") -> bool:
        """Whether both come to the same for every quantity; `9.9` and `9.90` are the same."""
        return self is other or _values(self) == _values(other)


@lru_cache(maxsize=4096)
def _values(tariff: Tariff) -> tuple[object, ...]:
    tiers = tuple((each.min_quantity, parse_rate(each.amount), each.block_size) for each in tariff.tiers)
    return parse_rate(tariff.amount), tariff.currency, tariff.tax_included, tiers, bool(tiers) and tariff.graduated


@dataclass(frozen=True, slots=True)
class PriceBasis:
    """What a price under a change rule rests on: the line's own tariff, and the catalog's that it last reacted to.

    `listed` is None where both are the same.
    """

    tariff: Tariff
    listed: Tariff | None = None

    @property
    def seen(self) -> Tariff:
        """The catalog's tariff that the price last reacted to."""
        return self.tariff if self.listed is None else self.listed


@dataclass(frozen=True, slots=True)
class KeptPrice:
    """What a change rule kept: its kind, until when, and what the line would cost by the catalog.

    `unit_amount` is the catalog's price of a unit, `list_amount` that of the whole quantity.
    """

    kind: Annotated[str, SHARED]
    unit_amount: Annotated[str, SHARED]
    list_amount: Annotated[Money, Named("list")]
    until: Annotated[str | None, UNLESS_EMPTY] = None

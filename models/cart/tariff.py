"""What a price under a change rule is made of, so that it can be kept for any quantity, and what was kept of it."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
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
class TariffPhase:
    """So many periods at another price of a unit; the last phase is for good."""

    amount: Annotated[str, SHARED]
    periods: Annotated[int | None, UNLESS_EMPTY] = None


@dataclass(frozen=True, slots=True)
class TariffUplift:
    """A rise by so many percent each time the last phase has gone on for `every`, which is so many periods."""

    percent: Annotated[str, SHARED]
    every: Annotated[str, SHARED]
    periods: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """What any quantity costs: the price of a unit in a currency, with or without tax, and the quantity tiers.

    A recurring price may have phases, the amount being that of the first one, and an uplift.
    """

    amount: Annotated[str, SHARED]
    currency: Annotated[str, SHARED]
    tax_included: Annotated[bool, UNLESS_EMPTY] = False
    tiers: Annotated[tuple[TariffTier, ...], UNLESS_EMPTY] = ()
    graduated: Annotated[bool, UNLESS_EMPTY] = False
    phases: Annotated[tuple[TariffPhase, ...], UNLESS_EMPTY] = ()
    uplift: Annotated[TariffUplift | None, UNLESS_EMPTY] = None

    @property
    def ramps(self) -> bool:
        """Whether it costs something else in some later period."""
        return bool(self.phases or self.uplift)

    @property
    def starts(self) -> tuple[int, ...]:
        """The first period of each phase; just the first one of all where there are no phases."""
        return tuple(accumulate([each.periods or 0 for each in self.phases[:-1]], initial=1))

    def amount_in(self, period: int) -> str:
        """The price of a unit in a period, without the uplift."""
        if not self.phases:
            return self.amount
        return next(
            phase.amount
            for phase, start in zip(reversed(self.phases), reversed(self.starts), strict=True)
            if start <= period
        )

    def costs_as(self, other: "Tariff") -> bool:
        """Whether both come to the same for every quantity; `9.9` and `9.90` are the same."""
        return self is other or _values(self) == _values(other)


@lru_cache(maxsize=4096)
def _values(tariff: Tariff) -> tuple[object, ...]:
    tiers = tuple((each.min_quantity, parse_rate(each.amount), each.block_size) for each in tariff.tiers)
    phases = tuple((parse_rate(each.amount), each.periods) for each in tariff.phases)
    flat = parse_rate(tariff.amount), tariff.currency, tariff.tax_included, tiers, bool(tiers) and tariff.graduated
    return *flat, phases, tariff.uplift


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

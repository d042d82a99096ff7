"""The price of a line item: the list price, what altered it, and the taxes.

Amounts are integers in minor units of the cart's currency; a unit price is a decimal string, which may be finer.
"""

from typing import Annotated, Protocol, TypeVar

from cartwright.wire.price_type import PriceType
from models.cart.fields import NOT_SHOWN, SHARED, UNLESS_EMPTY, Money, Named
from models.cart.price_relationship import PriceRelationship
from models.cart.prior_price import PriorPrice
from models.cart.tariff import KeptPrice, PriceBasis
from models.value import value


@value(frozen=True, slots=True)
class TaxLine:
    """One tax on one amount: id of the tax, rate in percent as a decimal string, amount in minor units."""

    id: Annotated[str, SHARED]
    rate: Annotated[str, SHARED]
    amount: Money


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class Phase:
    """A stretch of periods in which a recurring price, or a total of such prices, stays the same.

    `from_period` counts from 1; `periods` is None for the last one, which is for good. The `periods` of an alteration
    are those that are left of it when the phase begins.
    """

    from_period: int
    periods: int | None
    list_amount: Annotated[Money, Named("list")]
    net: Money
    taxes: tuple[TaxLine, ...]
    gross: Money
    alterations: tuple[Alteration, ...]


class Phased(Protocol):
    """What shows its first phase, and has later ones."""

    @property
    def list_amount(self) -> int:
        """The amount before all alterations."""

    @property
    def net(self) -> int:
        """The amount without taxes."""

    @property
    def taxes(self) -> tuple[TaxLine, ...]:
        """The taxes."""

    @property
    def gross(self) -> int:
        """The amount with taxes."""

    @property
    def alterations(self) -> tuple[Alteration, ...]:
        """What altered it."""

    @property
    def later(self) -> tuple[Phase, ...]:
        """The phases after the first."""


P = TypeVar("P", bound=Phased)


def in_period(priced: P, period: int) -> "P | Phase":
    """What a price or total is in a period: the phase of it, or itself in the first one."""
    return next((each for each in reversed(priced.later) if each.from_period <= period), priced)


def all_phases(priced: Phased) -> tuple[Phase, ...]:
    """The phase that something shows, and those after it."""
    length = first_length(priced.later)
    first = Phase(1, length, priced.list_amount, priced.net, priced.taxes, priced.gross, priced.alterations)
    return (first, *priced.later)


def stated(priced: Phased | Phase) -> int:
    """What the alterations leave of the list amount; like it, with the taxes if the price is stated with them."""
    return priced.list_amount + sum([each.amount for each in priced.alterations])


def first_length(later: tuple[Phase, ...]) -> int | None:
    """How many periods come before the later phases."""
    return later[0].from_period - 1 if later else None


@value(frozen=True, slots=True)
class Price:
    """The price of one line item for one price type and period, for the whole quantity, counted in `unit`.

    One in `arrears` is billed when its period ends, so it is no part of what is due now. `kept` is what a change rule
    keeps of it, if the catalog has another price by now; `basis` is what a price under such a rule rests on. `prior` is
    what a unit cost before it was reduced, where the policy has that shown. A recurring price shows its first phase;
    `later` are those after it.
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
    later: Annotated[tuple[Phase, ...], NOT_SHOWN, UNLESS_EMPTY] = ()
    prior: Annotated[PriorPrice | None, Named("priorPrice"), UNLESS_EMPTY] = None

    @property
    def tax(self) -> int:
        """All taxes together, in minor units."""
        return sum(line.amount for line in self.taxes)

    def is_fine(self, quantity: int) -> bool:
        """Whether one of so many units costs a fraction of a minor unit by list."""
        return self.list_amount % quantity != 0

    @property
    def phases(self) -> tuple[Phase, ...]:
        """All its phases; one that is not recurring has none."""
        return all_phases(self) if self.type == "recurring" else ()

"""The tariff of a price that a line got before it had a change rule, as far as the price's own amounts tell.

If the price point as it stands gives all of these amounts, the line has its tariff, with phases, uplift and tiers. If
not, the amounts tell what a unit costs in each phase, provided that all units cost the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from cartwright.wire.money import digits
from models.cart.cart import Item
from models.cart.price import Price, all_phases
from models.cart.tariff import Tariff, TariffPhase
from models.catalog.price_point import PricePoint
from models.changes.item_changes import QuantityChanged
from models.money.rates import parse_rate
from models.money.rounding import round_exact
from pricing.arithmetic.capping import SCALE, unit_price_text
from pricing.sheet.ramps import in_stretch
from pricing.sheet.shown import contains_tax
from pricing.sheet.stretches import FIRST, Calendar, Stretch
from pricing.sheet.tariffs import at_tariff, tariff_of
from pricing.sheet.worksheet import Worksheet
from pricing.steps.list_prices import list_price
from pricing.steps.tiers import at_tier

Listed = list[tuple[int, int]]
"""What a price costs by list: the period from which it does, and an amount in minor units."""


class ToldTariffs:
    """The tariffs that the prices of a sheet's lines tell, as they were before the changes that led to the cart."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet

    def of(self, price: Price, point: PricePoint, item: Item) -> Tariff | None:
        """The tariff of a price that this point gave; None if its amounts don't tell."""
        with_tax = contains_tax(price, self._sheet.facts)
        quantity = self._quantities.get(item.id, item.quantity)
        listed = _moves((phase.from_period, phase.list_amount) for phase in all_phases(price))
        reached = at_tier(point, self._units) if point.tiers_over_lines else point
        # Which period was the first whole one is written nowhere; only an uplift of what is prorated depends on it.
        cuts = (1, 2) if point.uplift is not None and point.is_prorated else (1,)
        if point.tax_included == with_tax and any(
            self._gives(reached, quantity, price.unit_amount, listed, whole_from) for whole_from in cuts
        ):
            return tariff_of(point)
        currency = self._sheet.currency
        phases = _phases(price.unit_amount, quantity, listed, currency)
        told = Tariff(price.unit_amount, currency, with_tax, phases=phases)
        return told if self._gives(at_tariff(point, told), quantity, price.unit_amount, listed) else None

    def _gives(self, point: PricePoint, quantity: int, unit_amount: str, listed: Listed, whole_from: int = 1) -> bool:
        """Whether so many units cost this by list in all periods."""
        policy = self._sheet.policy
        stretches = list(_stretches(point, whole_from))
        found = _moves((first, list_price(each, quantity, policy)[1]) for first, each in stretches)
        unit = list_price(stretches[0][1], quantity, policy)[0]
        return found == listed and parse_rate(unit) == parse_rate(unit_amount)

    @cached_property
    def _quantities(self) -> Mapping[str, int]:
        """The quantities of lines that have another one now, by their ids."""
        return {each.item_id: each.before for each in self._sheet.changes if isinstance(each, QuantityChanged)}

    @cached_property
    def _units(self) -> Mapping[str, int]:
        """The units of all lines by the ids of their prices."""
        found: Counter[str] = Counter()
        for item in self._sheet.cart.items:
            for price in item.prices:
                found[price.id] += self._quantities.get(item.id, item.quantity)
        return found


def _stretches(point: PricePoint, whole_from: int) -> Iterator[tuple[int, PricePoint]]:
    """The point as it is from each period on in which it becomes another."""
    stretch: Stretch | None = FIRST
    while stretch is not None:
        calendar = Calendar(stretch)
        yield stretch.first, in_stretch(point, calendar, whole_from) if point.ramps else point
        stretch = calendar.following()


def _moves(course: Iterable[tuple[int, int]]) -> Listed:
    """A course without the periods in which nothing moves."""
    moves: Listed = []
    for first, amount in course:
        if not moves or moves[-1][1] != amount:
            moves.append((first, amount))
    return moves


def _phases(unit_amount: str, quantity: int, listed: Listed, currency: str) -> tuple[TariffPhase, ...]:
    """The phases of a price whose units all cost the same; none, if it stays."""
    if len(listed) == 1:
        return ()
    later = [_unit_price(amount, quantity, currency) for _, amount in listed[1:]]
    lengths = [end - start for (start, _), (end, _) in pairwise(listed)]
    return tuple(TariffPhase(*each) for each in zip([unit_amount, *later], [*lengths, None], strict=True))


def _unit_price(amount: int, quantity: int, currency: str) -> str:
    """The price of a unit, if so many cost an amount in minor units; what needs more than 12 decimals is rounded."""
    return unit_price_text(round_exact(Fraction(amount, quantity) * SCALE / 10 ** digits(currency)), currency)

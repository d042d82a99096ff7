"""What became of a promotion, and how an amount of it was spread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pricing.promotion import Promotion

if TYPE_CHECKING:
    from pricing.sheet.worksheet import Row


class Verdict(NamedTuple):
    """A promotion that applied, or the code of the reason why it did not, and the kind of condition that failed.

    Reasons: `inactive`, `not-started`, `expired`, `coupon-missing`, `not-chosen`, `discounts-blocked`,
    `condition-not-met`, `excluded` (exclusivity), `nothing-to-reduce`; of a cap over several carts, `exhausted` and
    `customer-unknown`; `not-beneficial`: others that it would keep away save more.
    """

    promotion: Promotion
    reason: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one row bears of an amount: the row's amount before, the place of its alteration, and the discount."""

    row: "Row"
    before: int
    place: int
    discount: int


@dataclass(frozen=True, slots=True)
class Spread:
    """One amount spread over rows."""

    shares: list[Share]

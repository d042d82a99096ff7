"""Partial payments: into how many parts of what size the payable amount may be split, and the schedule chosen (001)."""

from dataclasses import dataclass
from typing import Annotated

from models.cart.fields import Money, Named


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Bounds of the parts in minor units, and the parts, which sum to the payable amount; one every `period`.

    `due_dates` are days of the policy's time zone in ISO 8601; the first is that of pricing.

    `most_parts` below 2 says that the amount can't be split. No installments: it is paid at once.
    """

    smallest_part: Annotated[Money, Named(stored="smallest_part")]
    largest_part: Annotated[Money, Named(stored="largest_part")]
    fewest_parts: Annotated[int, Named(stored="fewest_parts")]
    most_parts: Annotated[int, Named(stored="most_parts")]
    period: str
    installments: tuple[Money, ...] = ()
    due_dates: Annotated[tuple[str, ...], Named(stored="due_dates")] = ()

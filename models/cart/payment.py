"""Partial payments: into how many parts of what size the payable amount may be split, and the schedule chosen (001)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Bounds of the parts in minor units, and the parts, which sum to the payable amount; one every `period`.

    `due_dates` are their days in UTC, the day of pricing first, in ISO 8601.

    `most_parts` below 2 says that the amount can't be split. No installments: it is paid at once.
    """

    smallest_part: int
    largest_part: int
    fewest_parts: int
    most_parts: int
    period: str
    installments: tuple[int, ...] = ()
    due_dates: tuple[str, ...] = ()

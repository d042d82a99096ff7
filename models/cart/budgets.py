"""Budgets: what there is only so many of, a voucher's uses or a capped promotion; every cart that uses one holds it."""

from dataclasses import dataclass

VOUCHER = "voucher"
PROMOTION = "promotion"


@dataclass(frozen=True, slots=True, order=True)
class Budget:
    """One budget of a tenant: of a voucher or a promotion, for everybody or (customer not empty) for one customer."""

    kind: str
    id: str
    customer: str = ""

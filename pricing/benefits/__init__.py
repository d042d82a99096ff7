"""What a promotion gives: one file per kind of benefit, its fields being the wire format."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, SerializeAsAny, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.amounts import StatedAmount
from cartwright.wire.refusals import Problem
from cartwright.wire.schema import Model
from facts.kinds import Kinds
from facts.promotion import Level
from models.catalog.target import Target
from pricing.promotions.scope import Offer, Scope


def _something(amount: StatedAmount) -> StatedAmount:
    if not amount.minor:
        raise PydanticCustomError("out-of-range", "the amount must be more than zero")
    return amount


TakenOff = Annotated[StatedAmount, AfterValidator(_something)]
"""An amount that is taken off, or that no more than is taken off."""

MaxQuantity = Annotated[int, Field(ge=1, le=10**6)]
"""How many units are reduced at most."""


WHOLE, NOTHING = Fraction(1), Fraction(0)


class Benefit(Model):
    """What a promotion takes off the prices of its target, for a number of periods or for good."""

    only_recurring: ClassVar[bool] = False
    """Whether it reduces nothing but prices that recur, whatever else its target takes."""

    kind: str
    """The kind of benefit."""
    target: Target = Field(default_factory=Target)
    """Which prices it reduces."""
    periods: Annotated[int, Field(ge=1, le=1200)] | None = None
    """How many periods of a recurring price it reduces; without it, all."""

    @model_validator(mode="after")
    def _periods_count(self) -> Self:
        if self.periods is not None:
            self._check_lasting("periods")
        return self

    def _check_lasting(self, field: str) -> None:
        """Raise `PydanticCustomError` if a field says how long something is reduced for which a cart has no periods.

        What is paid once is over with the first one. A cart shows one price for usage and allowances, which would be
        reduced for good.
        """
        types = self.target.types
        if "recurring" not in types:
            raise PydanticCustomError("without-effect", f"only recurring prices have {field}, and the target has none")
        if not (self.only_recurring or types.isdisjoint(("usage", "allowance"))):
            raise PydanticCustomError(
                "without-effect", f"only recurring prices have {field}: reduce usage and allowances by another benefit"
            )

    def without_effect(self, level: Level) -> str | None:  # noqa: ARG002 (most kinds are the same at all levels)
        """The field that was given although it has no effect at this level, by wire name."""
        return None

    def check_at(self, level: Level) -> None:
        """Raise `PydanticCustomError` if something is wrong with it at this level."""
        name = self.without_effect(level)
        if name is not None:
            raise PydanticCustomError("without-effect", f"without effect at this level: {name} of {self.kind}")

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (most kinds are the same at all levels)
        """Whether at this level what a line gets depends on how its price compares with the others."""
        return False

    def by_price(self, level: Level) -> bool:  # noqa: ARG002 (most kinds are the same at all levels)
        """Whether at this level what each price gets depends on that price alone."""
        return False

    def counts_by_price(self, level: Level) -> bool:
        """Whether at this level each price counts periods of its own: it has no share in what all get together."""
        return self.by_price(level)

    def most_of_all(self, level: Level) -> int | None:  # noqa: ARG002 (most kinds take more of higher prices)
        """The most that it takes off together, in minor units, whatever the prices are."""
        return None

    def share_of_all(self, level: Level) -> Fraction | None:  # noqa: ARG002 (most kinds take no such part)
        """The part that it takes of all that is paid now, whatever that is, before it is rounded; at most 1."""
        return None

    def of_unit(self) -> tuple[Fraction, int]:
        """The most that it takes of one unit: a part of its price, and an amount in minor units."""
        return WHOLE, 0

    @cached_property
    def limited(self) -> bool:
        """Whether it is given for a time only."""
        return self.periods is not None

    @cached_property
    def in_months(self) -> bool:
        """Whether it is given for months, and so for a part of a period perhaps."""
        return False

    @cached_property
    def has_limits(self) -> bool:
        """Whether what it takes off together has a ceiling, or what is left of its target a floor."""
        return False

    @property
    def brings(self) -> Sequence[str] | None:
        """The offerings that it adds to carts. None: it depends on something else than lines, prices and policy."""
        return None

    def remarks(self) -> Iterator[Problem]:
        """What may be a mistake in it although it is valid; the paths begin at the benefit."""
        yield from ()

    @abstractmethod
    def offer(self, scope: Scope) -> Offer:
        """What it takes off which rows, at the current prices of the sheet."""


class Reduction(Benefit):
    """Base of what depends on nothing but the lines, their prices and the policy; it may have limits.

    Of higher prices it takes no less, as long as lower ones leave something of each unit.
    """

    # `pricing.steps.bounding` relies on the last sentence, and `pricing.sheet.cheapest` knows what else may come off.

    months: Annotated[int, Field(ge=1, le=1200)] | None = None
    """For how many months it reduces a recurring price, instead of `periods`; of a longer period, a part."""
    at_most: TakenOff | None = None
    """The ceiling: no more than this is taken off together."""
    not_below: StatedAmount | None = None
    """The floor: what the target costs does not fall below this."""

    @cached_property
    def limited(self) -> bool:
        """Whether it is given for a time only."""
        return self.periods is not None or self.months is not None

    @cached_property
    def in_months(self) -> bool:
        """Whether it is given for months, and so for a part of a period perhaps."""
        return self.months is not None

    @cached_property
    def has_limits(self) -> bool:
        """Whether what it takes off together has a ceiling, or what is left of its target a floor."""
        return self.at_most is not None or self.not_below is not None

    @model_validator(mode="after")
    def _limits_of_the_same_currency(self) -> Self:
        own = getattr(self, "currency", None)
        for name, limit in (("atMost", self.at_most), ("notBelow", self.not_below)):
            if own is not None and limit is not None and limit.currency != own:
                raise PydanticCustomError(
                    "without-effect", f"an amount in {own} gives nothing where {name} is in another"
                )
        return self

    @model_validator(mode="after")
    def _months_count(self) -> Self:
        if self.months is not None and "periods" in self.model_fields_set and self.periods is not None:
            raise PydanticCustomError("one-of", "give either periods or months")
        if self.months is not None:
            self._check_lasting("months")
        return self

    @property
    def brings(self) -> Sequence[str]:
        """Nothing."""
        return ()


kinds: Kinds[Benefit] = Kinds("pricing.benefits")
benefit = kinds.register
"""Decorator of a benefit's model."""


def _at_its_level(given: Benefit, row: ValidationInfo) -> Benefit:
    given.check_at(row.data.get("level", "cart"))
    return given


AnyBenefit = Annotated[SerializeAsAny[Benefit], kinds, AfterValidator(_at_its_level)]
"""A field that holds a benefit of any kind, of a row whose `level` stands before it."""

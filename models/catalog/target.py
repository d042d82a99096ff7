"""Which prices a promotion or voucher reduces, or a condition counts."""

from collections.abc import Callable, Set
from functools import cached_property
from typing import Annotated, Self, get_args

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.periods import RecurringPeriod
from cartwright.wire.price_type import PriceType
from cartwright.wire.schema import Id, Model, ShortText
from models.catalog.offering import Offering


def _paid_now() -> list[PriceType]:
    return ["one-time", "recurring"]


class Target(Model):
    """Prices of a cart, by offering, category, type and period; an empty list matches all.

    What is left out is left out, whatever else names it.
    """

    offering_ids: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    """Offerings; an empty list means all."""
    categories: Annotated[list[ShortText], Field(max_length=1000)] = Field(default_factory=list)
    """Categories; an empty list means all."""
    exclude_offering_ids: Annotated[list[Id], Field(max_length=1000)] = Field(default_factory=list)
    """Offerings that are left out."""
    exclude_categories: Annotated[list[ShortText], Field(max_length=1000)] = Field(default_factory=list)
    """Categories that are left out."""
    unreduced_only: bool = False
    """Whether prices are left out that something has reduced: a promotion, an override, or a point that `replaces`."""
    price_types: list[PriceType] = Field(default_factory=_paid_now)
    """Price types; an empty list means all."""
    price_periods: list[RecurringPeriod] = Field(default_factory=list)
    """Periods of recurring prices; an empty list means all."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.only_once and self.price_periods:
            raise PydanticCustomError("without-effect", "what is paid once has no period: pricePeriods leaves nothing")
        if self.offering_ids and set(self.offering_ids) <= set(self.exclude_offering_ids):
            raise PydanticCustomError("without-effect", "every offering is left out: excludeOfferingIds leaves nothing")
        if self.categories and set(self.categories) <= set(self.exclude_categories):
            raise PydanticCustomError("without-effect", "every category is left out: excludeCategories leaves nothing")
        return self

    @cached_property
    def offerings(self) -> frozenset[str]:
        """The offerings, for look-up."""
        return frozenset(self.offering_ids)

    @cached_property
    def wanted_categories(self) -> frozenset[str]:
        """The categories, for look-up."""
        return frozenset(self.categories)

    @cached_property
    def types(self) -> frozenset[PriceType]:
        """The price types, for look-up; all of them where none is named."""
        return frozenset(self.price_types or get_args(PriceType))

    @cached_property
    def periods(self) -> frozenset[str]:
        """The periods, for look-up."""
        return frozenset(self.price_periods)

    @cached_property
    def takes_all_offerings(self) -> bool:
        """Whether no offering is left out."""
        return not (self.offering_ids or self.categories or self.exclude_offering_ids or self.exclude_categories)

    @cached_property
    def takes_all_goods(self) -> bool:
        """Whether it takes every offering, reduced or not."""
        return self.takes_all_offerings and not self.unreduced_only

    @cached_property
    def takes_all_that_is_paid_now(self) -> bool:
        """Whether it takes every price that is paid once, every one that recurs, and no other."""
        return self.takes_all_goods and not self.price_periods and set(self.price_types) == set(_paid_now())

    @cached_property
    def takes_what_is_paid_now(self) -> bool:
        """Whether it takes any price that is paid once or recurs, not usage and allowances alone."""
        return not self.types.isdisjoint(_paid_now())

    @cached_property
    def only_once(self) -> bool:
        """Whether it has nothing but prices that are paid once; usage and allowances may be of a period."""
        return set(self.price_types) == {"one-time"}

    @cached_property
    def takes_offering(self) -> Callable[[Offering | None], bool]:
        """Whether an offering is in the target; a line without one is where no offering or category is named."""
        offerings, categories = self.offerings, self.wanted_categories
        out, out_categories = frozenset(self.exclude_offering_ids), frozenset(self.exclude_categories)

        def takes(offering: Offering | None) -> bool:
            if offering is None:
                return not offerings and not categories
            return (
                (not offerings or offering.id in offerings)
                and (not categories or not categories.isdisjoint(offering.categories))
                and (not out or offering.id not in out)
                and (not out_categories or out_categories.isdisjoint(offering.categories))
            )

        return takes

    def covers(self, other: "Target") -> bool:
        """Whether it takes every offering that another target takes, whatever offerings there are."""
        named = other.offerings.difference(other.exclude_offering_ids)
        kinds = other.wanted_categories.difference(other.exclude_categories)
        # Of offerings that are named it is known which are left out; an offering may be in further categories.
        left_out = named.intersection(self.exclude_offering_ids) if named else set(self.exclude_offering_ids)
        return (
            _are_all_of(named, self.offerings)
            and _are_all_of(kinds, self.wanted_categories)
            and left_out <= set(other.exclude_offering_ids)
            and set(self.exclude_categories) <= set(other.exclude_categories)
        )

    def may_share(self, other: "Target") -> bool:
        """Whether an offering may be in both, as far as their names tell: two categories are taken for different goods.

        An offering that one of them names may be in any category of the other.
        """
        ids = _named_in_both(self.offerings, other.offerings)
        kinds = _named_in_both(self.wanted_categories, other.wanted_categories)
        return (ids is None or bool(ids.difference(self.exclude_offering_ids, other.exclude_offering_ids))) and (
            kinds is None or bool(kinds.difference(self.exclude_categories, other.exclude_categories))
        )

    def takes_price(self, kind: PriceType, period: str | None) -> bool:
        """Whether prices of a type and period are in the target."""
        return kind in self.types and (not self.periods or period in self.periods)


def _are_all_of(named: Set[str], wanted: Set[str]) -> bool:
    """Whether all that a target names, or all there is if it names nothing, is wanted; nothing wanted means all."""
    return not wanted or (bool(named) and named <= wanted)


def _named_in_both(ours: frozenset[str], theirs: frozenset[str]) -> frozenset[str] | None:
    """What both name; all of it where one of them names nothing and so means all; None where neither does."""
    return ours & theirs if ours and theirs else (ours | theirs or None)


def _names_no_prices(target: Target) -> Target:
    for name, field in Target.model_fields.items():
        if name in ("unreduced_only", "price_types", "price_periods") and name in target.model_fields_set:
            raise PydanticCustomError("without-effect", f"units are counted, not prices: {field.alias} has no effect")
    return target


Goods = Annotated[Target, AfterValidator(_names_no_prices)]
"""A target whose units are counted, by offering and category alone."""

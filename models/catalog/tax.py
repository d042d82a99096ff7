"""Taxes of a country or a place in it, as `upsert-taxes` gives them."""

from typing import Annotated

from pydantic import Field

from cartwright.wire.header import TimePeriod
from cartwright.wire.schema import Country, Id, Model, Name, Percentage, ShortText
from models.catalog.criteria import Criteria, Lifecycle


class Tax(Model):
    """A tax rate of a country, or of a place in it, for one tax category of offerings.

    A customer who matches one of the `exemptions` doesn't owe it: it is not added to a price, and taken out of one that
    contains it.
    """

    id: Id
    """The tax's id."""
    country: Country
    """The country that levies it."""
    category: Name
    """The tax category of offerings."""
    name: ShortText | None = None
    """The tax's name."""
    place: Id | None = None
    """The place below the country that levies it, by id or name; without it, the whole country."""
    rate: Percentage
    """The rate in percent."""
    on_top_of: Annotated[list[Id], Field(max_length=20)] = Field(default_factory=list)
    """Ids of taxes that it is levied on, besides the price; those that a line doesn't bear count nothing."""
    exemptions: Annotated[list[Criteria], Field(max_length=100)] = Field(default_factory=list)
    """Who does not owe it; one match is enough."""
    replaces: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    """Ids of taxes whose place it takes where both would apply."""
    lifecycle: Lifecycle = "active"
    """Whether it counts: a draft counts only where `withDrafts` names it."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

"""`distinct-values`: the different values that carts have for a field, in order (001, Get distinct values)."""

from pydantic import Field

from cartwright.wire.examples import example
from cartwright.wire.found import ValuesFound
from handlers.needs import Context, Needs
from handlers.registry import query
from handlers.searching import ListedField, SearchData, listed_field, shown_value
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from queries.search import ValueSearch


class DistinctValues(SearchData):
    """The field, and of which carts."""

    model_config = example({"field": "country", "size": 100})

    field: ListedField = Field()
    """The field, e.g. `country` or `items.offeringId`."""

    @property
    def question(self) -> str:
        """What a cursor depends on, besides the filter."""
        return f"values of {self.field}"


def _search(data: DistinctValues) -> ValueSearch:
    return ValueSearch(data.filter, listed_field(data.field), counted=False, page=data.page(data.question, 1))


@query("distinct-values", DistinctValues, needs=lambda data: Needs(search=_search(data)), blank=True, reply=ValuesFound)
def distinct_values(blank: Cart, data: DistinctValues, context: Context) -> QueryAnswer:
    """The page."""
    found = context.fetched.found[_search(data)]
    last = (found.rows[-1].value,) if found.rows else None
    return QueryAnswer([shown_value(row.value) for row in found.rows], data.paging(data.question, found, last))

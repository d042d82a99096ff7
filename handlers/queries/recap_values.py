"""`recap-values`: how many carts have each value of a field, the most frequent first (001, Get recap quantities)."""

from pydantic import Field

from cartwright.wire.examples import example
from cartwright.wire.found import ValuesCounted
from handlers.needs import Context, Needs
from handlers.registry import query
from handlers.searching import ListedField, SearchData, listed_field, shown_value
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart
from queries.search import ValueSearch


class RecapValues(SearchData):
    """The field, and of which carts."""

    model_config = example({"field": "items.offeringId", "where": 'status = "active"', "size": 100})

    field: ListedField = Field()
    """The field, e.g. `country` or `items.offeringId`; a cart counts once for each of its values."""

    @property
    def question(self) -> str:
        """What a cursor depends on, besides the filter."""
        return f"counts of {self.field}"


def _search(data: RecapValues) -> ValueSearch:
    return ValueSearch(data.filter, listed_field(data.field), counted=True, page=data.page(data.question, 2))


@query("recap-values", RecapValues, needs=lambda data: Needs(search=_search(data)), blank=True, reply=ValuesCounted)
def recap_values(blank: Cart, data: RecapValues, context: Context) -> QueryAnswer:
    """The page."""
    found = context.fetched.found[_search(data)]
    rows = [{"value": shown_value(row.value), "count": row.carts} for row in found.rows]
    last = (found.rows[-1].carts, found.rows[-1].value) if found.rows else None
    return QueryAnswer(rows, data.paging(data.question, found, last))

"""`get-configuration`: what the tenant has configured, with what holds where nothing is set (002, Configuration)."""

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from handlers.needs import Context
from handlers.registry import query
from models.answers.answer import QueryAnswer
from models.cart.cart import Cart


class GetConfiguration(CommandData):
    """Nothing: a tenant has one configuration, and sees its own."""

    model_config = example({})


@query("get-configuration", GetConfiguration, blank=True)
def get_configuration(blank: Cart, data: GetConfiguration, context: Context) -> QueryAnswer:
    """One row: every field of `set-configuration`, as it is now."""
    return QueryAnswer([context.facts.configuration.model_dump(mode="json", by_alias=True)])

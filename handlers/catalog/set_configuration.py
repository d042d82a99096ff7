"""`set-configuration`: set the tenant's pricing policy, override limits, installment terms and cart size limit."""

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.stored import read_stored
from facts.snapshot import CatalogRows, Facts
from handlers.registry import catalog_command
from models.catalog.configuration import Configuration


class SetConfiguration(Configuration, CommandData):
    """The fields to set, each as a whole; absent fields stay as they are."""

    model_config = example(
        {
            "pricingPolicy": {"preset": "default", "cashRounding": "0.05"},
            "overrideLimits": [{"role": "dealer", "floor": "80", "ceiling": "120"}],
            "installments": [{"currency": "EUR", "smallestPart": "20.00", "largestPart": "500.00", "mostParts": 12}],
            "defaults": {"country": "FR", "locale": "fr-FR", "currency": "EUR"},
            "expireAfterMinutes": 43200,
        }
    )


@catalog_command("set-configuration", SetConfiguration)
def set_configuration(facts: Facts, data: SetConfiguration) -> CatalogRows:
    """The configuration with these fields on top."""
    fields = {**facts.configuration.wire(), **data.wire()}
    return CatalogRows(configuration=(read_stored(Configuration, fields),))

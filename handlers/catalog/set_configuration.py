"""`set-configuration`: what a tenant may set: pricing policy, limits of overrides, installments, sizes."""

from cartwright.handlers.registry import catalog_command
from cartwright.models.command import CommandData
from cartwright.models.configuration import Configuration
from cartwright.models.examples import example
from cartwright.models.stored import read_stored
from cartwright.pricing.facts import CatalogRows, Facts


class SetConfiguration(Configuration, CommandData):
    """The fields to set, each as a whole; those left out stay as they are."""

    model_config = example(
        {
            "pricingPolicy": {"preset": "default", "cashRounding": "0.05"},
            "overrideLimits": [{"role": "dealer", "floor": "80", "ceiling": "120"}],
            "installments": [{"currency": "EUR", "smallestPart": "20.00", "largestPart": "500.00", "mostParts": 12}],
        }
    )


@catalog_command("set-configuration", SetConfiguration)
def set_configuration(facts: Facts, data: SetConfiguration) -> CatalogRows:
    """The configuration with these fields on top."""
    fields = {**facts.configuration.wire(), **data.wire()}
    return CatalogRows(configuration=(read_stored(Configuration, fields),))

"""What a tenant configures: schedules, and how far a role may change prices (Configuration)."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Model, Name
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import OK
from dialects.numbers import decimals, number
from dialects.telco.calls import body_of, parameters_of
from dialects.telco.models.figures import Figure
from dialects.telco.words import PRICE_TYPES, inverse
from models.cart.forms import Document
from models.catalog.configuration import MOST_IDLE_MINUTES, MOST_VALIDITY_MINUTES, Configuration

_PRICE_TYPES = inverse(PRICE_TYPES)


class Limit(Model):
    """How far a role may change a price, in percent of the list price."""

    role: Name
    """The role."""
    minimum_percentage: Figure = Decimal(100)
    """The lowest price that it may set."""
    maximum_percentage: Figure = Decimal(100)
    """The highest."""
    price_type: Annotated[list[Literal["Onetime", "Recurring", "Allowance", "Usage"]], Field(max_length=4)] = Field(
        default_factory=list
    )
    """Types of the prices that it may change; none named means all."""
    external_price_override: bool = False
    """Whether it may pass on prices from other systems."""


class Settings(Model):
    """What is set; what is absent stays as it is."""

    sc_validity_time: Annotated[int, Field(ge=1, le=MOST_VALIDITY_MINUTES)] | None = None
    """How long a validity token is valid, in minutes."""
    sc_expiry_time: Annotated[int, Field(ge=1, le=MOST_IDLE_MINUTES)] | None = None
    """After how many minutes without a change a cart expires; null: never."""
    price_adjustment_limit: Annotated[list[Limit], Field(max_length=200)] = Field(default_factory=list)
    """How far each role may change prices; replaced as a whole."""


def _get(call: Call) -> Plan:
    return parameters_of(call).plan(Step("get-configuration"))


def _update(call: Call) -> Plan:
    parameters = parameters_of(call)
    body, _ = body_of(Settings, call)
    given = body.model_fields_set
    data: Document = {}
    if body.sc_validity_time is not None:
        data["validityMinutes"] = body.sc_validity_time
    if "sc_expiry_time" in given:
        data["expireAfterMinutes"] = body.sc_expiry_time
    if "price_adjustment_limit" in given:
        data["overrideLimits"] = [_limit(each) for each in body.price_adjustment_limit]
    return parameters.plan(Step("set-configuration", data, _PLACES))


_PLACES = {
    "": "/body",
    "/validityMinutes": "/body/scValidityTime",
    "/expireAfterMinutes": "/body/scExpiryTime",
    "/overrideLimits": "/body/priceAdjustmentLimit",
}


def _limit(each: Limit) -> Document:
    return {
        "role": each.role,
        "floor": decimals(each.minimum_percentage),
        "ceiling": decimals(each.maximum_percentage),
        "priceTypes": [_PRICE_TYPES[kind] for kind in each.price_type],
        "external": each.external_price_override,
    }


def _shown(_call: Call, outcome: CallOutcome) -> Response:
    return Response(OK, shown(outcome.facts.configuration))


def shown(configuration: Configuration) -> Document:
    """A configuration in the words of `update-configuration`."""
    return {
        "scValidityTime": configuration.validity_minutes,
        "scExpiryTime": configuration.expire_after_minutes,
        "priceAdjustmentLimit": [
            {
                "role": each.role,
                "minimumPercentage": number(Decimal(each.floor)),
                "maximumPercentage": number(Decimal(each.ceiling)),
                "priceType": [PRICE_TYPES[kind] for kind in each.price_types],
                "externalPriceOverride": each.external,
            }
            for each in configuration.override_limits
        ],
    }


OPERATIONS = {
    "get-configuration": Operation(_get, _shown, writes=False),
    "update-configuration": Operation(_update, _shown),
}

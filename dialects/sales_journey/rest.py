"""REST and REST V2: the cart of a journey is read, and offers are added to it and removed from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from cartwright.wire.schema import Id, Model, Quantity, ShortText
from dialects.dialect import Call, CallOutcome, Operation, Plan, Response, Step
from dialects.http_status import CREATED, OK
from dialects.reading import CallParameters, Request, read_call
from dialects.sales_journey.journeys import cart_item
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.keys import SALES_JOURNEY_ID

DIALECT = "sales-journey"
MOST_LINES = 1000


class Journey(CallParameters):
    """Which journey."""

    sales_journey_id: Id
    """The id that the sales session was initialized with."""

    @property
    def keys(self) -> dict[str, str]:
        """The keys of a cart that is opened for it."""
        return {SALES_JOURNEY_ID: self.sales_journey_id}


class AccountJourney(Journey):
    """Which journey, of which account of which partner (V2). The tenant is not the partner, but the routing key's."""

    partner_id: Id
    """The partner."""
    service_account_number: Id
    """The service account."""

    @property
    def keys(self) -> dict[str, str]:
        """The keys of a cart that is opened for it."""
        return {
            **super().keys,
            "partnerId": self.partner_id,
            "serviceAccountNumber": self.service_account_number,
        }


class Offer(Request):
    """What is done to an offer."""

    answered: ClassVar[frozenset[str]] = frozenset({"action", "purchasedOfferId", "status"})

    item_type: ShortText
    """The offer's type, usually `ADDON`; kept with the line."""
    catalog_id: Id
    """The offering."""
    action_type: Literal["ADD", "REMOVE"]
    """Whether it is added, or taken out with all its lines."""
    quantity: Quantity
    """How many units are added."""

    @property
    def is_added(self) -> bool:
        """Whether it is added."""
        return self.action_type == "ADD"

    @property
    def item(self) -> Document:
        """The line to add."""
        kept = {"extensions": {DIALECT: {"itemType": self.item_type}}}
        return {"offeringId": self.catalog_id, "quantity": self.quantity, **kept}

    @property
    def offering_id(self) -> str:
        """The offering."""
        return self.catalog_id


class AccountOffer(Model):
    """What is done to an offer (V2)."""

    offer_code: Id
    """The offering."""
    action: Literal["ADD", "REMOVE"]
    """Whether one unit is added, or it is taken out with all its lines."""

    @property
    def is_added(self) -> bool:
        """Whether it is added."""
        return self.action == "ADD"

    @property
    def item(self) -> Document:
        """The line to add."""
        return {"offeringId": self.offer_code}

    @property
    def offering_id(self) -> str:
        """The offering."""
        return self.offer_code


Offers = Annotated[list[Offer], Field(min_length=1, max_length=MOST_LINES)]
AccountOffers = Annotated[list[AccountOffer], Field(min_length=1, max_length=MOST_LINES)]


def _or_none(given: object) -> object:
    return None if given in ([], {}) else given


ShownOffers = Annotated[Offers | None, BeforeValidator(_or_none)]
"""Offers where none need be said: an empty list or object says as little as null."""
ShownAccountOffers = Annotated[AccountOffers | None, BeforeValidator(_or_none)]
"""The same in V2."""


def _steps(offers: Sequence[Offer | AccountOffer], field: str) -> Iterable[Step]:
    """The commands that do it, in the order of the offers: those in a row that do the same are one."""
    numbered = groupby(enumerate(offers), key=lambda each: each[1].is_added)
    for added, group in numbered:
        run = list(group)
        part = "/items" if added else "/offerings"
        places = {f"{part}/{index}": f"/body/{number}" for index, (number, _) in enumerate(run)}
        places |= {f"{part}/{index}/offeringId": f"/body/{number}/{field}" for index, (number, _) in enumerate(run)}
        if added:
            yield Step("add-items", {"items": [offer.item for _, offer in run]}, places)
        else:
            leaving = [{"offeringId": offer.offering_id} for _, offer in run]
            yield Step("remove-offerings", {"offerings": leaving}, places)


def _journey_plan(journey: Journey, *steps: Step, opens: bool) -> Plan:
    key = (SALES_JOURNEY_ID, journey.sales_journey_id)
    return journey.plan(*steps, key=key, opening={"keys": journey.keys} if opens else None)


def retrieve(call: Call) -> Plan:
    """Read the journey's cart; the list of offers that the document shows with it is checked, and nothing more."""
    journey, _ = read_call(call, Journey, ShownOffers)
    return _journey_plan(journey, Step("get-cart"), opens=False)


def retrieve_v2(call: Call) -> Plan:
    """The same in V2."""
    journey, _ = read_call(call, AccountJourney, ShownAccountOffers)
    return _journey_plan(journey, Step("get-cart"), opens=False)


def update(call: Call) -> Plan:
    """Add and remove offers, in one version; the first call opens the journey's cart."""
    journey, offers = read_call(call, Journey, Offers)
    return _journey_plan(journey, *_steps(offers, "catalogId"), opens=True)


def update_v2(call: Call) -> Plan:
    """The same in V2."""
    journey, offers = read_call(call, AccountJourney, AccountOffers)
    return _journey_plan(journey, *_steps(offers, "offerCode"), opens=True)


def _shown(cart: Cart) -> Document:
    return {
        "salesJourneyId": cart.header.keys[SALES_JOURNEY_ID],
        "cart": {"cartItems": [cart_item(item) for item in cart.items]},
    }


def _shown_v2(cart: Cart) -> Document:
    offers = [{"offerCode": item.offering_id, "action": item.action.upper()} for item in cart.items]
    return {"salesJourneyId": cart.header.keys[SALES_JOURNEY_ID], "offers": offers}


def _responder(show: Callable[[Cart], Document], *, writes: bool) -> Callable[[Call, CallOutcome], Response]:
    def respond(call: Call, outcome: CallOutcome) -> Response:
        if outcome.cart is None:
            raise TypeError("a journey's call has a cart")
        opened = writes and outcome.cart.version == 1 and outcome.status != "dry-run"
        return Response(CREATED if opened else OK, show(outcome.cart))

    return respond


REST: Mapping[str, Operation] = {
    "retrieve-cart": Operation(retrieve, _responder(_shown, writes=False), writes=False),
    "retrieve-cart-v2": Operation(retrieve_v2, _responder(_shown_v2, writes=False), writes=False),
    "update-cart": Operation(update, _responder(_shown, writes=True)),
    "update-cart-v2": Operation(update_v2, _responder(_shown_v2, writes=True)),
}

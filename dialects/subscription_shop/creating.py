"""The operations that make a cart: from products, with a catalog of its own, or for a subscription."""

from datetime import date

from dialects.dialect import Call, CallOutcome, Plan, Response, Step
from dialects.http_status import CREATED, OK
from dialects.reading import CallParameters, read_call
from dialects.subscription_shop.carts import cart_body, offer_body
from dialects.subscription_shop.catalogs import PrivateCatalog, catalog_id
from dialects.subscription_shop.lines import new_line
from dialects.subscription_shop.names import DIALECT_NAME
from dialects.subscription_shop.new_carts import cart_data, cart_places
from dialects.subscription_shop.reading import invalid
from dialects.subscription_shop.requests import CartInput, CheckoutInput, OfferInput, UpgradeInput
from models.cart.cart import Cart
from models.cart.forms import Document


def plan_item(call: Call) -> Plan:
    """`create-item`: a new cart."""
    parameters, given = read_call(call, CallParameters, CartInput)
    return _opening(
        call, parameters, Step("create-cart", cart_data(given, "/body", _day(call)), cart_places(given, "/body"))
    )


def plan_checkout(call: Call) -> Plan:
    """`create-checkout`: a new cart, and its catalog; products that it does not hold are the tenant's."""
    parameters, given = read_call(call, CallParameters, CheckoutInput)
    own_id = catalog_id(call.tenant, call.message_id or "")
    catalog = PrivateCatalog(given.full_catalog, own_id)
    if problems := catalog.problems("/body/fullCatalog"):
        raise invalid(problems)
    data: Document = {**cart_data(given.cart, "/body/cart", _day(call)), "catalogId": own_id}
    data["items"] = [{**line, "offeringId": catalog.product(line["offeringId"])} for line in data["items"]]
    step = Step("create-cart", data, cart_places(given.cart, "/body/cart"))
    return _opening(call, parameters, step, catalog.steps("/body/fullCatalog"))


def plan_upgrade(call: Call) -> Plan:
    """`create-mid-term-upgrade`: a new cart with one product, the unused rest of the subscription credited."""
    parameters, given = read_call(call, CallParameters, UpgradeInput)
    line = new_line(given.wanted_product, "/body/wantedProduct")
    data = {"subscriptionId": given.subscription_id, "externalContext": given.external_context, "item": line}
    places = {"": "/body", "/item/offeringId": "/body/wantedProduct/id"}
    places["/item"] = places[f"/item/extensions/{DIALECT_NAME}"] = "/body/wantedProduct"
    return _opening(call, parameters, Step("create-mid-term-upgrade", data, places))


def plan_offer(call: Call) -> Plan:
    """`create-subscription-offer`: a new cart with what the subscription is, reduced by a voucher."""
    parameters, given = read_call(call, CallParameters, OfferInput)
    data = given.model_dump(by_alias=True, exclude_none=True)
    return _opening(call, parameters, Step("create-subscription-offer", data, {"": "/body"}))


def respond_cart(_call: Call, outcome: CallOutcome) -> Response:
    """The new cart."""
    return Response(_status(outcome), cart_body(_made(outcome), outcome.facts))


def respond_offer(_call: Call, outcome: CallOutcome) -> Response:
    """The offer's compact form."""
    return Response(_status(outcome), offer_body(_made(outcome), outcome.facts))


def _opening(call: Call, parameters: CallParameters, step: Step, catalog: tuple[Step, ...] = ()) -> Plan:
    return parameters.plan(step, cart_id=call.cart_id, catalog=catalog)


def _day(call: Call) -> date | None:
    return call.received_at.date() if call.received_at is not None else None


def _status(outcome: CallOutcome) -> int:
    """A dry run makes nothing."""
    return CREATED if outcome.status != "dry-run" else OK


def _made(outcome: CallOutcome) -> Cart:
    if outcome.cart is None:
        raise LookupError("a call that makes a cart leads to one")
    return outcome.cart

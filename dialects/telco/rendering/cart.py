"""The cart as the document's sample has it: containers with their items in them, totals, and what a call moved."""

from collections.abc import Mapping

from cartwright.wire.header import Contact, Header
from cartwright.wire.schema import format_time
from dialects.dialect import Call, CallOutcome
from dialects.numbers import amount
from dialects.telco import blank, canonical
from dialects.telco.blank import filled
from dialects.telco.canonical import Sent, objects
from dialects.telco.kept import kept
from dialects.telco.rendering.container import NO_CONTAINER, render_container
from dialects.telco.rendering.item import Parts
from dialects.telco.rendering.merging import many, one, valued
from dialects.telco.rendering.moved import ChangedByRules, Moved
from dialects.telco.rendering.prices import PriceList, total_prices
from dialects.telco.rendering.promotions import Promotions
from dialects.telco.rendering.sums import Kind, sums
from dialects.telco.words import ADJUSTMENTS, STATUSES
from facts.price_index import DUE_NOW
from models.cart.adjustments import Adjustment
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.keys import UNIQUE_ID


def render_cart(call: Call, outcome: CallOutcome) -> Document:
    """The cart of an answer, with every name of the sample; raises ValueError if there is none."""
    cart = outcome.cart
    if cart is None:
        raise ValueError(f"{call.operation} is answered with a cart, and there is none.")
    prices = PriceList(cart, outcome.facts)
    parts = Parts(outcome.facts, prices, Promotions(cart, outcome.facts), Moved(outcome, prices), cart.adjustments)
    changes = parts.moved.among(cart.items)
    return {
        **_head(cart),
        "offerContainer": _containers(cart, parts, ChangedByRules(outcome)),
        "cartTotalPrice": total_prices(
            [each for item in cart.items for each in prices.of_item[item.id]], prices, _payable(cart, prices)
        ),
        "promotions": parts.promotions.of_cart(),
        "itemPriceChanged": changes,
        "isCartItemPriceChanged": bool(changes),
        "validityToken": None,
        "changedItemsBySCService": {"autoRemovedOffer": [], "autoRemovedPromotions": []},
    }


def _head(cart: Cart) -> Document:
    """What is said of the cart besides its contents."""
    header, sent = cart.header, kept(cart)
    customer = header.customer
    segment = header.market_segment
    return filled(
        blank.CART,
        {"emailAddress": _reachable(header, "emailAddress"), "phoneNumber": _reachable(header, "phoneNumber")},
        sent,
        {
            "id": cart.id,
            "status": STATUSES[cart.status.value],
            "uniqueId": header.keys.get(UNIQUE_ID),
            "agentId": header.agent_id,
            "userId": customer.id if customer is not None and customer.id is not None else cart.created.by,
            "userType": customer.user_type if customer is not None else None,
            "createdBy": cart.created.by,
            "createdOn": format_time(cart.created.at),
            "updatedBy": cart.updated.by,
            "updatedOn": format_time(cart.updated.at),
            "isAmendment": cart.amendment is not None,
            "scSignature": None,
            "validFor": one(sent.get("validFor"), _wire(header.validity), canonical.period, blank.PERIOD),
            "channel": one(sent.get("channel"), _wire(header.channel), canonical.reference, blank.CHANNEL),
            "place": one(sent.get("place"), _wire(header.place), canonical.reference, blank.PLACE),
            "marketSegment": one(
                sent.get("marketSegment"),
                {"id": segment} if isinstance(segment, str) else _wire(segment),
                canonical.reference,
                blank.NAMED,
            ),
            "contactMedium": many(
                sent.get("contactMedium"),
                [_without_id(each) for each in header.contacts],
                canonical.contact,
                _contact,
                blank.CONTACT,
            ),
            "relatedParty": _parties(sent.get("relatedParty"), header),
            "additionalAttributes": valued(sent.get("additionalAttributes"), header.attributes, blank.ATTRIBUTE),
            "nonRecurringPriceAdjustment": _adjustments(sent.get("nonRecurringPriceAdjustment"), cart),
        },
    )


def _parties(sent: object, header: Header) -> list[object]:
    """The related parties; the one with the role of the customer is the cart's customer, if the cart has one."""
    shown = many(sent, [each.wire() for each in header.related_parties], canonical.party, dict, blank.PARTY)
    customer = None if header.customer is None else header.customer.id
    if customer is None or (canonical.customer(shown) or {}).get("id") == customer:
        return shown
    others = [each for each in objects(shown) if not canonical.is_customer(each)]
    return [*others, filled(blank.PARTY, {"id": customer, "role": canonical.CUSTOMER})]


def _containers(cart: Cart, parts: Parts, changed: ChangedByRules) -> list[Document]:
    """The containers in order; items without one come last, in a container of their own."""
    inside: dict[str, list[Item]] = {container.id: [] for container in cart.containers}
    outside: list[Item] = []
    for item in cart.items:
        inside.get(item.container_id or "", outside).append(item)
    shown = [render_container(each, inside[each.id], parts, changed) for each in cart.containers]
    return [*shown, render_container(NO_CONTAINER, outside, parts, changed)] if outside else shown


def _payable(cart: Cart, prices: PriceList) -> Mapping[Kind, int]:
    """What is payable of each total: adjustments pay one-time prices first, then the first recurring ones."""
    due = cart.pricing.due_now
    left = due.adjustments - due.rounding
    payable = {}
    for kind, total in sums(
        each
        for item in cart.items
        for each in prices.of_item[item.id]
        if each.price.type in DUE_NOW and not each.price.arrears
    ).items():
        used = min(left, total.gross)
        payable[kind] = total.gross - used
        left -= used
    return payable


def _adjustments(sent: object, cart: Cart) -> list[object]:
    """Sums of money that lower what is payable now; one that was sent without an amount lowers nothing."""
    given: Mapping[object, Sent] = {}
    others: list[object] = []
    for each in objects(sent):
        if each.get("amount"):
            given = {**given, _known_as(each.get("id"), each.get("type"), each.get("referenceId")): each}
        else:
            others.append(filled(blank.ADJUSTMENT, each))
    return [*others, *(_adjustment(each, given) for each in cart.adjustments)]


def _adjustment(each: Adjustment, given: Mapping[object, Sent]) -> Document:
    kind = ADJUSTMENTS[each.kind]
    before = given.get(each.id) or given.get(_known_as(None, kind, each.reference))
    details = valued((before or {}).get("details"), each.attributes, blank.DETAIL)
    return filled(
        blank.ADJUSTMENT,
        before,
        {name: value for name, value in (("name", each.name), ("details", details)) if value},
        {"id": each.id, "type": kind, "referenceId": each.reference, "amount": amount(each.amount, each.currency)},
    )


def _known_as(own_id: object, kind: object, reference: object) -> object:
    return own_id or (kind, reference or None)


def _contact(each: Document) -> Document:
    return {**each, "characteristic": filled(blank.CONTACT_PARTS, each.get("characteristic"))}


def _without_id(each: Contact) -> Document:
    return {name: value for name, value in each.wire().items() if name != "id"}


def _reachable(header: Header, part: str) -> str | None:
    """The address or number of the contact that is preferred, else of the first that has one."""
    contacts = sorted(header.contacts, key=lambda each: not each.preferred)
    return next((each.characteristic[part] for each in contacts if part in each.characteristic), None)


def _wire(part: object) -> Document | None:
    wire = getattr(part, "wire", None)
    return wire() if wire is not None else None

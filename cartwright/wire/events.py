"""Events as subscribers read them (contract, "Events"); repeats have the same message id."""

from typing import Literal

from pydantic import Field

from cartwright.wire.answer import Answer
from cartwright.wire.cart_view import CartView, DueNowView, TotalView
from cartwright.wire.examples import example, example_of
from cartwright.wire.jobs import JobView
from cartwright.wire.replies import ChangeEntry, PriceChange
from cartwright.wire.schema import Currency, Time


class Event(Answer):
    """Something that happened, of any kind."""

    type: str
    """The kind of event."""
    tenant: str | None = None
    """The tenant that it happened to."""
    at: Time | None = None
    """When it happened."""
    reason: str | None = None
    """The reason that the command gave."""
    actor: str | None = None
    """Who sent the command."""


class CartEvent(Event):
    """Something that happened to a cart, at the version that it led to; with the command that caused it."""

    cart_id: str
    """The cart's id."""
    version: int
    """The version that the cart has from this event on."""
    command_id: str | None = None
    """The message id of the command."""
    command_type: str | None = None
    """The type of the command."""
    job_id: str | None = None
    """The job that gave the command, if one did."""
    currency: Currency | None = None
    """The currency of the amounts."""
    catalog_revision: int | None = None
    """The catalog revision that the prices come from."""
    changes: list[ChangeEntry] = Field(default_factory=list)
    """What happened to the cart, in order."""
    price_changes: list[PriceChange] = Field(default_factory=list)
    """Every amount that moved."""
    totals: list[TotalView] = Field(default_factory=list)
    """The cart's totals."""
    due_now: DueNowView | None = None
    """What is payable now."""


_CART_EVENT = {
    "tenant": "acme",
    "cartId": "c-42",
    "version": 8,
    "commandId": "0b7f3c52-6a0e-4b1d-9d43-2f6f3a1c9e10",
    "commandType": "update-products",
    "at": "2026-01-01T08:00:00Z",
    "reason": "customer changed the quantity",
    "actor": "shop",
    "currency": "EUR",
    "catalogRevision": 3,
    "totals": [example_of(TotalView)],
    "dueNow": example_of(DueNowView),
}
_OF_JOB = {"tenant": "acme", "jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b", "at": "2026-01-01T08:00:00Z"}
_JOB_EVENT = {**_OF_JOB, "job": example_of(JobView)}


class CartUpdatedEvent(CartEvent):
    """A cart is at its next version; exactly one for every version, in order."""

    model_config = example({"type": "cart-updated", **_CART_EVENT, "changes": [example_of(ChangeEntry)]})

    type: Literal["cart-updated"]


class PriceChangedEvent(CartEvent):
    """At least one amount of the cart moved at this version."""

    model_config = example(
        {
            "type": "price-changed",
            **_CART_EVENT,
            "changes": [example_of(ChangeEntry)],
            "priceChanges": [example_of(PriceChange)],
        }
    )

    type: Literal["price-changed"]
    price_changes: list[PriceChange]


class CartCreatedEvent(CartEvent):
    """A cart came to be."""

    model_config = example({"type": "cart-created", **_CART_EVENT, "version": 1, "commandType": "create-cart"})

    type: Literal["cart-created"]


class CartSavedEvent(CartEvent):
    """A cart is kept for later, to be found by its key `uniqueId`."""

    model_config = example({"type": "cart-saved", **_CART_EVENT, "commandType": "save-cart"})

    type: Literal["cart-saved"]


class CartClaimedEvent(CartEvent):
    """A saved cart has become its customer's."""

    model_config = example({"type": "cart-claimed", **_CART_EVENT, "commandType": "claim-cart"})

    type: Literal["cart-claimed"]


class CartFrozenEvent(CartEvent):
    """A cart keeps the catalog and the time of its prices for a while."""

    model_config = example({"type": "cart-frozen", **_CART_EVENT, "commandType": "freeze-cart"})

    type: Literal["cart-frozen"]


class CartLockedEvent(CartEvent):
    """For a while only the owner of the lock changes the cart."""

    model_config = example({"type": "cart-locked", **_CART_EVENT, "commandType": "lock-cart"})

    type: Literal["cart-locked"]


class CartReopenedEvent(CartEvent):
    """A submitted or expired cart can be changed again."""

    model_config = example({"type": "cart-reopened", **_CART_EVENT, "commandType": "reopen-cart"})

    type: Literal["cart-reopened"]


class CartMergedEvent(CartEvent):
    """The contents of another cart came into this one; the other one is deleted."""

    model_config = example({"type": "cart-merged", **_CART_EVENT, "commandType": "merge-carts"})

    type: Literal["cart-merged"]


class CartDeletedEvent(CartEvent):
    """A cart is gone for good."""

    model_config = example({"type": "cart-deleted", **_CART_EVENT, "commandType": "delete-cart", "totals": []})

    type: Literal["cart-deleted"]


class CartMovedEvent(CartEvent):
    """A cart is sold through another channel, at another place or to another market segment."""

    model_config = example({"type": "cart-moved", **_CART_EVENT, "commandType": "move-cart"})

    type: Literal["cart-moved"]


class CartSubmittedEvent(CartEvent):
    """A cart was submitted and is read-only from this version on."""

    model_config = example({"type": "cart-submitted", **_CART_EVENT, "commandType": "submit-cart"})

    type: Literal["cart-submitted"]


class AmendmentStartedEvent(CartEvent):
    """A cart came to be with which an order is amended."""

    model_config = example({"type": "amendment-started", **_CART_EVENT, "commandType": "start-amendment"})

    type: Literal["amendment-started"]


class AmendmentSubmittedEvent(CartEvent):
    """An amendment was submitted and is read-only from this version on."""

    model_config = example({"type": "amendment-submitted", **_CART_EVENT, "commandType": "submit-amendment"})

    type: Literal["amendment-submitted"]


class CartExpiredEvent(CartEvent):
    """A cart reached its end by date or by idleness."""

    model_config = example({"type": "cart-expired", **_CART_EVENT, "commandType": "expire-cart"})

    type: Literal["cart-expired"]


class JobEvent(Event):
    """Something that happened to a job."""

    job_id: str
    """The job's id."""
    job: JobView
    """The job as it was then."""


class RepriceProgressEvent(JobEvent):
    """How far a repricing job has come; at most one a second."""

    model_config = example({"type": "reprice-progress", **_JOB_EVENT})

    type: Literal["reprice-progress"]


class RepriceCompletedEvent(JobEvent):
    """A repricing job has ended: it is completed, cancelled or failed."""

    model_config = example({"type": "reprice-completed", **_JOB_EVENT})

    type: Literal["reprice-completed"]


class ExpiryCompletedEvent(JobEvent):
    """A job that let carts expire has ended."""

    model_config = example({"type": "expiry-completed", **_JOB_EVENT})

    type: Literal["expiry-completed"]


class ExportCompletedEvent(JobEvent):
    """A job that published carts has ended."""

    model_config = example({"type": "export-completed", **_JOB_EVENT})

    type: Literal["export-completed"]


class CartExportedEvent(Event):
    """A cart as it was when a job published it."""

    model_config = example(
        {
            "type": "cart-exported",
            **_OF_JOB,
            "cartId": "c-42",
            "version": 8,
            "cart": example_of(CartView),
        }
    )

    type: Literal["cart-exported"]
    job_id: str
    """The job's id."""
    cart_id: str
    """The cart's id."""
    version: int
    """The version that the cart had."""
    cart: CartView
    """The whole cart."""


EVENTS: dict[str, type[Event]] = {
    "cart-updated": CartUpdatedEvent,
    "price-changed": PriceChangedEvent,
    "cart-created": CartCreatedEvent,
    "cart-saved": CartSavedEvent,
    "cart-claimed": CartClaimedEvent,
    "cart-frozen": CartFrozenEvent,
    "cart-locked": CartLockedEvent,
    "cart-reopened": CartReopenedEvent,
    "cart-merged": CartMergedEvent,
    "cart-deleted": CartDeletedEvent,
    "cart-moved": CartMovedEvent,
    "cart-submitted": CartSubmittedEvent,
    "amendment-started": AmendmentStartedEvent,
    "amendment-submitted": AmendmentSubmittedEvent,
    "cart-expired": CartExpiredEvent,
    "reprice-progress": RepriceProgressEvent,
    "reprice-completed": RepriceCompletedEvent,
    "expiry-completed": ExpiryCompletedEvent,
    "export-completed": ExportCompletedEvent,
    "cart-exported": CartExportedEvent,
}
"""Every kind of event by its `type`; a kind added later is read as a plain `Event`."""

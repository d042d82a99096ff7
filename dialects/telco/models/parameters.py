"""The parameters of the operations, by the document's names."""

from cartwright.wire.schema import Id
from dialects.reading import CallParameters
from dialects.telco.models.parts import Channel


class Parameters(CallParameters):
    """Those of path and query; each operation reads its own, and an unknown one is refused.

    Header parameters, whose names have a hyphen, are taken out before: the message's own headers count.
    """

    id: Id | None = None
    """The cart's id."""
    offer_container_id: Id | None = None
    """The offer container."""
    cart_item_id: Id | None = None
    """The cart item."""
    note_id: Id | None = None
    """The note."""
    promotion_id: Id | None = None
    """The promotion."""
    adjustment_id: Id | None = None
    """The price adjustment."""
    unique_id: Id | None = None
    """The id under which an anonymous cart was saved."""
    channel: Channel | Id | None = None
    """The channel that the cart moves to: its id, or an object with id or name."""
    place: Channel | Id | None = None
    """The place that the cart moves to."""
    offer_auto_removal: bool = False
    """Whether a move removes offers that can't be sold there."""
    promo_auto_removal: bool = False
    """Whether a move removes promotions that don't apply there."""

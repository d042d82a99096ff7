"""What a command does to a cart, or would do."""

from dataclasses import field

from models.answers.explanation import Explanation
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.follow_up import FollowUp
from models.value import value


@value(frozen=True, slots=True)
class Outcome:
    """The cart after it, the changes and the amounts that moved, both as on the wire, the commands that follow, and
    what else the answer tells, by wire name.
    """

    cart: Cart
    changes: list[Document]
    price_changes: list[Document]
    explanation: Explanation | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    told: Document = field(default_factory=dict)

    @property
    def unchanged(self) -> bool:
        """Whether the command was valid, but nothing differed."""
        return not self.changes and not self.price_changes

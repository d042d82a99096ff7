"""What a dialect is: for each operation of a document, what a call means, and how the outcome is answered.

Both are pure functions. A worker executes the plan of a call as it executes any command, so versions, dry runs,
duplicates and order are those of canonical commands, and gives what came of it to the same operation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cartwright.wire.refusals import Refusal
from cartwright.wire.replies import Status
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.forms import Document


@dataclass(frozen=True, slots=True)
class Call:
    """A message in a document's own words.

    `parameters` and `body` are decoded JSON: fractions are `Decimal`. Both are as sent, None where they were absent
    or null. `cart_key` is the header `cart-id`: the cart's id where the sender knows it, else the message id.
    `received_at` is when a worker got it.
    """

    tenant: str
    operation: str
    message_id: str | None
    cart_key: str | None
    parameters: object
    body: object
    received_at: datetime | None = None

    @property
    def cart_id(self) -> str | None:
        """The cart that the header names, if it names one."""
        return self.cart_key if self.cart_key != self.message_id else None


@dataclass(frozen=True, slots=True)
class Step:
    """A canonical command: its type, and its data as on the wire.

    `places` says where in the call parts of the data come from, by JSON Pointers: `{"/items/0": "/body/products/0"}`,
    or `{"": "/body"}` if the data has the form of the body. Problems with the data are reported at those places; of
    several that lead to a problem the nearest counts.
    """

    type: str
    data: Document = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call means: canonical commands that take effect together, in one version, or a single query.

    Without steps it asks for nothing, and needs no cart. Otherwise the cart is the one with the id `cart_id`, or the
    one that `key`, a name and a value, leads to. `opening` is the data of the `create-cart` that comes first if there
    is no such cart yet; without it that is `cart-not-found`. `catalog` are commands about the catalog whose rows come
    in before, in one revision, if the steps are not refused.
    """

    steps: tuple[Step, ...]
    cart_id: str | None = None
    key: tuple[str, str] | None = None
    opening: Document | None = None
    version: int | None = None
    dry_run: bool = False
    reason: str | None = None
    catalog: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What came of a plan.

    `status` is that of a canonical reply. `cart` is the cart at the version that the call led to, also for a
    duplicate; `before` is the cart before it, if there was one. `changes` and `price_changes` are as on the wire, and
    so are `items` and `paging` of a query; `told` is what the replies of the steps hold besides. `carts` are those
    that a search found, or from which the elements come that it found. `facts` is the catalog that the cart's prices
    come from, or the present one if there is no cart.
    """

    status: Status
    facts: Facts
    cart: Cart | None = None
    before: Cart | None = None
    changes: Sequence[Document] = ()
    price_changes: Sequence[Document] = ()
    told: Document = field(default_factory=dict)
    items: Sequence[object] = ()
    paging: Document = field(default_factory=dict)
    carts: Sequence[Cart] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What a gateway in front would answer: an HTTP status and a JSON document.

    Amounts that are JSON numbers are exact: see `dialects.numbers`. `is_read` is set where the response to a refusal
    is what was read: that there is nothing.
    """

    status: int
    body: object
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`plan` says what a call means, and raises `Refusal`; `respond` says what came of it.

    `writes`: whether a call needs a message id. `refuse` is set where the operation has error bodies of its own.
    """

    plan: Callable[[Call], Plan]
    respond: Callable[[Call, CallOutcome], Response]
    writes: bool = True
    refuse: Callable[[Call | None, Refusal], Response] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """A document: its operations by routing key, and its error body.

    A call that could not be read is refused as one without parameters and body, or, if not even its properties could
    be read, without the call.
    """

    name: str
    operations: Mapping[str, Operation]
    refuse: Callable[[Call | None, Refusal], Response]

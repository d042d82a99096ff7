"""What came of a call in a dialect, as its operation gets it: carts as they are in memory, and their catalog."""

from dialects.dialect import CallOutcome
from facts.snapshot import Facts
from handlers.needs import Fetched
from models.answers.answer import Answer, CatalogAnswer, QueryAnswer
from models.answers.cart_answer import CartAnswer
from models.cart.cart import Cart
from queries.search import CartElement
from workers.consume.work import Work


def outcome_of_cart(answer: CartAnswer, before: Cart | None, fetched: Fetched) -> CallOutcome:
    """What a command did to a cart, or what a query showed of one."""
    amended = {} if answer.amended_by is None else {"amendedBy": answer.amended_by}
    return CallOutcome(
        status=answer.status,
        facts=_catalog_of(answer.cart, fetched),
        cart=answer.cart,
        before=before,
        changes=answer.changes,
        price_changes=answer.price_changes,
        told={**answer.told, **amended},
    )


def outcome_of_query(work: Work, answer: Answer, about: Cart | None, fetched: Fetched) -> CallOutcome:
    """What a query found, about a cart if it is about one."""
    if isinstance(answer, CartAnswer):
        return outcome_of_cart(answer, None, fetched)
    if not isinstance(answer, QueryAnswer):
        raise TypeError(f"{answer.type} is no answer of a query")
    return CallOutcome(
        status=answer.status,
        facts=_catalog_of(about, fetched),
        cart=None if about is None else about.as_of(work.command.received_at),
        items=answer.items,
        paging=answer.paging,
        carts=_found(work, fetched),
    )


def outcome_of_catalog(answer: CatalogAnswer, facts: Facts) -> CallOutcome:
    """What a command did to a catalog."""
    return CallOutcome(answer.status, facts)


def _catalog_of(cart: Cart | None, fetched: Fetched) -> Facts:
    """The catalog that the cart's prices come from; the present one if there is no cart."""
    present = fetched.catalogs[None]
    if cart is None or cart.pricing.stamp.catalog_revision == present.revision:
        return present
    revision = cart.pricing.stamp.catalog_revision
    return next((each for each in fetched.catalogs.values() if each.revision == revision), present)


def _found(work: Work, fetched: Fetched) -> tuple[Cart, ...]:
    """The carts that a search found, or from which the elements come that it found; each once, in order."""
    search = work.registered.needs(work.command.data).search
    if search is None:
        return ()
    rows = (row.cart if isinstance(row, CartElement) else row for row in fetched.found[search].rows)
    carts = {row.id: row.as_of(work.command.received_at) for row in rows if isinstance(row, Cart)}
    return tuple(carts.values())

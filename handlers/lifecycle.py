"""The life of a cart in one table: which command works in which state, and what the refusal says where it doesn't.

A command without a row of its own is an ordinary one: it changes carts that are active, saved or abandoned. The table
is printed into `docs/states.md`. A lock comes on top of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Problem, Refusal
from cartwright.wire.schema import format_time
from cartwright.wire.status import CHANGEABLE, CartStatus
from handlers.kinds import CartCommand, Query
from models.cart.cart import Cart

State = CartStatus | None
"""Where a cart is in its life; none if there never was one with this id."""
STATES: tuple[State, ...] = (None, *CartStatus)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a command does not work: the code of the refusal and its message."""

    code: ErrorCode
    message: str


Row = Mapping[State, Refused | None]
"""For every state why the command is refused; none where it works."""

_NOT_FOUND = Refused(ErrorCode.CART_NOT_FOUND, "There is no cart with this id.")
_EXISTS = Refused(ErrorCode.CART_EXISTS, "There is, or was, a cart with this id.")
_NOT_SUBMITTED = Refused(ErrorCode.CART_NOT_SUBMITTED, "The cart is neither submitted nor expired.")
_NOT_SAVED = Refused(ErrorCode.FORBIDDEN, "Only a saved cart can be claimed.")


def _read_only(status: CartStatus) -> Refused:
    return Refused(ErrorCode.CART_READ_ONLY, f"The cart is {status} and can no longer be changed.")


def _row(allowed: Iterable[State], otherwise: Mapping[State, Refused] = MappingProxyType({})) -> Row:
    """A row that allows these states; `otherwise` says why where the reason is not the usual one."""
    usual: dict[State, Refused] = {
        **{status: _read_only(status) for status in CartStatus},
        None: _NOT_FOUND,
        CartStatus.DELETED: _NOT_FOUND,
    }
    works = frozenset(allowed)
    return {state: None if state in works else otherwise.get(state, usual[state]) for state in STATES}


CREATING = _row({None}, dict.fromkeys(CartStatus, _EXISTS))
"""Commands that create a cart."""
READING = _row(set(CartStatus) - {CartStatus.DELETED})
"""Queries about a cart."""
ASKING = _row(STATES)
"""Queries about no cart."""
ORDINARY = _row(CHANGEABLE)
"""All other commands without a row of their own."""

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "delete-cart": READING,
        "reopen-cart": _row({CartStatus.SUBMITTED, CartStatus.EXPIRED}, dict.fromkeys(CHANGEABLE, _NOT_SUBMITTED)),
        "claim-cart": _row({CartStatus.SAVED}, dict.fromkeys(CHANGEABLE, _NOT_SAVED)),
    }
)
"""The rows of commands that are about the cart's life."""


def row_of(entry: CartCommand | Query) -> Row:
    """In which states a command works."""
    if isinstance(entry, CartCommand) and entry.opens:
        return {**row_of(replace(entry, opens=False)), None: None}
    if entry.kind in ROWS:
        return ROWS[entry.kind]
    if isinstance(entry, Query):
        return ASKING if entry.blank else READING
    return CREATING if entry.creates else ORDINARY


def check_state(entry: CartCommand | Query, state: State) -> None:
    """Raise the refusal of a command that does not work in this state."""
    refused = row_of(entry)[state]
    if refused is not None:
        raise Refusal(refused.code, refused.message)


LOCKING = frozenset({"lock-cart", "unlock-cart"})
"""Commands that name the lock's owner in their data."""


def check_lock(entry: CartCommand, cart: Cart, command: AnyCommand) -> None:
    """Raise `cart-locked` for a command that does not come from the owner of the cart's lock.

    A command that follows from another one is not stopped: the other one has taken effect already.
    """
    if cart.lock is not None and entry.kind not in LOCKING and not command.follows:
        check_owner(cart, command.lock_owner)


def check_owner(cart: Cart, owner: str | None, path: str | None = None) -> None:
    """Raise `cart-locked` if the cart is locked by somebody else; `path` is where a command names the cart."""
    lock = cart.lock
    if lock is not None and lock.owner != owner:
        message = f"{lock.owner} has locked the cart until {format_time(lock.until)}."
        problems = [Problem(path, ErrorCode.CART_LOCKED, message)] if path is not None else []
        details = {"owner": lock.owner, "until": format_time(lock.until)}
        raise Refusal(ErrorCode.CART_LOCKED, message, details=details, problems=problems)

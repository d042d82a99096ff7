"""Expiry: carts whose time has come get a command of their own, which goes the way of all commands.

Its id names the version that it makes. So of several workers that find the same cart, one takes effect.
"""

# ruff: noqa: ARG002 (a source is told more than one needs to know whose commands nobody waits for)

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from cartwright.wire.command import Command
from engine.body_hash import body_hash
from handlers.expiry import EXPIRE_CART
from models.answers.answer import Answer, Refused
from storage.ports import Store
from storage.records import CartKey, CartVersion
from workers.amqp import Outgoing
from workers.clock import Clock
from workers.consume.work import Work

CARTS_AT_ONCE = 500
LET_IDLE_EVERY = timedelta(hours=1)
"""How often a worker looks for carts that were written before their tenant was configured."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_log = structlog.get_logger(__name__)


class ExpirySweep:
    """Finds the carts, and hands their commands to `put`; a cart whose command is under way is left alone."""

    def __init__(self, store: Store, put: Callable[[Work], None], clock: Clock) -> None:
        self._carts = store.carts
        self._catalog = store.catalog
        self._put = put
        self._clock = clock
        self._link = _Link()
        self._number = 0
        self._let_idle: dict[str, datetime] = {}

    async def sweep(self) -> int:
        """Have due carts expire; return the number of commands. Raises `StorageUnavailable`."""
        now = self._clock()
        found = [*await self._carts.due(now, CARTS_AT_ONCE), *await self._idle(now)]
        under_way = set(self._link.under_way.values())
        due = {each.key: each for each in found if each.key not in under_way}.values()
        for each in due:
            self._number += 1
            self._link.under_way[self._number] = each.key
            self._put(_work(each, _Source(self._link, self._number, _body(each)), now))
        if due:
            _log.info("carts_due", carts=len(due))
        return len(due)

    async def _idle(self, now: datetime) -> list[CartVersion]:
        """Carts that nobody has changed for so long as their tenants have configured."""
        found: list[CartVersion] = []
        for tenant, configuration in (await self._catalog.configurations()).items():
            if configuration.expire_after_minutes is not None:
                if self._let_idle.get(tenant, _NEVER) + LET_IDLE_EVERY <= now:
                    await self._carts.let_idle(tenant)
                    self._let_idle[tenant] = now
                since = now - timedelta(minutes=configuration.expire_after_minutes)
                found += await self._carts.idle(tenant, since, CARTS_AT_ONCE)
        return found


@dataclass(slots=True, eq=False)
class _Link:
    """Where these commands come from; it never closes."""

    under_way: dict[int, CartKey] = field(default_factory=dict)
    open: bool = True

    def acknowledge(self, numbers: Iterable[int], /) -> None:
        """Forget the commands that are finished; what did not take effect is found again."""
        for number in numbers:
            self.under_way.pop(number, None)


@dataclass(slots=True, eq=False)
class _Source:
    """A command that nobody waits for. If it fails, the next sweep gives it again."""

    link: _Link
    number: int
    body: bytes
    call: None = None
    span: None = None

    def answer(self, answer: Answer) -> Iterable[Outgoing]:
        """Nobody asked."""
        return ()

    def put_off(self, work: Work) -> Iterable[Outgoing]:
        """The next sweep finds the cart again."""
        return ()

    def give_up(self, refused: Refused) -> Iterable[Outgoing]:
        """The next sweep finds the cart again."""
        return ()

    def park(self, code: str, reason: str) -> Iterable[Outgoing]:
        """The next sweep finds the cart again."""
        return ()


def _body(cart: CartVersion) -> bytes:
    fields = {"type": EXPIRE_CART.kind, "cartId": cart.key.cart_id, "version": cart.version, "data": {}}
    return json.dumps(fields).encode()


def _work(cart: CartVersion, source: _Source, now: datetime) -> Work:
    fields = json.loads(source.body)
    command = Command(
        tenant=cart.key.tenant,
        id=f"{cart.key.cart_id}:expiry:{cart.version + 1}",
        body_hash=body_hash(fields, source.body),
        envelope=EXPIRE_CART.envelope.model_validate(fields),
        cart_id=cart.key.cart_id,
        actor=None,
        received_at=now,
    )
    return Work(source, EXPIRE_CART, command, None)

"""A cart as the subject of a fold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cartwright.wire.command import Command
from engine.execute import Outcome, execute
from facts.snapshot import Facts
from handlers.registry import CartCommand, CatalogKey
from models.cart.budgets import Budget
from models.changes.change import Change, read_change
from models.changes.priced_patch import PricedPatch
from storage.records import CartWrite, CommandKey, CommitStamp, Entry, StoredCart
from workers.consume.work import CartAnswer, Work


class CartSubject:
    """One cart in memory.

    `remembered` are entries of these commands, `history` those since the oldest version that a rebasing command names,
    `unsettled` those that stay in the outbox; `facts` holds the catalog by the time or revision that is asked
    for (none: now); `budgets` are all that any version of this fold uses.
    """

    def __init__(
        self,
        stored: StoredCart | None,
        remembered: Mapping[CommandKey, Entry],
        history: Sequence[Entry],
        facts: Mapping[CatalogKey, Facts],
        unsettled: tuple[Entry, ...],
    ) -> None:
        self.stored = stored
        self.cart = stored.cart if stored else None
        self.new: list[Entry] = []
        self.budgets: set[Budget] = set()
        outbox = stored.outbox if stored else ()
        self._unsettled = unsettled
        self._journaled = remembered
        self._remembered = {entry.key: entry for entry in outbox}
        self._history = {entry.version: entry for entry in (*history, *outbox) if entry.status == "applied"}
        self._facts = facts

    def recall(self, command: Command[Any]) -> Entry | None:
        """From the journal, the outbox, or this fold."""
        if command.id is None:
            return None
        key = CommandKey(command.tenant, command.id)
        return self._remembered.get(key) or self._journaled.get(key)

    def repeat(self, work: Work, record: Entry) -> CartAnswer:
        """The first outcome, as its own if this delivery made it; the cart too, if it is still as it was then."""
        current = self.cart if self.cart and self.cart.version == record.version else None
        return CartAnswer(
            registered=_registered(work),
            status=record.status if record.token == work.token else "duplicate",
            cart_id=record.cart_id,
            version=record.version,
            cart=current,
            changes=record.changes,
            price_changes=record.price_changes,
        )

    def execute(self, work: Work, now: datetime) -> Outcome:
        """Decide, evolve, price and compare."""
        entry, command = _registered(work), work.command
        facts = self._facts[entry.prices_as_of(command.data)]
        return execute(entry, self.cart, command, facts, now, self._since(command), self._facts)

    def status(self, work: Work, result: Outcome) -> str:
        """A read of fresh prices is a dry run of a repricing."""
        entry = _registered(work)
        if entry.reads:
            return "dry-run" if entry.reprices(work.command.data) else "read"
        return "unchanged" if result.unchanged else "applied"

    def keep(self, work: Work, result: Outcome, now: datetime) -> Entry:
        """Move on to the next version; an unchanged outcome is remembered without one."""
        before, command = self.cart, work.command
        after = result.cart
        entry = Entry(
            tenant=command.tenant,
            cart_id=after.id,
            command_id=command.id or "",
            body_hash=command.body_hash,
            kind=command.type,
            status="unchanged" if result.unchanged else "applied",
            version=after.version,
            at=now,
            actor=command.actor,
            reason=command.envelope.reason,
            currency=after.currency,
            changes=result.changes,
            price_changes=result.price_changes,
            priced=PricedPatch.between(before, after, result.changes) if before else PricedPatch.of(after),
            token=work.token,
        )
        self._remembered[entry.key] = entry
        self.new.append(entry)
        if not result.unchanged:
            self.cart = after
            self.budgets.update(after.pricing.budgets)
            self._history[entry.version] = entry
        return entry

    def answer(self, work: Work, result: Outcome, status: str) -> CartAnswer:
        """The outcome as an answer."""
        return CartAnswer(
            registered=_registered(work),
            status=status,
            cart_id=result.cart.id,
            version=result.cart.version,
            cart=result.cart,
            changes=result.changes,
            price_changes=result.price_changes,
            explanation=result.explanation,
        )

    def to_write(self, stamp: CommitStamp) -> CartWrite:
        """The cart with what is still to be published: what was there before, and what is new."""
        if self.cart is None:
            raise ValueError("there is no cart to store")
        after = StoredCart(self.cart, stamp, (*self._unsettled, *self.new))
        if self.stored is None:
            return CartWrite(0, after)
        return CartWrite(self.stored.cart.version, after, self.stored.stamp)

    def _since(self, command: Command[Any]) -> Iterable[Change]:
        """The changes after the version that the command expected, if it may be rebased."""
        expected = command.envelope.version
        if expected is None or command.envelope.on_conflict != "rebase" or self.cart is None:
            return ()
        later = range(expected + 1, self.cart.version + 1)
        return [read_change(change) for version in later for change in self._history[version].changes]


def _registered(work: Work) -> CartCommand:
    if not isinstance(work.registered, CartCommand):
        raise TypeError(f"{work.command.type} is not a command about a cart")
    return work.registered

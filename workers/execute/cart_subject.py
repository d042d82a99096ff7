"""A cart as the subject of a fold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.replies import Status
from engine.execute import execute
from engine.query import answer_query
from facts.snapshot import Facts
from handlers.kinds import CartCommand, Query
from handlers.needs import Fetched, HistoryPage, Needs
from models.answers.answer import Answer, QueryAnswer
from models.answers.cart_answer import CartAnswer
from models.answers.outcome import Outcome
from models.cart.budgets import Budget
from models.cart.keys import claimed_keys
from models.changes.change import Change, read_change
from models.changes.journaled import JournaledVersion
from models.changes.priced_patch import PricedPatch
from pricing.steps.budgeting import customer_of
from storage.records import CartWrite, CommandKey, CommitStamp, Entry, StoredCart
from workers.consume.work import Work
from workers.execute.call_outcomes import outcome_of_cart, outcome_of_query


class CartSubject:
    """One cart in memory.

    `remembered` are entries of these commands, `history` those since the oldest version that a rebasing command names,
    `unsettled` those that stay in the outbox; `fetched` is what the commands need; `budgets` are all that any version
    of this fold uses; `heir_of` are carts that have passed their uses of budgets on to it; `claimed` are the keys that
    the cart would come to have by any of these commands, and `customers` those whose it would be, dry runs included.
    """

    def __init__(
        self,
        stored: StoredCart | None,
        remembered: Mapping[CommandKey, Entry],
        history: Sequence[Entry],
        fetched: Fetched,
        unsettled: tuple[Entry, ...],
    ) -> None:
        self.stored = stored
        self.cart = stored.cart if stored else None
        self.new: list[Entry] = []
        self.budgets: set[Budget] = set()
        self.heir_of: set[str] = set()
        self.claimed: set[str] = set()
        self.customers: set[str] = set()
        outbox = stored.outbox if stored else ()
        self._unsettled = unsettled
        self._journaled = remembered
        self._remembered = {entry.key: entry for entry in outbox}
        self._history = {entry.version: entry for entry in (*history, *outbox) if entry.status == "applied"}
        self._versions = {**fetched.versions, **({self.cart.version: self.cart} if self.cart else {})}
        self._fetched = replace(fetched, versions=self._versions)

    def recall(self, command: AnyCommand) -> Entry | None:
        """From the journal, the outbox, or this fold."""
        key = CommandKey.of(command)
        return None if key is None else self._remembered.get(key) or self._journaled.get(key)

    def repeat(self, work: Work, record: Entry, status: Status) -> Answer:
        """The first outcome; the cart too, if it is still as it was then.

        A dialect gets the cart as it was then in any case. If all but its id is gone, only its deletion can be told.
        """
        gone = self.stored is not None and self.stored.purged
        current = self.cart if self.cart and self.cart.version == record.version and not gone else None
        answer = CartAnswer(
            type=work.registered.reply_type,
            status=status,
            cart_id=record.cart_id,
            version=record.version,
            cart=current,
            changes=record.changes,
            price_changes=record.price_changes,
            told=record.told,
            warnings=record.priced.pricing.warnings,
        )
        if work.call is None:
            return answer
        if gone and self.cart is not None and record.version < self.cart.version:
            raise Refusal(ErrorCode.CART_NOT_FOUND, "The cart was deleted, and what it held is gone.")
        then = self.cart if gone else self._versions.get(record.version)
        if then is None:
            raise Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, "What the message did is being archived; try again.")
        before = then if record.status == "unchanged" else self._versions.get(record.version - 1)
        return work.call.respond(outcome_of_cart(replace(answer, cart=then), before, self._fetched), answer)

    def decide(self, work: Work, now: datetime) -> Outcome:
        """Decide, apply, price and compare."""
        entry, command = work.registered, work.command
        if not isinstance(entry, CartCommand):
            raise TypeError(f"{command.type} is not a command about a cart")
        facts = self._facts(entry.needs(command.data))
        outcome = execute(entry, self.cart, command, facts, now, self._since(command), self._fetched)
        self.claimed.update(claimed_keys(self.cart, outcome.cart))
        self.customers.add(customer_of(outcome.cart))
        return outcome

    def ask(self, work: Work, now: datetime) -> Answer:
        """The answer to a query about the cart as it is by now."""
        entry, command = work.registered, work.command
        if not isinstance(entry, Query):
            raise TypeError(f"{command.type} is not a query")
        needs, fetched = entry.needs(command.data), self._fetched
        if needs.history is not None:
            fetched = replace(fetched, history={needs.history: self._stretch(needs.history)})
        answer = answer_query(entry, self.cart, command, fetched.catalogs[needs.catalog], now, fetched)
        about = self.cart if not entry.blank else None
        if isinstance(answer, QueryAnswer) and about is not None:
            answer = replace(answer, cart=(about.id, about.version))
        return (
            answer if work.call is None else work.call.respond(outcome_of_query(work, answer, about, fetched), answer)
        )

    def keep(self, work: Work, result: Outcome, status: Status, now: datetime) -> Entry:
        """Move on to the next version; an unchanged outcome is remembered without one."""
        before, command = self.cart, work.command
        after = result.cart
        entry = Entry(
            tenant=command.tenant,
            cart_id=after.id,
            command_id=command.id or "",
            body_hash=command.body_hash,
            kind=command.type,
            status=status,
            version=after.version,
            at=now,
            actor=command.actor,
            reason=command.envelope.reason,
            currency=after.currency,
            changes=result.changes,
            price_changes=result.price_changes,
            priced=PricedPatch.between(before, after, result.changes) if before else PricedPatch.of(after),
            follow_ups=result.follow_ups,
            job_id=command.job_id,
            token=work.token,
            told=result.told,
            traceparent=span.traceparent if (span := work.source.span) is not None else None,
        )
        self._remembered[entry.key] = entry
        self.new.append(entry)
        if not result.unchanged:
            self.cart = self._versions[after.version] = after
            self.budgets.update(after.budgets)
            self.heir_of.update(work.registered.needs(command.data).budgets_of)
            self._history[entry.version] = entry
        return entry

    def _facts(self, needs: Needs) -> Facts:
        """The facts that a command sees; what other carts pass on to this one is not used up for it."""
        facts, passed = self._fetched.catalogs[needs.catalog], self.heir_of.union(needs.budgets_of)
        if not passed:
            return facts
        return replace(
            facts, exhausted=facts.exhausted.difference(*(self._fetched.uses.get(each, ()) for each in passed))
        )

    def answer(self, work: Work, result: Outcome, status: Status) -> Answer:
        """The outcome as an answer, before it is kept."""
        answer = CartAnswer.of(work.registered.reply_type, status, result)
        if work.call is None:
            return answer
        return work.call.respond(outcome_of_cart(answer, self.cart, self._fetched), answer)

    def to_write(self, stamp: CommitStamp) -> CartWrite:
        """The cart with what is still to be published: what was there before, and what is new."""
        if self.cart is None:
            raise ValueError("there is no cart to store")
        after = StoredCart(
            self.cart,
            stamp,
            (*self._unsettled, *self.new),
            given_up=self._fetched.taken_keys,
            idles=self._fetched.catalogs[None].configuration.expire_after_minutes is not None,
        )
        if self.stored is None:
            return CartWrite(0, after)
        return CartWrite(self.stored.cart.version, after, self.stored.stamp)

    def _stretch(self, asked: HistoryPage) -> list[JournaledVersion]:
        """A part of the cart's history, with the versions that this fold has made."""
        made = [each for each in self.new if each.status == "applied" and each.version > asked.after]
        entries = [*self._fetched.history.get(asked, ()), *made]
        return [each for each in entries if asked.until is None or each.version <= asked.until][: asked.limit]

    def _since(self, command: AnyCommand) -> Iterator[Change]:
        """The changes after the version that the command expected, if it may be rebased.

        Raises `rebase-conflict` if the history of some of them is archived: nobody knows what they touched.
        """
        expected = command.envelope.version
        if expected is None or command.envelope.on_conflict != "rebase" or self.cart is None:
            return
        for version in range(expected + 1, self.cart.version + 1):
            if version not in self._history:
                raise Refusal(
                    ErrorCode.REBASE_CONFLICT,
                    f"What changed in version {version} is archived.",
                    details={"currentVersion": self.cart.version, "conflicts": ["*"]},
                )
            yield from (read_change(change) for change in self._history[version].changes)

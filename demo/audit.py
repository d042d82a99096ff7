"""The audit: does what was promised hold for this day? One function per guarantee, G1 to G6 of the design.

Each takes the evidence and yields a sentence for everything that is wrong; nothing yielded means that it holds.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from demo.evidence import Evidence
from demo.history import Body, Sending, refused
from engine.replay import replay
from models.answers.rendering import render_due_now, render_totals
from models.cart.pricing_result import PricingResult
from pricing.price import price
from storage.records import CommandKey, Entry

_WRITTEN = {"applied", "duplicate"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a guarantee holds: what was promised, what was compared, and what was found to be wrong."""

    name: str
    promise: str
    checked: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing was found to be wrong."""
        return not self.faults


def audit(evidence: Evidence) -> list[Verdict]:
    """A verdict on each guarantee."""
    messages = f"{len(evidence.history.sendings):,} messages"
    versions = f"{sum(map(len, evidence.journals.values())):,} versions of {len(evidence.carts):,} carts"
    pairs = f"{len(evidence.history.predictions):,} dry runs, each with the real one"
    heard = f"{sum(map(len, evidence.events.values())):,} events"
    checks: tuple[tuple[str, str, str, Callable[[Evidence], Iterator[str]]], ...] = (
        ("G1", "every command ends once, whatever it is", f"{messages}: replies, parking, store", one_end),
        ("G2", "none is applied twice, however often it comes", f"{messages}, {versions}", applied_once),
        ("G3", "a cart's versions are 1 … n without a hole", versions, no_holes),
        ("G4", "one event for each version, in order", f"{heard} against the journals", one_event_per_version),
        ("G5", "totals stored = recomputed = announced", versions, same_totals),
        ("G6", "dry runs come true and leave no trace", pairs, true_predictions),
    )
    return [Verdict(name, promise, checked, tuple(check(evidence))) for name, promise, checked, check in checks]


def one_end(evidence: Evidence) -> Iterator[str]:
    """G1: a message was answered or parked, not both; what was applied is stored, what was refused is not."""
    stored_as = {_key(each) for each in evidence.history.sendings if each.outcome in _WRITTEN}
    for sending in evidence.history.sendings:
        ends = {_end(reply) for reply in sending.replies} | ({"parked"} if sending.parked else set())
        if len(ends) != 1:
            yield f"{_named(sending)} ended as {sorted(ends) or 'nothing'}"
        elif ends == {"applied"} and sending.outcome in _WRITTEN and _key(sending) not in evidence.recorded:
            yield f"{_named(sending)} was said to be applied and is not stored"
        elif ends & {"refused", "parked"} and _key(sending) in evidence.recorded - stored_as:
            yield f"{_named(sending)} was {ends.pop()} and is stored all the same"


def applied_once(evidence: Evidence) -> Iterator[str]:
    """G2: in the journals a command stands once, and all replies and events about it name that version."""
    stands: dict[CommandKey, set[tuple[str, int]]] = defaultdict(set)
    times = Counter(entry.key for entries in evidence.journals.values() for entry in entries)
    yield from (f"{key.command_id} stands in the journals {count} times" for key, count in times.items() if count > 1)
    for key, entries in evidence.journals.items():
        for entry in entries:
            stands[entry.key].add((key.cart_id, entry.version))
    for events in evidence.events.values():
        for event in events:
            stands[CommandKey(event["tenant"], event["commandId"])].add((event["cartId"], event["version"]))
    for sending in evidence.history.sendings:
        for reply in sending.replies:
            if not refused(reply) and reply["status"] in _WRITTEN and "version" in reply:
                stands[_key(sending)].add((reply["cartId"], reply["version"]))
    yield from (f"{key.command_id} has several places: {sorted(each)}" for key, each in stands.items() if len(each) > 1)


def no_holes(evidence: Evidence) -> Iterator[str]:
    """G3: the journal of a cart counts from 1 to the stored version."""
    for key, stored in evidence.carts.items():
        versions = [entry.version for entry in evidence.journals[key]]
        if versions != list(range(1, stored.cart.version + 1)):
            yield f"{key.cart_id} is at version {stored.cart.version}, its journal has {versions}"


def one_event_per_version(evidence: Evidence) -> Iterator[str]:
    """G4: the distinct events of a cart, in the order of arrival, count from 1 to the stored version."""
    yield from (f"an event about {key.cart_id}, which isn't stored" for key in evidence.events.keys() - evidence.carts)
    for key, stored in evidence.carts.items():
        versions = [event["version"] for event in evidence.events.get(key, ())]
        if versions != list(range(1, stored.cart.version + 1)):
            yield f"{key.cart_id} is at version {stored.cart.version}, its events are about {versions}"


def same_totals(evidence: Evidence) -> Iterator[str]:
    """G5: every version, folded from the journal and priced from its facts, has the totals that were announced."""
    for key, entries in evidence.journals.items():
        stored = evidence.carts[key].cart
        announced = {event["version"]: event for event in evidence.events.get(key, ())}
        for count, entry in enumerate(entries, 1):
            recomputed = _recomputed(evidence, entries[:count])
            if recomputed != _totals(entry.priced.pricing, entry.currency):
                yield f"{key.cart_id} version {entry.version}: the recomputed totals differ from the stored ones"
            event = announced.get(entry.version, {})
            if recomputed != (event.get("totals"), event.get("dueNow")):
                yield f"{key.cart_id} version {entry.version}: the recomputed totals differ from the announced ones"
        if entries and recomputed != _totals(stored.pricing, stored.currency):
            yield f"{key.cart_id}: the recomputed totals differ from the cart's"


def true_predictions(evidence: Evidence) -> Iterator[str]:
    """G6: a dry run and the real one tell the same, and of the dry run nothing is left."""
    for dry, real in evidence.history.predictions:
        if not dry.replies or not real.replies:
            yield f"{_named(dry)} has no reply to compare"
        elif _told(dry.replies[0]) != _told(real.replies[0]):
            yield f"{_named(dry)} told something else than the real run"
    announced = {event["commandId"] for _, event in evidence.history.events}
    real_ids = {each.message_id for each in evidence.history.sendings if not each.dry_run}
    for sending in evidence.history.sendings:
        if sending.dry_run and (_key(sending) in evidence.recorded or sending.message_id in announced):
            yield f"{_named(sending)} left a trace"
        if sending.dry_run and sending.message_id in real_ids:
            yield f"{_named(sending)} shares its id with a real one, so nobody could tell"


def _end(reply: Body) -> str:
    return "refused" if refused(reply) else "applied"


def _recomputed(evidence: Evidence, entries: list[Entry]) -> tuple[Any, Any]:
    """The totals at the version of the last entry, from the changes and the facts alone."""
    last = entries[-1]
    cart = replay(entries)
    stamp = last.priced.pricing.stamp
    if cart is None or stamp.priced_at is None:
        return None, None
    priced = price(cart, evidence.catalogs[last.tenant][stamp.catalog_revision], stamp.priced_at)
    return _totals(priced.pricing, priced.currency)


def _totals(pricing: PricingResult, currency: str) -> tuple[Any, Any]:
    return render_totals(pricing.totals, currency), render_due_now(pricing.due_now, currency)


def _told(reply: Body) -> dict[str, Any]:
    """What a reply says, without what must differ: ids, the status, times."""
    cart = {name: value for name, value in reply.get("cart", {}).items() if name != "updatedAt"}
    if "pricing" in cart:
        cart["pricing"] = {name: value for name, value in cart["pricing"].items() if name != "pricedAt"}
    apart = {"commandId", "status", "cart"}
    return {**{name: value for name, value in reply.items() if name not in apart}, "cart": cart}


def _key(sending: Sending) -> CommandKey:
    return CommandKey(sending.tenant, sending.message_id or "")


def _named(sending: Sending) -> str:
    return f"{sending.actor}'s {sending.kind} {sending.message_id} about {sending.cart_id or 'no cart'}"

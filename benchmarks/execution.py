"""What a command costs in this process, with nothing around it: the ceiling of every system, in CPU time."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import islice, repeat

from benchmarks.bench import Bench
from benchmarks.peers.carrying import change
from benchmarks.promotions import FEW
from benchmarks.results import Figures, Medians
from benchmarks.scene import SEEDED_AT, cart, facts, quantity_changes
from benchmarks.systems import System
from facts.snapshot import Facts
from models.cart.cart import Cart
from pricing.price import price

LINES = (5, 10, 50, 100, 200, 500)
_LINES_EXECUTED = 10_000
_LINES_PRICED = 1000
_ATTEMPTS = 20


def pure_execution(lines: int, promoted: int) -> Callable[[Bench, System, Medians], Awaitable[Figures]]:
    """Read, decide, price and render, for a cart with `lines` lines and `promoted` promotions."""

    async def measure(_bench: Bench, _system: System, _medians: Medians) -> Figures:
        before, known, many = cart(lines, promoted), facts(), _LINES_EXECUTED // lines
        commands = [body for _, _, body in islice(quantity_changes(repeat("c-0"), lines), many)]
        begun = time.process_time()
        for body in commands:
            change(before, body, "m-1", "update-products", known)
        seconds = time.process_time() - begun
        return {
            "commands/s": many / seconds,
            "CPU µs": seconds / many * 1e6,
            "CPU µs/line": seconds / many / lines * 1e6,
        }

    return measure


async def pricing_per_line(_bench: Bench, _system: System, _medians: Medians) -> Figures:
    """Pricing alone: microseconds per line, by the lines of the cart.

    The best of several attempts, all sizes in turn: a disturbance only adds time, and lasts a while.
    """
    known, unpriced = facts(), {f"{lines} lines": _changed(cart(lines, FEW)) for lines in LINES}
    attempts = [{name: _per_line(each, known) for name, each in unpriced.items()} for _ in range(_ATTEMPTS)]
    return {name: min(attempt[name] for attempt in attempts) for name in unpriced}


def _changed(before: Cart) -> Cart:
    """The cart with another quantity in its first line, not priced yet."""
    first, *others = before.items
    return replace(before, items=(replace(first, quantity=7), *others))


def _per_line(unpriced: Cart, known: Facts) -> float:
    """CPU microseconds to price it, per line."""
    lines = len(unpriced.items)
    many = _LINES_PRICED // lines
    begun = time.process_time()
    for _ in range(many):
        price(unpriced, known, SEEDED_AT)
    return (time.process_time() - begun) / many / lines * 1e6

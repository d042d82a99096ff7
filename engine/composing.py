"""Several commands that take effect on one cart together: one command, made of theirs.

They are decided in order, each on the cart as the ones before it left it. Rules and prices follow once, after the
last, so the cart gets one version, or none if one of them is refused. What a step says about a part of its own data
points to `/data/steps/<number>/…`.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from cartwright.wire.command import AnyEnvelope, CommandData, Envelope
from cartwright.wire.refusals import Refusal
from handlers.kinds import CartCommand, Query
from handlers.lifecycle import State, check_state
from handlers.needs import Context, Needs, all_needs
from handlers.registry import needs_nothing
from models.answers.answer import QueryAnswer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change
from models.changes.follow_up import FollowUp
from models.changes.stated import Made

STEPS = "steps"
OPENING = "opening"


NOTHING = Query("nothing", Envelope[CommandData], lambda *_: QueryAnswer(()), needs_nothing, True, "query-result", None)
"""A query that asks nothing of any cart: what no commands at all come to."""


class Part(NamedTuple):
    """One of the commands, as it was registered, in an envelope of its own."""

    entry: CartCommand
    envelope: AnyEnvelope

    @property
    def needs(self) -> Needs:
        """What it needs."""
        return self.entry.needs(self.envelope.data)


@dataclass(frozen=True)
class Composition:
    """The data of a command that is made of others; `opening` comes first if there is no cart yet."""

    steps: tuple[Part, ...]
    opening: Part | None = None

    def wire(self) -> Document:
        """The data of the steps, as they are reached by pointers."""
        opening = {} if self.opening is None else {OPENING: self.opening.envelope.data.wire()}
        return {**opening, STEPS: [each.envelope.data.wire() for each in self.steps]}

    @cached_property
    def needs(self) -> Needs:
        """What any of the commands needs."""
        return all_needs([*([self.opening.needs] if self.opening else []), *(each.needs for each in self.steps)])


def composed(steps: Sequence[Part], opening: Part | None) -> CartCommand:
    """The command that these are together; to the journal it is of the first one's type."""
    first = steps[0].entry
    return CartCommand(
        kind=first.kind,
        envelope=first.envelope,
        decide=_decide,
        needs=attrgetter("needs"),
        creates=first.creates,
        reprices=any(each.entry.reprices for each in steps),
        tells=_tells if any(each.entry.tells is not None for each in steps) else None,
        reply_type=first.reply_type,
        opens=opening is not None,
    )


def _decide(cart: Cart, data: Composition, context: Context) -> Iterator[Made | FollowUp]:
    there = cart.version > 0
    if not there and data.opening is not None:
        cart = yield from _decided(data.opening, cart, None, context, (OPENING,))
        there = True
    for number, part in enumerate(data.steps):
        cart = yield from _decided(part, cart, cart.status if there else None, context, (STEPS, number))
        there = True


def _decided(
    part: Part, cart: Cart, state: State, context: Context, place: tuple[str | int, ...]
) -> Generator[Made | FollowUp, None, Cart]:
    """What one command does to the cart; returns the cart after it."""
    check_state(part.entry, state)
    try:
        made = list(part.entry.decide(cart, part.envelope.data, _own(context, part)))
    except Refusal as refusal:
        raise refusal.within(*place) from None
    for each in made:
        if isinstance(each, Change):
            cart = each.within(*place).apply(cart)
        yield each
    return cart


def _tells(before: Cart, data: Composition, context: Context, outcome: Outcome) -> Document:
    """What the commands tell."""
    told: Document = {}
    for part in data.steps:
        if part.entry.tells is not None:
            told |= part.entry.tells(before, part.envelope.data, _own(context, part), outcome)
    return told


def _own(context: Context, part: Part) -> Context:
    """The context of one of the commands."""
    return replace(context, command=replace(context.command, envelope=part.envelope))

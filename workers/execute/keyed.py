"""Commands of dialects whose cart is found by a key, such as a sales journey's id, or opened if there is none.

The key is looked up before the command is executed. Two workers may look for the same key at the same moment and both
open a cart; the store lets one of them have the key, and the other one looks it up again. A command that was executed
before goes to the cart that it was about, whatever its key leads to by now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cartwright.wire.refusals import ErrorCode, Refusal
from engine.reading import derived_cart_id
from models.answers.answer import Refused
from storage.records import CartKey, CommandKey
from workers.consume.work import Answered, Work
from workers.execute.briefing import Briefer
from workers.execute.cart_groups import CartFold

ATTEMPTS = 5
"""How often a key is looked up that others take and release meanwhile."""


@dataclass(slots=True)
class Located:
    """Commands by the cart that they are about, and the answers to those that are about none."""

    works: dict[CartKey, list[Work]] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    opening: set[CartKey] = field(default_factory=set)
    """The carts that there were not."""


class KeyedCarts:
    """Looks up the carts of commands that name a key."""

    def __init__(self, briefer: Briefer) -> None:
        self._briefer = briefer

    async def locate(self, works: Sequence[Work], located: Located) -> None:
        """Add commands of one key, in order, to those that are located."""
        executed = await self._briefer.executed(works)
        found = await self._briefer.named(works[0])
        for work in works:
            command = work.command
            entry = executed.get(CommandKey(command.tenant, command.id or ""))
            cart = found if entry is None else entry.cart_key
            if cart is None and work.call is not None and work.call.opens:
                cart = found = CartKey(command.tenant, derived_cart_id(command.tenant, command.id or ""))
                located.opening.add(cart)
            if cart is None:
                located.answers.append(leads_nowhere(work))
            else:
                work.command = replace(command, cart_id=cart.cart_id)
                located.works.setdefault(cart, []).append(work)


def leads_nowhere(work: Work) -> Answered:
    """The answer to a command whose key no cart has."""
    return Answered(work, Refused(Refusal(ErrorCode.CART_NOT_FOUND, "There is no cart with this key.")))


def lost(folds: Iterable[CartFold], opening: set[CartKey]) -> dict[tuple[str, str], list[Work]]:
    """The commands that were to open a cart whose key somebody else took meanwhile; the folds lose them.

    They are given by their key, in order.
    """
    late: dict[tuple[str, str], list[Work]] = {}
    for fold in folds:
        if fold.key in opening:
            taken = [each for each in fold.answers if _key_taken(each)]
            fold.answers = [each for each in fold.answers if each not in taken]
            for each in taken:
                key = each.work.call.key if each.work.call is not None else None
                if key is not None:
                    late.setdefault(key, []).append(each.work)
    return late


def _key_taken(answered: Answered) -> bool:
    return isinstance(answered.answer, Refused) and answered.answer.refusal.code is ErrorCode.KEY_TAKEN

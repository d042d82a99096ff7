"""Which of the keys that carts come to have are taken: asked when a command claims one, and in no other case.

That nobody else claims the same key at the same moment, the store sees to.
"""

from collections.abc import Mapping, Set

from models.cart.keys import live_keys
from storage.ports import Carts
from storage.records import CartKey, LiveKey
from workers.execute.cart_subject import CartSubject


class KeyClaims:
    """Looks keys up for folds."""

    def __init__(self, carts: Carts) -> None:
        self._carts = carts

    async def taken(
        self, subjects: Mapping[CartKey, CartSubject], contested: Set[CartKey]
    ) -> dict[CartKey, frozenset[str]]:
        """The keys that these carts can't have; one query, or none where nobody claims a key.

        Of `contested` carts, which the store refused for a key, every key is looked up.
        """
        wanted = {
            key: claimed
            for key, subject in subjects.items()
            if (claimed := subject.claimed | (_keys(subject) if key in contested else set()))
        }
        if not wanted:
            return {}
        asked = {LiveKey(key.tenant, text) for key, texts in wanted.items() for text in texts}
        holders = await self._carts.holders(asked)
        found = {
            key: frozenset(text for text in texts if holders.get(LiveKey(key.tenant, text), set()) - {key})
            for key, texts in wanted.items()
        }
        return {key: texts for key, texts in found.items() if texts}


def _keys(subject: CartSubject) -> set[str]:
    return set(live_keys(subject.cart)) if subject.cart is not None else set()

"""`exclusive-kinds`: kinds of products that can't share a cart; adding one removes the others (003, Add Product)."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cartwright.wire.refusals import ErrorCode
from models.changes.item_changes import ItemRemoved
from rules.contents import Contents, Move
from rules.removal import remove_items
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class ExclusiveKinds(Rule):
    """Lines of different `kinds`, e.g. subscriptions and single films, are never in one cart."""

    rests: ClassVar[bool] = True

    kind: Literal["exclusive-kinds"]
    kinds: Annotated[list[Selector], Field(min_length=2, max_length=20)]
    """The kinds of products; only one of them may be in a cart."""

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One if there are several kinds: then they came together, or none of them is new."""
        present = self._present(contents)
        if len(present) > 1:
            message = f"Rule {self.id} keeps these kinds of products apart."
            last = present[-1].items(contents)[-1]
            yield Finding(self.id, "", ErrorCode.INCOMPATIBLE_ITEMS, message, last.id, len(present) - 1)

    def reactions(self, move: Move) -> Iterator[ItemRemoved]:
        """Remove the lines of all other kinds than that of the lines that came, if that is just one."""
        new = {item.id for item, _ in move.arrived}
        arriving = [kind for kind in self.kinds if any(item.id in new for item in kind.items(move.after))]
        if len(arriving) == 1:
            others = [kind for kind in self._present(move.after) if kind is not arriving[0]]
            yield from remove_items(
                move.after.cart, [item.id for kind in others for item in kind.items(move.after) if item.id not in new]
            )

    def _present(self, contents: Contents) -> list[Selector]:
        return [kind for kind in self.kinds if kind.items(contents)]

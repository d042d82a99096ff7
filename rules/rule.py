"""A rule, and what it finds; each kind is a file in `rules/kinds/` (002)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import SerializeAsAny

from cartwright.wire.header import TimePeriod
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import Id, Model, ShortText
from facts.kinds import Kinds
from facts.rows import rule_rows
from models.changes.change import Change
from rules.contents import Contents, Move


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a cart: by which rule, about what (`subject`), how badly (`excess`).

    One that is `pending` may still come right while the cart is filled: it is a warning, never a refusal. `too_many`: a
    line would get more units than any can have.
    """

    rule_id: str
    subject: str
    code: ErrorCode
    message: str
    item_id: str | None = None
    excess: int = 1
    pending: bool = False
    too_many: bool = False


class Rule(Model):
    """What a cart may hold, must hold, or gets and loses with something else."""

    rests: ClassVar[bool] = False
    """Whether a cart that it has nothing to do in stays so until a line comes, goes or changes, or the sale of an
    offering that it brings."""

    kind: str
    """The kind of rule."""
    id: Id
    """The rule's id."""
    name: ShortText | None = None
    """The rule's name."""
    lifecycle: Literal["active", "paused"] = "active"
    """Only `active` rules count."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    def findings(self, contents: Contents) -> Iterable[Finding]:  # noqa: ARG002 (for those that override it)
        """What is wrong with these contents; nothing, by default."""
        return ()

    def reactions(self, move: Move) -> Iterable[Change]:  # noqa: ARG002 (for those that override it)
        """What else happens to a cart that has just moved; nothing, by default."""
        return ()

    @classmethod
    def reacts(cls) -> bool:
        """Whether it changes carts at all."""
        return cls.reactions is not Rule.reactions

    def offering_ids(self) -> Iterable[tuple[str, str]]:
        """Offerings that the rule itself brings into carts, as pairs of field name and id; they must be known."""
        return ()


kinds: Kinds[Rule] = rule_rows.register(Kinds("rules.kinds"))
rule = kinds.register
"""Decorator of a rule's model."""

AnyRule = Annotated[SerializeAsAny[Rule], kinds]
"""A field that holds a rule of any kind."""

"""`expression`: a condition in CEL, the Common Expression Language, within a budget of work; needs the group `cel`."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, LiteralString

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.refusals import Problem
from pricing.conditions import Condition, condition
from pricing.expressions.hints import hints
from pricing.expressions.program import FAILURES, Program, TooCostlyError
from pricing.expressions.seen import View, extent, view
from pricing.expressions.tokens import UnboundedError
from pricing.expressions.trial import mistake
from pricing.promotions.scope import Scope

MAX_LENGTH = 1000
_MISTAKES: dict[str, LiteralString] = {
    "not-boolean": "{part} is neither true nor false",
    "unordered": "{part} has no order; ask with exists or all",
    "not-evaluable": "{part} can't be evaluated: a name that there is not, or types that don't go together",
}


def _checked(expression: str) -> str:
    try:
        found = mistake(Program.checked(expression))
    except ImportError:
        raise PydanticCustomError("not-installed", "expressions need the dependency group cel of this worker") from None
    except UnboundedError as refused:
        raise PydanticCustomError(refused.code, "{why}", {"why": str(refused)}) from None
    except ValueError:
        raise PydanticCustomError("wrong-format", "not an expression of CEL") from None
    if found is not None:
        raise PydanticCustomError(found.code, _MISTAKES[found.code], {"part": found.part})
    return expression


@condition
class Expression(Condition):
    """The `expression` must be true. One that fails or would cost too much counts as false, with a warning.

    It sees `items`, the lines that the promotion is tested on, by id, each with `id`, `amount`, `categories`,
    `characteristics`, `offeringId`, `quantity`, `term`, `total`; and `cart` with the `amount` and `total` of these
    lines, `at` (RFC 3339), `channel`, `country`, `currency`, `customerId`, `flags`, `keys`, `marketSegment`, `place`,
    `userType`. `amount` is an integer in minor units, to calculate with. `total` is the same in major units, to
    compare: `cart.total >= 99.95` is exact to the cent, `cart.total >= 100` too. What is absent is an empty text: also
    a key or a characteristic that is read by name; a flag is false then. `has(…)`, `in` and `size` tell what there is.
    `exists` is true if it is true of any line, and `all` false if it is false of any, whatever fails for the others.
    """

    kind: Literal["expression"]
    expression: Annotated[str, Field(min_length=1, max_length=MAX_LENGTH), AfterValidator(_checked)]
    """The expression in CEL."""

    @cached_property
    def program(self) -> Program:
        """The expression, ready to be evaluated; raises `ValueError`, and `ImportError` without the group `cel`."""
        return Program(self.expression)

    @cached_property
    def view(self) -> View:
        """What of a cart it reads."""
        return view(self.program.tree)

    def remarks(self) -> Iterator[Problem]:
        """What may be a mistake although it can be evaluated."""
        for each in hints(self.program):
            yield Problem("/expression", each.code, each.message)

    def holds(self, scope: Scope) -> bool:
        """Whether it is true of these lines and their cart."""
        name = f"The expression of promotion {scope.promotion_id}"
        try:
            result = self.program.result(self.view.values(scope), extent(scope))
        except TooCostlyError:
            scope.sheet.warn("expression-too-costly", f"{name} was not tried.")
            return False
        except FAILURES:  # also where what was let in once is no expression any more
            scope.sheet.warn("expression-failed", f"{name} could not be evaluated.")
            return False
        return result is True

"""An expression ready to be evaluated, with what CEL says of failures.

The bindings evaluate it as a whole. That is all, unless it fails and has loops in it: there they raise what CEL
absorbs. `exists` is true if it is true of any element, and `all` is false if it is false of any, whatever fails for the
others; the bindings raise at the first failure that they meet. So what fails is tried again in parts: `&&`, `||`, `? :`
and loops are decided here, and each part is evaluated by the bindings. Whatever they don't raise is what CEL says.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

from pricing.expressions.syntax import LOGICAL, MAX_TEXT, Part, syntax
from pricing.expressions.work import COPY, Extent, Outline, outline

WORK_BUDGET = 500_000
"""Steps that an evaluation may take; so many took at most two tenths of a second on a small machine."""
PART = 100
"""Steps that it costs to evaluate a part by itself, besides its own work."""
FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What an evaluation raises; which of them depends on what is wrong with the expression."""
Values = Mapping[str, Any]
"""What an expression or a part of it sees, by name."""


class TooCostlyError(Exception):
    """More work than the budget allows."""


class Purse:
    """What is left of `WORK_BUDGET` where an expression is evaluated in parts."""

    def __init__(self, extent: Extent) -> None:
        self.extent = extent
        self._left = WORK_BUDGET

    def pay(self, steps: int) -> None:
        """Pay for an evaluation before it is made; raises `TooCostlyError`."""
        self._left -= steps
        if self._left < 0:
            raise TooCostlyError


class Program:
    """One expression, compiled when it is needed. Raises `UnboundedError` for what is not let in.

    Raises `ImportError` where the bindings are not installed.
    """

    def __init__(self, expression: str) -> None:
        self._compile = importlib.import_module("cel").compile
        self.expression = expression
        outline(expression)
        self.tree = syntax(expression)
        self._compiled: dict[str, tuple[Any, Outline]] = {}

    @classmethod
    def checked(cls, expression: str) -> Self:
        """The program of what may be no expression; raises `ValueError` then, before it is read any further."""
        outline(expression)
        importlib.import_module("cel").compile(expression)
        return cls(expression)

    @cached_property
    def whole(self) -> tuple[Any, Outline]:
        """The whole of it as the bindings run it, and what its work is estimated from; raises `ValueError`."""
        return self._compile(self.tree.text), outline(self.tree.text, most=MAX_TEXT)

    def result(self, values: Values, extent: Extent) -> Any:
        """What it comes to; raises `TooCostlyError`, or one of `FAILURES`."""
        program, known = self.whole
        if known.work(extent) > WORK_BUDGET:
            raise TooCostlyError
        try:
            return program.execute(values)
        except FAILURES:
            if not self.tree.loops:
                raise
            return self._parts(self.tree, values, Purse(extent))

    def source(self, part: Part) -> str:
        """The part as it was written."""
        return self.expression[part.start : part.end]

    def value(self, part: Part, values: Values, purse: Purse) -> Any:
        """What a part comes to; raises `TooCostlyError`, or one of `FAILURES`."""
        try:
            return self._run(part, values, purse)
        except FAILURES:
            if not part.loops:
                raise
            return self._parts(part, values, purse)

    def _parts(self, part: Part, values: Values, purse: Purse) -> Any:
        match part.kind:
            case "group":
                return self.value(part.operands[0], values, purse)
            case "or" | "and":
                return _absorbing((self._tried(each, values, purse) for each in part.operands), part.kind == "or")
            case "choice":
                asked, then, otherwise = part.operands
                return self.value(then if self._truth(asked, values, purse) else otherwise, values, purse)
            case "not":
                return not self._truth(part.operands[0], values, purse)
            case "loop":
                return self._looped(part, values, purse)
        bare, inner = filled(part)
        purse.pay(len(inner) * purse.extent.values * COPY)
        found = {name: self.value(each, values, purse) for name, each in inner.items()}
        return self._run(bare, {**values, **found}, purse)

    def _run(self, part: Part, values: Values, purse: Purse) -> Any:
        if part.text not in self._compiled:
            self._compiled[part.text] = self._compile(part.text), outline(part.text, most=MAX_TEXT)
        program, known = self._compiled[part.text]
        purse.pay(PART + known.work(purse.extent))
        return program.execute({name: values[name] for name in part.names if name in values})

    def _looped(self, loop: Part, values: Values, purse: Purse) -> Any:
        listed, asked = loop.operands
        found = elements(self.value(listed, values, purse))
        results = (self._tried(asked, {**values, loop.variable: each}, purse) for each in found)
        if loop.name in ("exists", "all"):
            return _absorbing(results, loop.name == "exists")
        kept = [each for each, result in zip(found, results, strict=True) if _truth(result)]
        return kept if loop.name == "filter" else len(kept) == 1

    def _tried(self, part: Part, values: Values, purse: Purse) -> Any:
        """What a part comes to, or the failure that it comes to."""
        try:
            return self.value(part, values, purse)
        except FAILURES as failure:
            return failure

    def _truth(self, part: Part, values: Values, purse: Purse) -> bool:
        return _truth(self.value(part, values, purse))


def elements(listed: Any) -> Sequence[Any]:
    """What a loop goes through: the elements of a list, or the names of a map."""
    if isinstance(listed, dict):
        return sorted(listed)
    if isinstance(listed, list):
        return listed
    raise TypeError("neither a list nor a map")


def filled(part: Part) -> tuple[Part, dict[str, Part]]:
    """A part with variables in the place of the outermost decisions in it that have loops, and these by variable."""
    inner: dict[str, Part] = {}

    def fill(each: Part) -> Part:
        if not each.loops:
            return each
        if each.kind in LOGICAL:
            name = f"part_{len(inner)}_"
            inner[name] = each
            return Part("name", (name,), name)
        words = tuple(word if isinstance(word, str) else fill(word) for word in each.words)
        return replace(each, words=words)

    return fill(part), inner


def decisions(part: Part) -> Iterator[Part]:
    """The outermost parts in it that decide: `&&`, `||`, `!`, `? :` and loops."""
    for each in part.operands:
        if each.kind in LOGICAL:
            yield each
        else:
            yield from decisions(each)


def _truth(value: Any) -> bool:
    if isinstance(value, Exception):
        raise value
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _absorbing(results: Iterable[Any], decisive: bool) -> bool:
    """`decisive` if any result is; else the first failure, if there is one; else the opposite."""
    failed: Exception | None = None
    for each in results:
        if isinstance(each, bool) and each is decisive:
            return decisive
        if not isinstance(each, bool) and failed is None:
            failed = each if isinstance(each, Exception) else TypeError("neither true nor false")
    if failed is not None:
        raise failed
    return not decisive

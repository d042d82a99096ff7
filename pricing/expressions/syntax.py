"""The structure of an expression in CEL, read off its words: which parts it has, and what stands in each.

A part is written again as it is put together. Reading a key, a flag or a characteristic that may be absent is guarded
then: `i.characteristics.color` becomes `(has(i.characteristics.color) ? i.characteristics.color : "")`. So what is
absent counts as an empty text, or as false, and `has(…)`, `in` and `size` still say what there is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pricing.expressions.tokens import UnboundedError, tokens
from pricing.expressions.work import LOOPS

ABSENT = {"characteristics": '""', "flags": "false", "keys": '""'}
"""What counts for an absent name, by the member that holds names."""
MAX_DEPTH = 100
MAX_TEXT = 10_000
"""Characters of an expression with all its guards."""
_PRECEDENCE = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5} | dict.fromkeys(
    ("==", "!=", "<", "<=", ">", ">=", "in"), 3
)
_NAMED = {1: "or", 2: "and", 3: "compare", 4: "calculate", 5: "calculate"}
_CONSTANTS = frozenset({"true", "false", "null"})
Kind = Literal[
    "or", "and", "not", "choice", "loop", "compare", "calculate", "select", "index", "has", "call", "name", "literal",
    "group", "list", "map",
]  # fmt: skip
LOGICAL = frozenset({"or", "and", "not", "choice", "loop"})


@dataclass(slots=True, eq=False)
class Part:
    """A part of an expression: its kind, its operands in order, and the `name` in it.

    That is the operator, the function, the member, the variable, or the literal. A loop's operands are the list and
    what is asked of each element, under the name `variable`. `method`: the first operand stands before the point.
    """

    kind: Kind
    words: tuple["str | Part", ...]
    name: str = ""
    variable: str = ""
    method: bool = False
    start: int = 0
    end: int = 0
    text: str = field(init=False)
    """The part in CEL, guarded."""
    bare: str = field(init=False)
    """The same without a guard of its own, as `has` takes it."""
    depth: int = field(init=False)
    names: frozenset[str] = field(init=False)
    """The variables that occur in it."""
    loops: bool = field(init=False)
    """Whether a loop is in it."""

    def __post_init__(self) -> None:
        operands = self.operands
        bare = " ".join(each if isinstance(each, str) else each.text for each in self.words)
        if self.kind == "has":
            bare = f"has({operands[0].bare})"
        own = frozenset({self.name}) if self.kind == "name" else frozenset()
        self.bare = bare
        self.text = self._guarded(bare)
        self.depth = 1 + max((each.depth for each in operands), default=0)
        self.names = own.union(*(each.names for each in operands))
        self.loops = self.kind == "loop" or any(each.loops for each in operands)
        if self.depth > MAX_DEPTH or len(self.text) > MAX_TEXT:
            raise UnboundedError("too-deep", "the expression has too many parts in each other")

    @property
    def operands(self) -> tuple["Part", ...]:
        """The parts that it is made of."""
        return tuple(each for each in self.words if isinstance(each, Part))

    @property
    def inner(self) -> "Part":
        """The part without brackets around it."""
        return self.operands[0].inner if self.kind == "group" else self

    @property
    def literal(self) -> str:
        """The text that it is, if it is a literal of a text without escapes; else empty."""
        plain = self.kind == "literal" and self.name[0] in "'\"" and "\\" not in self.name
        return self.name[1:-1] if plain else ""

    @property
    def member(self) -> str:
        """The member that it reads of its operand: `color` of `x.color`, and of `x["color"]`; else empty."""
        if self.kind == "index":
            return self.operands[1].inner.literal
        return self.name if self.kind == "select" else ""

    def walk(self) -> Iterator["Part"]:
        """It and all parts in it."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.operands)

    def _guarded(self, bare: str) -> str:
        if self.kind not in ("select", "index"):
            return bare
        empty = ABSENT.get(self.operands[0].inner.member)
        if empty is None:
            return bare
        if self.kind == "select":
            return f"(has({bare}) ? {bare} : {empty})"
        holder, key = (each.text for each in self.operands)
        return f"(({key}) in {holder} ? {bare} : {empty})"


def syntax(expression: str) -> Part:
    """The structure of what is an expression; raises `UnboundedError` for forms that it doesn't know."""
    reader = _Reader(expression)
    whole = reader.whole(0)
    if reader.peek() is not None:
        raise _unknown()
    return whole


def _unknown() -> UnboundedError:
    return UnboundedError("not-allowed", "the expression has a form that is not taken")


class _Reader:
    """Goes through the words once; brackets and choices are read by recursion, operators by their precedence."""

    def __init__(self, expression: str) -> None:
        self._words = tokens(expression)
        self._at = 0

    def peek(self) -> str | None:
        return self._words[self._at][0] if self._at < len(self._words) else None

    def whole(self, depth: int) -> Part:
        """An expression, up to what can't belong to it."""
        if depth > MAX_DEPTH:
            raise UnboundedError("too-deep", "the expression has too many parts in each other")
        operands, operators = [self._operand(depth)], list[str]()
        while (operator := self.peek()) in _PRECEDENCE:
            self._take()
            while operators and _PRECEDENCE[operators[-1]] >= _PRECEDENCE[operator]:
                _join(operands, operators.pop())
            operators.append(operator)
            operands.append(self._operand(depth))
        while operators:
            _join(operands, operators.pop())
        [found] = operands
        if self.peek() != "?":
            return found
        self._take()
        then = self.whole(depth + 1)
        self._take(":")
        otherwise = self.whole(depth + 1)
        return _over("choice", (found, "?", then, ":", otherwise))

    def _operand(self, depth: int) -> Part:
        signs = []
        while self.peek() in ("!", "-"):
            signs.append(self._take())
        found = self._primary(depth)
        while self.peek() in (".", "["):
            if self._take()[0] == "[":
                key = self.whole(depth + 1)
                found = Part("index", (found, "[", key, "]"), start=found.start, end=self._take("]").end())
            else:
                found = self._member(found, depth)
        for sign in reversed(signs):
            kind: Kind = "not" if sign[0] == "!" else "calculate"
            found = Part(kind, (sign[0], found), sign[0], start=sign.start(), end=found.end)
        return found

    def _member(self, holder: Part, depth: int) -> Part:
        name = self._take()
        if name.lastgroup != "name":
            raise _unknown()
        if self.peek() != "(":
            return Part("select", (holder, ".", name[0]), name[0], start=holder.start, end=name.end())
        self._take()
        given, end = self._listed(")", depth)
        words = (holder, ".", name[0], "(", *given, ")")
        if name[0] in LOOPS and len(given) == len(("variable", ",", "body")) and isinstance(given[0], Part):
            variable = given[0].name
            words = (holder, ".", name[0], "(", variable, ",", given[2], ")")
            return Part("loop", words, name[0], variable, method=True, start=holder.start, end=end)
        return Part("call", words, name[0], method=True, start=holder.start, end=end)

    def _primary(self, depth: int) -> Part:
        word = self._take()
        start, end = word.span()
        if word.lastgroup in ("text", "number") or word[0] in _CONSTANTS:
            return Part("literal", (word[0],), word[0], start=start, end=end)
        if word[0] == "(":
            inner = self.whole(depth + 1)
            return Part("group", ("(", inner, ")"), start=start, end=self._take(")").end())
        if word[0] in ("[", "{"):
            kind: Kind = "list" if word[0] == "[" else "map"
            closing = "]" if word[0] == "[" else "}"
            given, end = self._listed(closing, depth)
            return Part(kind, (word[0], *given, closing), start=start, end=end)
        if word.lastgroup != "name":
            raise _unknown()
        if self.peek() != "(":
            return Part("name", (word[0],), word[0], start=start, end=end)
        self._take()
        given, end = self._listed(")", depth)
        called: Kind = "has" if word[0] == "has" else "call"
        return Part(called, (word[0], "(", *given, ")"), word[0], start=start, end=end)

    def _listed(self, closing: str, depth: int) -> tuple[Sequence[str | Part], int]:
        """What is between brackets, with its commas and colons, and where the closing one ends."""
        given = list[str | Part]()
        while self.peek() != closing:
            given.append(self.whole(depth + 1))
            if self.peek() in (",", ":"):
                given.append(self._take()[0])
            elif self.peek() != closing:
                raise _unknown()
        return given, self._take().end()

    def _take(self, expected: str = "") -> re.Match[str]:
        word = self._words[self._at] if self._at < len(self._words) else None
        if word is None or (expected and word[0] != expected):
            raise _unknown()
        self._at += 1
        return word


def _join(operands: list[Part], operator: str) -> None:
    """Put the operator between the last two operands; a chain of `||` or of `&&` is one part."""
    right, left = operands.pop(), operands.pop()
    kind: Kind = _NAMED[_PRECEDENCE[operator]]  # type: ignore[assignment]
    chain = left.words if kind == left.kind and kind in ("or", "and") else (left,)
    operands.append(_over(kind, (*chain, operator, right), operator))


def _over(kind: Kind, words: tuple[str | Part, ...], name: str = "") -> Part:
    first, last = words[0], words[-1]
    if isinstance(first, str) or isinstance(last, str):
        raise _unknown()
    return Part(kind, words, name, start=first.start, end=last.end)

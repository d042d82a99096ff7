"""How much work an expression in CEL may be, estimated from its text before it is evaluated.

Its evaluation can't be interrupted, so only what has a bound is let in: functions by name, each linear in what it is
given, and macros that go through a list. Their nesting is read off the brackets.
"""

import re
from collections import Counter
from dataclasses import dataclass

from pricing.expressions.tokens import UnboundedError, tokens

LOOPS = frozenset({"all", "exists", "exists_one", "existsOne", "filter"})
"""Macros that go through a list."""
CASTS = frozenset({"bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"})
FUNCTIONS = LOOPS | CASTS | {"contains", "endsWith", "has", "size", "startsWith"}
"""What may be called. Not `map`, which copies its list for every element, nor `matches`, which compiles its pattern."""
CALENDAR = re.compile(r"get(Full)?[A-Z][A-Za-z]+")
MAX_DEPTH = 50
COPY = 4
"""Reading a whole list may copy it, value by value."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What an expression is evaluated on: `values` in all, `breadth` of the longest list, `widest` element."""

    values: int
    breadth: int
    widest: int = 1


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of an expression, by the number of loops around them; `commas` bound its own lists."""

    lists: Counter[int]
    names: Counter[int]
    filters: Counter[int]
    commas: int

    def work(self, extent: Extent) -> int:
        """An upper bound of the steps that an evaluation takes."""
        breadth = extent.breadth + self.commas + 1
        total = 0
        for depth in self.names | self.lists | self.filters:
            once = self.names[depth] * extent.widest + self.lists[depth] * extent.values * COPY
            copied = self.filters[depth] * breadth * extent.values
            total += int(breadth**depth) * (once + copied)
        return total


def outline(expression: str, most: int = MAX_DEPTH) -> Outline:
    """The outline of a text that is an expression; raises `UnboundedError` for what has no bound.

    `most` is how many brackets may be in each other.
    """
    if "'''" in expression or '"""' in expression:
        raise UnboundedError("not-allowed", "a text needs single quotation marks of either kind")
    words = tokens(expression)
    found = Outline(Counter(), Counter(), Counter(), sum(each[0] == "," for each in words))
    loops: list[bool] = []
    called = ""
    for token, following in zip(words, [*words[1:], None], strict=True):
        depth = sum(loops)
        if token.lastgroup == "open":
            loops.append(called in LOOPS)
        elif token.lastgroup == "close" and loops:
            loops.pop()
        called = ""
        if token.lastgroup == "name":
            called = _called(token, following)
            found.names[depth] += 1
            found.lists[depth] += token[0] == "items"
            found.filters[depth] += called == "filter"
        if len(loops) > most:
            raise UnboundedError("too-deep", "the expression has too many brackets")
    return found


def _called(name: re.Match[str], following: re.Match[str] | None) -> str:
    """The function that the name calls, if it does."""
    if following is None:
        return ""
    if following.lastgroup == "text" and following.start() == name.end():
        raise UnboundedError("not-allowed", "a text has no prefix")
    if following[0] != "(" or name[0] == "in":
        return ""
    if name[0] not in FUNCTIONS and not CALENDAR.fullmatch(name[0]):
        raise UnboundedError("not-allowed", f"{name[0]} is no function that an expression may call")
    return name[0]

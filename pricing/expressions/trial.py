"""Whether an expression can be evaluated at all: it is tried on sample carts, part by part, before it is let in.

A part that fails on all of them, or is neither true nor false where that is asked for, is a mistake: a name that there
is not, or two types that don't go together. A division by zero and a place that a list doesn't have depend on the cart,
and so does everything that is asked of the elements of an empty list; they are let in.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pricing.expressions.program import FAILURES, Program, Purse, TooCostlyError, decisions, elements
from pricing.expressions.seen import CART, ITEM
from pricing.expressions.syntax import Part
from pricing.expressions.work import CASTS, Extent

_TEXTS = {"bytes": "x", "double": "1", "duration": "1h", "int": "1", "timestamp": "2026-03-04T12:00:00Z", "uint": "1"}
"""Texts that each function understands."""
_QUOTED = 8
_LINES = 2
_DEPENDS = (ArithmeticError, IndexError)
"""Failures that depend on the cart."""
Sample = Mapping[str, Any]


class Mistake(NamedTuple):
    """What is wrong with a part of an expression: a stable code, and the part as it was written."""

    code: str
    part: str


def mistake(program: Program) -> Mistake | None:
    """The first part of the expression that can't be what it is meant to be."""
    trial, tried = _Trial(program), samples(program.tree)
    # What works on the first sample, as nearly all do, works on several.
    if trial.of(program.tree, [next(tried)], truth=True) is None:
        return None
    return trial.of(program.tree, [*samples(program.tree)], truth=True)


def samples(tree: Part) -> Iterator[Sample]:
    """Carts that have every key, flag and characteristic that the expression names, with texts of several kinds.

    In the first one a text is what the function that reads it understands. Texts of the expression's own are tried too.
    """
    named = sorted({each.member for each in tree.walk()} - {""})
    understood: dict[str, str] = {}
    for each in tree.walk():
        if each.kind == "call" and each.name in CASTS and each.operands:
            understood.setdefault(each.operands[0].inner.member, _TEXTS.get(each.name, "x"))
    quoted = [each.literal for each in tree.walk() if each.literal][:_QUOTED]
    texts = dict.fromkeys(["", *_TEXTS.values(), *quoted])
    uniform = (dict.fromkeys(chain(named, CART, ITEM), text) for text in texts)
    yield _sample(named, {**dict.fromkeys(chain(named, CART, ITEM), "1"), **understood})
    yield from (_sample(named, each) for each in uniform)


def _sample(named: Sequence[str], texts: Mapping[str, str]) -> Sample:
    given = {name: texts[name] for name in named}
    cart = {name: texts[name] for name in CART} | {
        "amount": 2000,
        "at": "2026-03-04T12:00:00Z",
        "flags": dict.fromkeys(named, True),
        "keys": given,
        "total": 20.0,
    }
    line = {name: texts[name] for name in ITEM} | {
        "amount": 1000,
        "categories": [texts["categories"]] * _LINES,
        "characteristics": given,
        "quantity": 1,
        "total": 10.0,
    }
    return {"cart": cart, "items": [line] * _LINES}


class _Trial:
    """Goes through the parts; each needs one sample, or one element of a list in one, on which it works."""

    def __init__(self, program: Program) -> None:
        self._program = program
        breadth = max(_LINES, len({each.member for each in program.tree.walk()}))
        self._extent = Extent(values=_LINES * (1 + _LINES + breadth), breadth=breadth, widest=1 + _LINES + breadth)

    def of(self, part: Part, samples: Sequence[Sample], *, truth: bool) -> Mistake | None:
        """The first mistake in a part; `truth`: it must be true or false."""
        match part.kind:
            case "group":
                return self.of(part.operands[0], samples, truth=truth)
            case "or" | "and" | "not":
                return self._first(part.operands, samples)
            case "choice":
                asked, *choices = part.operands
                found = (self.of(each, samples, truth=truth) for each in choices)
                return self.of(asked, samples, truth=True) or next(filter(None, found), None)
            case "loop":
                return self._of_loop(part, samples, truth=truth)
        return self._first(tuple(decisions(part)), samples, truth=False) or self._tried(part, samples, truth=truth)

    def _of_loop(self, loop: Part, samples: Sequence[Sample], *, truth: bool) -> Mistake | None:
        listed, asked = loop.operands
        if loop.name == "filter":
            if truth:
                return Mistake("not-boolean", self._program.source(loop))
            if self._is_map(listed, samples):
                return Mistake("unordered", self._program.source(loop))
        within = self._elements(loop, samples)
        return self.of(listed, samples, truth=False) or (self._first([asked], within) if within else None)

    def _first(self, parts: Sequence[Part], samples: Sequence[Sample], *, truth: bool = True) -> Mistake | None:
        found = (self.of(each, samples, truth=truth) for each in parts)
        return next(filter(None, found), None)

    def _tried(self, part: Part, samples: Sequence[Sample], *, truth: bool) -> Mistake | None:
        code = "not-evaluable"
        for sample in samples:
            try:
                value = self._value(part, sample)
            except TooCostlyError:
                return None
            except FAILURES as failure:
                if part.names and isinstance(failure, _DEPENDS):
                    return None
                continue
            if not truth or isinstance(value, bool):
                return None
            code = "not-boolean"
        return Mistake(code, self._program.source(part))

    def _is_map(self, part: Part, samples: Sequence[Sample]) -> bool:
        for sample in samples:
            try:
                return isinstance(self._value(part, sample), dict)
            except (TooCostlyError, *FAILURES):
                continue
        return False

    def _value(self, part: Part, sample: Sample) -> Any:
        return self._program.value(part, sample, Purse(self._extent))

    def _elements(self, loop: Part, samples: Sequence[Sample]) -> list[Sample]:
        """Each sample with an element of what the loop goes through; of all lines, where it goes through some."""
        listed = loop.operands[0].inner
        while listed.kind == "loop" and listed.name == "filter":
            listed = listed.operands[0].inner
        found: list[Sample] = []
        for sample in samples:
            try:
                first = elements(self._value(listed, sample))[:1]
            except (TooCostlyError, *FAILURES):
                continue
            found += [{**sample, loop.variable: each} for each in first]
        return found

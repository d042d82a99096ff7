"""Reading a filter from its text (contract, "Queries"): grammar, then names and types; every error has its place."""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from cartwright.wire.money import in_use
from queries.fields import FIELDS, SearchField, field_named, no_such_field
from queries.filters import And, Comparison, Exists, Filter, Not, OneOf, Or, Prefix, Value
from queries.values import WrongValue, read_value

MAX_LENGTH = 4_000
"""Characters of a filter."""
MAX_DEPTH = 50
"""How deep `not`, `and` and `or` nest."""
_WORDS = {
    "FIELD": "a field",
    "OPERATOR": "= != < <= > >=",
    "STRING": "a string",
    "INTEGER": "an integer",
    "TRUE": "true",
    "FALSE": "false",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "$END": "the end",
}


class FilterError(ValueError):
    """A text that is no filter of carts; the message names the character, counted from 1. `code` is stable."""

    def __init__(self, place: int, message: str, code: str) -> None:
        super().__init__(f"at character {place + 1}: {message}")
        self.code = code


@lru_cache(maxsize=256)
def read_filter(text: str) -> Filter:
    """The filter that a text says; raises `FilterError`."""
    if len(text) > MAX_LENGTH:
        raise FilterError(MAX_LENGTH, "a filter has at most 4,000 characters", "too-long")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        place = len(text) if isinstance(error, UnexpectedEOF) or _at_end(error) else error.pos_in_stream or 0
        raise FilterError(place, f"expected {' or '.join(_expected(error))}", "syntax") from None
    if _depth(tree) > MAX_DEPTH:
        raise FilterError(0, f"a filter nests at most {MAX_DEPTH} deep", "too-deep")
    return _Reader(_currency_of(tree)).filter(tree)


@cache
def _parser() -> Lark:
    grammar = files("queries").joinpath("filter.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _depth(tree: Tree[Token] | Token) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [part for each in level if isinstance(each, Tree) for part in each.children]
    return depth


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _expected(error: UnexpectedInput) -> list[str]:
    """What could have come at the place of the error, in words."""
    allowed = error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "expected", ())
    return sorted({_WORDS.get(name, name.lower()) for name in allowed or ()})


def _currency_of(tree: Tree[Token] | Token) -> str | None:
    """The currency that a comparison at the top asks for; amounts are meant in it."""
    if not isinstance(tree, Tree):
        return None
    if tree.data == "conjunction":
        return next(filter(None, map(_currency_of, tree.children)), None)
    if tree.data == "comparison" and tree.children[:2] == ["currency", "="]:
        value = _json(str(tree.children[2]))
        return value if isinstance(value, str) and in_use(value) else None
    return None


def _json(text: str) -> object:
    """The value of a JSON text; None for one that is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


class _Reader:
    """Makes typed filters of a tree of tokens."""

    def __init__(self, currency: str | None) -> None:
        self._currency = currency

    def filter(self, tree: Tree[Token] | Token) -> Filter:
        """The filter of one node."""
        if isinstance(tree, Token):
            raise TypeError(f"{tree} is no filter")
        match tree.data:
            case "conjunction":
                return And(tuple(map(self.filter, tree.children)))
            case "disjunction":
                return Or(tuple(map(self.filter, tree.children)))
            case "negated":
                return Not(self.filter(tree.children[0]))
            case _:
                return self._test(tree.data, [each for each in tree.children if isinstance(each, Token)])

    def _test(self, kind: str, tokens: Sequence[Token]) -> Filter:
        field = self._field(tokens[0])
        match kind:
            case "comparison":
                operator, value = str(tokens[1]), self._value(field, tokens[2])
                return Not(Comparison(field, "=", value)) if operator == "!=" else Comparison(field, operator, value)
            case "one_of":
                return OneOf(field, tuple(self._value(field, each) for each in tokens[1:]))
            case "prefix":
                return self._prefix(field, tokens[1])
            case "exists":
                return Exists(field)
        raise TypeError(f"{kind} is no test of a field")

    def _prefix(self, field: SearchField, pattern: Token) -> Prefix:
        text = self._value(field, pattern)
        if not isinstance(text, str) or not text.endswith("%") or "%" in text[:-1]:
            raise self._wrong(pattern, 'only a beginning can be asked for: like "abc%"', "not-a-prefix")
        return Prefix(field, text[:-1])

    def _field(self, token: Token) -> SearchField:
        field = field_named(str(token))
        if field is None:
            raise self._wrong(token, no_such_field(str(token), FIELDS), "unknown-field")
        return field

    def _value(self, field: SearchField, token: Token) -> Value:
        value = _json(str(token))
        if value is None:
            raise self._wrong(token, "this is not a JSON string", "syntax")
        try:
            return read_value(field.type, value, self._currency)
        except WrongValue as error:
            raise self._wrong(token, f"{field.name} is compared with {error}", "wrong-type") from None

    def _wrong(self, token: Token, message: str, code: str) -> FilterError:
        return FilterError(token.start_pos or 0, message, code)

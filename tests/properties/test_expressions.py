"""Laws of expressions: exact to the cent, the same for every order of the lines, and what CEL says of failures."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.expressions.program import FAILURES, Program
from pricing.expressions.seen import major
from pricing.expressions.trial import mistake
from pricing.expressions.work import Extent
from support.pricing import document, price_row, priced, promotion

LAWS = settings(deadline=None, max_examples=60)
SMALL = Extent(values=10, breadth=5, widest=3)
LAST_EXACT = 4 * 10**15
CURRENCIES = {"JPY": 0, "EUR": 2, "KWD": 3}
COMPARED = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__, "==": int.__eq__, "!=": int.__ne__}
NAMES = ("mug", "tea", "hat", "pen")
PRICES = [price_row(name, "10.00") for name in NAMES]
CHARACTERISTICS = st.dictionaries(
    st.sampled_from(["color", "weight"]), st.sampled_from(["", "red", "5", "9", "heavy"]), max_size=2
)
LINES = st.dictionaries(st.sampled_from(NAMES), st.tuples(st.integers(1, 3), CHARACTERISTICS), min_size=1)
ASKED = st.sampled_from(
    [
        "{i}.characteristics.color == 'red'",
        "int({i}.characteristics.weight) > 5",
        "{i}.characteristics['weight'] == '5'",
        "has({i}.characteristics.color)",
        "10 / ({i}.quantity - 1) > 5",
        "{i}.total >= 20",
        "items[{i}.quantity].quantity > 1",
        "items.exists(j, int(j.characteristics.weight) > {i}.quantity)",
    ]
)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Some loops over the lines, with questions that may fail for some of them, joined."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        name = f"i{number}"
        asked = draw(st.sampled_from([" && ", " || "])).join(
            each.format(i=name) for each in draw(st.lists(ASKED, min_size=1, max_size=2))
        )
        loop = draw(st.sampled_from(["exists", "all", "exists_one", "filter"]))
        sized = ".size() == 1" if loop == "filter" else ""
        found.append(f"{draw(st.sampled_from(['', '!']))}(items.{loop}({name}, {asked}){sized})")
    return draw(st.sampled_from([" && ", " || "])).join(found)


def outcome(expression: str, lines: dict[str, Any]) -> tuple[list[str], Any]:
    rule = promotion("rule", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": expression})
    fields = {name: {"characteristics": given} for name, (_, given) in lines.items()}
    quantities = {name: quantity for name, (quantity, _) in lines.items()}
    cart = priced(document(quantities, PRICES, rule, fields=fields))
    return [each.id for each in cart.pricing.promotions], cart.pricing.warnings


@LAWS
@given(expressions(), LINES, st.data())
def test_the_order_of_the_lines_has_no_part_in_it(expression: str, lines: dict[str, Any], data: st.DataObject) -> None:
    shuffled = {name: lines[name] for name in data.draw(st.permutations(list(lines)))}
    assert outcome(expression, shuffled) == outcome(expression, lines)


@LAWS
@given(st.lists(st.sampled_from(["true", "false", "1 / i.zero == 1"]), max_size=5), st.booleans())
def test_what_fails_is_absorbed_by_what_decides(answers: list[str], nested: bool) -> None:
    """`exists` is the answers joined by `||`, and `all` is them joined by `&&`."""
    items = [{"answer": each, "zero": 0} for each in answers]
    asked = "(i.answer == 'true' || (i.answer != 'false' && 1 / i.zero == 1))"
    within = f"items.filter(k, true).exists(j, j == i && {asked})" if nested else asked
    for loop, decisive, other in (("exists", "true", False), ("all", "false", True)):
        if nested and loop == "all":
            continue
        program = Program(f"items.{loop}(i, {within})")
        expected = (not other) if decisive in answers else None if "1 / i.zero == 1" in answers else other
        try:
            found = program.result({"items": items}, SMALL)
        except FAILURES:
            found = None
        assert found is expected


@LAWS
@given(
    st.sampled_from(sorted(CURRENCIES)),
    st.integers(0, LAST_EXACT),
    st.integers(-2, 2) | st.integers(-(10**6), 10**6),
    st.sampled_from(sorted(COMPARED)),
)
def test_totals_compare_as_the_amounts_do(currency: str, amount: int, difference: int, operator: str) -> None:
    stated = max(0, amount + difference)
    decimals = CURRENCIES[currency]
    literal = f"{Decimal(stated).scaleb(-decimals):f}"
    program = Program(f"cart.total {operator} {literal}")
    result = program.result({"cart": {"total": major(amount, currency)}}, SMALL)
    assert result is COMPARED[operator](amount, stated)


@LAWS
@given(expressions())
def test_what_only_some_lines_fail_is_let_in(expression: str) -> None:
    assert mistake(Program(expression)) is None


@LAWS
@given(LINES, st.sampled_from(["color", "weight", "size"]), st.sampled_from(["", "red", "5"]))
def test_absent_is_as_empty(lines: dict[str, Any], name: str, value: str) -> None:
    expression = f"items.exists(i, i.characteristics.{name} == '{value}')"
    full = {each: (quantity, {name: "", **given}) for each, (quantity, given) in lines.items()}
    assert outcome(expression, lines) == outcome(expression, full)
    assert bool(outcome(expression, lines)[0]) == any(given.get(name, "") == value for _, given in lines.values())

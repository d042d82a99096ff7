"""Expressions of promotions: what they see, what is absent, what may fail, what is refused, what is only remarked."""

from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from handlers.catalog.upsert_promotions import UpsertPromotions, remarks
from pricing.conditions.expression import Expression
from pricing.expressions.seen import CART, ITEM
from pricing.expressions.syntax import MAX_DEPTH, syntax
from pricing.expressions.tokens import UnboundedError
from pricing.expressions.trial import samples
from pricing.expressions.work import LOOPS
from support.pricing import document, price_row, priced, promotion

PRICES = [price_row("mug", "10.00"), price_row("tea", "5.00")]
# Of the lines, which come by id, the one that has no number fails first.
FIELDS = {
    "mug": {"characteristics": {"color": "red", "weight": "light"}},
    "tea": {"characteristics": {"weight": "9"}},
}
BOTH_ORDERS = pytest.mark.parametrize("bought", [("mug", "tea"), ("tea", "mug")])


def of(expression: str, bought: tuple[str, ...] = ("mug", "tea"), **header: Any) -> tuple[bool, list[str]]:
    """Whether a promotion with this expression applies, and the codes of the cart's warnings."""
    rule = promotion("rule", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": expression})
    cart = priced(document(dict.fromkeys(bought, 1), PRICES, rule, **{"fields": FIELDS, **header}))
    return bool(cart.pricing.promotions), [each.code for each in cart.pricing.warnings]


def refusal(expression: str) -> str:
    """The code that it is refused with."""
    with pytest.raises(Refusal) as refused:
        of(expression)
    [problem] = refused.value.problems
    assert problem.path == "/data/facts/promotions/0/conditions/0/expression"
    return problem.code


def remarked(expression: str) -> list[str]:
    condition = Expression(kind="expression", expression=expression)
    assert {each.path for each in condition.remarks()} <= {"/expression"}
    return [each.code for each in condition.remarks()]


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("cart.total >= 15", True),
        ("cart.total > 15", False),
        ("cart.total == 15.00 && cart.amount == 1500", True),
        ("cart.total >= 15.01", False),
        ("cart.total >= 14.99", True),
        ("15 <= cart.total && cart.total < 15.01", True),
        ("items.exists(i, i.total == 5) && items.exists(i, i.total == 10.0 && i.amount == 1000)", True),
    ],
)
def test_a_total_is_the_amount_in_major_units(expression: str, holds: bool) -> None:
    assert of(expression) == (holds, [])


@pytest.mark.parametrize(("currency", "amount", "total"), [("JPY", "1500", "1500"), ("KWD", "12.345", "12.345")])
def test_the_currency_says_what_a_major_unit_is(currency: str, amount: str, total: str) -> None:
    rule = promotion("r", {"kind": "percent", "value": "10"})
    rule["conditions"] = [{"kind": "expression", "expression": f"cart.total == {total} && items[0].total == {total}"}]
    cart = priced(document({"mug": 1}, [price_row("mug", amount, currency=currency)], rule, currency=currency))
    assert [each.id for each in cart.pricing.promotions] == ["r"]


@BOTH_ORDERS
@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("cart.keys.externalId == ''", True),
        ("cart.keys['externalId'] == '' && cart.keys[\"externalId\"].size() == 0", True),
        ("cart.keys[cart.country] == ''", True),
        ("cart.keys.storeId == 's-1' && cart.keys['store' + 'Id'] == 's-1'", True),
        ("cart.flags.vip", False),
        ("!cart.flags.vip && !cart.flags['vip'] && cart.flags.firstOrder", True),
        ("items.exists(i, i.characteristics.color == 'red')", True),
        ("items.exists(i, i.characteristics['color'] == 'blue')", False),
        ("items.all(i, i.characteristics.color == 'red' || (i.characteristics).color == '')", True),
        ("items.filter(i, i.characteristics.color == '').size() == 1", True),
        ("items.exists_one(i, i.characteristics.color == 'red')", True),
        ("items.filter(i, i.id == 'tea')[0].characteristics.color == ''", True),
        # What there is stays what there is.
        ("has(cart.keys.externalId) || 'externalId' in cart.keys || has(cart.flags.vip)", False),
        ("has(cart.keys.storeId) && 'storeId' in cart.keys && has(cart.flags.firstOrder)", True),
        ("cart.keys.size() == 1 && size(cart.keys) == 1 && cart.keys == {'storeId': 's-1'}", True),
        ("items.exists(i, 'color' in i.characteristics) && !items.all(i, has(i.characteristics.color))", True),
        ("items.exists(i, i.characteristics.exists(name, name == 'color' && i.characteristics[name] == 'red'))", True),
        ("cart.customerId == '' && cart.place == '' && items.all(i, i.term == '')", True),
    ],
)
def test_what_is_absent_is_empty_when_it_is_read(expression: str, holds: bool, bought: tuple[str, ...]) -> None:
    header = {"keys": {"storeId": "s-1"}, "flags": {"firstOrder": True}}
    assert of(expression, bought, **header) == (holds, [])


@BOTH_ORDERS
@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("items.exists(i, int(i.characteristics.weight) > 5)", True),
        ("!items.all(i, int(i.characteristics.weight) < 5)", True),
        ("items.exists(i, int(i.characteristics.weight) > 50)", None),
        ("items.all(i, int(i.characteristics.weight) > 5)", None),
        ("items.exists_one(i, int(i.characteristics.weight) > 5)", None),
        ("items.filter(i, int(i.characteristics.weight) > 5).size() == 1", None),
        ("items.exists(i, int(i.characteristics.weight) > 50) || cart.amount > 0", True),
        ("items.all(i, int(i.characteristics.weight) > 5) && cart.amount < 0", False),
        ("items.exists(i, int(i.characteristics.weight) > 5) ? cart.amount > 0 : cart.amount < 0", True),
        ("(items.exists(i, int(i.characteristics.weight) > 5) == true)", True),
        ("items.filter(a, items.exists(b, int(b.characteristics.weight) > 5 && a.id == b.id)).size() == 1", None),
        ("items.filter(a, items.exists(b, int(b.characteristics.weight) > 5)).size() == 2", True),
        ("[items.exists(i, int(i.characteristics.weight) > 5), false].exists(x, x)", True),
        ("items.exists(a, items.all(b, int(a.characteristics.weight) > 5 || b.id == a.id))", True),
        ("items.exists(i, i.characteristics.exists(name, int(i.characteristics[name]) > 5))", True),
        ("items.exists(i, 10 / (i.amount - 1000) < 0)", None),
        ("items.exists(i, 1000 / (i.amount - 1000) < 0)", True),
        ("items.exists(i, i.categories[0] == 'x') || items.exists(i, i.quantity == 1)", True),
    ],
)
def test_lines_that_fail_don_t_hide_others(expression: str, outcome: bool | None, bought: tuple[str, ...]) -> None:
    expected = (bool(outcome), [] if outcome is not None else ["expression-failed"])
    assert of(expression, bought) == expected


def test_trying_part_by_part_has_a_bound_too() -> None:
    items = {f"mug-{number}": 1 for number in range(60)}
    expression = "items.exists(a, items.exists(b, int(a.characteristics.weight + b.characteristics.weight) > 5))"
    rule = promotion("rule", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": expression})
    cart = priced(document(items, [price_row(name, "1.00") for name in items], rule))
    assert [each.code for each in cart.pricing.warnings] == ["expression-too-costly"]


@BOTH_ORDERS
def test_lines_come_by_id(bought: tuple[str, ...]) -> None:
    assert of("items[0].id == 'mug' && items[1].id == 'tea'", bought) == (True, [])


@pytest.mark.parametrize(
    "expression",
    [
        "cart == cart && cart.total == 15.0",
        "items == items && items[0] != items[1]",
        "'total' in cart && items.all(i, 'term' in i)",
        "cart['amount'] == 1500 && items.all(i, i['amount'] > 0)",
        "[items[0]].exists(i, i.offeringId == 'mug')",
        "(items).exists(i, (i).offeringId == 'mug')",
        "items.filter(i, i.offeringId == 'mug') == [items[0]]",
        "items.filter(i, i.offeringId == 'mug')[0].quantity == 1",
        "items.exists(items, items.offeringId == 'mug')",
        "items.exists(i, items.exists(j, i != j))",
        "(cart.amount > 0 ? items : []).exists(i, i.offeringId == 'mug')",
        "size(items) == 2 && size(cart) == 12 && items.all(i, i.size() == 8)",
    ],
)
def test_all_is_there_where_something_is_read_as_a_whole(expression: str) -> None:
    assert of(expression) == (True, [])


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("cart.amount", "not-boolean"),
        ("'true'", "not-boolean"),
        ("items.filter(i, i.quantity > 1)", "not-boolean"),
        ("cart.amount > 5 && cart.country", "not-boolean"),
        ("cart.amount > 5 ? cart.amount : cart.amount > 3", "not-boolean"),
        ("items.exists(i, i.quantity)", "not-boolean"),
        ("cart.colour == 'red'", "not-evaluable"),
        ("cart.amount > 0 || cart.colour == 'red'", "not-evaluable"),
        ("items.exists(i, i.quantity > 100 && i.colour == 'red')", "not-evaluable"),
        ("items.filter(i, i.quantity > 100).exists(i, i.colour == 'red')", "not-evaluable"),
        ("items.filter(i, i.colour == 'red').size() > 1", "not-evaluable"),
        ("sunny", "not-evaluable"),
        ("cart.amount > 'a'", "not-evaluable"),
        ("cart.total * 2 > 5", "not-evaluable"),
        ("cart.amount * 1.5 > 5.0", "not-evaluable"),
        ("timestamp(cart.at).getHours('Europe/Paris') > 17", "not-evaluable"),
        ("timestamp('soon') < timestamp(cart.at)", "not-evaluable"),
        ("1 / 0 == 1", "not-evaluable"),
        ("cart.keys.filter(name, true)[0] == 'a'", "unordered"),
        ("Cart{amount: 5} == cart", "not-allowed"),
        (".cart.amount > 5000", "not-allowed"),
    ],
)
def test_what_can_never_be_true_or_false_is_refused(expression: str, code: str) -> None:
    assert refusal(expression) == code


@pytest.mark.parametrize(
    "expression",
    [
        "int(cart.keys.points) >= 1 && timestamp(cart.keys.since) > timestamp('2026-01-01T00:00:00Z')",
        "timestamp(cart.at) - timestamp(cart.keys.since) > duration(cart.keys.age)",
        "int(cart.keys.a) + int(cart.keys['b']) > 5",
        "cart.keys.kind == 'n' ? int(cart.keys.value) > 5 : timestamp(cart.keys.value) < timestamp(cart.at)",
        "double(cart.customerId) > 1.5 && uint(cart.keys.n) > 1u && bytes(cart.place) != bytes('')",
        "items.exists(i, i.categories.exists(each, int(each) > 5))",
        "items.size() > 20 && items[20].amount > 5000",
        "100 / (items[0].quantity - 1) > 5",
        "items.exists(i, i.characteristics[i.categories[7]] == 'a')",
        "cart.currency == 'JPY' && cart.amount % 500 == 0",
        "{'FR': 5, 'DE': 6}[cart.country] == 5",
        "items.filter(i, i.quantity > 5).filter(j, j.amount > 5000).size() > 2",
        "-cart.amount < -5000 && !(!(cart.flags.vip))",
        "cart.amount in [2000, 0x7d0] || cart.total < .5 || cart.total > 1e3",
        "items.all(i, i.term == '' || i.term.startsWith('P')) // a comment",
        "true",
    ],
)
def test_what_some_cart_could_make_true_is_let_in(expression: str) -> None:
    assert Expression(kind="expression", expression=expression).expression == expression


def test_samples_have_all_that_an_expression_sees() -> None:
    for sample in samples(syntax("cart.keys.a == ''")):
        assert sample["cart"].keys() == CART.keys()
        assert all(each.keys() == ITEM.keys() for each in sample["items"])


@pytest.mark.parametrize(
    "expression",
    [
        "true" + " ? true : true" * (MAX_DEPTH + 1),
        "cart" + ".a" * (MAX_DEPTH + 1),
        "!" * (MAX_DEPTH + 1) + "true",
        "cart.keys[" * 12 + "''" + "]" * 12 + " == ''",
    ],
)
def test_what_is_too_deep_is_refused(expression: str) -> None:
    with pytest.raises(UnboundedError) as refused:
        syntax(expression)
    assert refused.value.code == "too-deep"


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("cart.amount >= 100", ["minor-units"]),
        ("100 < cart.amount", ["minor-units"]),
        ("items.exists(i, (i.amount) == 999)", ["minor-units"]),
        ("cart['amount'] >= 0x64", ["minor-units"]),
        ("cart.amount >= 5000.5", ["minor-units"]),
        ("cart.amount >= 1000 && cart.amount > 0 && cart.amount == 5000.0", []),
        ("cart.amount / 100 >= 50 && cart.total >= 100 && items[0].quantity > 5", []),
        ("cart.total * 0.9 >= 89.95", ["inexact-amount"]),
        ("items.exists(i, i.total + 1.0 > cart.total)", ["inexact-amount"]),
        ("timestamp(cart.at).getMonth() == 12", ["counted-from-zero", "in-utc"]),
        ("timestamp(cart.at).getHours() < 9 || timestamp(cart.at).getHours() > 17", ["in-utc"]),
        ("timestamp(cart.at).getDate() == 1 && timestamp(cart.at).getFullYear() == 2026", ["in-utc", "in-utc"]),
        ("timestamp(cart.at).getDayOfWeek() == 6", ["counted-from-zero", "in-utc"]),
        ("cart.country == 'FR'", []),
    ],
)
def test_what_may_be_a_mistake_is_remarked(expression: str, codes: list[str]) -> None:
    assert remarked(expression) == codes


def test_remarks_point_to_the_expression_wherever_it_stands() -> None:
    doubtful = {"kind": "expression", "expression": "cart.amount >= 100"}
    fine = {"kind": "expression", "expression": "cart.total >= 100"}
    nested = {"kind": "any", "conditions": [fine, {"kind": "not", "condition": doubtful}]}
    rows = [promotion("a", {"kind": "percent", "value": "10"}, fine, nested, doubtful)]
    data = UpsertPromotions.model_validate({"promotions": rows})
    assert [each.path for each in remarks(data)] == [
        "/data/promotions/0/conditions/1/conditions/1/condition/expression",
        "/data/promotions/0/conditions/2/expression",
    ]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("cart.keys.a == ''", "(has(cart . keys . a) ? cart . keys . a : \"\") == ''"),
        ("has(cart.keys.a)", "has(cart . keys . a)"),
        ("cart.flags['a']", "(('a') in cart . flags ? cart . flags [ 'a' ] : false)"),
        ("items.all(i, i.term == '') // why", "items . all ( i , i . term == '' )"),
    ],
)
def test_reading_what_may_be_absent_is_guarded(expression: str, text: str) -> None:
    assert syntax(expression).text.replace("has (", "has(") == text


def test_operators_bind_as_they_do_in_cel() -> None:
    tree = syntax("a || b && c == d + e * -f.g[0] in h || !i.j(k) ? l : m")
    assert [tree.kind, *(each.kind for each in tree.operands)] == ["choice", "or", "name", "name"]
    anyone, either, _not = tree.operands[0].operands
    assert (anyone.name, either.kind, _not.kind, _not.operands[0].name) == ("a", "and", "not", "j")
    compared = either.operands[1]
    assert (compared.kind, compared.name, compared.operands[0].name) == ("compare", "in", "==")
    total = compared.operands[0].operands[1]
    assert (total.name, total.operands[1].name, total.operands[1].operands[1].name) == ("+", "*", "-")
    assert LOOPS.isdisjoint(each.name for each in tree.walk())

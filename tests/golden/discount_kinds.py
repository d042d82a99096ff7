"""The golden kinds that take discounts off the lines of a cart: promotions, and order discounts with tax."""

from collections.abc import Callable, Sequence
from typing import Any

from counter import Row, Shop, alterations, gross, net, taken_off, the_price
from switches import choice_of

from models.cart.cart import Cart
from pricing.arithmetic.spreading import unit_amounts

Case = dict[str, Any]


def amount_off(value: int, shop: Shop) -> Row:
    """The benefit of an amount."""
    return {"kind": "fixed", "amount": shop.money(value), "currency": shop.currency}


ON_ITEMS: dict[str, Callable[[Any, Shop], Row]] = {
    "item_pct": lambda value, _: {"kind": "percent", "value": str(value)},
    "item_fix_orig_pct": lambda value, _: {"kind": "percent", "value": str(value)},
    "item_fix": lambda value, shop: {**amount_off(value, shop), "per": "unit"},
    "line_fix": amount_off,
}
ON_ORDER: dict[str, Callable[[Any, Shop], Row]] = {
    "order_pct": lambda value, _: {"kind": "percent", "value": str(value)},
    "order_fix": amount_off,
    "order_fix_floor": amount_off,
}
FURTHER = "item_fix_orig_pct"
FLOOR = "order_fix_floor"


def promo(case: Case) -> Case:
    shop = shop_of(case)
    rate, minima = str(case.get("rate", 0)), minima_of(case)
    names = [
        shop.sell(
            shop.money(unit),
            quantity,
            [rate],
            **({} if minima is None else {"minimumPrice": shop.unit_price(minima[place], quantity)}),
        )
        for place, (unit, quantity) in enumerate(case["lines"])
    ]
    apply_steps(case["steps"], names, shop)
    cart = shop.ring_up()
    off = [taken_off(found) for found in alterations(cart)]
    listed = sum(the_price(item).list_amount for item in cart.items)
    quantities = [quantity for _, quantity in case["lines"]]
    return {
        "total": listed - sum(off),
        "discount": -sum(off),
        "net": net(cart),
        "gross": gross(cart),
        "line_discounts": off,
        "unit_discount1": per_unit(of_first_step(cart, case), quantities[0])[0],
        "unit_split_line2": per_unit(off[1], quantities[1]) if len(off) > 1 else [],
    }


def order_discount_tax(case: Case) -> Case:
    shop = shop_of(case)
    names = [shop.sell(shop.money(unit), quantity, [str(rate)]) for unit, quantity, rate in case["lines"]]
    apply_steps([["order_fix", value] for value in case["steps"]], names, shop)
    cart = shop.ring_up()
    line_gross = [the_price(item).gross for item in cart.items]
    total = sum(line_gross)
    return {"total": total, "tax": total - net(cart), "net": net(cart), "line_gross": line_gross}


def alloc_floor(case: Case) -> list[int]:
    """A discount on a cart of lines with minimum prices."""
    shop = Shop(choice_of(case))
    for total, least in zip(case["line_totals"], case["line_min"], strict=True):
        shop.sell(shop.money(total), minimumPrice=shop.money(least))
    apply_steps([["order_fix", -case["amount"]]], [], shop)
    return [-taken_off(found) for found in alterations(shop.ring_up())]


def each_fixed(case: Case) -> list[int]:
    return on_each(case, lambda shop: {**amount_off(case["value"], shop), "per": "unit"})


def each_pct(case: Case) -> list[int]:
    return on_each(case, lambda _: {"kind": "percent", "value": str(case["value"])})


def on_each(case: Case, benefit: Callable[[Shop], Row]) -> list[int]:
    """What a benefit takes off each line, of so many units at most; a case without a maximum counts all units."""
    shop = Shop(choice_of(case))
    for quantity, total in case["items"]:
        shop.sell(shop.unit_price(total, quantity), quantity)
    most = case.get("max_quantity") or max(quantity for quantity, _ in case["items"])
    promote("item", [{**benefit(shop), "maxQuantity": most}], shop)
    return [taken_off(found) for found in alterations(shop.ring_up())]


def buyget(case: Case) -> int:
    shop = Shop(choice_of(case))
    shop.sell(shop.money(case["unit"]), case["qty"])
    promote("item", [{"kind": "buy-get", "buy": case["buy"], "get": case["get"]}], shop)
    [found] = alterations(shop.ring_up())
    return taken_off(found)


def shop_of(case: Case) -> Shop:
    """A shop in which promotions come one after the other, as the steps of a case do."""
    return Shop({**choice_of(case), "promotionOrder": "priority"}, case.get("inclusive", False))


def promote(level: str, benefits: list[Row], shop: Shop) -> None:
    """Add a promotion that comes after those before it."""
    place = len(shop.promotions)
    shop.promotions.append({"id": f"p-{place}", "level": level, "priority": -place, "benefits": benefits})


def apply_steps(steps: Sequence[Sequence[Any]], names: Sequence[str], shop: Shop) -> None:
    """A promotion for each step; a further action belongs to the promotion of the step before it."""
    for place, (step, value, *rest) in enumerate(steps):
        if step in ON_ORDER:
            promote("cart", [ON_ORDER[step](value, shop)], shop)
        elif step not in ON_ITEMS:
            raise ValueError(f"unknown step: {step}")
        else:
            target = {"offeringIds": [names[each] for each in rest[0]]} if rest else {}
            benefit = {**ON_ITEMS[step](value, shop), "target": target}
            if step == FURTHER and place:
                if steps[place - 1][0] not in ON_ITEMS:
                    raise ValueError(f"{FURTHER} is a further action, but the step before it is for the order")
                shop.promotions[-1]["benefits"].append(benefit)
            else:
                promote("item", [benefit], shop)


def minima_of(case: Case) -> list[int] | None:
    """What the lines are never reduced below, which is the same for all steps of a cart."""
    stated = [step[2] if len(step) > 2 else None for step in case["steps"] if step[0] == FLOOR]
    if not stated:
        return None
    if (
        any(each != stated[0] or len(each) != len(case["lines"]) for each in stated if each is not None)
        or None in stated
    ):
        raise ValueError(f"{FLOOR} states a minimum for every line, and always the same")
    return list(stated[0])


def of_first_step(cart: Cart, case: Case) -> int:
    """What the first step takes off the first line."""
    if not case["steps"] or (
        len(case["steps"][0]) > 2 and case["steps"][0][0] != FLOOR and 0 not in case["steps"][0][2]
    ):
        return 0
    of_promotion = [each for each in alterations(cart)[0] if each.id == "p-0"]
    return taken_off(of_promotion[:1])


def per_unit(discount: int, quantity: int) -> list[int]:
    return [amount for amount, count in unit_amounts(discount, quantity) for _ in range(count)]

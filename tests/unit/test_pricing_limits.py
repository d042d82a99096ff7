"""No amount that could not be stored comes about, even where something else takes it off again."""

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import Facts
from models.changes.change import evolve
from models.changes.override_changes import PriceOverridden
from pricing.price import price
from support.pricing import NOON, document, price_row, priced, promotion, rows, run

FREE = promotion("free", {"kind": "percent", "value": "100"})


def test_a_price_by_hand_that_is_beyond_meaning_for_so_many_is_refused_where_they_are_asked_for() -> None:
    shop = document({"yacht": 1}, [price_row("yacht", "1.00")], FREE)
    facts = Facts().with_rows(rows(shop), 1)
    told = {"id": "o-1", "priceType": "one-time", "kind": "new-price", "value": "100000000000.00", "currency": "EUR"}
    override = {**told, "reason": "r", "role": "agent", "at": "2026-01-01T00:00:00Z"}
    cart = price(evolve(priced(shop), [PriceOverridden(item_id="yacht", override=override)]), facts, NOON)
    assert cart.pricing.due_now.payable == 0
    with pytest.raises(Refusal) as refused:
        run("update-products", {"products": [{"id": "yacht", "quantity": 1_000_000}]}, cart, facts)
    assert refused.value.code is ErrorCode.INVALID
    assert [each.path for each in refused.value.problems] == ["/data/products/0"]

"""Reading a body: what null means, and periods that can't be."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.command import Command
from cartwright.wire.refusals import Refusal
from engine.reading import Origin, read_command


def read(kind: str, data: dict[str, Any], **envelope: Any) -> Command[Any]:
    body = json.dumps({"type": kind, "cartId": "c-1", "data": data, **envelope}).encode()
    origin = Origin("acme", kind, "m-1", None, None, datetime(2026, 1, 1, tzinfo=UTC))
    return read_command(body, origin)[1]


def paths(kind: str, data: dict[str, Any], **envelope: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        read(kind, data, **envelope)
    return [problem.path for problem in caught.value.problems]


def test_null_in_the_envelope_is_no_answer_to_whether_anything_is_written() -> None:
    assert paths("empty-cart", {}, dryRun=None, onConflict=None) == ["/onConflict", "/dryRun"]
    assert read("empty-cart", {}, version=None, reason=None).envelope == read("empty-cart", {}).envelope


def test_null_in_the_data_is_as_if_absent() -> None:
    item = {"offeringId": "plan", "quantity": None, "action": None, "term": None, "characteristics": None}
    [read_item] = read("add-items", {"items": [item]}).data.items
    assert (read_item.quantity, read_item.action, read_item.characteristics) == (1, "add", {})
    assert read_item.wire() == {"offeringId": "plan", "term": None}


def test_null_stays_where_it_says_something() -> None:
    voucher = {"code": "V", "reductionPercent": "10"}
    assert read("upsert-vouchers", {"vouchers": [{**voucher, "uses": None}]}).data.vouchers[0].uses is None
    assert read("upsert-vouchers", {"vouchers": [voucher]}).data.vouchers[0].uses == 1
    update = read("update-products", {"products": [{"id": "i-1", "licenseId": None}]}).data.products[0]
    assert update.details() == {"licenseId": None}


def test_null_is_refused_where_something_is_needed() -> None:
    assert paths("add-items", {"items": None}) == ["/data/items"]
    assert paths("add-voucher", {"code": None}) == ["/data/code"]
    assert paths("empty-cart", {"nothing": None}) == ["/data/nothing"]


def test_a_cart_is_named_by_its_id_or_by_a_key() -> None:
    key = {"key": {"name": "externalId", "value": "x-1"}}
    assert paths("get-cart", key) == ["/data/key"]
    assert read("get-cart", key, cartId=None).cart_id == ""
    assert read("get-cart", {}).cart_id == "c-1"


def test_a_period_ends_after_it_starts() -> None:
    def offering(start: str | None, end: str | None) -> dict[str, Any]:
        return {"offerings": [{"id": "a", "validFor": {"startDateTime": start, "endDateTime": end}}]}

    early, late = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
    for good in (offering(early, late), offering(None, early), offering(late, None), offering(None, None)):
        read("upsert-offerings", good)
    for bad in (offering(late, early), offering(early, early)):
        assert paths("upsert-offerings", bad) == ["/data/offerings/0/validFor"]

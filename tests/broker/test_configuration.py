"""What a tenant has configured, read back: from queue to reply."""

from support.shop import Shop, problems

LIMIT = {"role": "dealer", "floor": "80", "ceiling": "120", "priceTypes": ["one-time"], "external": True}


async def test_a_tenant_that_configured_nothing_sees_what_holds_for_it(shop: Shop) -> None:
    reply = await shop.call("get-configuration")
    assert (reply["type"], reply["status"]) == ("query-result", "read")
    [row] = reply["items"]
    named = ("validityMinutes", "expireAfterMinutes", "overrideLimits", "pricingPolicy")
    assert [row[name] for name in named] == [30, None, [], None]


async def test_what_was_configured_is_read_back_and_can_be_sent_again(shop: Shop) -> None:
    policy = {"preset": "default", "cashRounding": "0.05"}
    fields = {"validityMinutes": 5, "expireAfterMinutes": 60, "overrideLimits": [LIMIT], "pricingPolicy": policy}
    await shop.call("set-configuration", data=fields)
    [row] = (await shop.call("get-configuration"))["items"]
    assert {name: row[name] for name in fields if name != "pricingPolicy"} | {"pricingPolicy": policy} == fields
    assert {name: value for name, value in row["pricingPolicy"].items() if value is not None} == policy
    again = await shop.call("set-configuration", data=row)
    assert again["status"] == "unchanged"


async def test_it_takes_no_fields(shop: Shop) -> None:
    assert problems(await shop.call("get-configuration", data={"id": "x"})) == [("/data/id", "unknown-field")]

"""A routing key is `<tenant>.<command-type>`, and the tenant a plain name: it separates what tenants own."""

import pytest

from cartwright.wire.refusals import Refusal
from support.deliveries import delivery, read

BODY = b'{"type": "get-cart", "cartId": "c-1", "data": {}}'


LONG = "a" * 65 + ".get-cart"


@pytest.mark.parametrize(
    "key", ["", "acme", "acme.", ".get-cart", "a/b.get-cart", "-a.get-cart", "a b.get-cart", "é.get-cart", LONG]
)
def test_what_names_no_tenant_and_type_is_refused(key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(delivery(routing_key=key, body=BODY))
    assert refused.value.code == "invalid"
    assert "routing key" in refused.value.message


def test_the_tenant_is_the_routing_keys() -> None:
    work = read(delivery(routing_key="acme-2_x.get-cart", body=BODY))
    assert work.lane == ("cart", "acme-2_x", "c-1")
